import assert from "node:assert/strict";
import { snippetOf } from "../../../src/store/snippet";
import { indexable, matches, parseQuery } from "../../../src/store/words";

/** Texts that hold up who looks at each place of them anew: pieces of one are as many as its length. */
const HOSTILE: Readonly<Record<string, string>> = {
  "one word": "a",
  "words of a letter": "a ",
  "what is no word": "-",
  "ends of lines": "\n",
  spaces: " ",
  "marks on one letter": "\u0301",
  "marks that have another order": "\u0301\u0316",
  "letters that become eighteen": "ﷺ",
  "a script without spaces": "数据",
  "halves of characters": "\ud800",
  emoji: "🚀",
  "words that are asked for": "needle hay ",
  "words that begin like those": "needl haystack ",
  "small and large letters": "İß",
};

const QUERY = parseQuery('needle "hay needle" 据 a');
const ALL: Readonly<Record<string, (text: string) => unknown>> = {
  indexable,
  snippetOf: (text) => snippetOf(text, QUERY),
  matches: (text) => matches(text, QUERY),
};

const SIZE = 20_000;
const TIMES = 8;
/** Two and a half for each doubling; what takes the square of its length grows to 64 times as much. */
const MOST = 2.5 ** 3;
/** Less is as good as nothing, in microseconds of the processor. */
const NOTHING = 2000;

describe("the work on a hostile text", () => {
  for (const [name, work] of Object.entries(ALL))
    for (const [what, piece] of Object.entries(HOSTILE))
      it(`grows as its length does: ${name} of ${what}`, () => {
        const text = (size: number) => `x${piece.repeat(size / piece.length)}`;
        const [short, long] = [text(SIZE), text(SIZE * TIMES)];
        work(short);
        const growth = cost(work, long) / Math.max(cost(work, short), NOTHING);
        assert.ok(growth < MOST, `${growth.toFixed(1)} times as much`);
      });
});

/** The least of several times, as a machine at work takes longer, but never less. */
function cost(work: (text: string) => unknown, text: string): number {
  let least = Infinity;
  for (let time = 0; time < 5; time++) {
    const before = process.cpuUsage();
    work(text);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, user + system);
  }
  return least;
}
