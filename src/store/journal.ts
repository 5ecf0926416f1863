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
import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { ThreadEvent } from "../shared/thread";
import type { Draft } from "./threadStore";

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

type Line = JournalRecord | Seal | { readonly lease: Lease } | { readonly draft: DraftRecord };

export type Entry =
  | { readonly type: "record"; readonly record: JournalRecord }
  | { readonly type: "seal"; readonly id: string }
  | { readonly type: "lease"; readonly lease: Lease }
  | { readonly type: "draft"; readonly draft: DraftRecord }
  /** A line that a crash or a full disk cut short. Nobody was told that it is there. */
  | { readonly type: "torn" }
  /** A line that was whole and cannot be read any more. */
  | { readonly type: "damaged" }
  /** A line of a kind that a newer version of the extension has written. */
  | { readonly type: "unknown" };

/** So much is read at once, in bytes: a journal may well be longer than a string can be. */
const PIECE = 16 * 1024 * 1024;

const NAME = /^threads\.journal-(\d+)$/;

export const journalPath = (folder: string, generation: number): string =>
  join(folder, `threads.journal-${generation}`);

/** The generations that are on the disk, the oldest first. */
export const journalGenerations = (folder: string): number[] =>
  readdirSync(folder)
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);

/** One generation of the log. */
export class Journal {
  #file: number | undefined;
  #position = 0;
  #rest: Buffer = Buffer.alloc(0);
  /** Whole lines that nobody has taken yet, the next one last. */
  #lines: string[] = [];

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
    return this.#position;
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
  *read(): Generator<Entry> {
    do {
      for (let line = this.#lines.pop(); line !== undefined; line = this.#lines.pop())
        if (line) yield parse(line);
    } while (this.#readPiece());
  }

  /** Reads some more lines. Returns whether anything was there to be read. */
  #readPiece(): boolean {
    this.#file ??= openIfThere(journalPath(this.folder, this.generation), O_RDONLY);
    if (this.#file === undefined) return false;
    const length = Math.min(fstatSync(this.#file).size - this.#position, PIECE);
    if (length <= 0) return false;
    const bytes = Buffer.alloc(length);
    const got = readSync(this.#file, bytes, 0, length, this.#position);
    this.#position += got;
    const unread = Buffer.concat([this.#rest, bytes.subarray(0, got)]);
    const end = unread.lastIndexOf("\n") + 1;
    // The last line may still be on its way; it is read when it is whole.
    this.#rest = Buffer.from(unread.subarray(end));
    this.#lines = unread.toString("utf8", 0, end).split("\n").reverse();
    return got > 0;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #opened(): number {
    // eslint-disable-next-line no-restricted-syntax -- Only a mistake of ours leads here.
    if (this.#file === undefined) throw new Error("This journal is only read.");
    return this.#file;
  }

  #write(line: Line): number {
    const json = JSON.stringify(line);
    const bytes = Buffer.from(`\n${checksum(json)} ${json}\n`);
    const written = writeSync(this.#opened(), bytes);
    if (written < bytes.length)
      // eslint-disable-next-line no-restricted-syntax -- These are the words of Node.
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    return bytes.length;
  }
}

/**
 * Keeps what the journal has, since the journal itself goes with the next generations. Returns the name
 * of the file; undefined where the disk refuses it.
 */
export function keepEntry(folder: string, entry: object): string | undefined {
  const json = JSON.stringify(entry);
  const name = `threads.broken-${checksum(json)}.json`;
  try {
    writeFileSync(join(folder, name), json, { mode: 0o600 });
    return name;
  } catch {
    return undefined;
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

function parse(line: string): Entry {
  const space = line.indexOf(" ");
  const json = line.slice(space + 1);
  if (line.slice(0, space) !== checksum(json))
    return { type: json.endsWith("}") ? "damaged" : "torn" };
  const content = parseJson(json) as Partial<
    JournalRecord & Seal & { lease: Lease; draft: DraftRecord }
  > | null;
  if (content?.seal !== undefined) return { type: "seal", id: content.seal };
  if (content?.lease) return { type: "lease", lease: content.lease };
  if (content?.draft) return { type: "draft", draft: content.draft };
  if (content?.events) return { type: "record", record: content as JournalRecord };
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

const checksum = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 16);
