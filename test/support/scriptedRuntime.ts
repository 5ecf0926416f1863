import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startProcess } from "../../src/sandbox/childProcess";
import type { ExecOptions, SandboxRuntime } from "../../src/sandbox/runtime";

const FAKE_CLAUDE = join(__dirname, "../fixtures/fakeClaude.mjs");

/** A step of a scenario; see test/fixtures/fakeClaude.mjs. */
export type Step =
  | { write: string }
  | { stderr: string }
  | { sleep: number }
  | { awaitLine: true }
  | { awaitPrompt: true }
  | { awaitFile: string }
  | { models: readonly unknown[] }
  | { answers: Record<string, readonly Step[]> }
  | { ignore: string[] }
  | { exit: number }
  | { hang: true };

/** A line of stream-json. */
export const line = (message: object): Step => ({ write: `${JSON.stringify(message)}\n` });

/** What Claude says of a session that has begun. */
export const init = (session: string): Step =>
  line({ type: "system", subtype: "init", session_id: session });

export const delta = (text: string): Step =>
  line({
    type: "stream_event",
    event: { type: "content_block_delta", index: 0, delta: { type: "text_delta", text } },
  });

/** The beginning of a streamed text. */
export const begin = (session: string): Step[] => [
  init(session),
  line({
    type: "stream_event",
    session_id: session,
    event: { type: "message_start", message: { id: "m1" } },
  }),
  line({
    type: "stream_event",
    event: { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  }),
];

export const whole = (text: string): Step =>
  line({ type: "assistant", message: { id: "m1", content: [{ type: "text", text }] } });

export const result = (session: string, fields: object = {}): Step =>
  line({
    type: "result",
    subtype: "success",
    is_error: false,
    result: "",
    session_id: session,
    duration_ms: 5,
    total_cost_usd: 0.01,
    usage: { input_tokens: 1, output_tokens: 2 },
    ...fields,
  });

/** A whole answer to the next prompt. */
export const answer = (text: string, session = "s1"): Step[] => [
  { awaitLine: true },
  ...begin(session),
  delta(text),
  whole(text),
  result(session),
];

/** The variable by which the processes of a thread are known. */
const MARK = "SANDBOX_CHAT_THREAD";

/** A runtime in which Claude does, byte for byte, what the next scenario says. */
export class ScriptedRuntime implements SandboxRuntime {
  readonly label = "Scripted sandbox";
  readonly workspace = "/workspace";
  /** Called when a process is about to start. */
  onStart: () => void = () => {};
  /** The command lines so far. */
  /** The variables by which processes were looked for, to end them. */
  readonly ended: string[] = [];
  readonly started: { argv: readonly string[]; options: ExecOptions }[] = [];

  constructor(
    private readonly folder: string,
    private readonly scenarios: Step[][],
  ) {}

  /** What Claude was told on stdin, by all its processes. */
  heard(): Record<string, unknown>[] {
    return readFileSync(join(this.folder, "stdin"), "utf8")
      .split("\n")
      .filter(Boolean)
      .map((text) => JSON.parse(text) as Record<string, unknown>);
  }

  exec(argv: readonly string[], options: ExecOptions = {}) {
    // What looks after the processes is real, as they are.
    if (argv[0] === "sh") {
      const mark = argv.find((arg) => /^\w+=/.test(arg));
      if (mark) this.ended.push(mark);
      return startProcess(
        argv.map((arg) => (arg.startsWith(`${MARK}=`) ? this.#known(arg) : arg)),
        { env: { ...process.env, HOME: this.folder, ...options.env } },
      );
    }
    this.onStart();
    const scenario = join(this.folder, `scenario-${this.started.length}.json`);
    this.started.push({ argv, options });
    writeFileSync(scenario, JSON.stringify(this.scenarios.shift() ?? []));
    return startProcess([process.execPath, FAKE_CLAUDE], {
      env: {
        ...process.env,
        ...options.env,
        ...(options.env?.[MARK] && { [MARK]: this.#known(options.env[MARK]) }),
        FAKE_CLAUDE_SCENARIO: scenario,
        FAKE_CLAUDE_LOG: join(this.folder, "stdin"),
      },
    });
  }

  /**
   * All of these sandboxes are one machine, and many threads of tests have the same id: by its name
   * alone, the Claude of one would be ended with that of another.
   */
  #known(mark: string): string {
    return `${mark} in ${this.folder}`;
  }
}
