/** A sandbox and the Claudes in it, which do as a schedule says, on whatever clock there is. */
import type { ExecOptions, Exit, SandboxProcess, SandboxRuntime } from "../../src/sandbox/runtime";

/** What Claude does with a prompt. Times are in milliseconds. */
export interface Behaviour {
  /** Until it says something. */
  readonly after: number;
  /** Pieces of its answer, and the time before each. */
  readonly pieces: number;
  readonly pace: number;
  /** How it ends: whole, by itself without a `result`, or not at all. */
  readonly end: "whole" | "dies" | "hangs";
  /** Whether it follows an interrupt. */
  readonly deaf: boolean;
  /** It begins another turn by itself, so long after the end. */
  readonly again?: number;
}

const ANSWERS_AT_ONCE: Behaviour = { after: 1, pieces: 2, pace: 1, end: "whole", deaf: false };

export class ScriptedSandbox {
  readonly processes: ScriptedClaude[] = [];
  /** By the text of the prompt. */
  readonly behaviours = new Map<string, Behaviour>();
  /** The lines of each session's record. */
  readonly records = new Map<string, string[]>();
  /** The most turns that ever ran at once which somebody had asked for. */
  mostAtOnce = 0;
  sessions = 0;

  /** The sandbox as a window sees it; what it starts is known by the window. */
  runtime(window: { readonly isGone: boolean }): SandboxRuntime {
    return {
      label: "Scripted sandbox",
      workspace: "/workspace",
      exec: (argv, options = {}) => {
        if (argv[0] !== "sh") {
          const claude = new ScriptedClaude(this, window, argv, options);
          this.processes.push(claude);
          return claude;
        }
        const mark = argv[4] ?? "";
        return mark.includes("=")
          ? this.#end(mark)
          : said((this.records.get(mark) ?? []).join("\n"));
      },
    };
  }

  get alive(): readonly ScriptedClaude[] {
    return this.processes.filter(({ isAlive }) => isAlive);
  }

  count(): void {
    const asked = this.processes.filter(({ isAlive, isAsked }) => isAlive && isAsked).length;
    this.mostAtOnce = Math.max(this.mostAtOnce, asked);
  }

  #end(mark: string): SandboxProcess {
    const [name = "", value] = mark.split("=");
    return said("", (end) => {
      setTimeout(() => {
        const found = this.alive.filter(({ env }) => env[name] === value);
        for (const claude of found) claude.die(null);
        end(`${found.length}\n`);
      }, 60);
    });
  }
}

/** A command that prints something, now or when it says so, and ends. */
function said(text: string, later?: (end: (text: string) => void) => void): SandboxProcess {
  const printed = new Promise<string>((resolve) => (later ? later(resolve) : resolve(text)));
  return {
    stdout: {
      async *[Symbol.asyncIterator]() {
        yield Buffer.from(await printed);
      },
    },
    write: () => Promise.resolve(),
    end: () => {},
    kill: () => {},
    exited: printed.then(() => ({ code: 0, signal: null, stderr: "" })),
  };
}

