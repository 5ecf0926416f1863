/** Answers one request by its script. */
import type { ServerResponse } from "node:http";
import { isPrompt, summaryOf, type RecordedRequest } from "./request";
import { currentStep, type Step } from "./script";
import { message, MessageStream } from "./stream";

/** Counts how often each step was tried. */
export class Tries {
  readonly #counts = new Map<string, number>();

  next(key: string): number {
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count;
  }
}

/** `number` is the request's. */
export async function answer(
  response: ServerResponse,
  request: RecordedRequest,
  number: number,
  tries: Tries,
): Promise<void> {
  const step = currentStep(request.messages) ?? { kind: "", rest: "", args: [], key: "" };
  const failure = failureOf(step, tries);
  if (failure !== undefined) {
    sendError(response, failure, `scripted ${failure}`);
  } else if (!request.streaming) {
    // The CLI asks this way after a stream that broke off.
    const content = [{ type: "text", text: "Not streamed." }];
    sendJson(response, 200, message(number, request.model, content));
  } else {
    await play(step, new MessageStream(response, request.model, number), request, tries);
  }
}

/** The HTTP status of a step that fails before anything streams. */
function failureOf({ kind, args, key }: Step, tries: Tries): number | undefined {
  if (kind === "err") return Number(args[0]);
  if (kind !== "errn") return undefined;
  return tries.next(key) <= Number(args[1]) ? Number(args[0]) : undefined;
}

async function play(
  { kind, rest, args, key }: Step,
  stream: MessageStream,
  request: RecordedRequest,
  tries: Tries,
): Promise<void> {
  const bash = (command: string) =>
    stream.tool("Bash", { command, description: "scripted command" });
  const number = (index: number, otherwise: number) => Number(args[index] || otherwise);
  switch (kind) {
    case "say":
      await stream.text(inPieces(rest), 1);
      break;
    case "text":
      await stream.text(words(number(0, 20)), number(1, 5));
      break;
    case "slow":
      await stream.text(words(number(0, 200)), number(1, 100));
      break;
    case "think":
      await stream.thinking(numbered("thought", number(0, 10)), number(1, 5));
      await stream.text(words(5), 5);
      break;
    case "long":
      await stream.text(
        Array<string>(Math.ceil(number(0, 1) / 4096)).fill(`${"x".repeat(4095)}\n`),
      );
      break;
    case "longdelta":
      await stream.text(["y".repeat(number(0, 1))]);
      break;
    case "utf8":
      await stream.text(Array<string>(number(0, 200)).fill("héllo 世界 🚀 \u2028 ".repeat(200)));
      break;
    case "bash":
      await bash(rest);
      break;
    case "textbash":
      await stream.text(words(5), 5);
      await bash(rest);
      break;
    case "two":
      for (const command of rest.split(";;")) await bash(command);
      break;
    case "write":
      await stream.tool("Write", {
        file_path: args[0],
        content: args.slice(1).join(":") || "hello\nline two\n",
      });
      break;
    case "read":
      await stream.tool("Read", { file_path: args[0] });
      break;
    case "edit":
      await stream.tool("Edit", { file_path: args[0], old_string: args[1], new_string: args[2] });
      break;
    case "tool":
      await stream.tool(args[0] ?? "", JSON.parse(args.slice(1).join(":") || "{}"));
      break;
    case "maxtok":
      await stream.text(words(10), 5);
      stream.end("max_tokens");
      return;
    case "refusal":
      await stream.text(words(2), 5);
      stream.end("refusal");
      return;
    case "errn":
      await stream.text(words(5), 5);
      break;
    case "echo":
      await stream.text([JSON.stringify(summaryOf(request))]);
      break;
    case "hang":
      return;
    case "cut":
      if (tries.next(key) > number(1, Infinity)) {
        await stream.text(words(5), 5);
        break;
      }
      await stream.openText(words(number(0, 5)), 5);
      stream.cut();
      return;
    case "cutlate":
      await stream.text(["Whole."]);
      await stream.openText(words(3), 20);
      stream.cut();
      return;
    case "sseerr":
      await stream.openText(words(5), 5);
      stream.fail("overloaded_error", "Overloaded");
      return;
    case "":
      await stream.text(
        inPieces(`User messages seen: ${request.messages.filter(isPrompt).length}.`),
      );
      break;
    default:
      await stream.text([`There is no step "${kind}".`]);
  }
  stream.end();
}

const numbered = (word: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${word}${i} `);

const words = (count: number) => numbered("word", count);

/** Four characters a piece, never half a surrogate pair. */
const inPieces = (text: string) => text.match(/.{1,4}/gsu) ?? [];

const errorTypes: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};

export function sendError(response: ServerResponse, status: number, message: string): void {
  if (status === 429) response.setHeader("retry-after", "1");
  const error = { type: errorTypes[status] ?? "api_error", message };
  sendJson(response, status, { type: "error", error });
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
