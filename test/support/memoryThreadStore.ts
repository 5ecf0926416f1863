import {
  applyAll,
  type Conversation,
  type Thread,
  type ThreadEvent,
} from "../../src/shared/thread";
import {
  ThreadConflictError,
  ThreadNotFoundError,
  type ThreadStore,
} from "../../src/store/threadStore";

/** A store that keeps nothing, for tests of what uses one. */
export class MemoryThreadStore implements ThreadStore {
  readonly conversations = new Map<string, Conversation>();
  /** Every append as it came. */
  readonly appended: ThreadEvent[][] = [];
  /** Set to make the next appends fail. */
  failure: Error | undefined;

  list(): Promise<readonly Thread[]> {
    const threads = [...this.conversations.values()].map(({ thread }) => thread);
    return Promise.resolve(threads.sort((a, b) => b.updatedAt - a.updatedAt));
  }

  load(thread: string): Promise<Conversation> {
    const conversation = this.conversations.get(thread);
    return conversation
      ? Promise.resolve(conversation)
      : Promise.reject(new ThreadNotFoundError(`There is no thread ${thread}.`));
  }

  async append(thread: string, expected: number | null, events: readonly ThreadEvent[]) {
    await Promise.resolve();
    if (this.failure) throw this.failure;
    const [first] = events;
    const before = this.conversations.get(thread);
    if (!before && first?.type !== "threadCreated")
      throw new ThreadNotFoundError(`There is no thread ${thread}.`);
    if (
      before &&
      (first?.type === "threadCreated" ||
        (expected ?? before.messages.length) !== before.messages.length)
    )
      throw new ThreadConflictError(`Thread ${thread} was changed.`);
    // A store holds copies: what a caller does to its objects afterwards is its own affair.
    const copies = structuredClone([...events]);
    this.appended.push(copies);
    const start =
      before ??
      (first?.type === "threadCreated" ? { thread: first.thread, messages: [] } : undefined);
    if (start) this.conversations.set(thread, applyAll(start, copies));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
