import { t } from "@vscode/l10n";
import type { Resume } from "../claude/argv";
import { inactive, retrySentence, turnError } from "../claude/errors";
import { Translator, type TurnSignal } from "../claude/translate";
import type { WireMessage } from "../claude/wire";
import type { Exit } from "../sandbox/runtime";
import type { ChatView, Refusal, SendReply, TurnState } from "../shared/protocol";
import {
  type Conversation,
  type Message,
  type Part,
  type Thread,
  type ThreadEvent,
  type TurnError,
} from "../shared/thread";
import { titleFrom } from "../shared/title";
import { ReadOnlyStoreError, ThreadFullError } from "../store/threadStore";
import type { Draft } from "./draft";
import { historyOf } from "./history";
import { Inactivity } from "./inactivity";
import { followed, type Move } from "./followed";
import { LiveThread, type LiveThreadListener, type LiveThreadServices } from "./liveThread";
import { cutShort, isAnswering, resumeOf, sessionLost } from "./newConversation";
import { cutAnswer, recover } from "./recovery";
import { lastOfEach, news, type ThreadContext, type Told } from "./turnContext";
import { RENEW_EVERY, TurnLease } from "./turnLease";
import { type ClaudeServices, WarmClaude } from "./warmClaude";

/** What every session works with. */
export interface SessionServices extends ClaudeServices, LiveThreadServices {
  /** The file that a thread is about, as it is now; undefined where nothing is to be told of one. */
  readonly context: (thread: Thread) => Promise<ThreadContext | undefined>;
  /** How many messages a thread may have that people see. */
  readonly maxMessages: () => number;
  /** How long Claude may say nothing in a turn, in milliseconds; 0 for ever. */
  readonly inactivityTimeout: () => number;
  /** A process that ended without Claude's `result`, in words for the user; `unread` is what it printed. */
  readonly explain: (exit: Exit, unread: string) => TurnError | Promise<TurnError>;
  readonly now: () => number;
  /** Whether somebody has this thread before them, so that what comes in it is read. */
  readonly onShow: (thread: string) => boolean;
}

export interface SessionListener extends LiveThreadListener {
  turn(turn: TurnState): void;
}

/** One thread at work: what is said goes to Claude, and what comes back to the thread. */
export class ChatSession {
  readonly #services: SessionServices;
  readonly #listeners = new Set<SessionListener>();
  readonly #live: LiveThread;
  readonly #translator: Translator;
  readonly #claude: WarmClaude;
  readonly #lease: TurnLease;
  readonly #inactivity: Inactivity;
  #turn: TurnState = { phase: "idle" };
  /** What Claude is given in the present turn: what is new of the thread's file, and the prompt. */
  #context: readonly Told[] = [];
  #text = "";
  /** Ends the waiting for a place among the turns of this window. */
  #waiting = new AbortController();
  #leavePool: (() => void) | undefined;
  /** Looks whether the window that writes the last answer is still there. */
  #elsewhere: NodeJS.Timeout | undefined;
  #recovery: Promise<void> | undefined;

