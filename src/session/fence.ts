/** A text as a block of code in Markdown, so that no run of backticks in the text can end the block. */
export function fence(text: string, language: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const marks = "`".repeat(Math.max(3, longest + 1));
  return `${marks}${language}\n${text}\n${marks}`;
}
