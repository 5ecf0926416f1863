const NEWLINE = 0x0a;

/**
 * Chunks of bytes into lines of text. It works on bytes, since a chunk may end inside a character,
 * and it keeps chunks apart until their line is whole, since joining them at each arrival would cost
 * the square of a long line's length (Claude's lines reach 32 MB).
 */
export class LineSplitter {
  #held: Uint8Array[] = [];

  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      this.#held.push(chunk.subarray(from, end));
      lines.push(this.#take());
      from = end + 1;
    }
    if (from < chunk.length) this.#held.push(chunk.subarray(from));
    return lines;
  }

  /** What came after the last newline, when nothing more will come. */
  end(): string[] {
    return this.#held.length > 0 ? [this.#take()] : [];
  }

  #take(): string {
    const line = Buffer.concat(this.#held).toString("utf8");
    this.#held = [];
    return line;
  }
}
