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
 *     sseerr              five words, then an overloaded_error inside the stream
 *     err:CODE            the HTTP error CODE, every time
 *     errn:CODE:K         the HTTP error CODE for the first K tries, then five words
 *     echo                JSON of what the request held: system prompt size, images, tools ...
 *
 * As a program: `node --import tsx test/support/messagesApi.ts [port]`; it prints its URL.
 */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

export interface ApiContent {
  readonly type: string;
  readonly text?: string;
  readonly source?: { readonly media_type?: string; readonly data?: string };
}

export interface ApiMessage {
  /** The CLI tells of its environment, and of messages sent during a turn, as `system`. */
  readonly role: "user" | "assistant" | "system";
  readonly content: string | readonly ApiContent[];
}

/** One call of `/v1/messages`, as the API saw it. */
export interface RecordedRequest {
  readonly model: string;
  readonly system: string;
  readonly messages: readonly ApiMessage[];
  readonly tools: readonly string[];
  readonly headers: http.IncomingHttpHeaders;
  readonly streaming: boolean;
  /** The client hung up before the answer's end. */
  aborted: boolean;
}

export interface MessagesApi {
  readonly url: string;
  readonly port: number;
  /** Every call so far, in the order of arrival. */
  readonly requests: readonly RecordedRequest[];
  close(): Promise<void>;
}

interface RequestBody {
  readonly model?: string;
  readonly system?: string | readonly ApiContent[];
  readonly messages?: readonly ApiMessage[];
  readonly tools?: readonly { readonly name: string }[];
  readonly stream?: boolean;
}

