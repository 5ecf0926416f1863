import { randomUUID } from "node:crypto";
import type { Exit, SandboxProcess } from "../sandbox/runtime";
import { LineSplitter } from "./lines";
import { parseLine, type WireMessage } from "./wire";

/** In characters. */
const UNREAD_LIMIT = 4000;

/** A headless Claude: prompts and control requests go in, wire messages come out. */
export class ClaudeProcess {
  /** The end of what came on stdout and is no message: an engine's words about its own failure. */
  unread = "";

  constructor(
    private readonly process: SandboxProcess,
    /** Told of each line that was skipped, and why. */
    private readonly skipped: (why: string) => void,
  ) {}

  /** Resolves, and never rejects, once the process is gone and all that it said was handed out. */
  get exited(): Promise<Exit> {
    return this.process.exited;
  }

  /** What Claude says, until its stdout ends. Can be read once. */
  async *messages(): AsyncGenerator<WireMessage> {
    const splitter = new LineSplitter();
    try {
      for await (const chunk of this.process.stdout) yield* this.#parse(splitter.push(chunk));
    } catch (error) {
      this.skipped(`the rest of stdout, which broke: ${String(error)}`);
    }
    yield* this.#parse(splitter.end());
  }

  /** Gives Claude a turn: each text is a block of its own. */
  async prompt(texts: readonly string[]): Promise<void> {
    const content = texts.map((text) => ({ type: "text", text }));
    await this.#write({ type: "user", message: { role: "user", content } });
  }

  /** Asks Claude to stop its turn. It answers with a `result`, unless it hangs. */
  async interrupt(): Promise<void> {
    await this.#write({
      type: "control_request",
      request_id: randomUUID(),
      request: { subtype: "interrupt" },
    });
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

  async #write(message: unknown): Promise<void> {
    await this.process.write(`${JSON.stringify(message)}\n`);
  }

  *#parse(lines: readonly string[]): Generator<WireMessage> {
    for (const line of lines) {
      const parsed = parseLine(line);
      if (parsed.message) yield parsed.message;
      else if (parsed.skipped) {
        this.skipped(parsed.skipped);
        if (!line.startsWith("{")) this.unread = `${this.unread}\n${line}`.slice(-UNREAD_LIMIT);
      }
    }
  }
}
