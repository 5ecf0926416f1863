/** What is kept of something that is too long: its two ends. */

/** The numbers below `count`, from both ends towards the middle. */
export function* fromBothEnds(count: number): Generator<number> {
  for (let low = 0, high = count - 1; low <= high; low++, high--) {
    yield low;
    if (high > low) yield high;
  }
}

/** A text; of one that is longer than `most` UTF-16 units so much of its ends, and `between` in the place of the rest. */
export function endsOf(text: string, most: number, between: string): string {
  if (text.length <= most) return text;
  const half = Math.ceil(most / 2);
  const to = betweenCharacters(text, text.length - half);
  return `${text.slice(0, betweenCharacters(text, half))}${between}${text.slice(to)}`;
}

/** The place, or the one before it where that is within a character of two UTF-16 units. */
export const betweenCharacters = (text: string, place: number): number =>
  isLowSurrogate(text.charCodeAt(place)) ? place - 1 : place;

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
