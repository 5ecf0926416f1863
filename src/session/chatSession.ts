import type { Resume } from "../claude/argv";
import { turnError } from "../claude/errors";
import { Translator, type TurnSignal } from "../claude/translate";
import type { WireMessage } from "../claude/wire";
import type { Exit } from "../sandbox/runtime";
import type { ChatView, Refusal, SendReply, TurnState } from "../shared/protocol";
import {
  applyAll,
  type Conversation,
  isDurable,
  type Message,
  type Part,
  type Scope,
  type Thread,
  type ThreadEvent,
  type TurnError,
} from "../shared/thread";
import { titleFrom, UNTITLED } from "../shared/title";
import { ThreadConflictError, type ThreadStore } from "../store/threadStore";
import { maskDeep, type Mask } from "./mask";
import { StreamedText } from "./streamedText";
import { ThreadWriter } from "./threadWriter";
import { RENEW_EVERY, TurnLease } from "./turnLease";
import { type ClaudeServices, WarmClaude } from "./warmClaude";

/** What every session works with. */
export interface SessionServices extends ClaudeServices {
  readonly store: ThreadStore;
  /** What Claude is told of a thread's scope with its first prompt. */
  readonly context: (scope: Scope) => Promise<string | undefined>;
  readonly mask: Mask;
  /** How many messages a thread may have that people see. */
  readonly maxMessages: () => number;
  /** A process that ended without Claude's `result`, in words for the user; `unread` is what it printed. */
  readonly explain: (exit: Exit, unread: string) => TurnError;
  readonly newId: () => string;
  readonly now: () => number;
}

export interface SessionListener {
  /** Events were folded; `revision` is the count after them. */
  changed(events: readonly ThreadEvent[], revision: number): void;
  turn(turn: TurnState): void;
  /** Why something said is not on the disk yet; null when everything is. */
  unsaved(problem: string | null): void;
  /** The conversation is another than the events tell of: look at it anew. */
  reset(): void;
}

/** Streamed text is stored at the latest this long after it came, in milliseconds. */
const SAVE_WITHIN = 750;

/** One thread at work: what is said goes to Claude, and what comes back to the store and the listeners. */
export class ChatSession {
  readonly #services: SessionServices;
  readonly #listeners = new Set<SessionListener>();
  readonly #streamed = new StreamedText();
  #conversation: Conversation;
  #revision = 0;
  #turn: TurnState = { phase: "idle" };
  readonly #translator: Translator;
  readonly #claude: WarmClaude;
  /** What Claude was given for the present turn. */
  #prompts: readonly string[] = [];
  #saveSoon: NodeJS.Timeout | undefined;
  readonly #writer: ThreadWriter;
  #unsaved: string | null = null;
  readonly #lease: TurnLease;
  /** Looks whether the window that writes the last answer is still there. */
  #elsewhere: NodeJS.Timeout | undefined;
  #stored: boolean;

