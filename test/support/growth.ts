/** How the time that something takes grows with the length of the text that it is given. */

/** At most so much longer for a text of twice the length: the time of what is linear doubles. */
export const LINEAR = 2.5;

/** The shortest text and the longest, in characters, and how often the one is doubled to be the other. */
const SHORT = 10 * 1024;
const LONG = 80 * 1024;
const DOUBLINGS = 3;

/** What takes less for the longest text is taken for linear, in microseconds of the processor. */
const FLOOR = 2000;

/** The best of so many runs counts, and of more where that looks like too much. */
const RUNS = 3;
const MORE = 5;

/**
 * How much longer `run` takes for a text of twice the length, from 10 KB to 80 KB, as the processor's
 * time counts. `input` makes a text of about so many characters.
 */
export function growthOf(run: (text: string) => void, input: (length: number) => string): number {
  const long = input(LONG);
  let longest = cost(run, long);
  // Most are, and there are many of them.
  if (longest < FLOOR) return 2;
  const short = input(SHORT);
  let shortest = cost(run, short);
  const growth = () => (longest / Math.max(shortest, FLOOR / 2 ** DOUBLINGS)) ** (1 / DOUBLINGS);
  for (let runs = 1; runs < RUNS || (runs < MORE && growth() > LINEAR); runs++) {
    longest = Math.min(longest, cost(run, long));
    shortest = Math.min(shortest, cost(run, short));
  }
  return growth();
}

function cost(run: (text: string) => void, text: string): number {
  const before = process.cpuUsage();
  run(text);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
