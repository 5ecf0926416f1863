/**
 * Texts as they are read by what they are for: a person, a terminal, a shell, a mail program, a browser,
 * and parsers of JSON, source code, Markdown, HTML and URLs. With the way back to the places in the text.
 *
 * What would have to be run to be read is not: quotes and variables of a shell, texts put together by code.
 */
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

const HEX = "[0-9a-fA-F]";

/** A backslash: JSON writes it twice, and JSON in JSON four times. */
const SLASH = String.raw`\\{1,4}`;

/** Behind a backslash: what steers a terminal (see `ESCAPE`), as source code and JSON write it. */
const ESC = String.raw`(?:u001[bB]|u\{1[bB]\}|x1[bB]|0?33|e)`;
const END_OF_STRING = String.raw`${SLASH}(?:u0007|x07|0?07|a|${ESC}${SLASH})`;
const WRITTEN_ESCAPE = String.raw`${ESC}(?:\[[0-?]{0,40}[ -/]{0,4}[@-~]|[\]PX^_][^\n"\\]*${END_OF_STRING})`;

/** Behind a backslash: a character by its number in source code and JSON. */
const NUMBER = String.raw`[uUx]((?<=u)${HEX}{4}|(?<=U)${HEX}{8}|(?<=x)${HEX}{2}|\{${HEX}{1,8}\})`;

/** The same in octal. What a shell writes with four digits would be a control character with three. */
const OCTAL = "(?:0(?=[01][0-7]{2}))?([0-3]?[0-7]{2})";

/** Behind a backslash: what may stand alone as well, as in Markdown, in JSON of PHP’s and in a shell. */
const PUNCTUATION = String.raw`([-_./+=:@!#%&*?~^$])`;

/** Behind a backslash: what is typed over the same character, or over an underline, as JSON writes it. */
const BACKSPACE = String.raw`(b)(?<=([!-~])${SLASH}b)(?:(?=\9)|(?<=_${SLASH}b))`;

/** What a line begins with in a diff, and where lines are numbered. */
const MARGIN = String.raw`(?:[+-]|[ \t]{0,6}\d{1,6}[→|:\t])`;

/** A line that goes on in the next one, for a shell and in source code; and the same in JSON. */
const CONTINUED =
  String.raw`\\\r?\n(?:(?<=(?:^|\n)${MARGIN}[^\n]*\n)${MARGIN})?[ \t]*` +
  String.raw`|\\{3}(?:\\{3})?(?<!\\{7}|(?<!\\)\\{4})(?:r\\{1,2})?n[ \t]*`;

/** The same in a mail. */
const CONTINUED_IN_MAIL = String.raw`=\r?\n(?<=[!-~]=\r?\n)(?=[!-~]|$)`;

/** Characters by their names in HTML. */
const REFERENCES: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  ast: "*",
  colon: ":",
  commat: "@",
  dollar: "$",
  equals: "=",
  excl: "!",
  gt: ">",
  lowbar: "_",
  lt: "<",
  nbsp: " ",
  num: "#",
  percnt: "%",
  period: ".",
  plus: "+",
  quest: "?",
  quot: '"',
  sol: "/",
  NoBreak: "",
  ZeroWidthSpace: "",
  lrm: "",
  rlm: "",
  shy: "",
  zwj: "",
  zwnj: "",
};

const REFERENCE = String.raw`&(?:amp;){0,2}(?:#([xX]${HEX}{1,8}|\d{1,8});?|(${Object.keys(REFERENCES).join("|")});)`;

/** A byte of a URL, also of one in another’s query; and the equals sign of a mail. */
const BYTE = `(?:%(?:25){0,3}|=(?=3D))(${HEX}{2})`;

const INLINE =
  "a|abbr|b|code|del|em|font|i|ins|kbd|mark|s|samp|small|span|strong|sub|sup|tt|u|var|wbr";

/** What HTML shows in one line with what is around it. */
const TAG = String.raw`<(?:!--[^<>]*--|/?(?:${INLINE}|${INLINE.toUpperCase()})(?:\s[^<>]*)?/?)>`;

