/** The lines of a file that only grows, read in pieces. What is handed over as a journal may be anything. */
import { createHash, type Hash } from "node:crypto";
import { fstatSync, readSync } from "node:fs";

/** So much is read at once, in bytes: a journal may well be longer than a string can be. */
const PIECE = 16 * 1024 * 1024;
/** A longer line is not read, in bytes. Nothing that Claude says in one line makes half of that. */
export const LONGEST = 128 * 1024 * 1024;
/** A shorter one is no line: its checksum alone, and what follows that, is as long. */
const SHORTEST = 19;
/** How many bytes a checksum has as text. */
export const CHECKSUM = 16;

const NEWLINE = 0x0a;
const SPACE = 0x20;

/** A line without its newline; or where one is that is too long, and whether it is as it was written. */
export type Line =
  | { readonly bytes: Buffer }
  | { readonly from: number; readonly to: number; readonly isWhole: boolean };

/** A line that is too long, while it is read. */
interface Long {
  readonly checksum: string;
  readonly hash: Hash;
}

export class LineReader {
  #position = 0;
  #piece = Buffer.alloc(0);
  /** Where the next line begins in the piece. */
  #at = 0;
  /** The beginning of a line whose end was not read yet. */
  #begun: Buffer[] = [];
  #begunLength = 0;
  /** Where that line, or the next one, begins in the file. */
  #start = 0;
  #long: Long | undefined;

  /** How many bytes were read so far. */
  get position(): number {
    return this.#position;
  }

  /**
   * The next line of the file; undefined when there is none yet. The last line may still be on its way,
   * and is read when it is whole. Lines too short to be any are passed over.
   */
  next(file: number): Line | undefined {
    for (;;) {
      if (this.#begunLength === 0) {
        this.#skipShort();
        this.#start = this.#position - this.#piece.length + this.#at;
      }
      const end = this.#piece.indexOf(NEWLINE, this.#at);
      if (end < 0) {
        this.#begin(this.#piece.subarray(this.#at));
        if (!this.#read(file)) return undefined;
        continue;
      }
      const rest = this.#piece.subarray(this.#at, end);
      this.#at = end + 1;
      const line = this.#ended(rest);
      if (line) return line;
    }
  }

  /** A file of nothing but such lines has a hundred million of them. */
  #skipShort(): void {
    for (let end = this.#at; end < Math.min(this.#at + SHORTEST, this.#piece.length); end++)
      if (this.#piece[end] === NEWLINE) this.#at = end + 1;
  }

  /** Reads on. Returns whether anything was there to be read. */
  #read(file: number): boolean {
    const length = Math.min(fstatSync(file).size - this.#position, PIECE);
    this.#piece = Buffer.allocUnsafeSlow(Math.max(length, 0));
    this.#at = 0;
    if (length <= 0) return false;
    const got = readSync(file, this.#piece, 0, length, this.#position);
    this.#piece = this.#piece.subarray(0, got);
    this.#position += got;
    return got > 0;
  }

  #begin(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#begunLength += bytes.length;
    if (this.#long) {
      this.#long.hash.update(bytes);
      return;
    }
    // A copy of a little, so that it does not keep the whole piece.
    this.#begun.push(bytes.length < PIECE / 2 ? Buffer.from(bytes) : bytes);
    if (this.#begunLength <= LONGEST) return;
    const begun = Buffer.concat(this.#begun);
    this.#begun = [];
    this.#long = {
      checksum: begun.toString("latin1", 0, CHECKSUM),
      hash: createHash("sha256").update(begun.subarray(CHECKSUM + 1)),
    };
  }

  #ended(rest: Buffer): Line | undefined {
    if (this.#begunLength === 0 && rest.length <= LONGEST) return { bytes: rest };
    this.#begin(rest);
    const [bytes, long, length] = [this.#begun, this.#long, this.#begunLength];
    this.#begun = [];
    this.#long = undefined;
    this.#begunLength = 0;
    if (!long) return { bytes: Buffer.concat(bytes) };
    const isWhole = digest(long.hash) === long.checksum;
    return { from: this.#start, to: this.#start + length, isWhole };
  }
}

/** What a line of a journal begins with, of the bytes behind that. */
export const checksum = (content: Buffer | string): string =>
  digest(createHash("sha256").update(content));

const digest = (hash: Hash): string => hash.digest("hex").slice(0, CHECKSUM);

/** The two halves of a line: its checksum, and what that is of. Undefined for what is no line of ours. */
export function halvesOf(line: Buffer): { sum: string; content: Buffer } | undefined {
  if (line[CHECKSUM] !== SPACE) return undefined;
  const sum = line.toString("latin1", 0, CHECKSUM);
  // It becomes a part of a file's name.
  return /^[0-9a-f]+$/.test(sum) ? { sum, content: line.subarray(CHECKSUM + 1) } : undefined;
}
