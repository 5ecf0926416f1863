/** The port to where threads are kept. */
import type { Conversation, Thread, ThreadEvent } from "../shared/thread";

export interface ThreadStore {
  /** Every thread, the last changed first. */
  list(): Promise<readonly Thread[]>;
  /** A thread with all its messages. Rejects with `ThreadNotFoundError`. */
  load(thread: string): Promise<Conversation>;
  /**
   * Adds events to a thread; the first ever must be its `threadCreated`. When it resolves, they are on
   * the disk. `expected` is the number of messages that the caller believes to be there before them:
   * threads only grow, so on another number nothing is added and it rejects with
   * `ThreadConflictError`. Null adds whatever the number is, for changes of no message.
   * Rejects with `ThreadNotFoundError` for a thread that was never created.
   */
  append(thread: string, expected: number | null, events: readonly ThreadEvent[]): Promise<void>;
  /** Writes the database file anew, so that it alone holds everything, and lets go of it. */
  close(): Promise<void>;
}

export class ThreadNotFoundError extends Error {
  override readonly name = "ThreadNotFoundError";
}

/** Somebody else has added messages meanwhile: load the thread again, and decide again. */
export class ThreadConflictError extends Error {
  override readonly name = "ThreadConflictError";
}
