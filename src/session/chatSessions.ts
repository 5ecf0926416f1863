import { t } from "@vscode/l10n";
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
import { followed, type Move } from "./followed";
import { maskDeep } from "./mask";
import { continuation, cutShort, isAnswering, newConversation } from "./newConversation";

/** How long it may take to end an answer that was cut short, in milliseconds. */
const CLAIM = 5000;

/** The sessions by thread: at most one each, whoever asks, and however many panels show it. */
export class ChatSessions {
  readonly #services: SessionServices;
  readonly #sessions = new Map<string, Promise<ChatSession>>();
  /** Those that are read already. */
  readonly #open = new Map<string, ChatSession>();
  readonly #changed: (session: ChatSession) => void;

  /** `changed` is told of every session whose thread or turn is not as it was. */
  constructor(services: SessionServices, changed: (session: ChatSession) => void) {
    this.#services = services;
    this.#changed = changed;
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
    const unsent = [...own, ...others].flatMap(({ text, unstored }) =>
      unstored && text ? [{ ...unstored, title: t("Draft: {0}", titleFrom(text)) }] : [],
    );
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
    const session = await this.#session(thread);
    await session.draft.open();
    // The store was asked, so what another window has done to the thread is known by now.
    mustBeListed(session);
    return session;
  }

  /** Gives a thread the title that its user wants for it. Rejects as `open` does, and as the disk. */
  async rename(thread: string, title: string): Promise<void> {
    // Half of a secret could not be found to be one, so it is masked before it is cut.
    const masked = await this.#services.mask(title, "title");
    await this.#change(thread, { title: titleFrom(masked, LONGEST_TITLE) });
  }

  /** Pins a thread, or not any more. Rejects as `open` does, and as the disk. */
  async pin(thread: string, pinned: boolean): Promise<void> {
    await this.#change(thread, { pinned });
  }

  async #change(thread: string, changes: Parameters<ChatSession["change"]>[0]): Promise<void> {
    const session = await this.#session(thread);
    mustBeListed(session);
    if (!session.stored)
      throw new Error(t("This thread is not kept yet. Send its first message, and try again."));
    await session.change(changes);
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
    const { store, mask } = this.#services;
    const threads = [...(await store.list()), ...(await store.trash())];
    for (const { id, scope: before, updatedAt: at } of threads) {
      const scope = followed(before, moves);
      if (!scope || this.#sessions.has(id)) continue;
      const event: ThreadEvent = { type: "threadChanged", at, changes: { scope } };
      await store.append(id, null, [await maskDeep(event, mask)]);
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
    const session = await this.#session(thread);
    return session.stored && session.setDeleted(true);
  }

  /**
   * Takes a thread out of the trash. Resolves with false for one that is not there. Rejects with
   * `ThreadNotFoundError` for one that is purged.
   */
  async restore(thread: string): Promise<boolean> {
    return (await this.#session(thread)).setDeleted(false);
  }

  #session(thread: string): Promise<ChatSession> {
    const open = this.#sessions.get(thread);
    if (open) return open;
    const opening = this.#load(thread).catch((error: unknown) => this.#loadUnstored(thread, error));
    this.#sessions.set(thread, opening);
    opening.catch(() => this.#sessions.delete(thread));
    return opening;
  }

  /** A session of a new thread, which is stored with its first message. */
  createThread(scope: Scope): ChatSession {
    const { newId, now } = this.#services;
    return this.#begin(newConversation(newId(), scope, now()));
  }

  #begin(conversation: Conversation): ChatSession {
    const session = new ChatSession(this.#services, conversation, false);
    this.#watch(session);
    this.#sessions.set(session.id, Promise.resolve(session));
    return session;
  }

  /** A session of a new thread that goes on where this one is full, with what could not be said in it. */
  async continue(full: ChatSession): Promise<ChatSession> {
    const { newId, now } = this.#services;
    const session = this.#begin(continuation(newId(), full.view().conversation, now()));
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
      // What is being opened is read from the store, and has this already.
      this.#open.get(thread)?.foreign(events);
    }
  }

  /** How many threads Claude works in right now. */
  async working(): Promise<number> {
    const sessions = await Promise.all(this.#sessions.values());
    return sessions.filter(({ turn }) => turn.phase === "working" || turn.phase === "stopping")
      .length;
  }

  /** Ends what runs, and resolves when all that is known is stored. */
  async dispose(): Promise<void> {
    const sessions = await Promise.allSettled(this.#sessions.values());
    await Promise.allSettled(
      sessions.map(async (settled) => settled.status === "fulfilled" && settled.value.dispose()),
    );
    this.#sessions.clear();
    this.#open.clear();
  }

  /** The session of a thread of which there is only a draft, or else the error for which it was asked. */
  async #loadUnstored(thread: string, error: unknown): Promise<ChatSession> {
    const drafts = await this.#services.store.drafts();
    const unstored = drafts.find((draft) => draft.thread === thread)?.unstored;
    if (!unstored) throw error;
    return this.#begin({ thread: unstored, messages: [] });
  }

  async #load(thread: string): Promise<ChatSession> {
    const { store, now } = this.#services;
    let conversation = await store.load(thread);
    const last = conversation.messages.at(-1);
    // Where nothing can be written, a thread can still be read.
    const claim = () => store.claim(thread, CLAIM).catch(() => false);
    if (last && isAnswering(conversation) && (await claim())) {
      await store.append(thread, null, [cutShort(last, now())]);
      await store.release(thread);
      conversation = await store.load(thread);
    }
    const session = new ChatSession(this.#services, conversation, true);
    this.#watch(session);
    void session.recover();
    return session;
  }

  #watch(session: ChatSession): void {
    this.#open.set(session.id, session);
    const changed = () => this.#changed(session);
    session.listen({
      changed: (events) => {
        if (events.some(changesList)) changed();
      },
      turn: changed,
      unsaved: changed,
      reset: changed,
    });
  }
}

function mustBeListed({ thread }: ChatSession): void {
  if (thread.deletedAt !== null)
    throw new ThreadNotFoundError(
      t("This thread was deleted. “Restore Deleted Thread…” brings it back."),
    );
}
