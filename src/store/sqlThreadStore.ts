import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import initSqlJs, { type BindParams, type Database, type SqlJsStatic } from "sql.js";
import type { SearchHit } from "../shared/search";
import {
  applyAll,
  type Conversation,
  isKnown,
  type ListedThread,
  type Message,
  shownOf,
  type Thread,
  type ThreadEvent,
  type ThreadSummary,
} from "../shared/thread";
import { isGone, lockCheckpoint, owner } from "./checkpointLock";
import { readWhole, replaceFile, stampOf } from "./databaseFile";
import { allDrafts, putDraft, removeDraft } from "./drafts";
import {
  Journal,
  journalGenerations,
  journalPath,
  type JournalRecord,
  type Lease,
} from "./journal";
import { listThreads, listTrash, summaryOf } from "./listing";
import { isNewer } from "./newerDatabase";
import { generationOf, isSound, openDatabase } from "./openDatabase";
import { storeOutput, wholeOutput } from "./outputs";
import { DAY, expired, purge } from "./purge";
import { messageOf, messageRow, type Row, threadOf, threadRow } from "./rows";
import { indexMessage, rebuildIndex, search } from "./search";
import {
  type Draft,
  ReadOnlyStoreError,
  ThreadConflictError,
  ThreadNotFoundError,
  type ThreadStore,
} from "./threadStore";

export interface SqlThreadStoreOptions {
  /** Where `threads.db` and its journal are, or will be. */
  readonly folder: string;
  /** The path of `sql-wasm.wasm`. */
  readonly wasm: string;
  /** Told, in a sentence for the user, of what was found damaged. */
  readonly onProblem: (problem: string) => void;
  /** Told of what other windows have committed; null when it is more than can be told. */
  readonly onForeign?: (thread: string | null, events: readonly ThreadEvent[]) => void;
  /** Told why, in a sentence for the user, when the store can only be read from now on. */
  readonly onReadOnly?: (why: string) => void;
  /** Rewrite the database file this long after the last commit, in milliseconds: 1000. */
  readonly quiet?: number;
  /** The clock, in milliseconds since the epoch. */
  readonly now?: () => number;
}

const QUIET = 1000;
/** The database file is rewritten at once when the journal has so many bytes, and more than the file. */
const LARGE = 8 * 1024 * 1024;
/** What rewriting may cost: so many bytes for each byte that was committed, and this many besides. */
const BYTES_PER_BYTE = 1;
const BYTES_BESIDES = 1024 * 1024;

type Applied = "applied" | "conflict" | "unknownThread";

/**
 * Threads in a SQLite database that sql.js holds in memory. What makes them durable is the journal;
 * the file is rewritten when things are quiet. Everything here is synchronous, so it belongs in a
 * worker thread.
 */
export class SqlThreadStore implements ThreadStore {
  readonly #options: SqlThreadStoreOptions;
  readonly #sql: SqlJsStatic;
  #database: Database;
  #journal: Journal;
  /** The last seal that was followed. */
  #sealedBy: string | undefined;
  /** Whether what others commit is told: not while it is first read. */
  #told = false;
  /** A seal that was read and could not be followed yet. */
  #seal: string | undefined;
  /** Commits whose writing has failed so far, and what became of those that are in the journal. */
  readonly #doubtful = new Map<string, Applied | undefined>();
  /** Commits of this store that it has not read back yet. */
  readonly #own = new Set<string>();
  readonly #owner = `${owner()}/${randomUUID()}`;
  #quiet: NodeJS.Timeout | undefined;
  /** Whether a newer version of the extension writes in this folder, so that this one must not. */
  #readOnly = false;
  /** Whether the search index is whole. For what is only read, that is seen to by the first search. */
  #indexed = true;
  /** Whether the database in memory holds what the file does not. */
  #ahead = false;
  /** Whether the database in memory has remains of what was purged. */
  #remains = false;
  /** When the trash was last looked at. */
  #emptied = 0;
  /** What this store has committed, and what it has written of database files, in bytes. */
  #committed = 0;
  #rewritten = 0;
  /** The database file as it was last read or written, and the generation that goes on where it ends. */
  #known: { readonly stamp: string | undefined; readonly generation: number } | undefined;

  static async open(options: SqlThreadStoreOptions): Promise<SqlThreadStore> {
    const sql = await initSqlJs({ locateFile: () => options.wasm });
    mkdirSync(options.folder, { recursive: true });
    return new SqlThreadStore(options, sql);
  }

