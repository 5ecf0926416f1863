import { randomUUID } from "node:crypto";
import { type ClaudeOptions, claudeArgv, type Resume } from "../claude/argv";
import { ClaudeProcess, type ModelInfo } from "../claude/claudeProcess";
import type { WireMessage } from "../claude/wire";
import { endProcesses } from "../sandbox/endProcesses";
import type { Exit, SandboxRuntime } from "../sandbox/runtime";
import { inBackground } from "../shared/inBackground";
import { LimitError } from "../shared/limits";
import type { ClaudePool } from "./claudePool";
import { WindowClosingError } from "./refusals";

export interface ClaudeServices {
  /** Where Claude works. Throws when the settings name no usable place. */
  readonly runtime: () => SandboxRuntime | Promise<SandboxRuntime>;
  readonly claude: () => ClaudeOptions;
  /** Variables for Claude inside the sandbox. */
  readonly environment: () => Promise<Readonly<Record<string, string>>>;
  /** Shared by all sessions of this window. */
  readonly pool: ClaudePool;
  /** How long Claude is kept without anything to do, in milliseconds. */
  readonly idleTimeout: () => number;
  /** Told, by each process that is ready for its first turn, which models Claude offers. */
  readonly onModels: (models: readonly ModelInfo[]) => void;
  readonly log: { warn(message: string): void };
}

/** How a process ended. */
export interface ProcessEnd {
  readonly exit: Exit;
  /** What it printed that is no message. */
  readonly unread: string;
  /**
   * Whether it was gone, or as good as gone, when it was given the turn: another process can take that
   * over.
   */
  readonly unheard: boolean;
  /** Whether it was to go on with a session, and never said a word. */
  readonly unresumed: boolean;
}

/** Who listens to Claude. Messages are handed over one at a time, each when the one before is done with. */
export interface ClaudeListener {
  /** A new process begins, which counts from zero what it counts. */
  started(): void;
  /** The process gave a sign of life. */
  active(): void;
  heard(message: WireMessage): Promise<void>;
  /** The process ended, and nobody had told it to. */
  gone(end: ProcessEnd): Promise<void>;
  /** What was heard could not be dealt with, so nothing more is. */
  broke(error: unknown): Promise<void>;
}

/** The variable by which the processes of a thread are known inside the sandbox, whichever window's. */
const THREAD = "SANDBOX_CHAT_THREAD";
/** The same for those that were started here. */
const SESSION = "SANDBOX_CHAT_SESSION";

/** How long Claude may take to follow an interrupt before it is ended inside, in milliseconds. */
const STOP_WITHIN = 2000;

/**
 * How long what is ended inside may take to leave by itself, in tenths of a second, and the sandbox to
 * do all that before the client is ended, in milliseconds.
 */
const END = { patience: 4, timeout: 5000 };

/** The same for what an earlier window has left: nobody waits, and Claude has its record to write. */
const END_LEFTOVERS = { patience: 30, timeout: 10_000 };

/** How long Claude may take to leave by itself after a stop, and with nothing to do, in milliseconds. */
const LEAVE_AT_ONCE = 1000;
const LEAVE_AT_LEISURE = 5000;

/** How long after the process inside its client may take to end, in milliseconds. */
const CLIENT_WITHIN = 300;

interface Running {
  readonly process: ClaudeProcess;
  readonly runtime: SandboxRuntime;
  /** What it was started with: other settings need another process. */
  readonly startedWith: string;
  /** Resolves once it has told what it can do, or is gone. */
  readonly ready: Promise<void>;
  /** Whether it is to go on with a session, and has not said anything yet. */
  unresumed: boolean;
}

/**
 * Keeps a thread's Claude process between turns: a turn begins at once, and what Claude still does in
 * the background can come to its end. It is started ahead of need where that is known, and goes when
 * it has long been idle. One that was stopped goes too, with all that it has started inside.
 */
