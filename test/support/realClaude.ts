/** The real CLI at work on a thread, through the code that the extension runs it with. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { claudeArgv, type Resume } from "../../src/claude/argv";
import { ClaudeProcess } from "../../src/claude/claudeProcess";
import { LineSplitter } from "../../src/claude/lines";
import { Translator, type TurnSignal } from "../../src/claude/translate";
import type { WireMessage } from "../../src/claude/wire";
import { explainExit } from "../../src/sandbox/explainExit";
import type { Exit, SandboxProcess } from "../../src/sandbox/runtime";
import { newConversation } from "../../src/shared/newThread";
import { apply } from "../../src/shared/reducer";
import {
  type Conversation,
  type Message,
  textOf,
  type ThreadEvent,
  type ToolPart,
} from "../../src/shared/thread";
import { claudeEnvironment, type ClaudeEnvironmentOptions, type ClaudeCli } from "./claudeCli";
import { message } from "./conversations";
import { LocalClaude } from "./localClaude";
import type { MessagesApi, RecordedRequest } from "./messagesApi";

const PLACE = { kind: "docker-sandbox", label: "the sandbox", program: "docker" } as const;

export interface ProcessOptions extends ClaudeEnvironmentOptions {
  readonly resume?: Resume;
  readonly model?: string;
  readonly extraArgs?: readonly string[];
  /** Where Claude works, below the folder. */
  readonly workspace?: string;
  /** Changes to Claude's environment; an undefined variable is taken away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** One thread, and the Claude process that works on it at present. */
export class RealClaude {
  readonly folder = mkdtempSync(join(tmpdir(), "sandbox-chat-claude-"));
  readonly home = join(this.folder, "home");
  conversation: Conversation = newConversation("thread", { type: "workspace", id: "" }, 0);
  /** What was said by all processes so far. */
  readonly wire: WireMessage[] = [];
  readonly events: ThreadEvent[] = [];
  readonly signals: TurnSignal[] = [];
  readonly skipped: string[] = [];
  /** The lines themselves, as they came on stdout. */
  readonly lines: string[] = [];
  #sandboxed: SandboxProcess | undefined;
  #process: ClaudeProcess | undefined;
  #listening: Promise<void> = Promise.resolve();
  #ids = 0;
  readonly #translator = new Translator({
    newReply: () =>
      message(`reply${++this.#ids}`, this.conversation.messages.length, "assistant", [], "thread"),
    now: () => 0,
    sessionId: () => this.conversation.thread.claudeSessionId,
  });

  constructor(
    private readonly cli: ClaudeCli,
    readonly api: MessagesApi,
  ) {
    mkdirSync(this.home);
  }

  get session(): string {
    const { claudeSessionId } = this.conversation.thread;
    assert.ok(claudeSessionId, "There is no session that could be resumed.");
    return claudeSessionId;
  }

  /** Claude's last message. */
  get last(): Message {
    const message = this.conversation.messages.at(-1);
    assert.ok(message, "Claude has said nothing.");
    return message;
  }

  get lastSignal(): TurnSignal | undefined {
    return this.signals.at(-1);
  }

  /** Starts a process. The one before must have ended. */
  start(options: ProcessOptions = {}): this {
    const { resume = null, model = "", extraArgs = [], workspace = "workspace" } = options;
    const path = join(this.folder, workspace);
    mkdirSync(path, { recursive: true });
    const environment: Record<string, string> = {};
    const all = { ...claudeEnvironment(this.home, this.api, options), ...options.environment };
    for (const [name, value] of Object.entries(all))
      if (value !== undefined) environment[name] = value;
    const argv = claudeArgv(
      { path: "claude", model, permissionMode: "bypassPermissions", extraArgs },
      resume,
    );
    const sandboxed = new LocalClaude(this.cli.path, path, environment).exec(argv);
    this.#sandboxed = { ...sandboxed, stdout: this.#overheard(sandboxed.stdout) };
    this.#process = new ClaudeProcess(this.#sandboxed, (why) => this.skipped.push(why));
    this.#translator.processStarted();
    this.#listening = this.#listen(this.#process);
    return this;
  }

  /**
   * What the API was asked with this in its messages. Besides the turn's own request, Claude may ask
   * another model for a title.
   */
  requestsWith(text: string): RecordedRequest[] {
    return this.api.requests.filter(({ messages }) => JSON.stringify(messages).includes(text));
  }

  /** Gives Claude a turn, as a session does. */
  async say(...texts: readonly string[]): Promise<void> {
    this.#fold(this.#translator.begin());
    await this.#running.prompt(texts);
  }

  /** Gives Claude a turn, and resolves with its answer when it has ended, in whatever way. */
  async ask(...texts: readonly string[]): Promise<Message> {
    const before = this.#ends();
    await this.say(...texts);
    const reply = this.last.id;
    const gone = this.#listening.then(() => true);
    let ended = false;
    void gone.then(() => (ended = true));
    await until(() => this.#ends() > before || ended);
    const message = this.conversation.messages.find(({ id }) => id === reply);
    assert.ok(message);
    return message;
  }

  /** Waits until the present turn has ended. */
  turnEnded(): Promise<void> {
    return until(() => !this.#translator.inTurn);
  }

  /** Writes a line to Claude's stdin, whatever it is. */
  async write(line: string): Promise<void> {
    assert.ok(this.#sandboxed);
    await this.#sandboxed.write(`${line}\n`);
  }

  async interrupt(): Promise<void> {
    await this.#running.interrupt();
  }

  /** Answers a request as a session does. */
  async decline(requestId: string): Promise<void> {
    await this.#running.decline(requestId, "Nobody here answers.");
  }

  kill(): void {
    this.#running.kill();
  }

  /** Closes stdin. */
  end(): void {
    this.#running.end();
  }

  /** How the process ended; a turn that it was in ends as it does in a session. */
  async gone(): Promise<Exit> {
    await this.#listening;
    const exit = await this.#running.exited;
    this.#fold(this.#translator.abandon(explainExit(exit, this.#running.unread, PLACE)));
    return exit;
  }

  async dispose(): Promise<void> {
    this.#process?.kill();
    await this.#listening;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  get #running(): ClaudeProcess {
    assert.ok(this.#process, "No process was started.");
    return this.#process;
  }

  async *#overheard(stdout: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const splitter = new LineSplitter();
    for await (const chunk of stdout) {
      this.lines.push(...splitter.push(chunk));
      yield chunk;
    }
  }

  async #listen(process: ClaudeProcess): Promise<void> {
    for await (const message of process.messages()) {
      this.wire.push(message);
      const { events, signal } = this.#translator.read(message);
      this.#fold(events);
      if (signal) this.signals.push(signal);
    }
  }

  #ends(): number {
    return this.signals.filter(({ type }) => type === "ended" || type === "staleSession").length;
  }

  #fold(events: readonly ThreadEvent[]): void {
    for (const event of events) this.conversation = apply(this.conversation, event);
    this.events.push(...events);
  }
}

/** How long a test may wait for one thing, in milliseconds. */
const PATIENCE = 45_000;

/** Waits until something is so; fails when it does not come, so that no process is left behind. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`It did not come: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const toolsOf = ({ parts }: Message): ToolPart[] =>
  parts.filter((part): part is ToolPart => part.type === "dynamic-tool");

/** What a tool put out, or why it failed. */
export const outcomeOf = (part: ToolPart | undefined): unknown =>
  part?.state === "output-available"
    ? part.output
    : part?.state === "output-error" && part.errorText;

export { textOf };
