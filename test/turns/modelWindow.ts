/** A window of a schedule: the real sessions on the real store, with a panel that folds what it is told. */
import { ClaudePool } from "../../src/session/claudePool";
import type { SandboxRuntime } from "../../src/sandbox/runtime";
import type { ChatSession, SessionServices } from "../../src/session/chatSession";
import { ChatSessions } from "../../src/session/chatSessions";
import { turnError } from "../../src/claude/errors";
import { applyAll } from "../../src/shared/reducer";
import { type Conversation, type Message, textOf, type ThreadEvent } from "../../src/shared/thread";
import type { SqlThreadStore } from "../../src/store/sqlThreadStore";
import { ThreadNotFoundError, type ThreadStore } from "../../src/store/threadStore";
import { openStore } from "../support/openStore";
import { between, type Random } from "../crash/random";
import type { ScriptedSandbox } from "./scriptedSandbox";

export const THREAD = "thread";

/** What all windows of a schedule share. */
export interface World {
  readonly folder: string;
  readonly sandbox: ScriptedSandbox;
  readonly random: Random;
  readonly windows: ModelWindow[];
  /** Every message that was acknowledged, and when. */
  readonly acknowledged: { readonly text: string; readonly sentAt: number; readonly at: number }[];
  /** How each answer was seen to end first, unless it was called cut short. */
  readonly ends: Map<string, Message>;
  readonly faults: string[];
  diskBroke: boolean;
  readonly trace: string[];
  /** How long the store is quiet before it writes its file, in milliseconds. */
  readonly quiet: number;
}

export class ModelWindow {
  readonly #world: World;
  readonly name: string;
  readonly #real: SqlThreadStore;
  readonly #store: ThreadStore;
  readonly sessions: ChatSessions;
  session: ChatSession | undefined;
  shown: Conversation | undefined;
  /** What was not sent, since the store refused it. */
  refused: string | undefined;
  readonly everRefused = new Set<string>();
  isSuspended = false;
  /** It was killed: nothing of it happens any more. */
  isGone = false;
  isClosed = false;
  /** When it was closed, in virtual milliseconds. */
  closedAt = Infinity;
  isClosing = false;
  /** When it was last not suspended. */
  awakeSince = 0;
  maskBreaks = false;
  /** Whether Claude is at work on what was sent here. */
  hasTurn = false;
  readonly #toWorker: (() => Promise<void> | void)[] = [];
  readonly #fromWorker: (() => void)[] = [];
  #pumping = false;
  readonly #sleeping: (() => void)[] = [];

