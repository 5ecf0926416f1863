import { type ClaudeOptions, claudeArgv } from "../claude/argv";
import { ClaudeProcess } from "../claude/claudeProcess";
import { turnError } from "../claude/errors";
import { Translator, type TurnSignal } from "../claude/translate";
import type { Exit, SandboxRuntime } from "../sandbox/runtime";
import type { SendReply, TurnState } from "../shared/protocol";
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
import { UnsavedText } from "./unsavedText";

/** What every session works with. */
export interface SessionServices {
  readonly store: ThreadStore;
  /** Where Claude works. Throws when the settings name no usable place. */
  readonly runtime: () => SandboxRuntime;
  readonly claude: () => ClaudeOptions;
  /** Variables for Claude inside the sandbox. */
  readonly environment: () => Promise<Readonly<Record<string, string>>>;
  /** What Claude is told of a thread's scope with its first prompt. */
  readonly context: (scope: Scope) => Promise<string | undefined>;
  readonly mask: Mask;
  /** A process that ended without Claude's `result`, in words for the user; `unread` is what it printed. */
  readonly explain: (exit: Exit, unread: string) => TurnError;
  readonly log: { warn(message: string): void };
  readonly newId: () => string;
  readonly now: () => number;
}

export interface SessionListener {
  /** Events were folded; `revision` is the count after them. */
  changed(events: readonly ThreadEvent[], revision: number): void;
  turn(turn: TurnState): void;
  /** The conversation is another than the events tell of: look at it anew. */
  reset(): void;
}

/** Streamed text is stored at the latest this long after it came, in milliseconds. */
const SAVE_WITHIN = 750;

/** How long Claude may take to follow an interrupt before its process is ended, in milliseconds. */
const STOP_WITHIN = 3000;

/** How long a process may linger after its turn before the next one begins, in milliseconds. */
const LINGER = 6000;

/** One thread at work: what is said goes to Claude, and what comes back to the store and the listeners. */
export class ChatSession {
  readonly #services: SessionServices;
  readonly #listeners = new Set<SessionListener>();
  readonly #unsaved = new UnsavedText();
  #conversation: Conversation;
  #revision = 0;
  #turn: TurnState = { phase: "idle" };
  #translator: Translator | undefined;
  #claude: ClaudeProcess | undefined;
  #saveSoon: NodeJS.Timeout | undefined;
  /** Writes happen one after another, in the order in which they were asked for. */
  #written: Promise<unknown> = Promise.resolve();
  #stored: boolean;

