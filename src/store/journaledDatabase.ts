import { randomUUID } from "node:crypto";
import { t } from "@vscode/l10n";
import type { Database, SqlJsStatic } from "sql.js";
import { isKnown, shownOf, type ThreadEvent } from "../shared/thread";
import { Attempts } from "./attempts";
import { lockCheckpoint } from "./checkpointLock";
import { putDraft } from "./drafts";
import { type DraftRecord, Journal, type JournalLine, type JournalRecord } from "./journal";
import { putLease } from "./leases";
import { applyRecord, outcomeOf, type Outcome, withoutContents } from "./records";
import { select } from "./rows";
import { indexMessage, isIndexed, rebuildIndex } from "./search";
import { Snapshot } from "./snapshot";
import { ReadOnlyStoreError } from "./threadStore";

export interface JournaledDatabaseOptions {
  /** Where `threads.db` and its journal are, or will be. */
  readonly folder: string;
  /** Told, in a sentence for the user, of what was found damaged. */
  readonly onProblem: (problem: string) => void;
  /** Told of what other windows have committed; null when it is more than can be told. */
  readonly onForeign?: (thread: string | null, events: readonly ThreadEvent[]) => void;
  /** Told why, in a sentence for the user, when the store can only be read from now on. */
  readonly onReadOnly?: (why: string) => void;
  /** Rewrite the database file this long after the last commit, in milliseconds: 1000. */
  readonly quiet?: number;
}

const QUIET = 1000;
/**
 * So many processes have to end, one after the other, at the same step of the same line until that is
 * held against it: one may have been ended by its user just then.
 */
const BLAMED = 2;
/** So many lines that cannot be applied are kept and told of one by one. */
const MOST_KEPT = 100;
/** The database file is rewritten at once when the journal has so many bytes, and more than the file. */
const LARGE = 8 * 1024 * 1024;
/** What rewriting may cost: so many bytes for each byte that was committed, and this many besides. */
const BYTES_PER_BYTE = 1;
const BYTES_BESIDES = 1024 * 1024;

/**
 * A SQLite database that sql.js holds in memory. What makes it durable, and the same in all windows, is
 * the journal; the file is rewritten when things are quiet.
 */
export class JournaledDatabase {
  readonly #options: JournaledDatabaseOptions;
  readonly #snapshot: Snapshot;
  readonly #attempts: Attempts;
  #database: Database;
  #journal: Journal;
  /** The last seal that was followed. */
  #sealedBy: string | undefined;
  /** A seal that was read and could not be followed yet. */
  #seal: string | undefined;
  /** Whether what others commit is told: not while it is first read. */
  #told = false;
  /** Commits whose writing has failed so far, and what became of those that are in the journal. */
  readonly #doubtful = new Map<string, Outcome | undefined>();
  /** Commits of this store that it has not read back yet. */
  readonly #own = new Set<string>();
  /** Whether a newer version of the extension writes in this folder, so that this one must not. */
  #readOnly = false;
  /** Whether the search index is whole. For what is only read, that is seen to by the first search. */
  #indexed = true;
  /** Whether the database in memory holds what the file does not. */
  #ahead = false;
  /** Whether the journal has what is neither in the database nor anywhere else. */
  #mustKeepJournal = false;
  /** How many lines were set aside. */
  #setAsides = 0;
  /** Whether the database in memory has remains of what was purged. */
  #remains = false;
  /** What this store has committed, and what it has written of database files, in bytes. */
  #committed = 0;
  #rewritten = 0;
  #quiet: NodeJS.Timeout | undefined;

