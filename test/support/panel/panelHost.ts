/** The host side of one panel, without VS Code: the real sessions, store and sandbox, in this process. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { ModelInfo } from "../../../src/claude/claudeProcess";
import { explainExit } from "../../../src/sandbox/explainExit";
import { SandboxMonitor } from "../../../src/sandbox/monitor";
import type { SandboxSettings } from "../../../src/sandbox/runtimes";
import { Sandboxes } from "../../../src/sandbox/sandboxes";
import { ChatSessions } from "../../../src/session/chatSessions";
import { ClaudePool } from "../../../src/session/claudePool";
import type { ThreadContext } from "../../../src/session/turnContext";
import { lazyMask } from "../../../src/session/lazyMask";
import type { Step as NextStep } from "../../../src/shared/protocol";
import { changesList, type Thread, type ThreadEvent } from "../../../src/shared/thread";
import type { ThreadStore } from "../../../src/store/threadStore";
import { WorkerThreadStore } from "../../../src/store/workerThreadStore";
import type { ChatFrame } from "../../../src/ui/chatFrame";
import { ChatPanel } from "../../../src/ui/chatPanel";
import type { EditorRequest } from "../../../src/ui/editorRequests";
import { type HeldBack, HostGuard } from "../../../src/workspace/hostGuard";
import { root } from "../paths";

const dist = (file: string): string => join(root, "dist", file);

export interface PanelHostOptions {
  /** The workspace. */
  readonly workspace: string;
  /** Where threads are kept. */
  readonly storage: string;
  readonly sandbox: Partial<SandboxSettings> & Pick<SandboxSettings, "runtime">;
  readonly maxMessages?: number;
  /** What Claude is told with a prompt, besides it. */
  readonly context?: (thread: Thread) => Promise<ThreadContext | undefined>;
}

export class PanelHost {
  readonly sessions: ChatSessions;
  readonly store: ThreadStore;
  readonly monitor: SandboxMonitor;
  /** What the page wanted VS Code to open, in its order. */
  readonly opened: EditorRequest[] = [];
  /** The buttons of errors and of an unready sandbox that were pressed. */
  readonly steps: NextStep[] = [];
  readonly warnings: string[] = [];
  readonly models: ModelInfo[][] = [];
  /** What the guard took back while a turn ran. */
  readonly heldBack: HeldBack[] = [];
  readonly guard: HostGuard;
  maxMessages: number;
  sandbox: SandboxSettings;
  /** What the disk says to whatever is written to it; undefined for a disk that works. */
  diskSays: string | undefined;
  /** Whether the file that a thread is about is not there. */
  fileMissing = false;
  panel!: ChatPanel;
  readonly #worker: WorkerThreadStore;
  #readOnly: string | null = null;

