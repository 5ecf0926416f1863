/**
 * Text as the search sees it: words, without case, accents and punctuation. What is indexed, what is
 * asked for and what is marked in a snippet all come from here, so they cannot disagree.
 */
import { betweenCharacters, fromBothEnds } from "./ends";

const LETTERS = String.raw`[\p{L}\p{N}\p{M}]`;
/** Scripts that put no spaces between words. */
const UNSPACED = String.raw`[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}]`;

/** A word as it stands in a text; a run of an unspaced script is one of its own. */
export const WORD = new RegExp(`[${LETTERS}&&${UNSPACED}]+|[${LETTERS}--${UNSPACED}]+`, "gv");
const UNSPACED_WORD = new RegExp(`^${UNSPACED}`, "v");

/** A longer word counts by its beginning: base64 is no reason for an index to grow. */
const LONGEST_WORD = 64;
/** So many words of a text are indexed: SQLite takes up to 400 bytes for each until it has all of them. */
const MOST_WORDS = 1_000_000;
/**
 * A text is taken in pieces of so many UTF-16 units, since folding can make it 18 times as long. They end
 * between words where the last so many units of one have such a place.
 */
const PIECE = 4096;
const NEAR = 256;
const BETWEEN_WORDS = /[\s\p{P}]/u;
/** So much of a query counts; more is a text that was pasted. */
const LONGEST_QUERY = 1000;
const MOST_PHRASES = 32;

/** Words that must stand side by side. Of a prefix, the last word may go on. */
export interface Phrase {
  readonly words: readonly string[];
  readonly prefix: boolean;
}

/** A text or a word without case and accents. Only letters that no language keeps apart become one. */
export const fold = (text: string): string =>
  isAscii(text)
    ? text.toLowerCase()
    : streamSafe(text)
        .normalize("NFKD")
        .replace(/[\u0300-\u036f]/g, "")
        .toLowerCase()
        .normalize("NFC")
        .replaceAll("ß", "ss")
        .replaceAll("ς", "σ");

/**
 * A text without more than 30 marks on a letter, as Unicode’s Stream-Safe Text Format has it: to put
 * them into their order takes the square of their number.
 */
const streamSafe = (text: string): string => text.replace(/(\p{M}{30})\p{M}+/gu, "$1");

/** Whether a folded word is of a script that puts no spaces between words. */
export const isUnspaced = (word: string): boolean => UNSPACED_WORD.test(word);

/** The pieces of a text, one after another. */
export function* piecesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const to = pieceEnd(text, from + PIECE);
    yield text.slice(from, to);
    from = to;
  }
}

function pieceEnd(text: string, most: number): number {
  if (most >= text.length) return text.length;
  for (let end = most; end > most - NEAR; end--)
    if (BETWEEN_WORDS.test(text.charAt(end))) return end;
  return betweenCharacters(text, most);
}

/** The folded words of a text. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const piece of piecesOf(text))
    for (const [word] of fold(piece).matchAll(WORD))
      words.push(isUnspaced(word) ? word : word.slice(0, LONGEST_WORD));
  return words;
}

/**
 * What a text is indexed as: words with a space between them. A run of an unspaced script becomes the
 * pairs of its characters and its last one, so that each word within it is a phrase of pairs. Of more
 * than a million words those at its two ends count.
 */
export function indexable(text: string): string {
  const pieces = [...piecesOf(text)];
  const indexed = pieces.map(() => "");
  let left = MOST_WORDS;
  for (const place of fromBothEnds(pieces.length)) {
    const words = wordsOf(pieces[place] ?? "").flatMap((word) =>
      isUnspaced(word) ? [...pairs(word), lastCharacter(word)] : word,
    );
    left -= words.length;
    if (left < 0) break;
    indexed[place] = words.join(" ");
  }
  return indexed.filter((words) => words !== "").join(" ");
}

/**
 * Reads a query: plain words, all of which must occur, and "quoted phrases". The last word is one that
 * is still being typed, unless a quote ends it. Every text is a query; one without words gives nothing.
 */
export function parseQuery(query: string): readonly Phrase[] {
  const phrases: Phrase[] = [];
  for (const [text, end] of query.slice(0, LONGEST_QUERY).matchAll(/"[^"]*("?)|[^"\s]+/g)) {
    const words = wordsOf(text);
    if (words.length > 0) phrases.push({ words, prefix: end !== '"' });
  }
  return phrases.slice(0, MOST_PHRASES).map((phrase, index, all) => ({
    ...phrase,
    prefix: phrase.prefix && index === all.length - 1,
  }));
}

/** A query in the language of FTS4, for a text that was indexed by `indexable`. */
export const ftsQuery = (phrases: readonly Phrase[]): string =>
  phrases.map((phrase) => `"${phrase.words.flatMap(ftsTokens(phrase)).join(" ")}"`).join(" ");

const ftsTokens =
  ({ words, prefix }: Phrase) =>
  (word: string, index: number): string[] => {
    const last = index === words.length - 1;
    if (!isUnspaced(word)) return [last && prefix ? `${word}*` : word];
    const inPairs = pairs(word);
    // What is asked for may end within a run; what another word follows ends with its run.
    if (!last) return [...inPairs, lastCharacter(word)];
    return inPairs.length > 0 ? inPairs : [`${word}*`];
  };

/** Whether a text has all the phrases; for short texts, since it reads the whole of it. */
export function matches(text: string, phrases: readonly Phrase[]): boolean {
  // Most texts have nothing of it, and need not be split into words.
  const folded = fold(text);
  if (!phrases.every(({ words }) => words.every((word) => folded.includes(word)))) return false;
  const all = ` ${wordsOf(text).join(" ")} `;
  return phrases.every(({ words, prefix }) => {
    const from = isUnspaced(words[0] ?? "") ? "" : " ";
    const to = prefix || isUnspaced(words.at(-1) ?? "") ? "" : " ";
    return all.includes(`${from}${words.join(" ")}${to}`);
  });
}

const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);

function pairs(word: string): string[] {
  const characters = Array.from(word);
  return characters.slice(1).map((character, index) => `${characters[index] ?? ""}${character}`);
}

const lastCharacter = (word: string): string => Array.from(word).at(-1) ?? "";
