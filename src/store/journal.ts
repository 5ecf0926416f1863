/**
 * The log that every commit goes to before it is acknowledged, beside the database file. All windows
 * on one folder append to the same log, and all read it, so it is also how they agree:
 *
 * - A record is one write to a file opened for appending, which puts records into one order for
 *   everybody without a lock. Whoever reads them applies the same rules in the same order.
 * - A line carries a checksum, and begins with a newline as well as ending with one: a record that a
 *   crash or a full disk has torn is skipped, and does not spoil the one behind it.
 * - A log is never cut. When the database file takes over, the log is *sealed* by a record that says so,
 *   and the next generation begins in a new file; what comes behind the first seal does not count.
 */
import {
  closeSync,
  constants,
  fdatasyncSync,
  openSync,
  readdirSync,
  readSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { ThreadEvent } from "../shared/thread";
import { checksum, CHECKSUM, halvesOf, type Line, LineReader, LONGEST } from "./lines";
import { BrokenRecordError, type Draft } from "./threadStore";

/** One commit. */
export interface JournalRecord {
  readonly id: string;
  readonly thread: string;
  readonly expected: number | null;
  readonly events: readonly ThreadEvent[];
  /** Whether the thread's draft goes with it. */
  readonly sendsDraft?: boolean;
}

const { O_APPEND, O_CREAT, O_RDONLY, O_RDWR } = constants;

/** Whose turn it is in a thread, and until when, in milliseconds since the epoch. */
export interface Lease {
  readonly thread: string;
  readonly owner: string;
  readonly at: number;
  readonly until: number;
  /** The owner from whom it is taken over, if that one is known to be gone. */
  readonly over: string | null;
}

interface Seal {
  readonly seal: string;
}

/** A draft as it was at a time, in milliseconds since the epoch. */
export interface DraftRecord extends Draft {
  readonly id: string;
  readonly at: number;
}

type Content = JournalRecord | Seal | { readonly lease: Lease } | { readonly draft: DraftRecord };

export type Entry =
  | { readonly type: "record"; readonly record: JournalRecord }
  | { readonly type: "seal"; readonly id: string }
  | { readonly type: "lease"; readonly lease: Lease }
  | { readonly type: "draft"; readonly draft: DraftRecord }
  /** A line that a crash or a full disk cut short. Nobody was told that it is there. */
  | { readonly type: "torn" }
  /** A line that was whole and cannot be read any more. */
  | { readonly type: "damaged" }
  /** A line that is as it was written, and longer than what is read. */
  | { readonly type: "tooLong" }
  /** A line of a kind that a newer version of the extension has written. */
  | { readonly type: "unknown" };

/** A line whose turn has come. */
export interface JournalLine {
  /** Its checksum as it stands there; "" for a line that has none. */
  readonly checksum: string;
  /** In bytes. */
  readonly size: number;
  /** Makes an entry of it. */
  parse(): Entry;
  /**
   * Keeps what it holds in a file, since the journal itself goes with the next generations. Returns the
   * name of the file; undefined where the disk refuses it.
   */
  keep(): string | undefined;
}

/** So much of a line that is too long is copied at once, in bytes. */
const COPIED_AT_ONCE = 16 * 1024 * 1024;

const CLOSING_BRACE = 0x7d;

const NAME = /^threads\.journal-(\d+)$/;

export const journalPath = (folder: string, generation: number): string =>
  join(folder, `threads.journal-${generation}`);

/** The generations that are on the disk, the oldest first. */
export const journalGenerations = (folder: string): number[] =>
  readdirSync(folder)
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .filter(Number.isSafeInteger)
    .sort((a, b) => a - b);

/** One generation of the log. */
export class Journal {
  #file: number | undefined;
  readonly #reader = new LineReader();

  private constructor(
    readonly folder: string,
    readonly generation: number,
    file?: number,
  ) {
    this.#file = file;
  }

  /** Opens a generation, or begins it. */
  static open(folder: string, generation: number): Journal {
    const path = journalPath(folder, generation);
    return new Journal(folder, generation, openSync(path, O_CREAT | O_APPEND | O_RDWR, 0o600));
  }

  /** Opens a generation that somebody has begun. Undefined when there is none, or none any more. */
  static openExisting(folder: string, generation: number): Journal | undefined {
    const file = openIfThere(journalPath(folder, generation), O_APPEND | O_RDWR);
    return file === undefined ? undefined : new Journal(folder, generation, file);
  }

  /** A generation that is only read. While nobody has begun it, there is nothing in it. */
  static openForReading(folder: string, generation: number): Journal {
    return new Journal(folder, generation);
  }

  /** How many bytes were read so far. */
  get size(): number {
    return this.#reader.position;
  }

  /**
   * Adds a record, and returns its size in bytes when it is on the disk. Whether it counts, `read`
   * tells. When it throws, the record may be there all the same: it was written, and not synced.
   */
  append(record: JournalRecord): number {
    const bytes = this.#write(record);
    this.sync();
    return bytes;
  }

  /** Adds a lease. It need not survive a crash of the machine, so it is not synced. */
  lease(lease: Lease): void {
    this.#write({ lease });
  }

  /** Adds a draft, and returns its size in bytes. Like a lease it is not synced. */
  draft(draft: DraftRecord): number {
    return this.#write({ draft });
  }

  /** Sees to it that all that was written is on the disk. */
  sync(): void {
    fdatasyncSync(this.#opened());
  }

  /** Closes this generation, unless somebody else was first; `read` tells whose seal counts. */
  seal(id: string): void {
    this.#write({ seal: id });
    this.sync();
  }

  /**
   * What came since the last call, from whomever, in the order of all. Who stops in the middle gets the
   * rest by the next call.
   */
  *read(): Generator<JournalLine> {
    this.#file ??= openIfThere(journalPath(this.folder, this.generation), O_RDONLY);
    if (this.#file === undefined) return;
    for (let line = this.#reader.next(this.#file); line; line = this.#reader.next(this.#file))
      yield "bytes" in line ? this.#line(line.bytes) : this.#longLine(line);
  }

  #line(bytes: Buffer): JournalLine {
    const { sum = "", content = bytes } = halvesOf(bytes) ?? {};
    return {
      checksum: sum,
      size: bytes.length,
      parse: () => parse(sum, content),
      keep: () => keep(this.folder, sum, (path) => writeFileSync(path, content, { mode: 0o600 })),
    };
  }

  #longLine({ from, to, isWhole }: Extract<Line, { from: number }>): JournalLine {
    const file = this.#opened();
    const sum = Buffer.alloc(CHECKSUM);
    readSync(file, sum, 0, CHECKSUM, from);
    const name = sum.toString("latin1");
    return {
      checksum: "",
      size: to - from,
      parse: () => ({ type: isWhole ? "tooLong" : "damaged" }),
      keep: () => keep(this.folder, name, (path) => copyRange(file, from + CHECKSUM + 1, to, path)),
    };
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #opened(): number {
    // eslint-disable-next-line no-restricted-syntax -- Only a mistake of ours leads here.
    if (this.#file === undefined) throw new Error("This journal is only read.");
    return this.#file;
  }

  /** Throws a `BrokenRecordError` for what nobody could read, and as the disk does. */
  #write(line: Content): number {
    const json = jsonOf(line);
    const bytes = Buffer.from(`\n${checksum(json)} ${json}\n`);
    if (bytes.length > LONGEST) {
      keep(this.folder, checksum(json), (path) => writeFileSync(path, json, { mode: 0o600 }));
      throw new BrokenRecordError();
    }
    const written = writeSync(this.#opened(), bytes);
    if (written < bytes.length)
      // eslint-disable-next-line no-restricted-syntax -- These are the words of Node.
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    return bytes.length;
  }
}

/** Keeps what a line holds. Returns the name of its file; undefined where the disk refuses it. */
function keep(folder: string, sum: string, write: (path: string) => void): string | undefined {
  const name = `threads.broken-${sum}.json`;
  try {
    write(join(folder, name));
    return name;
  } catch {
    return undefined;
  }
}

function copyRange(from: number, start: number, end: number, path: string): void {
  const to = openSync(path, "w", 0o600);
  try {
    const piece = Buffer.allocUnsafeSlow(Math.min(end - start, COPIED_AT_ONCE));
    for (let at = start; at < end;) {
      const got = readSync(from, piece, 0, Math.min(end - at, piece.length), at);
      if (got === 0) return;
      writeFileSync(to, piece.subarray(0, got));
      at += got;
    }
  } finally {
    closeSync(to);
  }
}

function openIfThere(path: string, flags: number): number | undefined {
  try {
    return openSync(path, flags);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function parse(sum: string, content: Buffer): Entry {
  if (sum === "" || sum !== checksum(content))
    return { type: content.at(-1) === CLOSING_BRACE ? "damaged" : "torn" };
  const parsed = parseJson(content.toString()) as Partial<
    JournalRecord & Seal & { lease: Lease; draft: DraftRecord }
  > | null;
  if (parsed?.seal !== undefined) return { type: "seal", id: parsed.seal };
  if (parsed?.lease) return { type: "lease", lease: parsed.lease };
  if (parsed?.draft) return { type: "draft", draft: parsed.draft };
  if (parsed?.events) return { type: "record", record: parsed as JournalRecord };
  return { type: "unknown" };
}

/** What has its checksum is as it was written, but a newer version may have written anything. */
function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

/** Throws a `BrokenRecordError` for what is too long or too deep to be written at all. */
function jsonOf(content: Content): string {
  try {
    return JSON.stringify(content);
  } catch (error) {
    throw error instanceof RangeError ? new BrokenRecordError() : error;
  }
}