/** Starts the API on 127.0.0.1; port 0, the default, takes any free one. */
export async function startMessagesApi({ port = 0 } = {}): Promise<MessagesApi> {
  const requests: RecordedRequest[] = [];
  const tries = new Map<string, number>();

  const server = http.createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });

  async function answer(request: http.IncomingMessage, response: http.ServerResponse) {
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
      await new Reply(response, recorded, requests.length, tries).play();
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

function record(body: RequestBody, headers: http.IncomingHttpHeaders): RecordedRequest {
  return {
    model: body.model ?? "",
    system: textOf(body.system ?? ""),
    messages: body.messages ?? [],
    tools: (body.tools ?? []).map((tool) => tool.name),
    headers,
    streaming: body.stream === true,
    aborted: false,
  };
}

/** The text blocks of a message's content, one below the other. */
export function textOf(content: ApiMessage["content"]): string {
  return blocksOf(content)
    .map((block) => block.text)
    .filter((text) => text !== undefined)
    .join("\n");
}

function blocksOf(content: ApiMessage["content"]): readonly ApiContent[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

interface Step {
  readonly kind: string;
  /** What follows the kind, whole. */
  readonly rest: string;
  /** The same, split at each colon. */
  readonly args: readonly string[];
  /** The same for every try of one step. */
  readonly key: string;
}

/** The step to play now: as many of the script's steps are behind us as the assistant answered. */
function currentStep(messages: readonly ApiMessage[]): Step | undefined {
  for (const [index, message] of [...messages.entries()].reverse()) {
    const script = message.role === "assistant" ? undefined : scriptIn(textOf(message.content));
    // A prompt without a script ends the script of an earlier one that was interrupted.
    if (script === undefined && isPrompt(message)) return undefined;
    if (script === undefined) continue;
    const done = messages.slice(index).filter((later) => later.role === "assistant").length;
    const steps = script.split(/(?<![|\\])\|(?!\|)/);
    const step = steps[done]?.replaceAll("\\|", "|").trimStart();
    return step === undefined ? undefined : parseStep(step, `${index}:${done}:${script}`);
  }
  return undefined;
}

function parseStep(step: string, key: string): Step {
  const [, kind = "", rest = ""] = /^([^:]*):?(.*)$/s.exec(step) ?? [];
  const args = rest.trimEnd().split(":");
  return { kind: kind.trim(), rest: kind === "say" ? rest : rest.trimEnd(), args, key };
}

function scriptIn(text: string): string | undefined {
  const outer = [...text.matchAll(/\[\[([\s\S]*?)\]\]/g)].at(-1);
  const nested = [...text.matchAll(/\(\(\(([\s\S]*?)\)\)\)/g)].at(-1);
  return (outer ?? nested)?.[1];
}

const isPrompt = ({ role, content }: ApiMessage) =>
  role === "user" && blocksOf(content).every((block) => block.type !== "tool_result");

/** Writes one answer, as the server-sent events that the API streams. */
class Reply {
  readonly #id: string;
  #block = 0;
  #outputTokens = 0;
  #stopReason = "end_turn";

  constructor(
    private readonly response: http.ServerResponse,
    private readonly request: RecordedRequest,
    private readonly number: number,
    private readonly tries: Map<string, number>,
  ) {
    this.#id = `msg_${String(number).padStart(6, "0")}`;
  }

  async play(): Promise<void> {
    const step = currentStep(this.request.messages);
    const failure = step && this.#failure(step);
    if (failure !== undefined) {
      sendError(this.response, failure, `scripted ${failure}`);
    } else if (!this.request.streaming) {
      // The CLI asks this way after a stream that broke off.
      sendJson(this.response, 200, this.#message([{ type: "text", text: "Not streamed." }]));
    } else {
      this.response.writeHead(200, { "content-type": "text/event-stream" });
      this.#send({ type: "message_start", message: this.#message([]) });
      await this.#playStep(step ?? { kind: "", rest: "", args: [], key: "" });
    }
  }

  /** The HTTP status of a step that fails before anything streams. */
  #failure({ kind, args, key }: Step): number | undefined {
    if (kind === "err") return Number(args[0]);
    if (kind !== "errn") return undefined;
    return this.#tries(key) <= Number(args[1]) ? Number(args[0]) : undefined;
  }

  /** How often this step was tried, with this time. */
  #tries(key: string): number {
    const tries = (this.tries.get(key) ?? 0) + 1;
    this.tries.set(key, tries);
    return tries;
  }

  async #playStep({ kind, rest, args, key }: Step): Promise<void> {
    const number = (index: number, otherwise: number) => Number(args[index] || otherwise);
    switch (kind) {
      case "say":
        await this.#text(inPieces(rest), 1);
        break;
      case "text":
        await this.#text(words(number(0, 20)), number(1, 5));
        break;
      case "slow":
        await this.#text(words(number(0, 200)), number(1, 100));
        break;
      case "think":
        await this.#thinking(number(0, 10), number(1, 5));
        await this.#text(words(5), 5);
        break;
      case "long":
        await this.#text(
          Array<string>(Math.ceil(number(0, 1) / 4096)).fill(`${"x".repeat(4095)}\n`),
        );
        break;
      case "longdelta":
        await this.#text(["y".repeat(number(0, 1))]);
        break;
      case "utf8":
        await this.#text(Array<string>(number(0, 200)).fill("héllo 世界 🚀 \u2028 ".repeat(200)));
        break;
      case "bash":
        await this.#bash(rest);
        break;
      case "textbash":
        await this.#text(words(5), 5);
        await this.#bash(rest);
        break;
      case "two":
        for (const command of rest.split(";;")) await this.#bash(command);
        break;
      case "write":
        await this.#tool("Write", {
          file_path: args[0],
          content: args.slice(1).join(":") || "hello\nline two\n",
        });
        break;
      case "read":
        await this.#tool("Read", { file_path: args[0] });
        break;
      case "edit":
        await this.#tool("Edit", { file_path: args[0], old_string: args[1], new_string: args[2] });
        break;
      case "tool":
        await this.#tool(args[0] ?? "", JSON.parse(args.slice(1).join(":") || "{}"));
        break;
      case "maxtok":
        await this.#text(words(10), 5);
        this.#stopReason = "max_tokens";
        break;
      case "refusal":
        await this.#text(words(2), 5);
        this.#stopReason = "refusal";
        break;
      case "errn":
        await this.#text(words(5), 5);
        break;
      case "echo":
        await this.#text([JSON.stringify(summary(this.request))]);
        break;
      case "hang":
        return;
      case "cut":
        if (this.#tries(key) > number(1, Infinity)) {
          await this.#text(words(5), 5);
          break;
        }
        await this.#deltas(words(number(0, 5)), 5);
        this.response.destroy();
        return;
      case "sseerr":
        await this.#deltas(words(5), 5);
        this.#send({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } });
        this.response.end();
        return;
      case "":
        await this.#text(
          inPieces(`User messages seen: ${this.request.messages.filter(isPrompt).length}.`),
        );
        break;
      default:
        await this.#text([`There is no step "${kind}".`]);
    }
    const delta = { stop_reason: this.#stopReason, stop_sequence: null };
    this.#send({ type: "message_delta", delta, usage: usage(this.#outputTokens) });
    this.#send({ type: "message_stop" });
    this.response.end();
  }

  async #text(pieces: readonly string[], pause = 0): Promise<void> {
    await this.#deltas(pieces, pause);
    this.#endBlock();
  }

  /** Opens a text block and leaves it open. */
  async #deltas(pieces: readonly string[], pause: number): Promise<void> {
    this.#startBlock({ type: "text", text: "" });
    for (const text of pieces) await this.#delta({ type: "text_delta", text }, pause);
  }

  async #thinking(count: number, pause: number): Promise<void> {
    this.#startBlock({ type: "thinking", thinking: "", signature: "" });
    for (let i = 0; i < count; i++) {
      await this.#delta({ type: "thinking_delta", thinking: `thought${i} ` }, pause);
    }
    await this.#delta({ type: "signature_delta", signature: "c2lnbmF0dXJl" });
    this.#endBlock();
  }

  #bash(command: string): Promise<void> {
    return this.#tool("Bash", { command, description: "scripted command" });
  }

  async #tool(name: string, input: unknown): Promise<void> {
    const id = `toolu_${String(this.number).padStart(6, "0")}_${this.#block}`;
    this.#startBlock({ type: "tool_use", id, name, input: {} });
    const json = JSON.stringify(input);
    const size = Math.max(12, Math.ceil(json.length / 40));
    for (let i = 0; i < json.length; i += size) {
      await this.#delta({ type: "input_json_delta", partial_json: json.slice(i, i + size) }, 2);
    }
    this.#endBlock();
    this.#stopReason = "tool_use";
  }

  #startBlock(block: object): void {
    this.#send({ type: "content_block_start", index: this.#block, content_block: block });
  }

  async #delta(delta: object, pause = 0): Promise<void> {
    if (this.response.destroyed) return;
    this.#send({ type: "content_block_delta", index: this.#block, delta });
    this.#outputTokens++;
    if (pause > 0) await sleep(pause);
  }

  #endBlock(): void {
    this.#send({ type: "content_block_stop", index: this.#block++ });
  }

  #message(content: readonly ApiContent[]): object {
    return {
      id: this.#id,
      type: "message",
      role: "assistant",
      model: this.request.model,
      content,
      stop_reason: content.length > 0 ? "end_turn" : null,
      stop_sequence: null,
      usage: usage(1),
    };
  }

  #send(event: { readonly type: string; readonly [field: string]: unknown }): void {
    if (this.response.destroyed) return;
    this.response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
}

const words = (count: number) => Array.from({ length: count }, (_, i) => `word${i} `);

/** Four characters a piece, never half a surrogate pair. */
const inPieces = (text: string) => text.match(/.{1,4}/gsu) ?? [];

const usage = (outputTokens: number) => ({
  input_tokens: 100,
  cache_creation_input_tokens: 20,
  cache_read_input_tokens: 3000,
  output_tokens: outputTokens,
  service_tier: "standard",
});

function summary(request: RecordedRequest): object {
  const blocks = request.messages.flatMap((message) => blocksOf(message.content));
  return {
    model: request.model,
    systemLength: request.system.length,
    messages: request.messages.length,
    images: blocks
      .filter((block) => block.type === "image")
      .map(({ source }) => ({ type: source?.media_type, length: source?.data?.length })),
    tools: request.tools,
  };
}

const errorTypes: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};

function sendError(response: http.ServerResponse, status: number, message: string): void {
  if (status === 429) response.setHeader("retry-after", "1");
  const error = { type: errorTypes[status] ?? "api_error", message };
  sendJson(response, status, { type: "error", error });
}

function sendJson(response: http.ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function readBody(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  void startMessagesApi({ port: Number(process.argv[2] ?? 0) }).then(({ url }) => console.log(url));
}
