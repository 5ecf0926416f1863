import { t } from "@vscode/l10n";
import { LimitError, LINE_LIMIT } from "../shared/limits";

const NEWLINE = 0x0a;

/**
 * Chunks of bytes into lines of text. It works on bytes, since a chunk may end inside a character,
 * and it keeps chunks apart until their line is whole, since joining them at each arrival would cost
 * the square of a long line's length (Claude's lines reach 32 MB). A line without an end is an error,
 * and no reason to hold ever more of it.
 */
export class LineSplitter {
  #held: Uint8Array[] = [];
  #length = 0;

  /** The lines that are whole now. Throws a `LimitError` for one that is too long. */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      this.#hold(chunk.subarray(from, end));
      lines.push(this.#take());
      from = end + 1;
    }
    if (from < chunk.length) this.#hold(chunk.subarray(from));
    return lines;
  }

  /** What came after the last newline, when nothing more will come. */
  end(): string[] {
    return this.#held.length > 0 ? [this.#take()] : [];
  }

  #hold(bytes: Uint8Array): void {
    this.#length += bytes.length;
    if (this.#length > LINE_LIMIT)
      throw new LimitError(t("Claude wrote a line of more than {0} MB.", LINE_LIMIT / 1024 / 1024));
    this.#held.push(bytes);
  }

  #take(): string {
    const line = Buffer.concat(this.#held).toString("utf8");
    this.#held = [];
    this.#length = 0;
    return line;
  }
}
