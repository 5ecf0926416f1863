/**
 * Characters that are not to be seen and change what is: they turn the order of what stands behind
 * them, hide words, or make two names look the same.
 */

/**
 * Controls of a terminal, marks of direction, spaces without width, tags, and selectors in numbers that
 * no writing has. A joiner stands rightly in an emoji, and in scripts whose letters join.
 */
const INVISIBLE =
  // eslint-disable-next-line no-control-regex, no-misleading-character-class
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}\u{e0100}-\u{e01ef}]+|[\ufe00-\ufe0f]{2,}|(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\p{M}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\ufe0f])[\u200c\u200d]+/gu;

/** Invisible characters that stand together. */
export interface Hidden {
  /** What to call them: "U+202E", or "U+200B ×3" for several. */
  readonly name: string;
  readonly text: string;
}

/** A text in pieces, the invisible characters apart. Takes linear time. */
export function piecesOf(text: string): readonly (string | Hidden)[] {
  const pieces: (string | Hidden)[] = [];
  let at = 0;
  for (const { 0: hidden, index } of text.matchAll(INVISIBLE)) {
    if (index > at) pieces.push(text.slice(at, index));
    pieces.push({ name: nameOf(hidden), text: hidden });
    at = index + hidden.length;
  }
  return at < text.length ? [...pieces, text.slice(at)] : pieces;
}

/** A text with the names of its invisible characters in their place: "a[U+202E]b". */
export const spelledOut = (text: string): string =>
  text.replace(INVISIBLE, (hidden) => `[${nameOf(hidden)}]`);

/** A text without its invisible characters. */
export const withoutInvisible = (text: string): string => text.replace(INVISIBLE, "");

function nameOf(hidden: string): string {
  const [first = "", ...more] = Array.from(hidden);
  const code = (first.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `U+${code}${more.length > 0 ? ` ×${more.length + 1}` : ""}`;
}
