/** How the time that something takes grows with the length of what it is given. */

/** At most so much longer for twice the length: the time of what is linear doubles. */
export const LINEAR = 2.5;

/** The shortest input and the longest, in characters, and how often the one is doubled to be the other. */
const SHORT = 5 * 1024;
const LONG = 40 * 1024;
const DOUBLINGS = 3;

/** What takes less for the longest input is taken for linear, in microseconds of the processor. */
const FLOOR = 2500;
/**
 * Of what takes less than this, the collection of garbage is a large part, so that up to `NOISY` may be
 * linear. What takes the square comes to 4.
 */
const CLEAR = 80_000;
const NOISY = 3.4;

/** Where it looks like too much, the best of so many runs counts. */
const RUNS = 20;

/**
 * How much longer `run` takes for an input of twice the length, from 5 KB to 40 KB, as the processor's
 * time counts. `input` makes one of about so many characters.
 */
export async function growthOf<Input>(
  run: (input: Input) => unknown,
  input: (length: number) => Input,
): Promise<number> {
  const long = input(LONG);
  let longest = await cost(run, long);
  // Most are, and there are many of them.
  if (longest < FLOOR) return 2;
  const short = input(SHORT);
  let shortest = await cost(run, short);
  const growth = () => {
    const mean = (longest / Math.max(shortest, FLOOR / 2 ** DOUBLINGS)) ** (1 / DOUBLINGS);
    return longest < CLEAR && mean < NOISY ? Math.min(mean, 2) : mean;
  };
  for (let runs = 1; runs < RUNS && growth() > LINEAR; runs++) {
    longest = Math.min(longest, await cost(run, long));
    if (longest < FLOOR) return 2;
    shortest = Math.min(shortest, await cost(run, short));
  }
  return growth();
}

async function cost<Input>(run: (input: Input) => unknown, input: Input): Promise<number> {
  const before = process.cpuUsage();
  await run(input);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
