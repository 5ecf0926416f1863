/** What a program writes for a terminal: its colours as classes, and all else that is not text left out. */
import { ESCAPE } from "../src/shared/terminal";

export interface Span {
  readonly text: string;
  /** Names for the style sheet, such as "ansi-bold ansi-fg-1"; "" for plain text. */
  readonly class: string;
}

interface Style {
  readonly attributes: ReadonlySet<string>;
  /** One of the 16 colours of a terminal. */
  readonly foreground?: number | undefined;
  readonly background?: number | undefined;
}

const PLAIN: Style = { attributes: new Set() };

/** Control characters that say nothing here; tabs and line breaks do. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f]/g;

/** Parses an output. Takes linear time, whatever is in it. */
export function parseAnsi(output: string): readonly Span[] {
  const spans: Span[] = [];
  let style = PLAIN;
  const push = (text: string): void => {
    if (!text) return;
    const name = classOf(style);
    const last = spans.at(-1);
    if (last?.class === name) spans[spans.length - 1] = { text: last.text + text, class: name };
    else spans.push({ text, class: name });
  };
  const text = settleLines(output);
  let at = 0;
  for (const match of text.matchAll(ESCAPE)) {
    push(text.slice(at, match.index).replace(CONTROLS, ""));
    at = match.index + match[0].length;
    if ((match[2] ?? match[4]) === "m") style = restyle(style, match[1] ?? match[3] ?? "");
  }
  push(text.slice(at).replace(CONTROLS, ""));
  return spans;
}

/** An output without what is there for a terminal alone. */
export const plainText = (output: string): string =>
  parseAnsi(output)
    .map(({ text }) => text)
    .join("");

/** A line that was written again and again, as progress is, is what it was in the end. */
const settleLines = (output: string): string =>
  output.includes("\r")
    ? output
        .replaceAll("\r\n", "\n")
        .split("\n")
        .map((line) => line.replace(/(?<!\r)\r+$/, ""))
        .map((line) => line.slice(line.lastIndexOf("\r") + 1))
        .join("\n")
    : output;

const ATTRIBUTES: Readonly<Record<number, string>> = {
  1: "bold",
  2: "dim",
  3: "italic",
  4: "underline",
  7: "inverse",
  9: "strike",
};

/** Which attributes a code takes away. */
const RESETS: Readonly<Record<number, readonly string[]>> = {
  22: ["bold", "dim"],
  23: ["italic"],
  24: ["underline"],
  27: ["inverse"],
  29: ["strike"],
};

/** Follows the codes of one SGR sequence. */
function restyle(style: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map(Number);
  let next = style;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    const attribute = ATTRIBUTES[code];
    if (code === 0) next = PLAIN;
    else if (attribute) next = { ...next, attributes: new Set([...next.attributes, attribute]) };
    else if (RESETS[code]) next = { ...next, attributes: without(next.attributes, RESETS[code]) };
    else if (code >= 30 && code <= 37) next = { ...next, foreground: code - 30 };
    else if (code >= 90 && code <= 97) next = { ...next, foreground: code - 82 };
    else if (code >= 40 && code <= 47) next = { ...next, background: code - 40 };
    else if (code >= 100 && code <= 107) next = { ...next, background: code - 92 };
    else if (code === 39) next = { ...next, foreground: undefined };
    else if (code === 49) next = { ...next, background: undefined };
    else if (code === 38 || code === 48) {
      const [color, used] = extendedColor(codes.slice(at + 1, at + 5));
      next = code === 38 ? { ...next, foreground: color } : { ...next, background: color };
      at += used;
    }
  }
  return next;
}

/** A colour of 256 or of 16 million as one of the 16, which the theme knows; and how many codes it took. */
function extendedColor([kind, a = 0, b = 0, c = 0]: readonly number[]): [
  number | undefined,
  number,
] {
  if (kind === 2) return [nearest(a, b, c), 4];
  if (kind !== 5) return [undefined, 1];
  if (a < 16) return [a, 2];
  if (a > 231) {
    const gray = (a - 232) * 10 + 8;
    return [nearest(gray, gray, gray), 2];
  }
  const level = (value: number): number => (value === 0 ? 0 : 55 + 40 * value);
  const cube = a - 16;
  return [
    nearest(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)),
    2,
  ];
}

/** The terminal's colour for a red, green and blue of up to 255: a bit for each that is strong. */
function nearest(red: number, green: number, blue: number): number {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  if (most - least < 30) return most < 64 ? 0 : most < 128 ? 8 : most < 192 ? 7 : 15;
  const strong = (value: number): number => (value > (most + least) / 2 ? 1 : 0);
  return strong(red) + 2 * strong(green) + 4 * strong(blue) + (most > 192 ? 8 : 0);
}

const classOf = ({ attributes, foreground, background }: Style): string =>
  [
    ...[...attributes].sort(),
    ...(foreground === undefined ? [] : [`fg-${foreground}`]),
    ...(background === undefined ? [] : [`bg-${background}`]),
  ]
    .map((name) => `ansi-${name}`)
    .join(" ");

const without = (names: ReadonlySet<string>, gone: readonly string[]): ReadonlySet<string> =>
  new Set([...names].filter((name) => !gone.includes(name)));
