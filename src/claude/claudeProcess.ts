import { randomUUID } from "node:crypto";
import type { Exit, SandboxProcess } from "../sandbox/runtime";
import { LimitError, shortened } from "../shared/limits";
import * as v from "valibot";
import { LineSplitter } from "./lines";
import { parseLine, type WireMessage } from "./wire";

/**
 * In characters; twice as much at times. It is several times as much as is kept of it once it is masked,
 * since half of a secret, where this cuts, could not be found to be one.
 */
const UNREAD_LIMIT = 32 * 1024;

/** So many lines that were skipped are told of; a program that says nothing else must not fill the log. */
const SKIPPED_LIMIT = 100;

/** No account has more models to choose from. */
const MODELS_LIMIT = 100;

const name = v.pipe(v.string(), v.transform(shortened));
const model = v.object({ value: name, displayName: name, description: name });
export type ModelInfo = v.InferOutput<typeof model>;

/** What Claude tells of itself before its first turn. */
const initialized = v.object({
  models: v.pipe(
    v.fallback(v.array(v.unknown()), []),
    v.transform((entries) =>
      entries.slice(0, MODELS_LIMIT).flatMap((entry) => {
        const parsed = v.safeParse(model, entry);
        return parsed.success ? [parsed.output] : [];
      }),
    ),
  ),
});
export type Initialized = v.InferOutput<typeof initialized>;

/** A headless Claude: prompts and control requests go in, wire messages come out. */
export class ClaudeProcess {
  /** The end of what came on stdout and is no message: an engine's words about its own failure. */
  unread = "";
  readonly #asked = new Map<string, (response: unknown) => void>();
  #skipped = 0;

  constructor(
    private readonly process: SandboxProcess,
    /** Told of lines that were skipped, and why. */
    private readonly onSkipped: (why: string) => void,
    /** Told whenever a line came, be it nothing to speak of. What never becomes one is no sign of life. */
    private readonly active: () => void = () => {},
  ) {}

  /** Resolves, and never rejects, once the process is gone and all that it said was handed out. */
  get exited(): Promise<Exit> {
    return this.process.exited;
  }

  /** What Claude says, until its stdout ends. Can be read once. Throws a `LimitError` for a line without an end. */
  async *messages(): AsyncGenerator<WireMessage> {
    const splitter = new LineSplitter();
    try {
      for await (const chunk of this.process.stdout) {
        const lines = splitter.push(chunk);
        if (lines.length > 0) this.active();
        yield* this.#parse(lines);
      }
    } catch (error) {
      if (error instanceof LimitError) throw error;
      this.onSkipped(`the rest of stdout, which broke: ${String(error)}`);
    }
    yield* this.#parse(splitter.end());
  }

  /** Asks Claude what it can do; it answers when it is ready for a turn. Undefined if it never does. */
  async initialize(): Promise<Initialized | undefined> {
    const response = await this.#ask({ subtype: "initialize" });
    const parsed = v.safeParse(initialized, response);
    return parsed.success ? parsed.output : undefined;
  }

  /** Gives Claude a turn: each text is a block of its own. */
  async prompt(texts: readonly string[]): Promise<void> {
    const content = texts.map((text) => ({ type: "text", text }));
    await this.#write({ type: "user", message: { role: "user", content } });
  }

  /** Asks Claude to stop its turn. It answers with a `result`, unless it hangs. */
  async interrupt(): Promise<void> {
    await this.#request(randomUUID(), { subtype: "interrupt" });
  }

  /** Answers a request that we cannot fulfil: unanswered, Claude would wait for ever. */
  async decline(requestId: string, why: string): Promise<void> {
    await this.#write({
      type: "control_response",
      response: { subtype: "error", request_id: requestId, error: why },
    });
  }

  /** No more prompts. Claude ends after the turn it is in. */
  end(): void {
    this.process.end();
  }

  kill(): void {
    this.process.kill();
  }

  async #ask(request: object): Promise<unknown> {
    const id = randomUUID();
    const answered = new Promise<unknown>((resolve) => this.#asked.set(id, resolve));
    await this.#request(id, request);
    return Promise.race([answered, this.exited.then(() => undefined)]);
  }

  #request(id: string, request: object): Promise<void> {
    return this.#write({ type: "control_request", request_id: id, request });
  }

  async #write(message: unknown): Promise<void> {
    await this.process.write(`${JSON.stringify(message)}\n`);
  }

  *#parse(lines: readonly string[]): Generator<WireMessage> {
    for (const line of lines) {
      const parsed = parseLine(line);
      if (parsed.message?.type === "control_response") this.#hearAnswer(parsed.message);
      else if (parsed.message) yield parsed.message;
      else if (parsed.skipped) {
        this.#skip(parsed.skipped);
        if (!line.startsWith("{")) this.#keepUnread(line);
      }
    }
  }

  #keepUnread(line: string): void {
    this.unread += `\n${line}`;
    if (this.unread.length > 2 * UNREAD_LIMIT) this.unread = this.unread.slice(-UNREAD_LIMIT);
  }

  #skip(why: string): void {
    this.#skipped++;
    if (this.#skipped <= SKIPPED_LIMIT) this.onSkipped(why);
    if (this.#skipped === SKIPPED_LIMIT) this.onSkipped("more lines, which are not told of");
  }

  #hearAnswer({ response }: Extract<WireMessage, { type: "control_response" }>): void {
    this.#asked.get(response.request_id)?.(response.response);
    this.#asked.delete(response.request_id);
  }
}