  constructor(options: JournaledDatabaseOptions, sql: SqlJsStatic) {
    this.#options = options;
    this.#snapshot = new Snapshot(options.folder, sql);
    this.#attempts = new Attempts(options.folder);
    [this.#database, this.#journal] = this.#openLatest();
    this.catchUp();
    this.#attempts.settle(BLAMED);
    this.#told = true;
  }

  /** The database as it was when it was last caught up. */
  get database(): Database {
    return this.#database;
  }

  get readOnly(): boolean {
    return this.#readOnly;
  }

  /** The journal, to write to. Throws `ReadOnlyStoreError`. */
  writable(): Journal {
    if (this.#readOnly) throw new ReadOnlyStoreError();
    return this.#journal;
  }

  /** Has the search index whole. */
  ensureIndex(): void {
    if (!this.#indexed) rebuildIndex(this.#database);
    this.#indexed = true;
  }

  /** Writes a commit, syncs it, and returns what became of it. Throws as the disk does. */
  commit(record: JournalRecord): Outcome {
    this.writable();
    this.#doubtful.set(record.id, undefined);
    this.#own.add(record.id);
    const outcome = this.#write(record.id, (journal) => journal.append(record));
    this.#doubtful.delete(record.id);
    return outcome;
  }

  /**
   * Whether a commit was written when the disk refused to sync it, and counts: it is synced now, so that
   * nobody need write it again. Throws as the disk does.
   */
  settle(commit: string): boolean {
    if (this.#doubtful.get(commit) !== "applied") return false;
    this.#journal.sync();
    this.#doubtful.delete(commit);
    this.#checkpointSoon();
    return true;
  }

  /** Writes a draft, which is not synced. */
  writeDraft(draft: DraftRecord): void {
    this.#write(draft.id, (journal) => journal.draft(draft));
  }

  /** Brings the file up to what is committed, and lets go of everything. */
  close(): void {
    clearTimeout(this.#quiet);
    this.catchUp();
    if (this.#ahead) this.#tryCheckpoint();
    this.#attempts.close();
    this.#journal.close();
    this.#database.close();
  }

  /** Behind a seal a record does not count: it is written again, to the next generation. */
  #write(id: string, write: (journal: Journal) => number): Outcome {
    for (let tries = 0; tries < 5; tries++) {
      this.#committed += write(this.writable());
      const outcome = this.catchUp(id);
      if (!outcome) continue;
      this.#checkpointSoon();
      return outcome;
    }
    throw new Error(t("The journal of threads does not hold what was written to it."));
  }

  /**
   * Applies what was committed since, here or in another window; up to the seal `until` or to the record
   * `id`, if one is named. What comes behind our own record is told of when whoever wrote that knows of
   * it. Returns what became of the record.
   */
  catchUp(id?: string, until?: string): Outcome | undefined {
    this.#checkForNewer();
    if (this.#seal) this.#follow(this.#seal);
    let damaged = 0;
    try {
      for (let sealed = true; sealed;) {
        sealed = false;
        for (const line of this.#journal.read()) {
          const deaths = this.#attempts.begin("apply", line.checksum, line.size);
          if (deaths >= BLAMED) this.#setAside(line, t("It has ended the processes that read it."));
          if (deaths > BLAMED) continue;
          const entry = line.parse();
          if (entry.type === "torn") continue;
          if (entry.type === "damaged") {
            damaged++;
          } else if (entry.type === "tooLong") {
            this.#setAside(line, t("It is too long."));
          } else if (entry.type === "unknown") {
            this.#turnReadOnly();
          } else if (entry.type === "record") {
            const record = deaths < BLAMED ? entry.record : withoutContents(entry.record);
            const became = this.#take(record, line);
            if (record.id === id) return became;
          } else if (entry.type === "lease") {
            this.#orSetAside(line, () => {
              putLease(this.#database, entry.lease);
              return "applied";
            });
          } else if (entry.type === "draft") {
            this.#ahead = true;
            const became = this.#orSetAside(line, () => {
              putDraft(this.#database, entry.draft);
              return "applied";
            });
            if (entry.draft.id === id) return became;
          } else {
            this.#follow(entry.id);
            sealed = entry.id !== until;
            break;
          }
        }
      }
    } finally {
      this.#attempts.end();
      if (damaged === 1)
        this.#options.onProblem(t("A damaged entry in the journal of threads was skipped."));
      else if (damaged > 1)
        this.#options.onProblem(
          t("{0} damaged entries in the journal of threads were skipped.", damaged),
        );
    }
    return undefined;
  }

  /** Applies a record whose turn has come, and tells of it if it is another window's. */
  #take(record: JournalRecord, line: JournalLine): Outcome {
    const { id, thread, events } = record;
    const outcome = this.#orSetAside(line, () => {
      if (!events.every(isKnown)) this.#turnReadOnly();
      const outcome = outcomeOf(this.#database, record);
      if (outcome === "applied") this.#apply(record, line.checksum);
      return outcome;
    });
    if (!this.#own.delete(id) && outcome === "applied" && this.#told)
      this.#options.onForeign?.(thread, events.map(shownOf));
    if (this.#doubtful.has(id)) this.#doubtful.set(id, outcome);
    return outcome;
  }

  /**
   * Applies what the journal has, or sets it aside where that cannot be: one entry keeps nobody from all
   * the others, and is not gone with the journal either.
   */
  #orSetAside(line: JournalLine, apply: () => Outcome): Outcome {
    try {
      return apply();
    } catch (error) {
      this.#setAside(line, String(error));
      return "broken";
    }
  }

  #setAside(line: JournalLine, why: string): void {
    const all = this.#setAsides++;
    const kept = this.#readOnly || all >= MOST_KEPT ? undefined : line.keep();
    // What nobody has kept must stay in the journal.
    if (kept === undefined) this.#mustKeepJournal = true;
    if (all > MOST_KEPT) return;
    if (all === MOST_KEPT) {
      this.#options.onProblem(
        t("More changes to threads could not be applied. They stay in the journal."),
      );
      return;
    }
    const problem = t("A change to a thread could not be applied: {0}", why);
    this.#options.onProblem(kept ? `${problem} ${t("It is kept in “{0}”.", kept)}` : problem);
  }

