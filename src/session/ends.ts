/** A line's end this near is where a text is cut, in UTF-16 units. */
const NEAR = 2048;

/** Where the middle of a text begins and ends, if about so many units of its ends are kept. */
export interface Middle {
  readonly at: number;
  readonly to: number;
}

/** The middle of a text that is longer than its two ends, between lines where it has some. */
export const middleOf = (text: string, head: number, tail: number): Middle => ({
  at: headEnd(text, head),
  to: tailStart(text, tail),
});

/** A text, or, if it is longer than so many units, its end: from the beginning of a line, if there is one. */
export const endOf = (text: string, length: number): string =>
  text.length <= length ? text : text.slice(tailStart(text, length));

function headEnd(text: string, head: number): number {
  const line = text.lastIndexOf("\n", head - 1) + 1;
  return line >= head - NEAR ? line : betweenCharacters(text, head);
}

function tailStart(text: string, tail: number): number {
  const start = text.length - tail;
  const line = text.indexOf("\n", start - 1) + 1;
  return line > 0 && line <= start + NEAR ? line : betweenCharacters(text, start);
}

/** A place that does not divide a character of two UTF-16 units. */
const betweenCharacters = (text: string, place: number): number =>
  isLowSurrogate(text.charCodeAt(place)) ? place + 1 : place;

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
