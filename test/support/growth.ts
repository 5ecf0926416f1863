/** How the time that something takes grows with the length of the text that it is given. */

/** At most so much longer for a text of twice the length: the time of what is linear doubles. */
export const LINEAR = 2.5;

/** The shortest text and the longest, in characters, and how often the one is doubled to be the other. */
const SHORT = 10 * 1024;
const LONG = 80 * 1024;
const DOUBLINGS = 3;

/** What takes less for the longest text is not told from chance, in microseconds of the processor. */
const FLOOR = 2000;

/** The best of so many runs counts, and of more where that looks like too much. */
const RUNS = 3;
const MORE = 10;

/**
 * How much longer `run` takes for a text of twice the length, from 10 KB to 80 KB, as the processor's
 * time counts. `input` makes a text of about so many characters.
 */
export function growthOf(run: (text: string) => void, input: (length: number) => string): number {
  const texts = [input(SHORT), input(LONG)] as const;
  const best = [Infinity, Infinity];
  const growth = () =>
    (Math.max(best[1] ?? 0, FLOOR) / Math.max(best[0] ?? 0, FLOOR / 2 ** DOUBLINGS)) **
    (1 / DOUBLINGS);
  for (let runs = 0; runs < RUNS || (runs < MORE && growth() > LINEAR); runs++) {
    for (const at of [1, 0] as const) best[at] = Math.min(best[at] ?? 0, cost(run, texts[at]));
    // Most are, and there are many of them.
    if ((best[1] ?? 0) < FLOOR) break;
  }
  return growth();
}

function cost(run: (text: string) => void, text: string): number {
  const before = process.cpuUsage();
  run(text);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