/** Letters of ASCII in other shapes. */
const SHAPES = String.raw`([\uff01-\uff5e]|\ud835[\udc00-\udfff])`;

/** Characters that nobody sees (see `shared/invisible.ts`), and those that are drawn over another one. */
const WIDTHLESS = String.raw`[\u0000-\u0007\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u009a\u009c-\u009f\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]|\r(?!\n)|\udb40[\udc00-\udc7f\udd00-\uddef]`;

/**
 * What stands for something else than itself. The first four groups are those of `ESCAPE`, the others
 * those of `meaningOf`, which have no names, since the engine then keeps all matches of a replacement.
 * Takes linear time: each begins with a character of its own.
 */
const VEIL = new RegExp(
  [
    ESCAPE.source,
    `${SLASH}(?:${WRITTEN_ESCAPE}|${NUMBER}|${OCTAL}|${PUNCTUATION}|${BACKSPACE})`,
    CONTINUED,
    CONTINUED_IN_MAIL,
    REFERENCE,
    BYTE,
    TAG,
    SHAPES,
    String.raw`\u0008`,
    `(?:${WIDTHLESS})+`,
  ].join("|"),
  "g",
);

/**
 * A text as it is read: once with nothing in the place of what is not to be seen, since a colour may end
 * within a secret, and once with a space, since one may stand between a secret and a word. Nothing for a
 * text that is read as it is written. Takes linear time.
 */
export function unveiled(text: string): readonly View[] {
  if (text.search(VEIL) < 0) return [];
  const { hides, ...seen } = view(text, "");
  return hides ? [seen, view(text, " ")] : [seen];
}

/** `hides` is whether there is something that is not to be seen. */
function view(text: string, between: string): View & { readonly hides: boolean } {
  const characters = new Uint16Array(text.length);
  // Where what is read as one character begins and ends.
  const starts = new Uint32Array(text.length);
  const ends = new Uint32Array(text.length);
  let length = 0;
  let hides = false;
  // Where what the next character is typed over begins.
  let under = Infinity;
  const read = (character: number, start: number, end: number): void => {
    characters[length] = character;
    starts[length] = Math.min(start, under);
    ends[length++] = end;
    under = Infinity;
  };
  let at = 0;
  for (const veil of text.matchAll(VEIL)) {
    for (; at < veil.index; at++) read(text.charCodeAt(at), at, at + 1);
    at += veil[0].length;
    const meant = meaningOf(veil);
    if (meant === "\b") {
      if (length > 0) under = Math.min(under, starts[--length] ?? 0);
      hides = true;
    } else {
      hides ||= meant === "";
      const character = meant || between;
      if (character) read(character.charCodeAt(0), veil.index, at);
    }
  }
  for (; at < text.length; at++) read(text.charCodeAt(at), at, at + 1);
  return {
    text: Buffer.from(characters.buffer, 0, length * 2).toString("utf16le"),
    original: (start, end) => ({ start: starts[start] ?? at, end: ends[end - 1] ?? at }),
    hides,
  };
}

/** What secrets are made of, and what stands about them. */
const ASCII = /^[\b\t\n\r -~]$/;

/**
 * The character that something stands for: none for what is not to be seen, or is not of ASCII. A
 * backspace takes the character before it back.
 */
function meaningOf(match: RegExpExecArray): string {
  const [veil, , , , , hex, octal, punctuation, backspace, , reference, name, byte, shape] = match;
  if (name) return REFERENCES[name] ?? "";
  if (shape) return shape.normalize("NFKC");
  if (punctuation) return punctuation;
  if (backspace || veil === "\b") return "\b";
  const number =
    reference ?? (octal ? `o${octal}` : `x${(hex ?? byte ?? "0").replace(/[{}]/g, "")}`);
  const character = String.fromCodePoint(Math.min(Number(`0${number}`), 0x80));
  return ASCII.test(character) ? character : "";
}