  /** `stored` tells a thread that is in the store from one that has no message yet. */
  constructor(services: SessionServices, conversation: Conversation, stored: boolean) {
    this.#services = services;
    this.#conversation = conversation;
    this.#stored = stored;
    this.#lease = new TurnLease(services.store, this.id, services.log);
    if (isAnswering(conversation)) this.#watchElsewhere();
    this.#writer = new ThreadWriter(services.store, this.id, services.newId, (problem) =>
      this.#setUnsaved(problem),
    );
    this.#translator = new Translator({
      newReply: () => this.#newMessage("assistant", "visible", []),
      now: services.now,
      sessionId: () => this.thread.claudeSessionId,
    });
    this.#claude = new WarmClaude(services, {
      started: () => this.#translator.processStarted(),
      heard: (message) => this.#hear(message),
      gone: (exit, unread) => this.#lose(exit, unread),
    });
  }

  get id(): string {
    return this.#conversation.thread.id;
  }

  get thread(): Thread {
    return this.#conversation.thread;
  }

  /** Whether the thread has a message, and so is kept. */
  get stored(): boolean {
    return this.#stored;
  }

  get turn(): TurnState {
    return this.#turn;
  }

  view(): Omit<ChatView, "threads" | "sandbox"> {
    return {
      conversation: this.#conversation,
      revision: this.#revision,
      turn: this.#turn,
      unsaved: this.#unsaved,
    };
  }

  /** Listens until the returned function is called. */
  listen(listener: SessionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Sends a message. It is on the disk before Claude hears of it, and before this resolves; the answer
   * comes as events. `seen` is the number of messages that the sender had before them.
   */
  async send(text: string, seen: number): Promise<SendReply> {
    if (text.trim() === "") return refused("There is nothing to send yet.");
    if (this.#turn.phase === "elsewhere") return refused(ELSEWHERE);
    if (this.#turn.phase !== "idle")
      return refused("Claude is still working. Send this when the answer is complete.");
    const visible = this.#conversation.messages.filter(
      ({ visibility }) => visibility === "visible",
    );
    if (visible.length + 2 > this.#services.maxMessages())
      return {
        ...refused(`This thread is full: it has ${visible.length} messages.`),
        next: { step: "continueInNewThread", label: "Continue in a New Thread" },
      };
    if (seen !== this.#conversation.messages.length)
      return refused("This conversation has just changed. Have a look, and send again.");
    this.#setTurn({ phase: "working" });
    try {
      if (!(await this.#lease.take())) {
        this.#setTurn({ phase: "idle" });
        return refused(ELSEWHERE);
      }
      this.#prompts = await this.#begin(text);
    } catch (error) {
      this.#translator.forget();
      this.#lease.release();
      this.#setTurn({ phase: "idle" });
      this.#services.log.warn(`A message could not be saved: ${String(error)}`);
      return refused(`The message could not be saved, so it was not sent: ${messageOf(error)}`);
    }
    void this.#prompt(resumeOf(this.thread));
    return { sent: true };
  }

  /** Takes in what another window has committed to this thread. */
  foreign(events: readonly ThreadEvent[]): void {
    this.#fold(events);
    const answering = isAnswering(this.#conversation);
    if (answering && this.#turn.phase === "idle") this.#watchElsewhere();
    if (!answering && this.#turn.phase === "elsewhere") this.#setTurn({ phase: "idle" });
  }

  /** Reads the thread anew: others have changed more of it than can be told. */
  async reload(): Promise<void> {
    if (this.#stored) await this.#writer.run(() => this.#reload());
  }

  /** Stops the turn. What came of the answer stays. */
  stop(): void {
    if (this.#turn.phase !== "working") return;
    this.#setTurn({ phase: "stopping" });
    this.#translator.stopping();
    this.#claude.interrupt();
  }

  /** Ends a turn that the window's end cuts short, and resolves when all that is known is stored. */
  async dispose(): Promise<void> {
    const gone = this.#claude.dispose();
    clearInterval(this.#elsewhere);
    if (this.#turn.phase !== "idle") await this.#endTurn(turnError("interrupted"));
    await this.#writer.settled();
    await gone;
    this.#listeners.clear();
  }

  /** Stores the prompt and the begun answer. Returns the texts that Claude is given. */
  async #begin(text: string): Promise<string[]> {
    const { scope } = this.thread;
    const first = this.#conversation.messages.length === 0;
    const context = first ? await this.#services.context(scope) : undefined;
    const attempt = async () => {
      const said: ThreadEvent[] = [];
      if (!this.#stored)
        said.push({ type: "threadCreated", thread: { ...this.thread, title: titleFrom(text) } });
      if (context) said.push(this.#message("system", "hidden", context));
      said.push(this.#message("user", "visible", text));
      await this.#commit([...said, ...this.#translator.begin()]);
    };
    try {
      await attempt();
    } catch (error) {
      if (!(error instanceof ThreadConflictError)) throw error;
      await this.#reload();
      await attempt();
    }
    return context ? [context, text] : [text];
  }

  async #prompt(resume: Resume | null): Promise<void> {
    try {
      // Stopped before it began.
      if (this.#turn.phase === "stopping") await this.#endTurn(null);
      else await this.#claude.prompt(this.#prompts, resume);
    } catch (error) {
      this.#services.log.warn(`Claude could not be started: ${String(error)}`);
      const detail = messageOf(error);
      await this.#endTurn({ code: "sandbox", message: "Claude could not be started.", detail });
    }
  }

  async #hear(message: WireMessage): Promise<void> {
    const { events, signal } = this.#translator.read(message);
    await this.#take(events);
    if (signal) await this.#follow(signal);
  }

  /** Claude's process ended by itself, or was ended since it did not stop. */
  async #lose(exit: Exit, unread: string): Promise<void> {
    const stopped = this.#turn.phase === "stopping";
    await this.#endTurn(stopped ? null : this.#services.explain(exit, unread));
  }

  /** Does what a signal asks for. */
  async #follow(signal: TurnSignal): Promise<void> {
    switch (signal.type) {
      case "ended":
        this.#claude.rest();
        return this.#endTurn(null);
      case "asked":
        return this.#claude.decline(signal.requestId, `Nobody here answers ${signal.subtype}.`);
      case "staleSession":
        this.#claude.retire();
        await this.#noteFreshSession();
        return this.#prompt(null);
      case "retrying": {
        if (signal.error === "authentication_failed") {
          // Claude would try for three minutes what only a login can help.
          this.#claude.kill();
          return this.#endTurn(turnError("notLoggedIn"));
        }
        const note = `Claude’s API does not answer as it should: try ${signal.attempt} of ${signal.of}.`;
        if (this.#turn.phase === "working") this.#setTurn({ phase: "working", note });
        return;
      }
      case "answered":
        return;
    }
  }

  /** Ends the turn, if nothing has: with an error as failed, without one as stopped. */
  async #endTurn(error: TurnError | null): Promise<void> {
    clearTimeout(this.#saveSoon);
    this.#saveSoon = undefined;
    const left = this.#translator.abandon(error);
    // What streamed and was never given whole is all there will be of it.
    const events = left.length > 0 ? [...this.#streamed.whole(this.#conversation), ...left] : [];
    await this.#keep(events);
    this.#lease.release();
    this.#setTurn({ phase: "idle" });
  }

  /** Folds what Claude said. What is durable is stored first; what only streams is shown at once. */
  async #take(events: readonly ThreadEvent[]): Promise<void> {
    if (events.length === 0) return;
    // Something came, so nothing is waited for; and Claude may begin a turn by itself.
    if (this.#translator.inTurn && this.#turn.phase !== "stopping" && !this.#isPlainlyWorking()) {
      if (this.#turn.phase === "idle") await this.#lease.take();
      this.#setTurn({ phase: "working" });
    }
    if (events.some(isDurable)) {
      const ends = events.some((event) => event.type === "messageEnded");
      await this.#keep(ends ? [...this.#streamed.whole(this.#conversation), ...events] : events);
    } else {
      this.#fold(events);
      this.#saveSoon ??= setTimeout(() => this.#saveStreamed(), SAVE_WITHIN);
    }
  }

  /** Stores what has streamed. The conversation in memory is ahead of it and stays as it is. */
  #saveStreamed(): void {
    this.#saveSoon = undefined;
    this.#writer
      .run(async () => {
        const events = await this.#streamed.growth(this.#conversation, this.#services.mask);
        if (events.length > 0) await this.#writer.keep(null, events);
      })
      .catch((error: unknown) => this.#lost(error));
  }

  /** Masks and stores what the user said, and folds it once it is on the disk. Rejects when it is not. */
  #commit(events: readonly ThreadEvent[]): Promise<void> {
    return this.#writer.run(async () => {
      const { masked, expected, stored } = await this.#prepare(events);
      await this.#writer.append(expected, stored);
      this.#stored = true;
      this.#fold(masked);
    });
  }

  /** Masks and stores what Claude said, and folds it, also while the disk refuses to take it. */
  async #keep(events: readonly ThreadEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.#writer.run(async () => {
      const { masked, expected, stored } = await this.#prepare(events);
      await this.#writer.keep(expected, stored).catch((error: unknown) => this.#lost(error));
      this.#fold(masked);
    });
  }

  /** Numbers the messages that are added, masks everything, and leaves out what is stored already. */
  async #prepare(events: readonly ThreadEvent[]) {
    const count = this.#conversation.messages.length;
    let seq = count;
    const numbered = events.map((event) =>
      event.type === "messageAdded"
        ? { ...event, message: { ...event.message, seq: seq++ } }
        : event,
    );
    const masked = await maskDeep(numbered, this.#services.mask);
    const stored = this.#streamed.compact(masked.filter(isDurable));
    return { masked, stored, expected: seq > count ? count : null };
  }

  #lost(error: unknown): void {
    this.#services.log.warn(`Something that Claude said could not be stored: ${String(error)}`);
  }

  #setUnsaved(problem: string | null): void {
    if (problem === this.#unsaved) return;
    this.#unsaved = problem;
    if (problem) this.#services.log.warn(`Not saved yet: ${problem}`);
    for (const listener of this.#listeners) listener.unsaved(problem);
  }

  #fold(events: readonly ThreadEvent[]): void {
    for (const event of events) this.#streamed.note(event);
    this.#conversation = applyAll(this.#conversation, events);
    this.#revision += events.length;
    for (const listener of this.#listeners) listener.changed(events, this.#revision);
  }

  #setTurn(turn: TurnState): void {
    if (turn.phase === "idle" && this.#turn.phase === "idle") return;
    this.#turn = turn;
    for (const listener of this.#listeners) listener.turn(turn);
  }

  async #reload(): Promise<void> {
    this.#conversation = await this.#services.store.load(this.id);
    this.#revision = 0;
    for (const listener of this.#listeners) listener.reset();
  }

  /** Another window writes the last answer. If that window is gone, the answer is cut short. */
  #watchElsewhere(): void {
    this.#setTurn({ phase: "elsewhere" });
    clearInterval(this.#elsewhere);
    this.#elsewhere = setInterval(() => void this.#lookElsewhere(), RENEW_EVERY);
    this.#elsewhere.unref();
  }

  async #lookElsewhere(): Promise<void> {
    if (this.#turn.phase !== "elsewhere") {
      clearInterval(this.#elsewhere);
      return;
    }
    const last = this.#conversation.messages.at(-1);
    if (!last || !(await this.#lease.take())) return;
    clearInterval(this.#elsewhere);
    await this.#keep([cutShort(last, this.#services.now())]);
    this.#lease.release();
    this.#setTurn({ phase: "idle" });
  }

  #isPlainlyWorking(): boolean {
    return this.#turn.phase === "working" && this.#turn.note === undefined;
  }

  async #noteFreshSession(): Promise<void> {
    const reply = this.#conversation.messages.at(-1);
    if (!reply) return;
    const part: Part = {
      type: "data-notice",
      id: "freshSession",
      data: {
        text: "Claude’s earlier session is no longer in the sandbox, so a new one was started. The messages above are kept, but Claude does not remember them.",
      },
    };
    await this.#keep([
      { type: "threadChanged", at: this.#services.now(), changes: NO_SESSION },
      { type: "partSet", message: reply.id, part },
    ]);
  }

  #message(role: Message["role"], visibility: Message["visibility"], text: string): ThreadEvent {
    const message = this.#newMessage(role, visibility, [{ type: "text", id: "text", text }]);
    return { type: "messageAdded", message };
  }

  #newMessage(
    role: Message["role"],
    visibility: Message["visibility"],
    parts: readonly Part[],
  ): Message {
    return {
      id: this.#services.newId(),
      threadId: this.id,
      seq: 0,
      role,
      parts,
      visibility,
      status: role === "assistant" ? "streaming" : "complete",
      usage: null,
      error: null,
      createdAt: this.#services.now(),
    };
  }
}

/** What Claude goes on with in a thread: its own session, or a copy of that of the thread it continues. */
function resumeOf({ claudeSessionId, metadata }: Thread): Resume | null {
  if (claudeSessionId) return { session: claudeSessionId, fork: false };
  const { forks } = metadata;
  return typeof forks === "string" ? { session: forks, fork: true } : null;
}

/** A thread whose session is gone has none to go on with. */
const NO_SESSION = { claudeSessionId: null, metadata: {} };

/** A thread that goes on where another is full. Claude knows what was said in that one. */
export const continuation = (id: string, { thread }: Conversation, now: number): Conversation =>
  newConversation(id, thread.scope, now, {
    continues: thread.id,
    ...(thread.claudeSessionId && { forks: thread.claudeSessionId }),
  });

/** A thread that nobody has said anything in yet. It is nowhere but in memory. */
export const newConversation = (
  id: string,
  scope: Scope,
  now: number,
  metadata: Thread["metadata"] = {},
): Conversation => ({
  thread: {
    id,
    title: UNTITLED,
    scope,
    claudeSessionId: null,
    pinned: false,
    metadata,
    createdAt: now,
    updatedAt: now,
  },
  messages: [],
});

/** The end of an answer whose window is gone: it crashed, or was ended without a chance to say so. */
export const cutShort = (answer: Message, at: number): ThreadEvent => ({
  type: "messageEnded",
  message: answer.id,
  at,
  status: "failed",
  usage: null,
  error: turnError("interrupted"),
});

export const isAnswering = ({ messages }: Conversation): boolean =>
  messages.at(-1)?.status === "streaming";

const ELSEWHERE = "Claude is working on this thread in another window.";

const refused = (why: string): Refusal => ({ sent: false, refused: why });

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