  static async open(world: World, name: string): Promise<ModelWindow> {
    // What is told while it opens is of no interest yet.
    let told: (thread: string | null, events: readonly ThreadEvent[]) => void = () => {};
    const real = await openStore(
      world.folder,
      [],
      world.quiet,
      (thread, events) => told(thread, events),
      undefined,
      Date.now,
    );
    const window = new ModelWindow(world, name, real);
    told = (thread, events) =>
      window.#fromWorker.push(() => {
        window.sessions.foreign(thread, events).catch((error: unknown) => {
          world.faults.push(`foreign: ${String(error)}`);
        });
      });
    return window;
  }

  private constructor(world: World, name: string, real: SqlThreadStore) {
    this.#world = world;
    this.name = name;
    this.#real = real;
    this.#store = this.#port();
    this.awakeSince = Date.now();
    this.sessions = new ChatSessions(this.#services(), () => {});
  }

  #services(): SessionServices {
    const { sandbox } = this.#world;
    let count = 0;
    return {
      store: this.#store,
      runtime: () => this.#gated(sandbox.runtime(this)),
      claude: () => ({ path: "claude", model: "", permissionMode: "plan", extraArgs: [] }),
      environment: () => Promise.resolve({}),
      context: () => Promise.resolve(undefined),
      mask: (text) =>
        this.maskBreaks ? Promise.reject(new Error("The mask broke.")) : Promise.resolve(text),
      maxMessages: () => 1000,
      pool: new ClaudePool(() => ({ turns: 4, idle: 3 })),
      idleTimeout: () => 600_000,
      inactivityTimeout: () => 60_000,
      onModels: () => {},
      explain: () => turnError("sandbox"),
      log: {
        warn: (message) => {
          this.#trace(`warns: ${message}`);
          if (message.includes("behind the scenes"))
            this.#world.faults.push(`${this.name}: ${message}`);
        },
      },
      newId: () => `${this.name}-${++count}`,
      now: Date.now,
      onShow: () => true,
    };
  }

  /** A sandbox that this window hears and tells nothing while it is suspended. */
  #gated(runtime: SandboxRuntime): SandboxRuntime {
    return {
      ...runtime,
      exec: (argv, options) => {
        const process = runtime.exec(argv, options);
        const awake = () => this.#awake();
        return {
          stdout: {
            async *[Symbol.asyncIterator]() {
              for await (const chunk of process.stdout) {
                await awake();
                yield chunk;
              }
              await awake();
            },
          },
          write: (text) => this.#awake().then(() => process.write(text)),
          end: () => void this.#awake().then(() => process.end()),
          kill: () => void this.#awake().then(() => process.kill()),
          exited: process.exited,
        };
      },
    };
  }

  #awake(): Promise<void> {
    return this.isSuspended || this.isGone
      ? new Promise((resolve) => this.#sleeping.push(resolve))
      : Promise.resolve();
  }

  /** The store behind the port of a worker: questions and answers take a moment, in their order. */
  #port(): ThreadStore {
    const ask =
      <Args extends unknown[], Reply>(work: (...args: Args) => Promise<Reply>) =>
      (...args: Args): Promise<Reply> =>
        new Promise((resolve) => {
          this.#toWorker.push(async () => {
            // Its outcome arrives in its turn.
            const done = work(...args);
            await done.catch(() => {});
            this.#fromWorker.push(() => resolve(done));
            // The others are told by the file system that something was written.
            for (const other of this.#world.windows) if (other !== this) other.#poll();
          });
          this.#pump();
        });
    const real = this.#real;
    return {
      list: ask(() => real.list()),
      trash: ask(() => real.trash()),
      summary: ask((thread: string) => real.summary(thread)),
      load: ask((thread: string) => real.load(thread)),
      output: ask((...args: Parameters<ThreadStore["output"]>) => real.output(...args)),
      search: ask((...args: Parameters<ThreadStore["search"]>) => real.search(...args)),
      append: ask((...args: Parameters<ThreadStore["append"]>) => real.append(...args)),
      drafts: ask(() => real.drafts()),
      saveDraft: ask((draft: Parameters<ThreadStore["saveDraft"]>[0]) => real.saveDraft(draft)),
      claim: ask((...args: Parameters<ThreadStore["claim"]>) => real.claim(...args)),
      release: ask((thread: string) => real.release(thread)),
      close: ask(() => real.close()),
    };
  }

  #poll(): void {
    if (this.isClosed) return;
    setTimeout(() => {
      this.#toWorker.push(() => {
        try {
          this.#real.poll();
        } catch {
          // A disk that refuses is asked again.
        }
      });
      this.#pump();
    }, 50);
  }

  #pump(): void {
    if (this.#pumping || this.isSuspended || this.isGone) return;
    this.#pumping = true;
    setTimeout(
      () => {
        this.#pumping = false;
        if (this.isSuspended || this.isGone) return;
        void this.#work();
      },
      between(this.#world.random, 1, 15),
    );
  }

  async #work(): Promise<void> {
    if (this.#world.random() < 0.5) await this.#toWorker.shift()?.();
    else this.#fromWorker.shift()?.();
    if (this.#toWorker.length + this.#fromWorker.length > 0) this.#pump();
  }

  suspend(): void {
    this.isSuspended = true;
  }

  resume(): void {
    if (!this.isSuspended) return;
    this.isSuspended = false;
    this.awakeSince = Date.now();
    for (const wake of this.#sleeping.splice(0)) wake();
    this.#pump();
  }

  /** Shows the thread, or a new one under its id. */
  async show(): Promise<void> {
    let session: ChatSession;
    try {
      session = await this.sessions.open(THREAD);
    } catch (error) {
      if (!(error instanceof ThreadNotFoundError)) throw error;
      // It may be in the trash.
      if (error.message.includes("deleted") || this.#world.windows[0] !== this) return;
      if (this.isClosing) return;
      session = this.sessions.createThread({ type: "workspace", id: "" }, THREAD);
    }
    if (this.session === session || this.isClosing) return;
    this.session = session;
    this.shown = session.view().conversation;
    session.listen({
      changed: (events) => {
        if (this.shown) this.shown = applyAll(this.shown, events);
        this.#noteEnds();
      },
      reset: () => {
        this.shown = session.view().conversation;
        this.#noteEnds();
      },
      turn: ({ phase }) => {
        if (phase === "idle" || phase === "elsewhere") this.hasTurn = false;
        this.#trace(`turn: ${phase}`);
      },
      unsaved: () => {},
    });
    this.#noteEnds();
    void session.prepare();
  }

  /** An answer that had its end keeps it. */
  #noteEnds(): void {
    const { ends, faults } = this.#world;
    for (const message of this.shown?.messages ?? []) {
      if (message.status === "streaming" || message.error?.code === "interrupted") continue;
      // What could not be masked here, and is not on the disk either, another window may find whole.
      if (message.status === "failed" && this.session?.view().unsaved) continue;
      const before = ends.get(message.id);
      if (!before) ends.set(message.id, message);
      else if (before.status !== message.status)
        faults.push(`${message.id} was ${before.status}, and is ${message.status} in ${this.name}`);
    }
  }

  shows(text: string): boolean {
    return this.shown?.messages.some((message) => textOf(message) === text) === true;
  }

  async send(text: string): Promise<void> {
    const { session, shown } = this;
    if (!session || !shown) return;
    this.#trace(`sends ${text}`);
    const sentAt = Date.now();
    const reply = await session.send(text, shown.messages.length);
    this.#trace(reply.sent ? `sent ${text}` : `refused ${text}: ${reply.refused}`);
    if (reply.sent) this.#world.acknowledged.push({ text, sentAt, at: Date.now() });
    // It may be over already.
    this.hasTurn = reply.sent && session.turn.phase === "working";
    this.refused = reply.sent ? undefined : text;
    const others = this.#world.windows.filter((other) => other !== this);
    // While the disk refuses, an answer may wait for its end that no window writes.
    if (!reply.sent && !this.#world.diskBroke && reply.refused.includes("in another window"))
      // News take a moment.
      if (others.every(({ isGone, closedAt }) => !isGone && Date.now() - closedAt > 1000))
        this.#world.faults.push("no other window has the turn that another window is said to have");
    if (!reply.sent) this.everRefused.add(text);
  }

  #trace(what: string): void {
    this.#world.trace.push(`${String(Date.now() % 1_000_000).padStart(6)} ${this.name} ${what}`);
  }

  /** What the disk has refused goes with the window, and with it what was seen of it. */
  #forgetUnsaved(): void {
    if (this.session?.view().unsaved) this.#world.ends.clear();
  }

  /** Closes it as VS Code does. */
  async close(): Promise<void> {
    this.isClosing = true;
    await this.sessions.dispose();
    this.#forgetUnsaved();
    this.session = undefined;
    // Behind all that was asked of the store before.
    await this.#store.close();
    this.isClosed = true;
    this.closedAt = Date.now();
  }

  /** Ends it without a chance to say so. */
  kill(): void {
    this.#forgetUnsaved();
    this.isGone = this.isClosed = true;
    for (const claude of this.#world.sandbox.processes) if (claude.window === this) claude.end();
  }

  /** Lets go of the files of one that was killed, once nobody looks at them any more. */
  async discard(): Promise<void> {
    await this.#real.close().catch(() => {});
  }
}
