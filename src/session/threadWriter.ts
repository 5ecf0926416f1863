import type { ThreadEvent } from "../shared/thread";
import {
  BrokenRecordError,
  ThreadConflictError,
  ThreadNotFoundError,
  type ThreadStore,
} from "../store/threadStore";

interface Commit {
  /** Tried again under the same id, a commit that is there after all is not added twice. */
  readonly id: string;
  readonly expected: number | null;
  readonly events: readonly ThreadEvent[];
  /** The same without leaving out what is stored already: another window may have changed that by now. */
  readonly whole?: readonly ThreadEvent[];
}

export interface ThreadWriterListener {
  /** Told why something is not on the disk yet, and null when everything is. */
  unsaved(problem: string | null): void;
  /** Messages were stored behind those of another window, which was faster. */
  renumbered(): void;
}

/** How often what the disk has refused is tried again, in milliseconds. */
const RETRY = 2000;

/**
 * Writes one thread to the store, one thing after another. What the disk refuses is kept in memory,
 * and written when it does not any more, before anything else.
 */
export class ThreadWriter {
  #last: Promise<unknown> = Promise.resolve();
  readonly #refused: Commit[] = [];
  #retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: ThreadStore,
    private readonly thread: string,
    private readonly newId: () => string,
    private readonly listener: ThreadWriterListener,
  ) {}

  /** Does work that writes, when all that was asked for before is done. */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  /** Resolves when all that was asked for is done. */
  async settled(): Promise<void> {
    await this.#last;
    clearTimeout(this.#retry);
    await this.#flush().catch(() => {});
  }

  /**
   * Stores events, or rejects as the store does. Call it within `run`. What was rejected may be stored
   * all the same, so whoever tries the same again does it under the same `id`.
   */
  async append(
    { expected, events }: Omit<Commit, "id">,
    { id = this.newId(), sendsDraft = false }: { id?: string; sendsDraft?: boolean } = {},
  ): Promise<void> {
    await this.#flush();
    await this.store.append(this.thread, expected, events, id, sendsDraft);
  }

  /**
   * Stores events, now or when the disk takes them, and messages behind those that others have added
   * meanwhile. Rejects only for what can never be stored.
   */
  async keep(commit: Omit<Commit, "id">): Promise<void> {
    const made = { id: this.newId(), ...commit };
    this.#refused.push(this.#refused.length === 0 ? made : asWhole(made));
    try {
      await this.#flush();
    } catch (error) {
      if (isForGood(error)) throw error;
      this.listener.unsaved(error instanceof Error ? error.message : String(error));
      this.#retrySoon();
    }
  }

  /** Writes what was refused. What can never be stored must not hold up the rest; it rejects at the end. */
  async #flush(): Promise<void> {
    if (this.#refused.length === 0) return;
    let never: unknown;
    for (let next = this.#refused[0]; next; next = this.#refused[0]) {
      try {
        await this.store.append(this.thread, next.expected, next.events, next.id);
      } catch (error) {
        if (!isForGood(error)) {
          this.#refused[0] = asWhole(next);
          throw error;
        }
        if (error instanceof ThreadConflictError && next.expected !== null) {
          this.#refused[0] = await this.#renumber(next);
          continue;
        }
        never ??= error;
      }
      this.#refused.shift();
    }
    this.listener.unsaved(null);
    if (never !== undefined) throw never as Error;
  }

  /** What Claude said while the disk refused it is not lost because another window was used meanwhile. */
  async #renumber({ events }: Commit): Promise<Commit> {
    const { messages } = await this.store.load(this.thread);
    let seq = messages.length;
    const renumbered = events.flatMap((event): ThreadEvent[] => {
      if (event.type !== "messageAdded") return [event];
      // The disk had refused it, and has it all the same.
      if (messages.some(({ id }) => id === event.message.id)) return [];
      return [{ ...event, message: { ...event.message, seq: seq++ } }];
    });
    this.listener.renumbered();
    return { id: this.newId(), expected: messages.length, events: renumbered };
  }

  #retrySoon(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.run(() => this.#flush()).catch((error: unknown) => {
        if (!isForGood(error)) this.#retrySoon();
      });
    }, RETRY);
    this.#retry.unref();
  }
}

/** A commit that is not tried at once is tried as a whole. */
const asWhole = (commit: Commit): Commit => ({
  ...commit,
  events: commit.whole ?? commit.events,
});

/** Whether another window was faster, or the store cannot make anything of it: no disk is to blame. */
const isForGood = (error: unknown): boolean =>
  error instanceof ThreadConflictError ||
  error instanceof ThreadNotFoundError ||
  error instanceof BrokenRecordError;