export class WarmClaude {
  readonly #services: ClaudeServices;
  readonly #thread: string;
  readonly #id = randomUUID();
  readonly #listener: ClaudeListener;
  #running: Running | undefined;
  /** Starts come one after another. */
  #starting: Promise<unknown> = Promise.resolve();
  #preparing: Promise<void> | undefined;
  /** Changes when a start that is under way is of no use any more. */
  #starts = 0;
  /** When what ran before is gone: two processes on one session would fork its history. */
  #left: Promise<void> = Promise.resolve();
  /** A process that ran before was given a turn, and has not answered to it. */
  #unheard = false;
  #overdue: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(services: ClaudeServices, thread: string, listener: ClaudeListener) {
    this.#services = services;
    this.#thread = thread;
    this.#listener = listener;
  }

  /**
   * Starts Claude ahead of a turn, unless it runs. Resolves when it is ready for one, or cannot be
   * started, which the turn will tell of.
   */
  prepare(resume: Resume | null): Promise<void> {
    if (this.#running || this.#disposed) return Promise.resolve();
    this.#preparing ??= this.#prepare(resume).finally(() => (this.#preparing = undefined));
    return this.#preparing;
  }

  async #prepare(resume: Resume | null): Promise<void> {
    try {
      const running = await this.#current(resume);
      this.rest();
      await running?.ready;
    } catch (error) {
      this.#services.log.warn(`Claude could not be started ahead of a turn: ${String(error)}`);
    }
  }

  /**
   * Gives Claude a turn, in a process that goes on with `resume` if it has to be started, and tells just
   * before. Resolves with false, and gives none, if `signal` comes first, or the process was let go.
   */
  async prompt(
    texts: readonly string[],
    resume: Resume | null,
    signal: AbortSignal,
    given: () => void,
  ): Promise<boolean> {
    this.#restNoMore();
    const before = this.#running;
    const running = await this.#current(resume);
    if (signal.aborted || !running) {
      this.rest();
      return false;
    }
    this.#restNoMore();
    this.#unheard = running === before;
    given();
    await running.process.prompt(texts);
    return true;
  }

  /** Asks Claude to stop its turn. One that does not is ended, and what it has started with it. */
  interrupt(): void {
    const running = this.#running;
    if (!running) return;
    inBackground(running.process.interrupt(), this.#services.log);
    clearTimeout(this.#overdue);
    this.#overdue = setTimeout(
      () => inBackground(this.#end(running), this.#services.log),
      STOP_WITHIN,
    );
  }

  /** Answers a request that nobody here can fulfil. */
  async decline(requestId: string, why: string): Promise<void> {
    await this.#running?.process.decline(requestId, why);
  }

  /** The turn is over: from here on Claude is idle. */
  rest(): void {
    this.#restNoMore();
    if (!this.#running) return;
    this.#services.pool.rests(this);
    this.#idle = setTimeout(() => this.retire(), this.#services.idleTimeout());
    this.#idle.unref();
  }

  /** Lets the process end by itself, also one that is about to start. Nobody listens to it any more. */
  retire(): void {
    this.#starts++;
    this.#retire();
  }

  #retire(): void {
    const running = this.#letGo();
    if (!running) return;
    running.process.end();
    this.#left = within(running.process.exited, LEAVE_AT_LEISURE).then((left) =>
      left ? undefined : this.#end(running),
    );
  }

  /** Ends the process and whatever it has started, also in the background. Nobody listens any more. */
  async clear(): Promise<void> {
    this.#starts++;
    const running = this.#letGo();
    if (running) this.#left = this.#clear(running);
    await this.#left;
  }

  /** Ends inside what an earlier window has left of this thread. Resolves when it is gone. */
  async endLeftovers(runtime: SandboxRuntime): Promise<void> {
    await endProcesses(runtime, [THREAD, this.#thread], END_LEFTOVERS);
  }

  /** Resolves when what ran before is gone. */
  get left(): Promise<void> {
    return this.#left;
  }

  /** Whether there is a process, or one is about to start. */
  get isRunning(): boolean {
    return this.#running !== undefined || this.#preparing !== undefined;
  }

  /** Ends everything, and resolves when it is gone. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.clear();
  }

  /** The process of the present settings, started if there is none; undefined if it is let go before. */
  #current(resume: Resume | null): Promise<Running | undefined> {
    const starts = this.#starts;
    const current = this.#starting.then(async () => {
      const env = await this.#services.environment();
      const options = this.#services.claude();
      const runtime = await this.#services.runtime();
      const startedWith = JSON.stringify([options, env, runtime.label, runtime.workspace]);
      if (this.#running?.startedWith === startedWith) return this.#running;
      this.#retire();
      await this.#left;
      if (this.#disposed) throw new WindowClosingError();
      if (starts !== this.#starts) return undefined;
      const sandboxed = runtime.exec(claudeArgv(options, resume), {
        env: { ...env, [THREAD]: this.#thread, [SESSION]: this.#id },
      });
      const process = new ClaudeProcess(
        sandboxed,
        (why) => this.#services.log.warn(`Skipped ${why}.`),
        () => this.#listener.active(),
      );
      const ready = process.initialize().then((told) => {
        if (told) this.#services.onModels(told.models);
      });
      const running = { process, runtime, startedWith, ready, unresumed: resume !== null };
      this.#running = running;
      this.#listener.started();
      inBackground(ready, this.#services.log);
      inBackground(this.#listen(running), this.#services.log);
      return running;
    });
    this.#starting = current.catch(() => {});
    return current;
  }

  async #listen(running: Running): Promise<void> {
    const { process } = running;
    try {
      // A process that was let go is read as well, or it could not end.
      for await (const message of process.messages()) {
        running.unresumed = false;
        if (this.#running !== running) continue;
        this.#unheard = false;
        await this.#listener.heard(message);
      }
      const exit = await process.exited;
      if (this.#running !== running) return;
      const { unresumed } = running;
      const unheard = this.#unheard;
      this.#letGo();
      await this.#listener.gone({ exit, unread: process.unread, unheard, unresumed });
    } catch (error) {
      // What one says that was let go is nobody's.
      if (error instanceof LimitError && this.#running !== running) return;
      await this.#listener.broke(error);
    }
  }

  #letGo(): Running | undefined {
    this.#restNoMore();
    clearTimeout(this.#overdue);
    const running = this.#running;
    this.#running = undefined;
    this.#unheard = false;
    return running;
  }

  #restNoMore(): void {
    clearTimeout(this.#idle);
    this.#services.pool.restsNoMore(this);
  }

  async #clear(running: Running): Promise<void> {
    inBackground(running.process.interrupt(), this.#services.log);
    running.process.end();
    await within(running.process.exited, LEAVE_AT_ONCE);
    await this.#end(running);
  }

  /** The client of a process that is ended inside ends by itself, unless the sandbox hangs. */
  async #end({ process, runtime }: Running): Promise<void> {
    await endProcesses(runtime, [SESSION, this.#id], END).catch((error: unknown) =>
      this.#services.log.warn(`Claude could not be ended inside: ${String(error)}`),
    );
    if (!(await within(process.exited, CLIENT_WITHIN))) process.kill();
    await process.exited;
  }
}

/** Whether something comes to its end in so many milliseconds. */
async function within(end: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const intime = await Promise.race([end.then(() => true), late]);
  clearTimeout(timer);
  return intime;
}
