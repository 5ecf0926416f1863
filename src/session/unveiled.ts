/** Texts without what stands between the characters that a reader sees, with the way back to their places. */
import { ESCAPE } from "../shared/terminal";

/** A text in which secrets are searched instead of another one. */
export interface View {
  readonly text: string;
  /** The place in the other text of what is at `start` here, and the place behind what ends before `end`. */
  readonly original: (
    start: number,
    end: number,
  ) => { readonly start: number; readonly end: number };
}

/** Colours and the like as source code and JSON write them. */
const WRITTEN_ESCAPE = String.raw`\\{1,4}(?:u001b|x1b|033|e)\[[0-?]{0,40}[ -/]{0,4}[@-~]`;

/** A character that JSON has written by its number, though it is one of ASCII: the group is the number. */
const NUMBERED = String.raw`\\{1,4}u00([2-7][0-9a-f])`;

/** Characters that nobody sees (see `shared/invisible.ts`), by themselves and written by their numbers. */
const WIDTHLESS = String.raw`(?:[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u009a\u009c-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]|\udb40[\udc00-\udc7f\udd00-\uddef])+|\\{1,4}u(?:00ad|200[b-f]|2060|feff)`;

/** What hides: the groups of an escape of a terminal come before that of a character's number. */
const VEIL = new RegExp(`${ESCAPE.source}|${WRITTEN_ESCAPE}|${NUMBERED}|${WIDTHLESS}`, "gi");
const NUMBER_GROUP = 5;

/**
 * A text as it is without escapes, characters without width, and numbers of characters: once with nothing
 * in their place, since a colour may end within a secret, and once with a space, since one may stand
 * between a secret and a word. Nothing for a text that hides nothing. Takes linear time.
 */
export function unveiled(text: string): readonly View[] {
  return text.search(VEIL) < 0 ? [] : [view(text, ""), view(text, " ")];
}

/** Some of the other text that is here as it is there, or a character in the place of so many of it. */
interface Piece {
  readonly at: number;
  readonly from: number;
  readonly replaces?: number;
}

function view(text: string, between: string): View {
  const pieces: Piece[] = [];
  let plain = "";
  let from = 0;
  for (const match of text.matchAll(VEIL)) {
    const number = match[NUMBER_GROUP];
    const character = number ? String.fromCharCode(parseInt(number, 16)) : between;
    if (match.index > from) pieces.push({ at: plain.length, from });
    plain += text.slice(from, match.index);
    if (character) pieces.push({ at: plain.length, from: match.index, replaces: match[0].length });
    plain += character;
    from = match.index + match[0].length;
  }
  pieces.push({ at: plain.length, from });
  plain += text.slice(from);
  const placeOf = (at: number, behind: boolean): number => {
    const piece = pieces[lastBefore(pieces, at)] ?? { at: 0, from: 0 };
    if (piece.replaces !== undefined) return piece.from + (behind ? piece.replaces : 0);
    return piece.from + at - piece.at + (behind ? 1 : 0);
  };
  return {
    text: plain,
    original: (start, end) => ({ start: placeOf(start, false), end: placeOf(end - 1, true) }),
  };
}

/** The index of the last piece that begins at a place or before it. */
function lastBefore(pieces: readonly Piece[], at: number): number {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((pieces[middle]?.at ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
