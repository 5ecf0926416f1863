/** Code in Markdown, whatever backticks are in it. */

/** A text as a block of code, which no run of backticks in the text can end. */
export function fence(text: string, language: string): string {
  const marks = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${marks}${language}\n${text}\n${marks}`;
}

/** A text as code within a line. */
export function codeSpan(text: string): string {
  const longest = longestRun(text);
  const marks = "`".repeat(longest + 1);
  const space = longest > 0 ? " " : "";
  return `${marks}${space}${text.replace(/\s+/g, " ")}${space}${marks}`;
}

/** How many backticks follow each other at most. There may be more runs than a call has arguments. */
function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}
