const LIMIT = 60;

/** What a thread is called before it has a first message. */
export const UNTITLED = "New thread";

/** A thread's title from its first message: one line of at most 60 characters, cut at a word. */
export function titleFrom(text: string): string {
  // The first thousand characters hold every title; a pasted log need not be walked whole.
  const line = text.slice(0, 1000).replace(/\s+/g, " ").trim();
  const characters = [...line];
  if (characters.length <= LIMIT) return line || UNTITLED;
  const cut = characters.slice(0, LIMIT).join("");
  // One character is left for the ellipsis; a text without spaces is cut where it must be.
  const word = cut.slice(0, -1).replace(/\s+\S*$/, "");
  return `${word || characters.slice(0, LIMIT - 1).join("")}…`;
}
