import { gunzipSync } from "node:zlib";
import type { SearchHit } from "../../src/shared/search";
import { applyAll } from "../../src/shared/reducer";
import {
  type Conversation,
  type ListedThread,
  type Message,
  textOf,
  type Thread,
  type ThreadEvent,
  type ThreadSummary,
  type ToolPart,
} from "../../src/shared/thread";
import { searchableText } from "../../src/store/search";
import { snippetOf } from "../../src/store/snippet";
import {
  type Draft,
  ReadOnlyStoreError,
  ThreadConflictError,
  ThreadNotFoundError,
  type ThreadStore,
} from "../../src/store/threadStore";
import { matches, parseQuery } from "../../src/store/words";

/** A store that keeps nothing, for tests of what uses one. */
export class MemoryThreadStore implements ThreadStore {
  readonly conversations = new Map<string, Conversation>();
  /** The whole of each long output, by its message and its part. */
  readonly outputs = new Map<string, string>();
  /** Every append as it came. */
  readonly appended: ThreadEvent[][] = [];
  /** Set to make the next appends fail. */
  failure: Error | undefined;

  list(): Promise<readonly ListedThread[]> {
    const threads = this.#threads().filter(({ deletedAt }) => deletedAt === null);
    return Promise.resolve(
      threads
        .sort((a, b) => b.updatedAt - a.updatedAt)
        .map((thread) => ({ ...thread, state: this.#stateOf(thread.id) })),
    );
  }

  #stateOf(thread: string): ListedThread["state"] {
    const status = this.conversations.get(thread)?.messages.at(-1)?.status;
    if (status === "streaming" && (this.claims.has(thread) || this.elsewhere.has(thread)))
      return "working";
    return status === "streaming" || status === "failed" ? "failed" : "idle";
  }

  async summary(thread: string): Promise<ThreadSummary> {
    const { thread: own, messages } = await this.load(thread);
    const visible = messages.filter(({ visibility }) => visibility === "visible");
    const first = visible.find(({ role }) => role === "user");
    return {
      thread: own,
      messages: visible.length,
      beginning: first ? textOf(first).slice(0, 500) : "",
      costUsd: visible.reduce((sum, { usage }) => sum + (usage?.costUsd ?? 0), 0),
    };
  }

  trash(): Promise<readonly Thread[]> {
    const threads = this.#threads().filter(({ deletedAt }) => deletedAt !== null);
    return Promise.resolve(threads.sort((a, b) => Number(b.deletedAt) - Number(a.deletedAt)));
  }

  #threads(): Thread[] {
    return [...this.conversations.values()].map(({ thread }) => thread);
  }

  load(thread: string): Promise<Conversation> {
    const conversation = this.conversations.get(thread);
    return conversation ? Promise.resolve(conversation) : Promise.reject(new ThreadNotFoundError());
  }

  async output(thread: string, message: string, part: string): Promise<string> {
    const { messages } = await this.load(thread);
    const found = messages.find(({ id }) => id === message);
    const call = found?.parts.find(({ id }) => id === part);
    const text = found && call?.type === "dynamic-tool" ? this.#whole(found, call) : undefined;
    if (text === undefined)
      throw new ThreadNotFoundError(
        "The whole of this output cannot be read any more. What you see is left; for the rest, ask Claude to run it again.",
      );
    return text;
  }

  #whole(message: Message, part: ToolPart): string | undefined {
    if (part.omitted) return this.outputs.get(`${message.id}/${part.id}`);
    return part.errorText ?? (part.output as string | undefined);
  }

  /** Reads everything. Titles come first, as they must, and the rest in the order of the list. */
  async search(query: string, limit: number): Promise<readonly SearchHit[]> {
    const phrases = parseQuery(query);
    if (phrases.length === 0) return [];
    const threads = await this.list();
    const hit = (thread: Thread, message: Message | null, text: string): SearchHit[] =>
      matches(text, phrases)
        ? [
            {
              thread: thread.id,
              title: thread.title,
              message: message?.id ?? null,
              seq: message?.seq ?? null,
              ...snippetOf(text, phrases),
              updatedAt: thread.updatedAt,
            },
          ]
        : [];
    const ended = (thread: Thread) =>
      (this.conversations.get(thread.id)?.messages ?? []).filter(
        ({ visibility, status }) => visibility === "visible" && status !== "streaming",
      );
    return [
      ...threads.flatMap((thread) => hit(thread, null, thread.title)),
      ...threads.flatMap((thread) =>
        ended(thread).flatMap((message) =>
          hit(
            thread,
            message,
            searchableText(message.parts, (part) => this.#whole(message, part)),
          ),
        ),
      ),
    ].slice(0, limit);
  }

  async append(
    thread: string,
    expected: number | null,
    events: readonly ThreadEvent[],
    _commit?: string,
    sendsDraft = false,
  ) {
    await Promise.resolve();
    if (this.failure) throw this.failure;
    const [first] = events;
    const before = this.conversations.get(thread);
    if (!before && first?.type !== "threadCreated") throw new ThreadNotFoundError();
    if (
      before &&
      (first?.type === "threadCreated" ||
        (first?.type === "threadPurged" && first.deletedAt !== before.thread.deletedAt) ||
        (expected ?? before.messages.length) !== before.messages.length)
    )
      throw new ThreadConflictError(`Thread ${thread} was changed.`);
    // A store holds copies: what a caller does to its objects afterwards is its own affair.
    const copies = structuredClone([...events]);
    this.appended.push(copies);
    for (const event of copies)
      if (event.type === "toolEnded" && event.whole)
        this.outputs.set(
          `${event.message}/${event.part}`,
          gunzipSync(Buffer.from(event.whole, "base64")).toString(),
        );
    const start =
      before ??
      (first?.type === "threadCreated" ? { thread: first.thread, messages: [] } : undefined);
    if (first?.type === "threadPurged") this.conversations.delete(thread);
    else if (start) this.conversations.set(thread, applyAll(start, copies));
    if (sendsDraft || first?.type === "threadPurged") this.#drafts.delete(thread);
  }

  readonly #drafts = new Map<string, Draft>();
  /** Every draft as it was saved. */
  readonly savedDrafts: Draft[] = [];

  drafts(): Promise<readonly Draft[]> {
    const last = [...this.#drafts.values()].reverse();
    return Promise.resolve(
      last.map((draft) =>
        this.conversations.has(draft.thread) ? { ...draft, unstored: null } : draft,
      ),
    );
  }

  async saveDraft(draft: Draft): Promise<void> {
    await Promise.resolve();
    if (this.failure) throw this.failure;
    this.savedDrafts.push(draft);
    this.#drafts.delete(draft.thread);
    const known = draft.unstored !== null || this.conversations.has(draft.thread);
    if (draft.text && known) this.#drafts.set(draft.thread, draft);
  }

  /** Threads that another window is said to work on. */
  readonly elsewhere = new Set<string>();

  /** Threads whose turn is taken. */
  readonly claims = new Set<string>();

  claim(thread: string): Promise<boolean> {
    if (this.failure instanceof ReadOnlyStoreError) return Promise.reject(this.failure);
    if (this.elsewhere.has(thread)) return Promise.resolve(false);
    this.claims.add(thread);
    return Promise.resolve(true);
  }

  release(thread: string): Promise<void> {
    this.claims.delete(thread);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
