import { randomUUID } from "node:crypto";
import { t } from "@vscode/l10n";
import initSqlJs from "sql.js";
import type { SearchHit } from "../shared/search";
import type {
  Conversation,
  ListedThread,
  Thread,
  ThreadEvent,
  ThreadSummary,
} from "../shared/thread";
import { isGone, owner } from "./checkpointLock";
import { allDrafts } from "./drafts";
import type { JournalRecord } from "./journal";
import { JournaledDatabase, type JournaledDatabaseOptions } from "./journaledDatabase";
import { holderOf } from "./leases";
import { listThreads, listTrash, summaryOf } from "./listing";
import { wholeOutput } from "./outputs";
import { DAY, expired } from "./purge";
import { makePrivateFolder } from "./privateFolder";
import { messagesIn, outcomeOf, refuse, threadIn } from "./records";
import { select, shownMessageOf } from "./rows";
import { search } from "./search";
import { type Draft, ThreadNotFoundError, type ThreadStore } from "./threadStore";

export interface SqlThreadStoreOptions extends JournaledDatabaseOptions {
  /** The path of `sql-wasm.wasm`. */
  readonly wasm: string;
  /** The clock, in milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Threads in a SQLite database. Everything here is synchronous, so it belongs in a worker thread. */
export class SqlThreadStore implements ThreadStore {
  readonly #journaled: JournaledDatabase;
  readonly #now: () => number;
  readonly #owner = `${owner()}/${randomUUID()}`;
  /** When the trash was last looked at. */
  #emptied = 0;

  static async open(options: SqlThreadStoreOptions): Promise<SqlThreadStore> {
    const sql = await initSqlJs({ locateFile: () => options.wasm });
    makePrivateFolder(options.folder);
    return new SqlThreadStore(new JournaledDatabase(options, sql), options.now ?? Date.now);
  }

  private constructor(journaled: JournaledDatabase, now: () => number) {
    this.#journaled = journaled;
    this.#now = now;
    this.#emptyTrash();
  }

  /** Reads what other windows have committed. */
  poll(): void {
    this.#journaled.catchUp();
  }

  list(): Promise<readonly ListedThread[]> {
    return this.#read(() => {
      this.#emptyTrash();
      return listThreads(this.#journaled.database, this.#now());
    });
  }

  trash(): Promise<readonly Thread[]> {
    return this.#read(() => {
      this.#emptyTrash();
      return listTrash(this.#journaled.database);
    });
  }

  summary(thread: string): Promise<ThreadSummary> {
    return this.#read((database) => {
      return { thread: threadIn(database, thread), ...summaryOf(database, thread) };
    });
  }

  search(text: string, limit: number): Promise<readonly SearchHit[]> {
    return this.#read((database) => {
      this.#journaled.ensureIndex();
      return search(database, text, limit);
    });
  }

  load(thread: string): Promise<Conversation> {
    return this.#read((database) => {
      const messages = select(database, "SELECT * FROM messages WHERE thread_id = ? ORDER BY seq", [
        thread,
      ]);
      return { thread: threadIn(database, thread), messages: messages.map(shownMessageOf) };
    });
  }

  output(thread: string, message: string, part: string): Promise<string> {
    return this.#read((database) => {
      const text = messagesIn(database, thread, [message])
        .flatMap(({ parts }) => parts.filter(({ id }) => id === part))
        .map((found) => wholeOutput(database, message, found))[0];
      if (text === undefined)
        throw new ThreadNotFoundError(
          t(
            "The whole of this output cannot be read any more. What you see is left; for the rest, ask Claude to run it again.",
          ),
        );
      return text;
    });
  }

  append(
    thread: string,
    expected: number | null,
    events: readonly ThreadEvent[],
    commit: string = randomUUID(),
    sendsDraft = false,
  ): Promise<void> {
    return this.#read((database) => {
      if (this.#journaled.settle(commit)) return;
      this.#journaled.writable();
      // What cannot count is refused before it is written; what is written may still lose a race.
      refuse(outcomeOf(database, { thread, expected, events }), thread);
      const sends = sendsDraft && { sendsDraft };
      const record: JournalRecord = { id: commit, thread, expected, events, ...sends };
      refuse(this.#journaled.commit(record), thread);
    });
  }

  drafts(): Promise<readonly Draft[]> {
    return this.#read(allDrafts);
  }

  saveDraft(draft: Draft): Promise<void> {
    return this.#read(() =>
      this.#journaled.writeDraft({ ...draft, id: randomUUID(), at: Date.now() }),
    );
  }

  claim(thread: string, milliseconds: number): Promise<boolean> {
    return this.#read(() => {
      this.#journaled.writable();
      const held = holderOf(this.#journaled.database, thread);
      const at = this.#now();
      const over = held && isGone(held.owner) ? held.owner : null;
      if (held && held.owner !== this.#owner && held.until > at && !over) return false;
      // Behind a seal it does not count, as with commits.
      for (let tries = 0; tries < 3; tries++) {
        const until = at + milliseconds;
        this.#journaled.writable().lease({ thread, owner: this.#owner, at, until, over });
        this.#journaled.catchUp();
        if (this.#holds(thread)) return true;
      }
      return false;
    });
  }

  release(thread: string): Promise<void> {
    return this.#read(() => {
      if (this.#journaled.readOnly || !this.#holds(thread)) return;
      const at = this.#now();
      const lease = { thread, owner: this.#owner, at, until: at, over: null };
      this.#journaled.writable().lease(lease);
    });
  }

  close(): Promise<void> {
    return attempt(() => this.#journaled.close());
  }

  #holds(thread: string): boolean {
    return holderOf(this.#journaled.database, thread)?.owner === this.#owner;
  }

  /** Purges what was in the trash for long enough. Looks once a day, when somebody asks for threads. */
  #emptyTrash(): void {
    const at = this.#now();
    if (at - this.#emptied < DAY) return;
    this.#emptied = at;
    for (const { id, deletedAt } of expired(this.#journaled.database, at))
      this.append(id, null, [{ type: "threadPurged", at, deletedAt }]).catch(() => {
        // Another window was first, or the disk refuses: there is another day.
      });
  }

  /** Does something with the database as it is after all that was committed. */
  #read<Result>(work: (database: JournaledDatabase["database"]) => Result): Promise<Result> {
    return attempt(() => {
      this.#journaled.catchUp();
      return work(this.#journaled.database);
    });
  }
}

/** The store is used through a promise, whether it works in a worker or, as in tests, does not. */
const attempt = <Result>(work: () => Result): Promise<Result> =>
  new Promise((resolve) => resolve(work()));
