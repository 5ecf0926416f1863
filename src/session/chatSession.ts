import { t } from "@vscode/l10n";
import type { ChatView, SendReply, TurnState } from "../shared/protocol";
import type { Conversation, Message, Thread, ThreadEvent } from "../shared/thread";
import { ClaudeTurns, type TurnServices } from "./claudeTurns";
import type { Draft } from "./draft";
import { followed, type Move } from "./followed";
import { LiveThread, type LiveThreadListener, type LiveThreadServices } from "./liveThread";
import { cutShort, isAnswering } from "./newConversation";
import { OtherWindow } from "./otherWindow";
import { cutAnswer, recover } from "./recovery";
import { refusalOf, refused, refusedElsewhere } from "./refusals";
import { TurnLease } from "./turnLease";

/** What every session works with. */
export interface SessionServices extends TurnServices, LiveThreadServices {
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
  readonly #lease: TurnLease;
  readonly #turns: ClaudeTurns;
  readonly #otherWindow: OtherWindow;
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
    this.#turns = new ClaudeTurns(services, this.#live, this.#lease, {
      turn: (turn) => this.#tell((listener) => listener.turn(turn)),
      take: (events) => this.#take(events),
    });
    this.#otherWindow = new OtherWindow(this.#lease, () => this.#otherIsGone());
    if (isAnswering(conversation)) this.#waitForOther();
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
    return this.#turns.state;
  }

  view(): Omit<ChatView, "readOnly" | "threads" | "sandbox" | "fileMissing"> {
    const { conversation, revision, unsaved, draft } = this.#live;
    return { conversation, revision, unsaved, turn: this.turn, draft: draft.text };
  }

  /** Listens until the returned function is called. */
  listen(listener: SessionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts Claude ahead of the next message, so that its answer begins at once. */
  async prepare(): Promise<void> {
    if (this.turn.phase !== "idle" || this.thread.deletedAt !== null) return;
    await this.#turns.prepare();
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
    if (this.turn.phase === "elsewhere") return refusedElsewhere();
    if (this.turn.phase !== "idle")
      return refused(t("Claude is still working. Send this when the answer is complete."));
    if (seen !== this.#live.messages.length)
      return refused(t("This conversation has just changed. Have a look, and send again."));
    this.#turns.set({ phase: "working" });
    try {
      if (!(await this.#lease.take())) {
        this.#turns.set({ phase: "idle" });
        return refusedElsewhere();
      }
      await this.#turns.begin(text);
    } catch (error) {
      this.#lease.release();
      this.#turns.set({ phase: "idle" });
      this.#services.log.warn(`A message was not sent: ${String(error)}`);
      return refusalOf(error);
    }
    void this.#turns.run();
    return { sent: true };
  }

  /** Stops the turn. What came of the answer stays. */
  stop(): void {
    this.#turns.stop();
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
    if (this.thread.deletedAt !== null) this.#turns.clear();
  }

  /** Takes in what another window has committed to this thread. */
  foreign(events: readonly ThreadEvent[]): void {
    // Claude was told something there that the process here does not know.
    if (events.some(({ type }) => type === "messageAdded")) this.#turns.retire();
    this.#live.foreign(events);
    const answering = isAnswering(this.#live.conversation);
    if (answering && this.turn.phase === "idle") this.#waitForOther();
    if (!answering && this.turn.phase === "elsewhere") {
      this.#otherWindow.rest();
      this.#turns.set({ phase: "idle" });
    }
  }

  /** Reads the thread anew: others have changed more of it than can be told. */
  async reload(): Promise<void> {
    this.#turns.retire();
    await this.#live.reload();
  }

  /** Another window writes the last answer. If that window is gone, the answer is cut short. */
  #waitForOther(): void {
    this.#turns.set({ phase: "elsewhere" });
    this.#otherWindow.watch();
  }

  async #otherIsGone(): Promise<void> {
    const last = this.#live.messages.at(-1);
    // It may have come to its end just before, or where only a look at the whole thread told of it.
    if (last?.status === "streaming") await this.#take([cutShort(last, this.#services.now())]);
    this.#lease.release();
    this.#turns.set({ phase: "idle" });
    await this.recover();
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
      await this.#turns.endLeftovers(runtime);
      const events = await recover(this.#live.conversation, cut, { runtime, mask, now });
      await this.#take(events);
    } catch (error) {
      log.warn(`What Claude did meanwhile could not be recovered: ${String(error)}`);
    } finally {
      this.#lease.release();
    }
  }

  #tell(what: (listener: SessionListener) => void): void {
    for (const listener of this.#listeners) what(listener);
  }

  /** Ends a turn that the window's end cuts short, and resolves when all that is known is stored. */
  async dispose(): Promise<void> {
    this.#otherWindow.rest();
    await this.#turns.dispose();
    this.#listeners.clear();
  }
}
