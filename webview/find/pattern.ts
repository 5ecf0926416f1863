/** Between two pieces of text that do not stand together: no query matches over it. */
export const BREAK = "\u0000";

/** What a query matches: its characters in any case, with any white space where it has some. */
export function patternOf(query: string): RegExp | null {
  const words = query
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  return words[0] ? new RegExp(words.join("\\s+"), "giu") : null;
}

/** How often a text has it. */
export function countIn(text: string, pattern: RegExp): number {
  let count = 0;
  pattern.lastIndex = 0;
  while (pattern.exec(text)) count++;
  return count;
}