  private constructor(options: SqlThreadStoreOptions, sql: SqlJsStatic) {
    this.#options = options;
    this.#sql = sql;
    [this.#database, this.#journal] = this.#openLatest();
    this.#catchUp();
    this.#told = true;
    this.#emptyTrash();
  }

  /** Reads what other windows have committed. */
  poll(): void {
    this.#catchUp();
  }

  list(): Promise<readonly ListedThread[]> {
    return attempt(() => {
      this.#catchUp();
      this.#emptyTrash();
      return listThreads(this.#database, this.#now());
    });
  }

  trash(): Promise<readonly Thread[]> {
    return attempt(() => {
      this.#catchUp();
      this.#emptyTrash();
      return listTrash(this.#database);
    });
  }

  summary(thread: string): Promise<ThreadSummary> {
    return attempt(() => {
      this.#catchUp();
      this.#thread(thread);
      return summaryOf(this.#database, thread);
    });
  }

  search(text: string, limit: number): Promise<readonly SearchHit[]> {
    return attempt(() => {
      this.#catchUp();
      if (!this.#indexed) rebuildIndex(this.#database);
      this.#indexed = true;
      return search(this.#database, text, limit);
    });
  }

  load(thread: string): Promise<Conversation> {
    return attempt(() => {
      this.#catchUp();
      const messages = this.#all("SELECT * FROM messages WHERE thread_id = ? ORDER BY seq", [
        thread,
      ]);
      return { thread: this.#thread(thread), messages: messages.map(messageOf) };
    });
  }

  output(thread: string, message: string, part: string): Promise<string> {
    return attempt(() => {
      this.#catchUp();
      const text = this.#messages(thread, [message])
        .flatMap(({ parts }) => parts.filter(({ id }) => id === part))
        .map((found) => wholeOutput(this.#database, message, found))[0];
      if (text === undefined)
        throw new ThreadNotFoundError(
          "The whole of this output cannot be read any more. What you see is left; for the rest, ask Claude to run it again.",
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
    return attempt(() => {
      this.#catchUp();
      if (this.#doubtful.get(commit) === "applied") return this.#settle(commit);
      this.#writable();
      // What cannot count is refused before it is written; what is written may still lose a race.
      this.#refuse(this.#check({ thread, expected, events }), thread);
      const sends = sendsDraft && { sendsDraft };
      const record: JournalRecord = { id: commit, thread, expected, events, ...sends };
      this.#doubtful.set(commit, undefined);
      this.#own.add(commit);
      let outcome: Applied | undefined;
      for (let tries = 0; !outcome && tries < 5; tries++) {
        this.#committed += this.#writable().append(record);
        // Behind a seal a record does not count: it is written again, to the next generation.
        outcome = this.#catchUp(record.id);
      }
      if (!outcome) throw unread();
      this.#doubtful.delete(commit);
      this.#refuse(outcome, thread);
      this.#checkpointSoon();
    });
  }

  /** Purges what was in the trash for long enough. Looks once a day, when somebody asks for threads. */
  #emptyTrash(): void {
    const at = this.#now();
    if (at - this.#emptied < DAY) return;
    this.#emptied = at;
    for (const { id, deletedAt } of expired(this.#database, at))
      this.append(id, null, [{ type: "threadPurged", at, deletedAt }]).catch(() => {
        // Another window was first, or the disk refuses: there is another day.
      });
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }

  /** Ends the doubt about a commit that was written when the disk refused to sync it. */
  #settle(commit: string): void {
    this.#journal.sync();
    this.#doubtful.delete(commit);
    this.#checkpointSoon();
  }

  drafts(): Promise<readonly Draft[]> {
    return attempt(() => {
      this.#catchUp();
      return allDrafts(this.#database);
    });
  }

  saveDraft(draft: Draft): Promise<void> {
    return attempt(() => {
      const record = { ...draft, id: randomUUID(), at: Date.now() };
      this.#catchUp();
      // Behind a seal it does not count, as with commits.
      let outcome: Applied | undefined;
      for (let tries = 0; !outcome && tries < 5; tries++) {
        this.#committed += this.#writable().draft(record);
        outcome = this.#catchUp(record.id);
      }
      if (!outcome) throw unread();
      this.#checkpointSoon();
    });
  }

  claim(thread: string, milliseconds: number): Promise<boolean> {
    return attempt(() => {
      this.#catchUp();
      this.#writable();
      const held = this.#lease(thread);
      const at = this.#now();
      const over = held && isGone(held.owner) ? held.owner : null;
      if (held && held.owner !== this.#owner && held.until > at && !over) return false;
      // Behind a seal it does not count, as with commits.
      for (let tries = 0; tries < 3; tries++) {
        this.#writable().lease({ thread, owner: this.#owner, at, until: at + milliseconds, over });
        this.#catchUp();
        if (this.#lease(thread)?.owner === this.#owner) return true;
      }
      return false;
    });
  }

  release(thread: string): Promise<void> {
    return attempt(() => {
      this.#catchUp();
      if (this.#readOnly || this.#lease(thread)?.owner !== this.#owner) return;
      const at = this.#now();
      this.#journal.lease({ thread, owner: this.#owner, at, until: at, over: null });
    });
  }

  close(): Promise<void> {
    return attempt(() => {
      clearTimeout(this.#quiet);
      this.#catchUp();
      if (this.#ahead) this.#tryCheckpoint();
      this.#journal.close();
      this.#database.close();
    });
  }

  /**
   * Rewrites the file when things are quiet, as long as that costs no more than what was committed:
   * a long thread of short messages must not write the whole file for each of them. What was purged
   * goes from the file whatever that costs.
   */
  #checkpointSoon(): void {
    clearTimeout(this.#quiet);
    const size = this.#fileSize();
    const large = this.#journal.size > Math.max(LARGE, size);
    const allowed = this.#committed * BYTES_PER_BYTE + BYTES_BESIDES;
    if (!large && !this.#remains && this.#rewritten + size > allowed) return;
    this.#quiet = setTimeout(
      () => this.#tryCheckpoint(),
      large ? 0 : (this.#options.quiet ?? QUIET),
    ).unref();
  }

  /** What is committed stays so, whether the file can be written or not. */
  #tryCheckpoint(): void {
    try {
      this.#catchUp();
      if (this.#ahead && !this.#readOnly) this.#checkpoint();
    } catch (error) {
      this.#options.onProblem(
        `Threads are safe in their journal, but the database file could not be written: ${String(error)}`,
      );
    }
  }

  #fileSize(): number {
    const [row] = this.#all(
      "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size",
    );
    return Number(row?.["bytes"]);
  }

  /** Seals the journal, and writes the database file up to that seal, unless somebody is at it already. */
  #checkpoint(): void {
    const { folder } = this.#options;
    const unlock = lockCheckpoint(folder);
    if (!unlock) return;
    try {
      // A newer version may have written the file while the lock was not ours.
      if (this.#checkForNewer()) return;
      // SQLite only marks as free what is deleted: its bytes stay until the database is written anew.
      const remains = this.#remains;
      // One that fails, as for want of memory, must not keep what is committed out of the file for ever.
      this.#remains = false;
      if (remains) this.#database.run("VACUUM");
      const seal = randomUUID();
      this.#writable().seal(seal);
      // Up to the seal and no further: what comes behind it is in the next generation.
      this.#catchUp(undefined, seal);
      if (this.#sealedBy !== seal || this.#readOnly) return;
      const path = join(folder, "threads.db");
      const bytes = this.#database.export();
      this.#verify(bytes);
      const { generation } = this.#journal;
      const kept = this.#generationOnDisk();
      if (kept !== undefined && kept >= generation) return;
      replaceFile(path, bytes);
      this.#known = { stamp: stampOf(path), generation };
      this.#ahead = false;
      this.#rewritten += bytes.length;
      // The file before is kept, and with it all the journal from there on: the whole again.
      for (const old of journalGenerations(folder))
        if (old < (kept ?? 0)) rmSync(journalPath(folder, old), { force: true });
    } finally {
      unlock();
    }
  }

  /** The generation that goes on where the present database file ends. One that is known is not read. */
  #generationOnDisk(): number | undefined {
    const path = join(this.#options.folder, "threads.db");
    const stamp = stampOf(path);
    if (stamp !== undefined && stamp === this.#known?.stamp) return this.#known.generation;
    const bytes = readWhole(path);
    if (!bytes) return undefined;
    const database = new this.#sql.Database(bytes);
    try {
      return generationOf(database);
    } catch {
      // What is damaged ends nowhere.
      return undefined;
    } finally {
      database.close();
    }
  }

  #verify(bytes: Uint8Array): void {
    // Of a buffer sql.js makes no copy, and nothing is written here.
    const database = new this.#sql.Database(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
    );
    const sound = isSound(database);
    database.close();
    if (!sound) throw new Error("What was to be written is damaged.");
  }

  /**
   * Applies what was committed since, here or in another window; up to the seal `until`, if one is
   * named. Returns what became of the record `id`.
   */
  #catchUp(id?: string, until?: string): Applied | undefined {
    let outcome: Applied | undefined;
    this.#checkForNewer();
    if (this.#seal) this.#follow(this.#seal);
    for (let sealed = true; sealed;) {
      sealed = false;
      for (const entry of this.#journal.read()) {
        if (entry.type === "torn") continue;
        if (entry.type === "damaged") {
          this.#options.onProblem("A damaged entry in the journal of threads was skipped.");
        } else if (entry.type === "unknown") {
          this.#turnReadOnly();
        } else if (entry.type === "record") {
          if (!entry.record.events.every(isKnown)) this.#turnReadOnly();
          const applied = this.#apply(entry.record);
          if (entry.record.id === id) outcome = applied;
          if (!this.#own.delete(entry.record.id) && applied === "applied" && this.#told)
            this.#options.onForeign?.(entry.record.thread, entry.record.events.map(shownOf));
          if (this.#doubtful.has(entry.record.id)) this.#doubtful.set(entry.record.id, applied);
        } else if (entry.type === "lease") {
          this.#applyLease(entry.lease);
        } else if (entry.type === "draft") {
          this.#ahead = true;
          putDraft(this.#database, entry.draft);
          if (entry.draft.id === id) outcome = "applied";
        } else {
          this.#follow(entry.id);
          sealed = entry.id !== until;
          break;
        }
      }
    }
    return outcome;
  }

  /** A file of ours in the place of a newer version's would lack what we do not know. Returns `#readOnly`. */
  #checkForNewer(): boolean {
    if (!this.#readOnly && isNewer(join(this.#options.folder, "threads.db"))) this.#turnReadOnly();
    return this.#readOnly;
  }

  /** From now on nothing is written here. What a newer version writes is read on, as far as we know it. */
  #turnReadOnly(): void {
    if (this.#readOnly) return;
    this.#readOnly = true;
    clearTimeout(this.#quiet);
    this.#options.onReadOnly?.(new ReadOnlyStoreError().message);
  }

  /** The journal, to write to. Throws `ReadOnlyStoreError`. */
  #writable(): Journal {
    if (this.#readOnly) throw new ReadOnlyStoreError();
    return this.#journal;
  }

  /** Goes on in the generation behind a seal. A disk that refuses that is asked again. */
  #follow(seal: string): void {
    this.#seal = seal;
    const sealed = this.#journal;
    const { folder, generation } = sealed;
    const next = Journal.openExisting(folder, generation + 1);
    if (next || !this.#reload(generation)) {
      this.#journal = next ?? this.#beginJournal(generation + 1);
      this.#database.run("UPDATE journal SET generation = ?", [generation + 1]);
    }
    sealed.close();
    this.#sealedBy = seal;
    this.#seal = undefined;
  }

  /** Takes over a database file that is further than `generation`: others have gone on without us. */
  #reload(generation: number): boolean {
    const onDisk = this.#generationOnDisk();
    if (onDisk === undefined || onDisk <= generation) return false;
    this.#database.close();
    [this.#database, this.#journal] = this.#openLatest();
    this.#options.onForeign?.(null, []);
    return true;
  }

  /** The database as the file has it, and the journal that goes on there. */
  #openLatest(): [Database, Journal] {
    const { folder } = this.#options;
    for (;;) {
      const stamp = stampOf(join(folder, "threads.db"));
      const { database, readOnly } = openDatabase(this.#sql, folder, this.#options.onProblem);
      if (readOnly) {
        this.#turnReadOnly();
        this.#indexed = false;
      }
      const generation = generationOf(database);
      this.#known = { stamp, generation };
      const journal = Journal.openExisting(folder, generation);
      if (journal) return [database, journal];
      // Either nobody has begun it, or others have finished with it since the file was read.
      const onDisk = this.#generationOnDisk();
      if (onDisk === undefined || onDisk === generation)
        return [database, this.#beginJournal(generation)];
      database.close();
    }
  }

  #beginJournal(generation: number): Journal {
    const { folder } = this.#options;
    return this.#readOnly
      ? Journal.openForReading(folder, generation)
      : Journal.open(folder, generation);
  }

  #apply(record: JournalRecord): Applied {
    const check = this.#check(record);
    if (check !== "applied") return check;
    this.#ahead = true;
    const { thread, events } = record;
    if (events[0]?.type === "threadPurged") {
      purge(this.#database, thread);
      this.#remains = true;
      return "applied";
    }
    const before = this.#mentioned(thread, events);
    const after = applyAll(before, events);
    this.#database.run("BEGIN");
    this.#put("threads", threadRow(after.thread));
    const changed = after.messages.filter((message) => !before.messages.includes(message));
    for (const message of changed) this.#put("messages", messageRow(message));
    for (const event of events) storeOutput(this.#database, event);
    if (record.sendsDraft) removeDraft(this.#database, thread);
    this.#database.run("COMMIT");
    for (const message of changed) this.#index(message);
    return "applied";
  }

  /** A message that cannot be searched for is a lesser evil than one that is not there. */
  #index(message: Message): void {
    try {
      indexMessage(this.#database, message);
    } catch (error) {
      this.#options.onProblem(`A message will not be found by search: ${String(error)}`);
    }
  }

  #check({ thread, expected, events }: Omit<JournalRecord, "id">): Applied {
    const [first] = events;
    const [known] = this.#all("SELECT deleted_at FROM threads WHERE id = ?", [thread]);
    if (!known) return first?.type === "threadCreated" ? "applied" : "unknownThread";
    if (first?.type === "threadCreated") return "conflict";
    if (first?.type === "threadPurged")
      return known["deleted_at"] === first.deletedAt ? "applied" : "conflict";
    const [row] = this.#all("SELECT count(*) AS n FROM messages WHERE thread_id = ?", [thread]);
    return expected === null || row?.["n"] === expected ? "applied" : "conflict";
  }

  #lease(thread: string): { owner: string; until: number } | undefined {
    const [row] = this.#all("SELECT owner, until FROM leases WHERE thread_id = ?", [thread]);
    return row as { owner: string; until: number } | undefined;
  }

  /** The first to claim what nobody has is its owner; everybody sees the same one as the first. */
  #applyLease({ thread, owner, at, until, over }: Lease): void {
    const held = this.#lease(thread);
    if (held && held.owner !== owner && held.owner !== over && held.until > at) return;
    this.#database.run("INSERT OR REPLACE INTO leases VALUES (?, ?, ?)", [thread, owner, until]);
  }

  #refuse(outcome: Applied, thread: string): void {
    if (outcome === "unknownThread") throw notFound(thread);
    if (outcome === "conflict")
      throw new ThreadConflictError(`Thread ${thread} was changed by another window.`);
  }

  /** A conversation of just those messages that the events speak of: no more need be read to fold them. */
  #mentioned(thread: string, events: readonly ThreadEvent[]): Conversation {
    const first = events[0];
    if (first?.type === "threadCreated") return { thread: first.thread, messages: [] };
    const ids = new Set(
      events
        .filter(isKnown)
        .flatMap((event) =>
          "part" in event || event.type === "messageEnded" ? [event.message] : [],
        ),
    );
    return { thread: this.#thread(thread), messages: this.#messages(thread, [...ids]) };
  }

  /** Those of a thread's messages that have one of these ids, in the order of the ids. */
  #messages(thread: string, ids: readonly string[]): Message[] {
    return ids.flatMap((id) =>
      this.#all("SELECT * FROM messages WHERE id = ? AND thread_id = ?", [id, thread]).map(
        messageOf,
      ),
    );
  }

  #thread(id: string): Thread {
    const [row] = this.#all("SELECT * FROM threads WHERE id = ?", [id]);
    if (!row) throw notFound(id);
    return threadOf(row);
  }

  #put(table: "threads" | "messages", row: Record<string, string | number | null>): void {
    const columns = Object.keys(row);
    this.#database.run(
      `INSERT OR REPLACE INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
      Object.values(row),
    );
  }

  #all(sql: string, params: BindParams = []): Row[] {
    const statement = this.#database.prepare(sql, params);
    const rows: Row[] = [];
    while (statement.step()) rows.push(statement.getAsObject());
    statement.free();
    return rows;
  }
}

/** The store is used through a promise, whether it works in a worker or, as in tests, does not. */
const attempt = <Result>(work: () => Result): Promise<Result> =>
  new Promise((resolve) => resolve(work()));

const unread = () => new Error("The journal of threads does not hold what was written to it.");

const notFound = (thread: string) => new ThreadNotFoundError(`There is no thread ${thread}.`);