/** One Claude: stream-json in and out. */
export class ScriptedClaude implements SandboxProcess {
  readonly env: Readonly<Record<string, string>>;
  readonly #session: string;
  readonly #sandbox: ScriptedSandbox;
  readonly #lines: string[] = [];
  #wake: () => void = () => {};
  #exit: (exit: Exit) => void = () => {};
  readonly exited = new Promise<Exit>((resolve) => (this.#exit = resolve));
  isAlive = true;
  /** Whether it works on something that somebody has asked for. */
  isAsked = false;
  #turn: Behaviour | undefined;
  #begun = false;
  #open = true;
  #turns = 0;

  constructor(
    sandbox: ScriptedSandbox,
    readonly window: { readonly isGone: boolean },
    argv: readonly string[],
    options: ExecOptions,
  ) {
    this.#sandbox = sandbox;
    this.env = options.env ?? {};
    const resume = argv.indexOf("--resume");
    this.#session = argv[resume + 1] ?? "";
    if (resume < 0) this.#session = `s${++sandbox.sessions}`;
  }

  readonly stdout: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => this.#read(),
  };

  async *#read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) yield Buffer.from(line);
      else if (!this.isAlive) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  write(text: string): Promise<void> {
    for (const line of text.split("\n").filter(Boolean)) {
      const message = JSON.parse(line) as {
        type: string;
        request_id?: string;
        request?: { subtype: string };
        message?: { content: { text: string }[] };
      };
      if (!this.isAlive) break;
      if (message.request?.subtype === "initialize")
        this.#say({
          type: "control_response",
          response: {
            subtype: "success",
            request_id: message.request_id,
            response: { models: [] },
          },
        });
      else if (message.request?.subtype === "interrupt") this.#interrupt();
      else if (message.type === "user") this.#ask(message.message?.content.at(-1)?.text ?? "");
    }
    return Promise.resolve();
  }

  end(): void {
    this.#open = false;
    if (!this.#turn) this.die(0);
  }

  /** The client is gone: what is inside learns of it when it reads on. */
  kill(): void {
    this.end();
  }

  die(code: number | null): void {
    if (!this.isAlive) return;
    this.isAlive = this.isAsked = false;
    this.#wake();
    this.#exit({ code, signal: code === null ? "SIGINT" : null, stderr: "" });
  }

  #ask(prompt: string): void {
    this.isAsked = true;
    this.#record({
      type: "user",
      message: { role: "user", content: [{ type: "text", text: prompt }] },
    });
    this.#begin(`Answer to ${prompt}`, this.#sandbox.behaviours.get(prompt) ?? ANSWERS_AT_ONCE);
    this.#sandbox.count();
  }

  #begin(answer: string, behaviour: Behaviour): void {
    this.#turn = behaviour;
    this.#begun = false;
    const id = `m${++this.#turns}`;
    const words = Array.from({ length: behaviour.pieces }, (_, nth) => `${answer}, ${nth}. `);
    const piece = (nth: number) => {
      if (!this.isAlive || this.#turn !== behaviour) return;
      if (nth === 0) this.#start(id);
      const text = words[nth];
      if (text !== undefined) {
        this.#stream({
          type: "content_block_delta",
          index: 0,
          delta: { type: "text_delta", text },
        });
        setTimeout(() => piece(nth + 1), behaviour.pace);
      } else if (behaviour.end === "dies") this.die(1);
      else if (behaviour.end === "whole") this.#finish(id, words.join(""), behaviour);
    };
    setTimeout(() => piece(0), behaviour.after);
  }

  #start(id: string): void {
    this.#begun = true;
    this.#say({ type: "system", subtype: "init", session_id: this.#session });
    this.#stream({ type: "message_start", message: { id } });
    const content_block = { type: "text", text: "" };
    this.#stream({ type: "content_block_start", index: 0, content_block });
  }

  #finish(id: string, text: string, behaviour: Behaviour): void {
    const message = { id, content: [{ type: "text", text }] };
    this.#say({ type: "assistant", session_id: this.#session, message });
    this.#record({ type: "assistant", message: { ...message, stop_reason: "end_turn" } });
    this.#result({});
    const { again } = behaviour;
    if (again !== undefined)
      setTimeout(() => {
        if (this.isAlive && !this.#turn) this.#begin(`By itself after ${text}`, ANSWERS_AT_ONCE);
      }, again);
  }

  #interrupt(): void {
    if (!this.#turn || this.#turn.deaf) return;
    setTimeout(() => {
      if (!this.isAlive || !this.#turn) return;
      if (!this.#begun) this.#start(`m${this.#turns}`);
      this.#result({ is_error: true, terminal_reason: "aborted_streaming" });
    }, 20);
  }

  #result(fields: object): void {
    this.#turn = undefined;
    this.isAsked = false;
    this.#say({
      type: "result",
      subtype: "success",
      is_error: false,
      result: "",
      session_id: this.#session,
      duration_ms: 5,
      total_cost_usd: 0,
      usage: { input_tokens: 1, output_tokens: 1 },
      ...fields,
    });
    if (!this.#open) this.die(0);
  }

  #stream(event: object): void {
    this.#say({ type: "stream_event", session_id: this.#session, event });
  }

  #record(line: object): void {
    const lines = this.#sandbox.records.get(this.#session) ?? [];
    this.#sandbox.records.set(this.#session, [...lines, JSON.stringify(line)]);
  }

  #say(message: object): void {
    this.#lines.push(`${JSON.stringify(message)}\n`);
    this.#wake();
  }
}
