import { t } from "@vscode/l10n";
import { inBackground } from "../shared/inBackground";
import type { HostFileOutcome } from "../shared/hostFile";
import type { ChatView, SendReply, TurnState } from "../shared/protocol";
import type { Conversation, Thread, ThreadEvent } from "../shared/thread";
import type { Draft } from "./draft";
import type { Move } from "./followed";
import { hostFileBecame } from "./hostFiles";
import { LiveThread, type LiveThreadListener, type LiveThreadServices } from "./liveThread";
import { refused } from "./refusals";
import { changed, deleted, moved, type ThreadChange } from "./threadChanges";
import { TurnController, type TurnControllerServices } from "./turnController";

/** What every session works with. */
export type SessionServices = TurnControllerServices & LiveThreadServices;

export interface SessionListener extends Omit<LiveThreadListener, "stale" | "ensureTurn"> {
  turn(turn: TurnState): void;
}

/** One thread at work: what is said goes to Claude, and what comes back to the thread. */
export class ChatSession {
  readonly #services: SessionServices;
  /** Those who listen, and whether each is a reason to keep the session. */
  readonly #listeners = new Map<SessionListener, boolean>();
  readonly #live: LiveThread;
  readonly #turns: TurnController;

  /** `stored` tells a thread that is in the store from one that has no message yet. */
  constructor(services: SessionServices, conversation: Conversation, stored: boolean) {
    this.#services = services;
    this.#live = new LiveThread(services, conversation, stored, {
      changed: (events, revision) => {
        this.#tell((listener) => listener.changed(events, revision));
        this.#clearIfDeleted();
      },
      unsaved: (problem) => {
        if (problem === null) this.#turns.saved();
        this.#tell((listener) => listener.unsaved(problem));
      },
      reset: () => {
        this.#tell((listener) => listener.reset());
        this.#clearIfDeleted();
      },
      stale: () => inBackground(this.reload(), services.log),
      ensureTurn: () => this.#turns.ensure(),
    });
    this.#turns = new TurnController(services, this.#live, (turn) =>
      this.#tell((listener) => listener.turn(turn)),
    );
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

  /** Whether nobody would miss it: nothing listens, runs, is written or waits to be stored. */
  get isUnused(): boolean {
    const { draft, unsaved } = this.#live;
    const listened = [...this.#listeners.values()].some(Boolean);
    return !listened && this.#turns.isAtRest && draft.isEmpty && unsaved === null;
  }

  view(): Omit<ChatView, "readOnly" | "threads" | "sandbox" | "fileMissing"> {
    const { conversation, revision, unsaved, draft } = this.#live;
    return { conversation, revision, unsaved, turn: this.turn, draft: draft.text };
  }

  /** Listens until the returned function is called; `keeps` is whether the session is in use that long. */
  listen(listener: SessionListener, keeps = true): () => void {
    this.#listeners.set(listener, keeps);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when an answer that was found without an end has one, or another window writes it. */
  opened(): Promise<void> {
    return this.#turns.opened();
  }

  /** Resolves when what Claude did after a window was gone is added, if the sandbox knows of it. */
  recovered(): Promise<void> {
    return this.#turns.recovered();
  }

  /** Starts Claude ahead of the next message, so that its answer begins at once. */
  async prepare(): Promise<void> {
    if (this.thread.deletedAt !== null) return;
    await this.#turns.prepare();
    this.#clearIfDeleted();
  }

  /**
   * Sends a message. It is on the disk before Claude hears of it, and before this resolves, and no
   * draft any more; the answer comes as events. `seen` is the number of messages that the sender had
   * before them.
   */
  async send(text: string, seen: number): Promise<SendReply> {
    if (text.trim() === "") return refused(t("There is nothing to send yet."));
    if (this.thread.deletedAt !== null)
      return refused(t("This thread was deleted. “Restore Deleted Thread…” brings it back."));
    return this.#turns.send(text, seen);
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
  setDeleted(isDeleted: boolean): Promise<boolean> {
    return this.commit(deleted(isDeleted, this.#services.now()));
  }

  /** Changes what is its user's to say of the thread. Otherwise as `setDeleted`. */
  change(changes: Parameters<typeof changed>[0]): Promise<boolean> {
    return this.commit(changed(changes));
  }

  /** Stores a change of the thread. Otherwise as `setDeleted`. */
  async commit(change: ThreadChange): Promise<boolean> {
    let event: ThreadEvent | undefined;
    await this.#live.commit(() => {
      // Another window may have been faster, so each attempt looks at the thread as it is by then.
      event = change(this.thread);
      return event ? [event] : [];
    });
    return event !== undefined;
  }

  /** Has the thread go on about its file where that is now, also one without a message. Rejects as `setDeleted` does. */
  follow(moves: readonly Move[]): Promise<void> {
    return this.#live.change(() => {
      const event = moved(moves)(this.thread);
      return event ? [event] : [];
    });
  }

  /** Notes in an answer what became of a file that it tells of. Rejects as `setDeleted` does. */
  noteHostFile(message: string, path: string, outcome: HostFileOutcome): Promise<void> {
    return this.#live.commit(() => {
      const told = this.#live.messages.find(({ id }) => id === message);
      const event = hostFileBecame(told, path, outcome);
      return event ? [event] : [];
    });
  }

  /** Claude has nothing to do in the trash: a turn is stopped, and what runs goes. */
  #clearIfDeleted(): void {
    if (this.thread.deletedAt !== null) this.#turns.clear();
  }

  /** Takes in what another window has committed to this thread. */
  foreign(events: readonly ThreadEvent[]): void {
    this.#turns.foreign(events);
  }

  /** Reads the thread anew: others have changed more of it than can be told. Rejects as the store does. */
  reload(): Promise<void> {
    return this.#turns.reload();
  }

  #tell(what: (listener: SessionListener) => void): void {
    for (const listener of this.#listeners.keys()) what(listener);
  }

  /** Ends a turn that the window's end cuts short, and resolves when all that is known is stored. */
  async dispose(): Promise<void> {
    await this.#turns.dispose();
    this.#listeners.clear();
  }
}
