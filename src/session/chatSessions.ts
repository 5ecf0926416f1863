import { t } from "@vscode/l10n";
import { inBackground } from "../shared/inBackground";
import { newConversation } from "../shared/newThread";
import {
  changesList,
  type Conversation,
  type ListedThread,
  type Scope,
  type Thread,
  type ThreadEvent,
} from "../shared/thread";
import { LONGEST_TITLE, titleFrom } from "../shared/title";
import { ThreadNotFoundError } from "../store/threadStore";
import { ChatSession, type SessionServices } from "./chatSession";
import type { Move } from "./followed";
import { READS } from "./liveThread";
import { maskDeep } from "./mask";
import { continuation } from "./newConversation";
import { changed, deleted, moved, type ThreadChange } from "./threadChanges";

/** How often sessions are looked for that nobody needs any more, in milliseconds. */
const SWEEP_EVERY = 30_000;

/** The sessions by thread: at most one each, whoever asks, and however many panels show it. */
export class ChatSessions {
  readonly #services: SessionServices;
  readonly #sessions = new Map<string, Promise<ChatSession>>();
  /** Those that are read already. */
  readonly #open = new Map<string, ChatSession>();
  /** Threads that are being read, and how often another window has committed something to each meanwhile. */
  readonly #reading = new Map<string, number>();
  /** Those that the last sweep found unused. */
  #unused: ReadonlySet<ChatSession> = new Set();
  /** Threads that somebody has asked for and has not got yet. */
  readonly #opening = new Set<string>();
  readonly #sweeping: NodeJS.Timeout;
  readonly #changed: (session: ChatSession | undefined) => void;

  /**
   * `changed` is told of every session whose thread or turn is not as it was, and with undefined of a
   * thread that has no session.
   */
  constructor(services: SessionServices, changed: (session: ChatSession | undefined) => void) {
    this.#services = services;
    this.#changed = changed;
    this.#sweeping = setInterval(() => this.sweep(), SWEEP_EVERY).unref();
  }

