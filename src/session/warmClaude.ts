import { type ClaudeOptions, claudeArgv, type Resume } from "../claude/argv";
import { ClaudeProcess } from "../claude/claudeProcess";
import type { WireMessage } from "../claude/wire";
import type { Exit, SandboxRuntime } from "../sandbox/runtime";

export interface ClaudeServices {
  /** Where Claude works. Throws when the settings name no usable place. */
  readonly runtime: () => SandboxRuntime;
  readonly claude: () => ClaudeOptions;
  /** Variables for Claude inside the sandbox. */
  readonly environment: () => Promise<Readonly<Record<string, string>>>;
  readonly log: { warn(message: string): void };
}

/** Who listens to Claude. Messages are handed over one at a time, each when the one before is done with. */
export interface ClaudeListener {
  /** A new process begins, which counts from zero what it counts. */
  started(): void;
  heard(message: WireMessage): Promise<void>;
  /** The process ended, and nobody had told it to. `unread` is what it printed that is no message. */
  gone(exit: Exit, unread: string): Promise<void>;
}

/** How long Claude may take to follow an interrupt before its process is ended, in milliseconds. */
const STOP_WITHIN = 3000;

/** How long a retired process may take to end before the next one begins, in milliseconds. */
const RETIRE_WITHIN = 5000;

/** How long Claude may take to end when its window does, in milliseconds. */
const DISPOSE_WITHIN = 500;

/** How long Claude is kept without anything to do, in milliseconds. */
const IDLE = 10 * 60_000;

/**
 * Keeps a thread's Claude process between turns: a later turn begins at once, and what Claude still does
 * in the background can come to its end. It starts on need, and goes when it has long been idle.
 */
export class WarmClaude {
  readonly #services: ClaudeServices;
  readonly #listener: ClaudeListener;
  #process: ClaudeProcess | undefined;
  /** What the process was started with: other settings need another process. */
  #startedWith = "";
  /** What the process was given and has not answered to, if it had answered before. */
  #unanswered: { texts: readonly string[]; resume: Resume | null } | undefined;
  #retired: ClaudeProcess | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(services: ClaudeServices, listener: ClaudeListener) {
    this.#services = services;
    this.#listener = listener;
  }

  /** Gives Claude a turn, in a process that goes on with `resume` if it has to be started. */
  async prompt(texts: readonly string[], resume: Resume | null): Promise<void> {
    clearTimeout(this.#idle);
    const env = await this.#services.environment();
    const options = this.#services.claude();
    const runtime = this.#services.runtime();
    const startedWith = JSON.stringify([options, env, runtime.label, runtime.workspace]);
    if (this.#process && this.#startedWith !== startedWith) this.retire();
    this.#unanswered = this.#process && { texts, resume };
    if (!this.#process) {
      // Two processes on one session would fork its history.
      await this.#retirement();
      this.#startedWith = startedWith;
      this.#start(runtime.exec(claudeArgv(options, resume), { env }));
    }
    await this.#process?.prompt(texts);
  }

  /** Asks Claude to stop; one that does not is ended. */
  interrupt(): void {
    const process = this.#process;
    if (!process) return;
    void process.interrupt();
    const timer = setTimeout(() => process.kill(), STOP_WITHIN);
    this.#idle = timer;
    void process.exited.then(() => clearTimeout(timer));
  }

  /** Answers a request that nobody here can fulfil. */
  async decline(requestId: string, why: string): Promise<void> {
    await this.#process?.decline(requestId, why);
  }

  /** The turn is over: from here on Claude is idle. */
  rest(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.retire(), IDLE);
    this.#idle.unref();
  }

  /** Lets the process end by itself. Nobody listens to it any more. */
  retire(): void {
    clearTimeout(this.#idle);
    this.#retired = this.#process;
    this.#process = undefined;
    this.#retired?.end();
  }

  /** Ends the process at once. */
  kill(): void {
    this.retire();
    this.#retired?.kill();
  }

  /** Stops Claude without listening to what it says of that, and resolves when its process is gone. */
  async dispose(): Promise<void> {
    clearTimeout(this.#idle);
    const process = this.#process ?? this.#retired;
    this.#process = undefined;
    if (!process) return;
    await process.interrupt();
    process.end();
    const timer = setTimeout(() => process.kill(), DISPOSE_WITHIN);
    await process.exited;
    clearTimeout(timer);
  }

  #start(sandboxed: ReturnType<SandboxRuntime["exec"]>): void {
    const process = new ClaudeProcess(sandboxed, (why) =>
      this.#services.log.warn(`Skipped ${why}.`),
    );
    this.#process = process;
    this.#listener.started();
    void this.#listen(process);
  }

  async #listen(process: ClaudeProcess): Promise<void> {
    // A retired process is read as well, or it could not end.
    for await (const message of process.messages()) {
      if (this.#process !== process) continue;
      this.#unanswered = undefined;
      await this.#listener.heard(message);
    }
    const exit = await process.exited;
    if (this.#process !== process) return;
    this.#process = undefined;
    clearTimeout(this.#idle);
    const gone = () => this.#listener.gone(exit, process.unread);
    if (!this.#unanswered) return gone();
    // It was gone already when it was given this turn: another process takes it over.
    return this.prompt(this.#unanswered.texts, this.#unanswered.resume).catch(gone);
  }

  async #retirement(): Promise<void> {
    const retired = this.#retired;
    if (!retired) return;
    const timer = setTimeout(() => retired.kill(), RETIRE_WITHIN);
    await retired.exited;
    clearTimeout(timer);
    this.#retired = undefined;
  }
}
