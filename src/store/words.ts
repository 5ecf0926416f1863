/**
 * Text as the search sees it: words, without case, accents and punctuation. What is indexed, what is
 * asked for and what is marked in a snippet all come from here, so they cannot disagree.
 */
const LETTERS = String.raw`[\p{L}\p{N}\p{M}]`;
/** Scripts that put no spaces between words. */
const UNSPACED = String.raw`[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}]`;

/** A word as it stands in a text; a run of an unspaced script is one of its own. */
export const WORD = new RegExp(`[${LETTERS}&&${UNSPACED}]+|[${LETTERS}--${UNSPACED}]+`, "gv");
const UNSPACED_WORD = new RegExp(`^${UNSPACED}`, "v");

/** A longer word counts by its beginning: base64 is no reason for an index to grow. */
const LONGEST_WORD = 64;
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
    : text
        .normalize("NFKD")
        .replace(/[\u0300-\u036f]/g, "")
        .toLowerCase()
        .normalize("NFC")
        .replaceAll("ß", "ss")
        .replaceAll("ς", "σ");

/** Whether a folded word is of a script that puts no spaces between words. */
export const isUnspaced = (word: string): boolean => UNSPACED_WORD.test(word);

/** The folded words of a text. */
export const wordsOf = (text: string): string[] =>
  (fold(text).match(WORD) ?? []).map((word) =>
    isUnspaced(word) ? word : word.slice(0, LONGEST_WORD),
  );

/**
 * What a text is indexed as: words with a space between them. A run of an unspaced script becomes the
 * pairs of its characters and its last one, so that each word within it is a phrase of pairs.
 */
export const indexable = (text: string): string =>
  wordsOf(text)
    .flatMap((word) => (isUnspaced(word) ? [...pairs(word), lastCharacter(word)] : word))
    .join(" ");

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
