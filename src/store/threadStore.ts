/** The port to where threads are kept. */
import { t } from "@vscode/l10n";
import type { SearchHit } from "../shared/search";
import type {
  Conversation,
  ListedThread,
  Thread,
  ThreadEvent,
  ThreadSummary,
} from "../shared/thread";

/** What is written in a thread and not sent. */
export interface Draft {
  readonly thread: string;
  readonly text: string;
  /** The thread itself while it has no message, since it is kept nowhere else; else null. */
  readonly unstored: Thread | null;
}

export interface ThreadStore {
  /** Every thread that is not in the trash, the last changed first. */
  list(): Promise<readonly ListedThread[]>;
  /** Every thread in the trash, the last deleted first. They are purged after `DAYS_IN_TRASH`. */
  trash(): Promise<readonly Thread[]>;
  /** What is told of a thread without opening it. Rejects with `ThreadNotFoundError`. */
  summary(thread: string): Promise<ThreadSummary>;
  /** A thread with all its messages, also one in the trash. Rejects with `ThreadNotFoundError`. */
  load(thread: string): Promise<Conversation>;
  /**
   * The whole text of a tool's output or error, whether its part has all of it or not. Rejects with
   * `ThreadNotFoundError` for what is not there.
   */
  output(thread: string, message: string, part: string): Promise<string>;
  /**
   * Where all the words of a text are, in a title or in a message that has ended, the best first and
   * at most `limit` places; never in the trash. The last word may be the beginning of one; "quoted words" stand side by
   * side. Never rejects for what the text is.
   */
  search(text: string, limit: number): Promise<readonly SearchHit[]>;
  /**
   * Adds events to a thread; the first ever must be its `threadCreated`. When it resolves, they are on
   * the disk. `expected` is the number of messages that the caller believes to be there before them:
   * threads only grow, so on another number nothing is added and it rejects with
   * `ThreadConflictError`. Null adds whatever the number is, for changes of no message.
   * A `threadPurged` that does not count is a conflict, too. Rejects with `ThreadNotFoundError` for a
   * thread that was never created or is purged, and with any other error when the disk refuses. Then it
   * may be tried again under the same `commit`, an id that the caller has made: what is there after all
   * is not added twice. Rejects with `ReadOnlyStoreError` for good. With `sendsDraft`, the thread's draft
   * is among the events, and goes with the same commit.
   */
  append(
    thread: string,
    expected: number | null,
    events: readonly ThreadEvent[],
    commit?: string,
    sendsDraft?: boolean,
  ): Promise<void>;
  /** Every draft. */
  drafts(): Promise<readonly Draft[]>;
  /**
   * Keeps a draft in the place of the thread's earlier one. An empty one is removed, and one of a
   * thread that is purged is not kept. When it resolves, it survives the end of the process, and only
   * soon that of the machine. Rejects when the disk refuses, and with `ReadOnlyStoreError` for good.
   */
  saveDraft(draft: Draft): Promise<void>;
  /**
   * Takes, or keeps, the right to run this thread's turns, for so many milliseconds. Resolves with
   * false while another window has it. A window that is gone has no rights. Rejects with
   * `ReadOnlyStoreError` where nothing can be written.
   */
  claim(thread: string, milliseconds: number): Promise<boolean>;
  /** Gives that right back. */
  release(thread: string): Promise<void>;
  /** Writes the database file anew, so that it alone holds everything, and lets go of it. */
  close(): Promise<void>;
}

export class ThreadNotFoundError extends Error {
  override readonly name = "ThreadNotFoundError";

  constructor(message = t("This thread is not there any more.")) {
    super(message);
  }
}

/** Somebody else has added messages meanwhile: load the thread again, and decide again. */
export class ThreadConflictError extends Error {
  override readonly name = "ThreadConflictError";
}

/** What was to be added makes no sense to the store: it is set aside, and never tried again. */
export class BrokenRecordError extends Error {
  override readonly name = "BrokenRecordError";

  constructor() {
    super(t("A change to a thread could not be applied, and was set aside."));
  }
}

/** A thread has as many messages as it may have: it is continued in a new one. */
export class ThreadFullError extends Error {
  override readonly name = "ThreadFullError";
}

/** A newer version of the extension has written here: an older one may read, and would spoil what it writes. */
export class ReadOnlyStoreError extends Error {
  override readonly name = "ReadOnlyStoreError";

  constructor() {
    super(
      t(
        "These threads were saved by a newer version of Sandbox Chat. They can be read; update the extension to go on with them.",
      ),
    );
  }
}