  /**
   * Lets go of the sessions that nobody needs, and did not at the last sweep either: one that was asked
   * for a moment ago is about to be listened to.
   */
  sweep(): void {
    const unused = new Set(
      [...this.#open.values()].filter(({ id, isUnused }) => isUnused && !this.#opening.has(id)),
    );
    for (const session of unused) {
      if (!this.#unused.has(session)) continue;
      this.#open.delete(session.id);
      this.#sessions.delete(session.id);
      inBackground(session.dispose(), this.#services.log);
    }
    this.#unused = unused;
  }

  /** Every thread that has a message, the last changed first. */
  list(): Promise<readonly ListedThread[]> {
    return this.#services.store.list();
  }

  /** Those, and before them the threads that have no message yet but a draft, which they are titled after. */
  async listWithDrafts(): Promise<readonly Thread[]> {
    return this.withDrafts(await this.list());
  }

  /** The same with a list of threads that one has already. */
  async withDrafts(threads: readonly Thread[]): Promise<readonly Thread[]> {
    const drafts = await this.#services.store.drafts();
    // What is on the disk of our own drafts may be older.
    const others = drafts.filter(({ thread }) => !this.#open.has(thread));
    const own = [...this.#open.values()].map(({ draft, stored, thread }) => ({
      text: draft.text,
      unstored: stored ? null : thread,
    }));
    const unsent: Thread[] = [];
    for (const { text, unstored } of [...own, ...others])
      if (unstored && text) {
        const title = titleFrom(await maskDeep(text, this.#services.mask));
        unsent.push({ ...unstored, title: t("Draft: {0}", title) });
      }
    return [...unsent, ...threads];
  }

  /** Every thread in the trash, the last deleted first. */
  trash(): Promise<readonly Thread[]> {
    return this.#services.store.trash();
  }

  /**
   * The session of a thread that is stored or has a draft, with the draft as it was last written.
   * Rejects with `ThreadNotFoundError`, also for one in the trash.
   */
  async open(thread: string): Promise<ChatSession> {
    this.#opening.add(thread);
    try {
      const session = await this.#session(thread);
      await session.draft.open();
      // The store was asked, so what another window has done to the thread is known by now.
      mustBeListed(session.thread);
      return session;
    } finally {
      this.#opening.delete(thread);
    }
  }

  /** Gives a thread the title that its user wants for it. Rejects as `open` does, and as the disk. */
  async rename(thread: string, title: string): Promise<void> {
    const masked = await maskDeep(title, this.#services.mask);
    await this.#change(thread, { title: titleFrom(masked, LONGEST_TITLE) });
  }

  /** Pins a thread, or not any more. Rejects as `open` does, and as the disk. */
  async pin(thread: string, pinned: boolean): Promise<void> {
    await this.#change(thread, { pinned });
  }

  async #change(thread: string, changes: Parameters<typeof changed>[0]): Promise<void> {
    if (!(await this.#isStored(thread)))
      throw new Error(t("This thread is not kept yet. Send its first message, and try again."));
    await this.#commit(thread, (now) => {
      mustBeListed(now);
      return changed(changes)(now);
    });
  }

  /** Stores a change of a thread, which is not opened for that. Resolves with false where it is so already. */
  async #commit(thread: string, change: ThreadChange): Promise<boolean> {
    const session = await this.#sessions.get(thread);
    if (session) return session.commit(change);
    const event = change((await this.#services.store.summary(thread)).thread);
    if (event) await this.#append(thread, event);
    return event !== undefined;
  }

  async #append(thread: string, event: ThreadEvent): Promise<void> {
    const events = [await maskDeep(event, this.#services.mask)];
    await this.#services.store.append(thread, null, events);
    // Somebody may have opened it meanwhile, and does not know.
    this.#open.get(thread)?.foreign(events);
    this.#noteForeign(thread);
    this.#changed(undefined);
  }

  /** Whether a thread has a message; one that has none is only a draft. Rejects with `ThreadNotFoundError`. */
  async #isStored(thread: string): Promise<boolean> {
    const session = await this.#sessions.get(thread);
    if (session) return session.stored;
    const drafts = await this.#services.store.drafts();
    return !drafts.some((draft) => draft.thread === thread && draft.unstored !== null);
  }

  /** The paths of all files that these threads are about, or those that are begun here. */
  files(threads: readonly Thread[]): ReadonlySet<string> {
    const begun = [...this.#open.values()].map(({ thread }) => thread);
    return new Set(
      [...threads, ...begun].flatMap(({ scope }) => (scope.type === "file" ? scope.id : [])),
    );
  }

  /**
   * Has threads go on about their files where these are now, also those in the trash. Those that
   * another window has led there already stay. Rejects as the disk does.
   */
  async follow(moves: readonly Move[]): Promise<void> {
    const { store } = this.#services;
    for (const thread of [...(await store.list()), ...(await store.trash())]) {
      const event = moved(moves)(thread);
      if (event && !this.#sessions.has(thread.id)) await this.#append(thread.id, event);
    }
    // Those that are open commit it themselves. Some have no message yet and so are in no list.
    for (const opening of await Promise.allSettled(this.#sessions.values())) {
      if (opening.status === "rejected") continue;
      try {
        await opening.value.follow(moves);
      } catch (error) {
        // One that another window has purged keeps none of the others from following.
        if (!(error instanceof ThreadNotFoundError)) throw error;
      }
    }
  }

  /** Takes what was typed into a thread that was opened. Throws `ThreadNotFoundError` for another. */
  writeDraft(thread: string, text: string): void {
    const session = this.#open.get(thread);
    if (!session) throw new ThreadNotFoundError();
    const listed = session.draft.text !== "";
    session.draft.write(text);
    if (!session.stored && listed !== (text !== "")) this.#changed(session);
  }

  /**
   * Puts a thread into the trash; a turn in it is stopped. Resolves with false for one that is there
   * already, or has no message yet and so cannot be. Rejects with `ThreadNotFoundError`.
   */
  async delete(thread: string): Promise<boolean> {
    return (await this.#isStored(thread)) && this.#setDeleted(thread, true);
  }

  /**
   * Takes a thread out of the trash. Resolves with false for one that is not there. Rejects with
   * `ThreadNotFoundError` for one that is purged.
   */
  restore(thread: string): Promise<boolean> {
    return this.#setDeleted(thread, false);
  }

  #setDeleted(thread: string, isDeleted: boolean): Promise<boolean> {
    return this.#commit(thread, deleted(isDeleted, this.#services.now()));
  }

  #session(thread: string): Promise<ChatSession> {
    const open = this.#sessions.get(thread);
    if (open) return open;
    const opening = this.#load(thread);
    this.#sessions.set(thread, opening);
    opening.catch(() => this.#sessions.delete(thread));
    return opening;
  }

  /** A session of a new thread, which is stored with its first message: the same one for the same id. */
  createThread(scope: Scope, id = this.#services.newId()): ChatSession {
    return this.#open.get(id) ?? this.#create(newConversation(id, scope, this.#services.now()));
  }

  #create(conversation: Conversation): ChatSession {
    const session = this.#begin(conversation, false);
    this.#sessions.set(session.id, Promise.resolve(session));
    return session;
  }

  #begin(conversation: Conversation, stored: boolean): ChatSession {
    const session = new ChatSession(this.#services, conversation, stored);
    this.#watch(session);
    return session;
  }

  /** A session of a new thread that goes on where this one is full, with what could not be said in it. */
  async continue(full: ChatSession): Promise<ChatSession> {
    const { newId, now } = this.#services;
    const session = this.#create(continuation(newId(), full.view().conversation, now()));
    await full.draft.moveTo(session.draft);
    return session;
  }

  /** The thread about this scope that was changed last, or a new one: the same for all who ask. */
  async getOrCreateThread(scope: Scope): Promise<ChatSession> {
    const same = ({ scope: { type, id }, deletedAt }: Thread) =>
      type === scope.type && id === scope.id && deletedAt === null;
    const thread = (await this.list()).find(same);
    if (thread) return this.open(thread.id);
    // One that somebody has begun meanwhile is not in the list yet.
    const begun = [...this.#open.values()].find((session) => same(session.thread));
    return begun ?? this.createThread(scope);
  }

  /** Takes in what another window has committed; null is more than can be told. */
  async foreign(thread: string | null, events: readonly ThreadEvent[]): Promise<void> {
    if (thread === null) {
      await Promise.all(
        [...this.#open.values()].map((session) =>
          session.reload().catch((error: unknown) => {
            // As of a thread that was purged. The session shows what it had.
            this.#services.log.warn(`A thread could not be read anew: ${String(error)}`);
          }),
        ),
      );
    } else {
      this.#noteForeign(thread);
      this.#open.get(thread)?.foreign(events);
    }
  }

  #noteForeign(thread: string): void {
    const before = this.#reading.get(thread);
    if (before !== undefined) this.#reading.set(thread, before + 1);
  }

  /** How many threads Claude works in right now. */
  get working(): number {
    const phases = [...this.#open.values()].map(({ turn }) => turn.phase);
    return phases.filter((phase) => phase === "working" || phase === "stopping").length;
  }

  /** Ends what runs, and resolves when all that is known is stored. */
  async dispose(): Promise<void> {
    clearInterval(this.#sweeping);
    const sessions = await Promise.allSettled(this.#sessions.values());
    await Promise.allSettled(
      sessions.map(async (settled) => settled.status === "fulfilled" && settled.value.dispose()),
    );
    this.#sessions.clear();
    this.#open.clear();
  }

  async #load(thread: string): Promise<ChatSession> {
    const { conversation, stored } = await this.#read(thread);
    // From here on the session is told what other windows commit: nothing comes between.
    const session = this.#begin(conversation, stored);
    await session.opened();
    return session;
  }

  /** A thread as it is. One that another window has changed while it was read is read again. */
  async #read(thread: string): Promise<{ conversation: Conversation; stored: boolean }> {
    try {
      for (let tries = 1; ; tries++) {
        this.#reading.set(thread, 0);
        const read = await this.#readOnce(thread).catch((error: unknown) => ({ error }));
        if (this.#reading.get(thread) !== 0 && tries < READS) continue;
        if ("error" in read) throw read.error as Error;
        return read;
      }
    } finally {
      this.#reading.delete(thread);
    }
  }

  async #readOnce(thread: string): Promise<{ conversation: Conversation; stored: boolean }> {
    const { store } = this.#services;
    try {
      return { conversation: await store.load(thread), stored: true };
    } catch (error) {
      // There may be a draft of it alone.
      const drafts = await store.drafts();
      const unstored = drafts.find((draft) => draft.thread === thread)?.unstored;
      if (!unstored) throw error;
      return { conversation: { thread: unstored, messages: [] }, stored: false };
    }
  }

  #watch(session: ChatSession): void {
    this.#open.set(session.id, session);
    const changed = () => this.#changed(session);
    session.listen(
      {
        changed: (events) => {
          if (events.some(changesList)) changed();
        },
        turn: changed,
        unsaved: changed,
        reset: changed,
      },
      false,
    );
  }
}

function mustBeListed({ deletedAt }: Thread): void {
  if (deletedAt !== null)
    throw new ThreadNotFoundError(
      t("This thread was deleted. “Restore Deleted Thread…” brings it back."),
    );
}
