/** Appends to the threads of a folder, and says what it does before and after. */
import type { Message, ThreadEvent } from "../../src/shared/thread";
import { SqlThreadStore } from "../../src/store/sqlThreadStore";
import { ThreadConflictError, ThreadNotFoundError } from "../../src/store/threadStore";
import { added, firstTurn, message, textPart } from "../support/conversations";
import { type Fact, hashOf, say } from "./facts";

export interface ThreadWriterOptions {
  readonly folder: string;
  /** The path of `sql-wasm.wasm`. */
  readonly wasm: string;
  /** No other writer on the folder ever had it. */
  readonly name: string;
}

export class ThreadWriter {
  readonly #options: ThreadWriterOptions;
  #store: SqlThreadStore;
  #named = 0;
  /** How many messages each thread has, as far as is known here. */
  readonly #counts = new Map<string, number>();

  static async open(options: ThreadWriterOptions): Promise<ThreadWriter> {
    return new ThreadWriter(options, await openStore(options));
  }

  private constructor(options: ThreadWriterOptions, store: SqlThreadStore) {
    this.#options = options;
    this.#store = store;
  }

  get store(): SqlThreadStore {
    return this.#store;
  }

  /** An id that says whose it is, and which of theirs. */
  newId(): string {
    return `${this.#options.name}-${String(this.#named++)}`;
  }

  /** Closes the store, which writes the database file, and opens it again. */
  async reopen(): Promise<void> {
    await this.#store.close();
    this.#store = await openStore(this.#options);
  }

  /** A new thread, with a question and an answer that is still empty. Returns both ids. */
  async begin(text: string): Promise<{ thread: string; answer: string }> {
    const thread = this.newId();
    const events = firstTurn(thread, text);
    await this.append(thread, 0, events, [
      { thread, message: `${thread}-ask`, hash: hashOf(text) },
      { thread, message: `${thread}-answer`, hash: hashOf("") },
    ]);
    this.#counts.set(thread, 2);
    return { thread, answer: `${thread}-answer` };
  }

  /**
   * Adds a message to a thread that others may add to as well, or to a new one of that id. Who was
   * too late looks again and tries again.
   */
  async add(thread: string, text: string): Promise<void> {
    const id = this.newId();
    for (;;) {
      const count = this.#counts.get(thread) ?? (await this.#count(thread));
      const next: Message = message(id, count, "user", [textPart(text)], thread);
      const [created] = firstTurn(thread);
      const events = [...(count === 0 && created ? [created] : []), added(next)];
      try {
        await this.append(thread, count, events, [{ thread, message: id, hash: hashOf(text) }]);
        this.#counts.set(thread, count + 1);
        return;
      } catch (error) {
        if (!(error instanceof ThreadConflictError)) throw error;
        this.#counts.delete(thread);
      }
    }
  }

  /** One commit, said before and after. */
  async append(
    thread: string,
    expected: number | null,
    events: readonly ThreadEvent[],
    facts: readonly Fact[],
  ): Promise<void> {
    say({ type: "appending", facts });
    await this.#store.append(thread, expected, events);
    say({ type: "appended" });
  }

  async #count(thread: string): Promise<number> {
    try {
      return (await this.#store.load(thread)).messages.length;
    } catch (error) {
      if (error instanceof ThreadNotFoundError) return 0;
      throw error;
    }
  }
}

const openStore = ({ folder, wasm }: ThreadWriterOptions): Promise<SqlThreadStore> =>
  // What damage there is, the reader says.
  SqlThreadStore.open({ folder, wasm, onProblem: () => {} });

/** Runs a program of this folder; what goes wrong ends it. */
export function program(main: (args: string[]) => Promise<void>): void {
  main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
}
