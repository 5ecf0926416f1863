import { fold, isUnspaced, type Phrase, piecesOf, WORD } from "./words";

/** A line around words that were found, and where they are in it, from and to. */
export interface Snippet {
  readonly snippet: string;
  readonly ranges: readonly (readonly [number, number])[];
}

/** How long a snippet may be, and how much of it stands before the first word, in UTF-16 units. */
const LENGTH = 160;
const LEAD = 40;

/** The line of a text that has the most of the words that were asked for, the first of several. */
export function snippetOf(text: string, phrases: readonly Phrase[]): Snippet {
  const line = excerpt(text, bestPlace(text, phrases));
  return {
    snippet: line,
    ranges: [...marks(line, phrases)].map(({ start, end }) => [start, end] as const),
  };
}

/** A word of the text that was asked for, and which of those it is. */
interface Mark {
  readonly start: number;
  readonly end: number;
  readonly term: number;
}

/** Where a stretch begins that has as many of the different words as fit into a snippet. */
function bestPlace(text: string, phrases: readonly Phrase[]): number {
  const wanted = phrases.reduce((sum, { words }) => sum + words.length, 0);
  const near: Mark[] = [];
  /** How often each of the words is among those. */
  const counts = new Map<number, number>();
  let best = { start: 0, different: 0 };
  for (const mark of marks(text, phrases)) {
    near.push(mark);
    counts.set(mark.term, (counts.get(mark.term) ?? 0) + 1);
    for (let [first] = near; first && first !== mark; [first] = near) {
      if (mark.end - first.start <= LENGTH - LEAD) break;
      near.shift();
      const others = (counts.get(first.term) ?? 0) - 1;
      if (others > 0) counts.set(first.term, others);
      else counts.delete(first.term);
    }
    if (counts.size > best.different) best = { start: near[0]?.start ?? 0, different: counts.size };
    if (counts.size === wanted) break;
  }
  return best.start;
}

/** The words of a text that were asked for, in their order. */
function* marks(text: string, phrases: readonly Phrase[]): Generator<Mark> {
  const terms = phrases.flatMap(({ words, prefix }) =>
    words.map((word, index) => ({ word, prefix: prefix && index === words.length - 1 })),
  );
  let pieceStart = 0;
  for (const piece of piecesOf(text)) {
    const from = pieceStart;
    pieceStart += piece.length;
    // Most of a long output has nothing of it, and need not be split into words.
    const folded = fold(piece);
    if (!terms.some(({ word }) => folded.includes(word))) continue;
    for (const { 0: raw, index } of piece.matchAll(WORD)) {
      const word = fold(raw);
      const term = terms.findIndex((term) =>
        isUnspaced(term.word)
          ? word.includes(term.word)
          : term.prefix
            ? word.startsWith(term.word)
            : word === term.word,
      );
      const found = terms[term];
      if (!found) continue;
      // In a run without spaces the word is only a piece of it.
      const within =
        isUnspaced(found.word) && word.length === raw.length ? word.indexOf(found.word) : -1;
      const start = from + index + Math.max(within, 0);
      const length = within < 0 ? raw.length : found.word.length;
      yield { start, end: start + length, term };
    }
  }
}

/** One line of a text from a little before `place` on, cut between words where there are some. */
function excerpt(text: string, place: number): string {
  const from = Math.max(0, place - LEAD);
  const to = Math.min(text.length, from + LENGTH);
  const before = from > 0 ? (/\s\S/.exec(text.slice(from, place))?.index ?? 0) + from : from;
  const cut = text.slice(before, to);
  const after = to < text.length ? cut.replace(/\s+\S{0,20}$/, "") : cut;
  const line = after.replace(/\s+/g, " ").trim();
  return `${before > 0 ? "…" : ""}${line}${to < text.length ? "…" : ""}`;
}
