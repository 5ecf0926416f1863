/**
 * A stand-in for the Messages API on the loopback, so that the real Claude Code CLI can be tested
 * without an account. What it answers is scripted in the prompt, between `[[` and `]]`:
 *
 *     Please [[bash:ls|say:Two files.]]
 *
 * Steps are separated by `|`, and each call of the API plays the next one: here a Bash call, and
 * after its result the text. A `|` that belongs to a step is written `\|`, save in `||`. The
 * prompt of a subagent, itself inside a `[[tool:Agent:...]]` step, uses `(((` and `)))`. Without a
 * script, and past its end, the answer is `User messages seen: N.`
 *
 *     say:TEXT            exactly TEXT, in small deltas
 *     text[:N[:MS]]       N deltas (20) `word0 `, `word1 ` ..., MS milliseconds apart (5)
 *     slow[:N[:MS]]       the same, 200 deltas 100 ms apart unless told
 *     think[:N[:MS]]      a thinking block of N deltas (10), MS apart (5), then five words
 *     long:BYTES          one text block of at least BYTES, in deltas of 4 KiB
 *     longdelta:BYTES     one text block of BYTES, in one delta
 *     utf8[:N]            N deltas (200) of text with characters of two, three and four bytes
 *     bash:COMMAND        a Bash call
 *     textbash:COMMAND    five words, then a Bash call
 *     two:ONE;;TWO        two Bash calls at once
 *     write:PATH[:TEXT]   a Write call        read:PATH   a Read call
 *     edit:PATH:OLD:NEW   an Edit call        tool:NAME[:JSON]   any tool
 *     maxtok              text cut short by max_tokens
 *     refusal             text ended by a refusal
 *     hang                a message's start, then nothing
 *     cut[:N[:K]]         N words (5), then a broken connection; after K tries (all) five words
 *     cutlate             a whole block, the beginning of another, then a broken connection
 *     sseerr              five words, then an overloaded_error inside the stream
 *     err:CODE            the HTTP error CODE, every time
 *     errn:CODE:K         the HTTP error CODE for the first K tries, then five words
 *     echo                JSON of what the request held: system prompt size, images, tools ...
 *
 * As a program: `node --import tsx test/support/messagesApi.ts [port]`; it prints its URL.
 */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { pathToFileURL } from "node:url";
import { answer, sendError, sendJson, Tries } from "./messagesApi/answer";
import { record, type RecordedRequest, type RequestBody } from "./messagesApi/request";

export { textOf } from "./messagesApi/request";
export type { ApiContent, ApiMessage, RecordedRequest } from "./messagesApi/request";

export interface MessagesApi {
  readonly url: string;
  readonly port: number;
  /** Every call so far, in the order of arrival. */
  readonly requests: readonly RecordedRequest[];
  close(): Promise<void>;
}

/** Starts the API on 127.0.0.1; port 0, the default, takes any free one. */
export async function startMessagesApi({ port = 0 } = {}): Promise<MessagesApi> {
  const requests: RecordedRequest[] = [];
  const tries = new Tries();

  const server = http.createServer((request, response) => {
    void respond(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });

  async function respond(request: http.IncomingMessage, response: http.ServerResponse) {
    const body = await readBody(request);
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    if (request.method === "HEAD") {
      response.end();
    } else if (path === "/v1/messages/count_tokens") {
      sendJson(response, 200, { input_tokens: Math.ceil(body.length / 4) });
    } else if (path === "/v1/messages") {
      const parsed = JSON.parse(body) as RequestBody;
      const recorded = record(parsed, request.headers);
      requests.push(recorded);
      response.on("close", () => (recorded.aborted = !response.writableFinished));
      await answer(response, recorded, requests.length, tries);
    } else {
      sendError(response, 404, "no such endpoint here");
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  void startMessagesApi({ port: Number(process.argv[2] ?? 0) }).then(({ url }) => console.log(url));
}