  /** `stored` tells a thread that is in the store from one that has no message yet. */
  constructor(services: SessionServices, conversation: Conversation, stored: boolean) {
    this.#services = services;
    this.#live = new LiveThread(services, conversation, stored, {
      changed: (events, revision) => {
        this.#tell((listener) => listener.changed(events, revision));
        this.#restIfDeleted();
      },
      unsaved: (problem) => this.#tell((listener) => listener.unsaved(problem)),
      reset: () => {
        this.#tell((listener) => listener.reset());
        this.#restIfDeleted();
      },
    });
    this.#lease = new TurnLease(services.store, this.id, services.log);
    this.#translator = new Translator({
      newReply: () => this.#newMessage("assistant", "visible", []),
      now: services.now,
      sessionId: () => this.thread.claudeSessionId,
    });
    this.#inactivity = new Inactivity(services.inactivityTimeout, {
      quiet: (silence) => this.#note(quietFor(minutes(silence))),
      over: (silence) => void this.#abort(inactive(minutes(silence))),
    });
    this.#claude = new WarmClaude(services, this.id, {
      started: () => this.#translator.processStarted(),
      active: () => this.#translator.inTurn && this.#inactivity.heard(),
      heard: (message) => this.#hear(message),
      gone: (exit, unread) => this.#lose(exit, unread),
    });
    if (isAnswering(conversation)) this.#watchElsewhere();
  }

  get id(): string {
    return this.#live.id;
  }

  get thread(): Thread {
    return this.#live.thread;
  }

  /** Whether the thread has a message, and so is kept. */
  get stored(): boolean {
    return this.#live.stored;
  }

  get draft(): Draft {
    return this.#live.draft;
  }

  get turn(): TurnState {
    return this.#turn;
  }

  view(): Omit<ChatView, "readOnly" | "threads" | "sandbox" | "fileMissing"> {
    const { conversation, revision, unsaved, draft } = this.#live;
    return { conversation, revision, unsaved, turn: this.#turn, draft: draft.text };
  }

  /** Listens until the returned function is called. */
  listen(listener: SessionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts Claude ahead of the next message, so that its answer begins at once. */
  async prepare(): Promise<void> {
    if (this.#turn.phase !== "idle" || this.thread.deletedAt !== null) return;
    await this.#claude.prepare(resumeOf(this.thread));
    this.#restIfDeleted();
  }

  /**
   * Sends a message. It is on the disk before Claude hears of it, and before this resolves, and no
   * draft any more; the answer comes as events. `seen` is the number of messages that the sender had
   * before them.
   */
  async send(text: string, seen: number): Promise<SendReply> {
    if (this.#recovery) await this.#recovery;
    if (text.trim() === "") return refused(t("There is nothing to send yet."));
    if (this.thread.deletedAt !== null)
      return refused(t("This thread was deleted. “Restore Deleted Thread…” brings it back."));
    if (this.#turn.phase === "elsewhere") return refused(elsewhere());
    if (this.#turn.phase !== "idle")
      return refused(t("Claude is still working. Send this when the answer is complete."));
    if (seen !== this.#live.messages.length)
      return refused(t("This conversation has just changed. Have a look, and send again."));
    this.#setTurn({ phase: "working" });
    try {
      if (!(await this.#lease.take())) {
        this.#setTurn({ phase: "idle" });
        return refused(elsewhere());
      }
      await this.#begin(text);
    } catch (error) {
      this.#translator.forget();
      this.#lease.release();
      this.#setTurn({ phase: "idle" });
      this.#services.log.warn(`A message was not sent: ${String(error)}`);
      return refusalOf(error);
    }
    void this.#prompt(resumeOf(this.thread));
    return { sent: true };
  }

  /** Takes in what another window has committed to this thread. */
  foreign(events: readonly ThreadEvent[]): void {
    // Claude was told something there that the process here does not know.
    if (events.some(({ type }) => type === "messageAdded")) this.#claude.retire();
    this.#live.foreign(events);
    const answering = isAnswering(this.#live.conversation);
    if (answering && this.#turn.phase === "idle") this.#watchElsewhere();
    if (!answering && this.#turn.phase === "elsewhere") this.#setTurn({ phase: "idle" });
  }

  /** Reads the thread anew: others have changed more of it than can be told. */
  async reload(): Promise<void> {
    this.#claude.retire();
    await this.#live.reload();
  }

  /** Stops the turn. What came of the answer stays. */
  stop(): void {
    if (this.#turn.phase !== "working") return;
    this.#setTurn({ phase: "stopping" });
    this.#translator.stopping();
    this.#waiting.abort();
    this.#claude.interrupt();
  }

  /** The whole of a tool's output that is shown in part. Rejects, in a sentence for the user. */
  output(message: string, part: string): Promise<string> {
    return this.#live.output(message, part);
  }

  /**
   * Puts the thread into the trash, where Claude stops, or takes it out of it. Resolves with false when
   * it is there, or out of it, already. Rejects with `ThreadNotFoundError` when it is purged, and as the
   * disk does.
   */
  async setDeleted(deleted: boolean): Promise<boolean> {
    let changed = false;
    await this.#live.commit(() => {
      changed = deleted !== (this.thread.deletedAt !== null);
      if (!changed) return [];
      const at = this.#services.now();
      // A clock that was behind must not shorten the thread's time in the trash.
      const deletedAt = deleted ? Math.max(at, this.thread.updatedAt) : null;
      return [{ type: "threadChanged", at, changes: { deletedAt } }];
    });
    return changed;
  }

  /**
   * Changes what is its user's to say of the thread, which leaves it where it is among the others.
   * Resolves with false where it is so already. Rejects as `setDeleted` does.
   */
  async change(changes: Partial<Pick<Thread, "title" | "pinned" | "unread">>): Promise<boolean> {
    const names = Object.keys(changes) as (keyof typeof changes)[];
    let changed = false;
    await this.#live.commit(() => {
      changed = names.some((name) => changes[name] !== this.thread[name]);
      return changed ? [{ type: "threadChanged", at: this.thread.updatedAt, changes }] : [];
    });
    return changed;
  }

  /**
   * Has the thread go on about its file where that is now, in or out of the trash. Rejects as
   * `setDeleted` does.
   */
  follow(moves: readonly Move[]): Promise<void> {
    return this.#live.change(() => {
      // Another window may have been faster, so each looks at the thread as it is by then.
      const scope = followed(this.thread.scope, moves);
      return scope
        ? [{ type: "threadChanged", at: this.thread.updatedAt, changes: { scope } }]
        : [];
    });
  }

  /** Takes in what Claude said. An answer that ends while nobody has it on show is still to be read. */
  async #take(events: readonly ThreadEvent[]): Promise<void> {
    const ends = events.some(({ type }) => type === "messageEnded");
    const { updatedAt, deletedAt } = this.thread;
    const unseen = ends && deletedAt === null && !this.#services.onShow(this.id);
    const changes = { unread: true };
    await this.#live.take(
      unseen ? [...events, { type: "threadChanged", at: updatedAt, changes }] : events,
    );
  }

  /** Claude has nothing to do in the trash: a turn is stopped, and what runs goes. */
  #restIfDeleted(): void {
    if (this.thread.deletedAt === null) return;
    this.stop();
    // After a stop it goes by itself.
    if (!this.#isStopping()) void this.#claude.clear();
  }

  /** Ends a turn that the window's end cuts short, and resolves when all that is known is stored. */
  async dispose(): Promise<void> {
    const gone = this.#claude.dispose();
    clearInterval(this.#elsewhere);
    this.#waiting.abort();
    if (this.#translator.inTurn) await this.#endTurn(turnError("interrupted"));
    await this.#live.settled();
    await gone;
    this.#listeners.clear();
  }

  /** Adds what Claude did after the window that asked it was gone, if the sandbox knows of it. */
  async recover(): Promise<void> {
    const cut = cutAnswer(this.#live.conversation);
    if (cut) this.#recovery ??= this.#recover(cut);
    await this.#recovery;
    this.#recovery = undefined;
  }

  async #recover(cut: Message): Promise<void> {
    const { log, mask, now } = this.#services;
    try {
      if (!(await this.#lease.take())) return;
      const runtime = await this.#services.runtime();
      // Claude keeps its record whole when it is asked to end.
      await this.#claude.endLeftovers(runtime);
      const events = await recover(this.#live.conversation, cut, { runtime, mask, now });
      await this.#take(events);
    } catch (error) {
      log.warn(`What Claude did meanwhile could not be recovered: ${String(error)}`);
    } finally {
      this.#lease.release();
    }
  }

  /** Stores the prompt and the begun answer. Rejects with `ThreadFullError`, and as the store does. */
  async #begin(text: string): Promise<void> {
    const { context, mask } = this.#services;
    const now = await context(this.thread);
    // A new session knows nothing yet.
    const known = {
      thread: this.thread,
      messages: resumeOf(this.thread) ? this.#live.messages : [],
    };
    this.#context = now ? await news(known, now.file, mask) : [];
    this.#text = text;
    await this.#live.commit(() => {
      this.#mustHaveRoom();
      const said: ThreadEvent[] = [];
      if (!this.stored)
        said.push({ type: "threadCreated", thread: { ...this.thread, title: titleFrom(text) } });
      if (now?.sendsSecrets !== undefined) said.push(this.#allowing(now.sendsSecrets));
      for (const told of this.#context)
        said.push(this.#message("system", "hidden", told.text, told.kind));
      said.push(this.#message("user", "visible", text));
      return [...said, ...this.#translator.begin()];
    }, text);
  }

  #allowing(sendsSecrets: boolean): ThreadEvent {
    const { updatedAt: at, metadata } = this.thread;
    return { type: "threadChanged", at, changes: { metadata: { ...metadata, sendsSecrets } } };
  }

  /** Throws a `ThreadFullError` where a prompt and its answer would be too many. */
  #mustHaveRoom(): void {
    const visible = this.#live.messages.filter(({ visibility }) => visibility === "visible").length;
    if (visible + 2 > this.#services.maxMessages())
      throw new ThreadFullError(t("This thread is full: it has {0} messages.", visible));
  }

  async #prompt(resume: Resume | null): Promise<void> {
    try {
      this.#waiting = new AbortController();
      this.#leavePool ??= await this.#services.pool.enter(
        (ahead) => this.#note(inLine(ahead)),
        this.#waiting.signal,
      );
      // Stopped before it began.
      if (this.#isStopping()) {
        await this.#endTurn(null);
        return;
      }
      this.#note(undefined);
      this.#inactivity.heard();
      await this.#claude.prompt(await this.#texts(resume), resume);
      // A process that was only about to start could not be told.
      if (this.#isStopping()) this.#claude.interrupt();
    } catch (error) {
      this.#services.log.warn(`Claude could not be started: ${String(error)}`);
      const detail = messageOf(error);
      await this.#endTurn({ code: "sandbox", message: t("Claude could not be started."), detail });
    }
  }

  /** What Claude is given: to a new session of an old thread, also what was said before. */
  async #texts(resume: Resume | null): Promise<string[]> {
    const news = this.#context.map((told) => told.text);
    if (resume) return [...news, this.#text];
    const { messages } = this.#live;
    const reply = messages.at(-1);
    const asked = messages.findLastIndex(({ role }) => role === "user");
    const earlier = messages.slice(0, asked);
    const history = historyOf(earlier);
    if (history && reply)
      await this.#take([{ type: "partSet", message: reply.id, part: freshSession() }]);
    const told = lastOfEach(earlier)
      .filter(({ kind }) => !this.#context.some((newer) => newer.kind === kind))
      .map((older) => older.text);
    return [...told, ...news, ...(history ? [history] : []), this.#text];
  }

  async #hear(message: WireMessage): Promise<void> {
    const { events, signal } = this.#translator.read(message);
    if (events.length > 0) await this.#work();
    await this.#take(events);
    if (signal) await this.#follow(signal);
  }

  /** Something came, so nothing is waited for; and Claude may have begun a turn by itself. */
  async #work(): Promise<void> {
    if (!this.#translator.inTurn || this.#isStopping()) return;
    if (this.#turn.phase === "idle") await this.#lease.take();
    this.#note(undefined);
  }

  /** Claude's process ended by itself, or was ended since it did not stop. */
  async #lose(exit: Exit, unread: string): Promise<void> {
    if (!this.#translator.inTurn) return;
    await this.#endTurn(this.#isStopping() ? null : await this.#services.explain(exit, unread));
  }

  /** Does what a signal asks for. */
  async #follow(signal: TurnSignal): Promise<void> {
    switch (signal.type) {
      case "ended":
        return this.#endTurn(null);
      case "asked":
        return this.#claude.decline(signal.requestId, `Nobody here answers ${signal.subtype}.`);
      case "staleSession":
        // One who was told of no session to resume would say so for ever.
        if (!resumeOf(this.thread)) return this.#abort(signal.error);
        this.#claude.retire();
        await this.#take([sessionLost(this.thread, this.#services.now())]);
        if (this.#translator.inTurn) await this.#prompt(null);
        return;
      case "retrying":
        // Claude would try for three minutes what only a login can help.
        if (signal.error === "authentication_failed") return this.#abort(turnError("notLoggedIn"));
        this.#note(retrySentence(signal.error, signal.attempt, signal.of));
        return;
    }
  }

  /** Ends the turn and Claude with it. */
  async #abort(error: TurnError): Promise<void> {
    void this.#claude.clear();
    await this.#endTurn(error);
  }

  /** Ends the turn, if nothing has: with an error as failed, without one as stopped. */
  async #endTurn(error: TurnError | null): Promise<void> {
    this.#inactivity.rest();
    await this.#take(this.#translator.abandon(error));
    this.#leavePool?.();
    this.#leavePool = undefined;
    this.#lease.release();
    const stopped = this.#isStopping();
    this.#setTurn({ phase: "idle" });
    if (!stopped) this.#claude.rest();
    // What Claude has left running in the background is stopped as well.
    else void this.#claude.clear();
  }

  #isStopping(): boolean {
    return this.#turn.phase === "stopping";
  }

  /** Says what a working Claude waits for, or that it does not wait any more. */
  #note(note: string | undefined): void {
    if (this.#isStopping()) return;
    if (this.#turn.phase === "working" && this.#turn.note === note) return;
    this.#setTurn({ phase: "working", ...(note && { note }) });
  }

  #setTurn(turn: TurnState): void {
    if (turn.phase === "idle" && this.#turn.phase === "idle") return;
    this.#turn = turn;
    this.#tell((listener) => listener.turn(turn));
  }

  #tell(what: (listener: SessionListener) => void): void {
    for (const listener of this.#listeners) what(listener);
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
    const last = this.#live.messages.at(-1);
    // A disk that refuses the claim is asked again.
    if (!last || !(await this.#lease.take().catch(() => false))) return;
    clearInterval(this.#elsewhere);
    await this.#take([cutShort(last, this.#services.now())]);
    this.#lease.release();
    this.#setTurn({ phase: "idle" });
    await this.recover();
  }

  #message(
    role: Message["role"],
    visibility: Message["visibility"],
    text: string,
    id = "text",
  ): ThreadEvent {
    const message = this.#newMessage(role, visibility, [{ type: "text", id, text }]);
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

const freshSession = (): Part => ({
  type: "data-notice",
  id: "freshSession",
  data: {
    text: t(
      "Claude’s earlier session is no longer in the sandbox, so a new one was started. It was told what was said above, but not what tools did.",
    ),
  },
});

const elsewhere = (): string => t("Claude is working on this thread in another window.");

function inLine(ahead: number): string {
  if (ahead === 0) return t("Waiting for another thread: this one is next.");
  return ahead === 1
    ? t("Waiting for other threads: one is before this one in line.")
    : t("Waiting for other threads: {0} are before this one in line.", ahead);
}

const quietFor = (minutes: number): string =>
  minutes === 1
    ? t("Claude has said nothing for a minute.")
    : t("Claude has said nothing for {0} minutes.", minutes);

const minutes = (milliseconds: number): number => Math.round(milliseconds / 60_000);

const refused = (why: string): Refusal => ({ sent: false, refused: why });

/** Why a message was not sent, and what can be done about it. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof ThreadFullError)
    return {
      ...refused(error.message),
      next: { step: "continueInNewThread", label: t("Continue in a New Thread") },
    };
  if (error instanceof ReadOnlyStoreError) return refused(error.message);
  return refused(t("The message could not be saved, so it was not sent: {0}", messageOf(error)));
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