  #apply(record: JournalRecord, line: string): void {
    this.#ahead = true;
    if (record.events[0]?.type === "threadPurged") this.#remains = true;
    const changed = applyRecord(this.#database, record).filter(({ message }) => isIndexed(message));
    if (changed.length === 0) return;
    const size = changed.reduce((sum, { row }) => sum + row.parts.length, 0);
    // A message that cannot be searched for is a lesser evil than one that is not there.
    const tell = (why: string) =>
      this.#options.onProblem(t("A message will not be found by search: {0}", why));
    if (this.#attempts.begin("index", line, size) >= BLAMED) {
      tell(t("It has ended the processes that read it."));
      return;
    }
    try {
      for (const { message } of changed) indexMessage(this.#database, message);
    } catch (error) {
      tell(String(error));
    }
  }

  /** A file of ours in the place of a newer version's would lack what we do not know. Returns `readOnly`. */
  #checkForNewer(): boolean {
    if (!this.#readOnly && this.#snapshot.isNewer) this.#turnReadOnly();
    return this.#readOnly;
  }

  /** From now on nothing is written here. What a newer version writes is read on, as far as we know it. */
  #turnReadOnly(): void {
    if (this.#readOnly) return;
    this.#readOnly = true;
    this.#attempts.stopWriting();
    clearTimeout(this.#quiet);
    this.#options.onReadOnly?.(new ReadOnlyStoreError().message);
  }

  /** Goes on in the generation behind a seal. A disk that refuses that is asked again. */
  #follow(seal: string): void {
    this.#seal = seal;
    const sealed = this.#journal;
    const { generation } = sealed;
    const next = Journal.openExisting(this.#options.folder, generation + 1);
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
    const onDisk = this.#snapshot.generation;
    if (onDisk === undefined || onDisk <= generation) return false;
    this.#database.close();
    [this.#database, this.#journal] = this.#openLatest();
    this.#options.onForeign?.(null, []);
    return true;
  }

  /** The database as the file has it, and the journal that goes on there. */
  #openLatest(): [Database, Journal] {
    for (;;) {
      const opened = this.#snapshot.open(this.#options.onProblem);
      const { database, readOnly, changed, generation } = opened;
      if (changed) this.#ahead = true;
      if (readOnly) {
        this.#turnReadOnly();
        this.#indexed = false;
      }
      const journal = Journal.openExisting(this.#options.folder, generation);
      if (journal) return [database, journal];
      // Either nobody has begun it, or others have finished with it since the file was read.
      const onDisk = this.#snapshot.generation;
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

  /**
   * Rewrites the file when things are quiet, as long as that costs no more than what was committed:
   * a long thread of short messages must not write the whole file for each of them. What was purged
   * goes from the file whatever that costs.
   */
  #checkpointSoon(): void {
    clearTimeout(this.#quiet);
    const size = this.#size();
    const large = this.#journal.size > Math.max(LARGE, size);
    const allowed = this.#committed * BYTES_PER_BYTE + BYTES_BESIDES;
    if (!large && !this.#remains && this.#rewritten + size > allowed) return;
    this.#quiet = setTimeout(
      () => this.#tryCheckpoint(),
      large ? 0 : (this.#options.quiet ?? QUIET),
    ).unref();
  }

  /** How many bytes the file would have. */
  #size(): number {
    const [row] = select(
      this.#database,
      "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size",
    );
    return Number(row?.["bytes"]);
  }

  /** What is committed stays so, whether the file can be written or not. */
  #tryCheckpoint(): void {
    try {
      this.catchUp();
      if (this.#ahead && !this.#readOnly && !this.#mustKeepJournal) this.#checkpoint();
    } catch (error) {
      this.#options.onProblem(
        t(
          "Threads are safe in their journal, but the database file could not be written: {0}",
          String(error),
        ),
      );
    }
  }

  /** Seals the journal, and writes the file up to that seal, unless somebody is at it already. */
  #checkpoint(): void {
    const unlock = lockCheckpoint(this.#options.folder);
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
      this.writable().seal(seal);
      // Up to the seal and no further: what comes behind it is in the next generation.
      this.catchUp(undefined, seal);
      if (this.#sealedBy !== seal || this.#readOnly) return;
      const written = this.#snapshot.replace(this.#database);
      if (written === undefined) return;
      this.#ahead = false;
      this.#rewritten += written;
    } finally {
      unlock();
    }
  }
}