  constructor({ workspace, storage, sandbox, maxMessages = 200, context }: PanelHostOptions) {
    this.maxMessages = maxMessages;
    this.sandbox = { ...DEFAULTS, ...sandbox };
    const log = { warn: (message: string) => void this.warnings.push(message), info: () => {} };
    this.#worker = new WorkerThreadStore({
      program: dist("storeWorker.js"),
      wasm: dist("sql-wasm.wasm"),
      folder: storage,
      onProblem: log.warn,
      onForeign: (thread, events) => {
        void this.#takeIn(thread, events);
      },
      onReadOnly: (why) => {
        this.#readOnly = why;
        // It may be told before there is a panel.
        (this.panel as ChatPanel | undefined)?.turnReadOnly(why);
      },
    });
    this.store = this.#onDisk(this.#worker);
    const sandboxes = new Sandboxes({
      settings: () => this.sandbox,
      workspace: () => ({ hostWorkspace: workspace, demoScript: dist("demoClaude.js") }),
      allowed: () => Promise.resolve(false),
      isClone: () => false,
      log,
    });
    this.monitor = new SandboxMonitor(
      async () => ({
        sandbox: await sandboxes.current(true),
        options: { claudePath: "claude", env: {}, allowApiKey: false },
        auto: this.sandbox.runtime === "auto",
      }),
      (state) => this.panel.sandboxChanged(state),
    );
    this.guard = new HostGuard({
      folder: workspace,
      mode: () => "block",
      recall: () => Promise.resolve(undefined),
      remember: () => Promise.resolve(),
      findRepositories: () => Promise.resolve([]),
      onHeldBack: (held) => this.heldBack.push(held),
      onStuck: () => undefined,
      onChanged: () => undefined,
      log,
    });
    this.sessions = new ChatSessions(
      {
        store: this.store,
        runtime: () => sandboxes.current(),
        claude: () => ({
          path: "claude",
          model: "",
          permissionMode: "bypassPermissions",
          extraArgs: [],
        }),
        environment: () => Promise.resolve({}),
        context: context ?? (() => Promise.resolve(undefined)),
        mask: lazyMask(dist("mask.js")),
        maxMessages: () => this.maxMessages,
        pool: new ClaudePool(() => ({ turns: 4, idle: 3 })),
        idleTimeout: () => 600_000,
        inactivityTimeout: () => 600_000,
        onModels: (offered) => this.models.push([...offered]),
        explain: (exit, unread) => explainExit(exit, unread, sandboxes.last),
        guard: () => this.guard,
        log,
        newId: randomUUID,
        now: Date.now,
        onShow: () => true,
      },
      () => void this.#tellThreads(),
    );
    this.sandboxWorkspace = () => sandboxes.workspace ?? (this.sandbox.workspace || workspace);
  }

  readonly sandboxWorkspace: () => string;

  /** Fills a frame: with this thread, or with a new one. */
  async fill(frame: ChatFrame, thread?: string): Promise<void> {
    const { sessions } = this;
    this.panel = new ChatPanel(
      frame,
      thread === undefined
        ? sessions.createThread({ type: "workspace", id: "" })
        : await sessions.open(thread),
      {
        sessions,
        sandbox: () => this.monitor.state,
        readOnly: () => this.#readOnly,
        fileMissing: () => this.fileMissing,
        checkSandbox: () => this.monitor.ensure(),
        sandboxWorkspace: this.sandboxWorkspace,
        takeStep: (step) => void this.#take(step),
        openInEditor: (request) => {
          this.opened.push(request);
          return Promise.resolve();
        },
        log: { warn: (message) => void this.warnings.push(message) },
      },
    );
    this.monitor.watch(true);
  }

  async close(): Promise<void> {
    this.monitor.dispose();
    this.guard.dispose();
    await this.sessions.dispose();
    await this.#worker.close();
  }

  /** What another window has committed. */
  async #takeIn(thread: string | null, events: readonly ThreadEvent[]): Promise<void> {
    await this.sessions.foreign(thread, events);
    if (thread === null || events.some(changesList)) await this.#tellThreads();
  }

  async #tellThreads(): Promise<void> {
    try {
      this.panel.threadsChanged(await this.sessions.listWithDrafts());
    } catch {
      // It was closed meanwhile.
    }
  }

  /** What a button does that needs no VS Code. */
  async #take(step: NextStep): Promise<void> {
    this.steps.push(step);
    switch (step) {
      case "checkSandbox":
        await this.monitor.check();
        break;
      case "newThread":
        await this.panel.show(this.sessions.createThread({ type: "workspace", id: "" }));
        break;
      case "continueInNewThread":
        await this.panel.show(await this.sessions.continue(this.panel.session));
        break;
      default:
      // It is a command of VS Code's.
    }
  }

  /** The store, whose writes fail while the disk says something. */
  #onDisk(store: ThreadStore): ThreadStore {
    const writes = new Set<PropertyKey>(["append", "saveDraft"]);
    return new Proxy(store, {
      get: (target, name) => {
        if (this.diskSays !== undefined && writes.has(name))
          return () => Promise.reject(new Error(this.diskSays));
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  }
}

const DEFAULTS: Omit<SandboxSettings, "runtime"> = {
  name: "app",
  workspace: "",
  dockerPath: "docker",
  sbxPath: "sbx",
  command: [],
  ofWorkspace: [],
};