  /** `stored` tells a thread that is in the store from one that has no message yet. */
  constructor(services: SessionServices, conversation: Conversation, stored: boolean) {
    this.#services = services;
    this.#conversation = conversation;
    this.#stored = stored;
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

  view(): { conversation: Conversation; revision: number; turn: TurnState } {
    return { conversation: this.#conversation, revision: this.#revision, turn: this.#turn };
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
    if (this.#turn.phase !== "idle")
      return refused("Claude is still working. Send this when the answer is complete.");
    if (seen !== this.#conversation.messages.length)
      return refused("This conversation has just changed. Have a look, and send again.");
    this.#setTurn({ phase: "working" });
    try {
      const prompts = await this.#begin(text);
      void this.#run(prompts);
      return { sent: true };
    } catch (error) {
      this.#translator = undefined;
      this.#setTurn({ phase: "idle" });
      this.#services.log.warn(`A message could not be saved: ${String(error)}`);
      return refused(`The message could not be saved, so it was not sent: ${messageOf(error)}`);
    }
  }

  /** Stops the turn. What came of the answer stays. */
  stop(): void {
    if (this.#turn.phase !== "working") return;
    this.#setTurn({ phase: "stopping" });
    this.#translator?.stopping();
    const claude = this.#claude;
    if (!claude) return;
    void claude.interrupt();
    const timer = setTimeout(() => claude.kill(), STOP_WITHIN);
    void claude.exited.then(() => clearTimeout(timer));
  }

  /** Ends a turn that the window's end cuts short, and resolves when all that is known is stored. */
  async dispose(): Promise<void> {
    if (this.#turn.phase !== "idle") {
      void this.#claude?.interrupt();
      await this.#endTurn(turnError("interrupted"));
    }
    this.#claude?.kill();
    await this.#written;
    this.#listeners.clear();
  }

  /** Stores the prompt and the begun answer. Returns the texts that Claude is given. */
  async #begin(text: string): Promise<string[]> {
    const { scope } = this.thread;
    const first = this.#conversation.messages.length === 0;
    const context = first ? await this.#services.context(scope) : undefined;
    const attempt = async () => {
      this.#translator = this.#newTranslator();
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

  async #run(prompts: readonly string[]): Promise<void> {
    try {
      const { claudeSessionId } = this.thread;
      if ((await this.#converse(prompts, claudeSessionId)) !== "stale") return;
      await this.#noteFreshSession();
      if ((await this.#converse(prompts, null)) === "stale")
        await this.#endTurn(turnError("claude"));
    } catch (error) {
      this.#services.log.warn(`A turn broke down: ${String(error)}`);
      const detail = messageOf(error);
      await this.#endTurn({ code: "sandbox", message: "Claude could not be started.", detail });
    }
  }

  /**
   * One Claude process, from its prompt to its end. The turn ends with Claude's `result`; a process that
   * ends without one ends the turn as failed, unless it only said that there is no session to resume.
   */
  async #converse(prompts: readonly string[], resume: string | null): Promise<"stale" | "done"> {
    const { runtime, claude: options, environment, explain, log } = this.#services;
    const env = await environment();
    await this.#lingering();
    const translator = this.#translator;
    if (!translator || this.#turn.phase === "stopping") {
      await this.#endTurn(null);
      return "done";
    }
    const claude = new ClaudeProcess(
      runtime().exec(claudeArgv(options(), resume), { env }),
      (why) => log.warn(`Skipped ${why}.`),
    );
    this.#claude = claude;
    await claude.prompt(prompts);
    for await (const message of claude.messages()) {
      // What comes behind the turn's end is read as well, or the process could not end.
      if (this.#translator !== translator) continue;
      const { events, signal } = translator.read(message);
      await this.#take(events);
      if (signal?.type === "staleSession") {
        claude.kill();
        return "stale";
      }
      if (signal) await this.#follow(claude, signal);
    }
    const exit = await claude.exited;
    if (this.#translator === translator)
      await this.#endTurn(this.turn.phase === "stopping" ? null : explain(exit, claude.unread));
    return "done";
  }

  /** Does what a signal asks for. */
  async #follow(claude: ClaudeProcess, signal: TurnSignal): Promise<void> {
    switch (signal.type) {
      case "ended":
        await this.#endTurn(null);
        claude.end();
        return;
      case "asked":
        return claude.decline(signal.requestId, `Nobody here answers ${signal.subtype}.`);
      case "retrying": {
        if (signal.error === "authentication_failed") {
          // Claude would try for three minutes what only a login can help.
          await claude.interrupt();
          await this.#endTurn(turnError("notLoggedIn"));
          claude.end();
          return;
        }
        const note = `Claude’s API does not answer as it should: try ${signal.attempt} of ${signal.of}.`;
        if (this.#turn.phase === "working") this.#setTurn({ phase: "working", note });
        return;
      }
      case "answered":
      case "staleSession":
        return;
    }
  }

  /** Ends the turn, if nothing has: with an error as failed, without one as stopped. */
  async #endTurn(error: TurnError | null): Promise<void> {
    clearTimeout(this.#saveSoon);
    this.#saveSoon = undefined;
    const translator = this.#translator;
    this.#translator = undefined;
    const left = translator?.abandon(error) ?? [];
    // What streamed and was never given whole is all there will be of it.
    const events = left.length > 0 ? [...this.#unsaved.take(this.#conversation), ...left] : [];
    try {
      await this.#commit(events);
    } catch (failure) {
      this.#services.log.warn(`The end of a turn could not be saved: ${String(failure)}`);
      this.#fold(events);
    }
    this.#setTurn({ phase: "idle" });
  }

  /** Folds what Claude said. What is durable is stored first; what only streams is shown at once. */
  async #take(events: readonly ThreadEvent[]): Promise<void> {
    if (events.length === 0) return;
    if (this.#turn.phase === "working" && this.#turn.note) this.#setTurn({ phase: "working" });
    if (events.some(isDurable)) {
      const ends = events.some((event) => event.type === "messageEnded");
      await this.#commit(ends ? [...this.#unsaved.take(this.#conversation), ...events] : events);
    } else {
      this.#fold(events);
      this.#saveSoon ??= setTimeout(() => this.#saveStreamed(), SAVE_WITHIN);
    }
  }

  /** Stores streamed text as it stands. The conversation in memory is ahead of it and stays as it is. */
  #saveStreamed(): void {
    this.#saveSoon = undefined;
    const events = this.#unsaved.take(this.#conversation);
    if (events.length === 0) return;
    this.#write(async () => {
      await this.#services.store.append(this.id, null, await maskDeep(events, this.#services.mask));
    }).catch((error: unknown) =>
      this.#services.log.warn(`Streamed text could not be stored yet: ${String(error)}`),
    );
  }

  /** Masks and stores events, and folds them once they are on the disk. Numbers the messages they add. */
  async #commit(events: readonly ThreadEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.#write(async () => {
      const count = this.#conversation.messages.length;
      let seq = count;
      const numbered = events.map((event) =>
        event.type === "messageAdded"
          ? { ...event, message: { ...event.message, seq: seq++ } }
          : event,
      );
      const masked = await maskDeep(numbered, this.#services.mask);
      const expected = seq > count ? count : null;
      await this.#services.store.append(this.id, expected, masked.filter(isDurable));
      this.#stored = true;
      this.#fold(masked);
    });
  }

  #write(work: () => Promise<void>): Promise<void> {
    const written = this.#written.then(work);
    this.#written = written.catch(() => {});
    return written;
  }

  #fold(events: readonly ThreadEvent[]): void {
    for (const event of events) this.#unsaved.note(event);
    this.#conversation = applyAll(this.#conversation, events);
    this.#revision += events.length;
    for (const listener of this.#listeners) listener.changed(events, this.#revision);
  }

  #setTurn(turn: TurnState): void {
    this.#turn = turn;
    for (const listener of this.#listeners) listener.turn(turn);
  }

  async #reload(): Promise<void> {
    this.#conversation = await this.#services.store.load(this.id);
    this.#revision = 0;
    for (const listener of this.#listeners) listener.reset();
  }

  /** Waits for the process of the turn before, so that no two write to one Claude session. */
  async #lingering(): Promise<void> {
    const before = this.#claude;
    if (!before) return;
    const timer = setTimeout(() => before.kill(), LINGER);
    await before.exited;
    clearTimeout(timer);
    this.#claude = undefined;
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
    await this.#commit([
      { type: "threadChanged", at: this.#services.now(), changes: { claudeSessionId: null } },
      { type: "partSet", message: reply.id, part },
    ]);
  }

  #newTranslator(): Translator {
    return new Translator({
      newReply: () => this.#newMessage("assistant", "visible", []),
      now: () => this.#services.now(),
      sessionId: this.thread.claudeSessionId,
    });
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

/** A thread that nobody has said anything in yet. It is nowhere but in memory. */
export const newConversation = (id: string, scope: Scope, now: number): Conversation => ({
  thread: {
    id,
    title: UNTITLED,
    scope,
    claudeSessionId: null,
    pinned: false,
    metadata: {},
    createdAt: now,
    updatedAt: now,
  },
  messages: [],
});

const refused = (why: string): SendReply => ({ sent: false, refused: why });

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
