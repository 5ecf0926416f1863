/** How long a piece is at least, but for the last: in UTF-16 units, about a hundred lines. */
const LENGTH = 8_000;

/** A line that goes on for so much longer is divided. */
const LONGEST = 2 * LENGTH;

/** A text in pieces that together are the text again: whole lines, where they are not very long. */
export function chunksOf(text: string): readonly string[] {
  const chunks: string[] = [];
  for (let from = 0; from < text.length;) {
    const end = endOfChunk(text, from);
    chunks.push(text.slice(from, end));
    from = end;
  }
  return chunks;
}

function endOfChunk(text: string, from: number): number {
  const line = text.slice(from, from + LONGEST).indexOf("\n", LENGTH - 1) + 1;
  if (line > 0) return from + line;
  const end = from + LONGEST;
  // The second half of a character of two UTF-16 units stays with the first.
  return /[\udc00-\udfff]/.test(text.charAt(end)) ? end + 1 : end;
}
