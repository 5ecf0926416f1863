/** `npm run test:fuzz -- COUNT [SEED]`: the folders that `npm test` hands over a few of, as many as one likes. */
import { handedOverRounds } from "./handedOverRounds";

const [count = 1000, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
console.log(`${count} folders, seed ${seed}`);

let done = 0;
const slowest: { what: string; seconds: number }[] = [];
handedOverRounds({
  count,
  seed,
  onFolder: (figures, what, seconds) => {
    slowest.push({ what, seconds });
    slowest.sort((a, b) => b.seconds - a.seconds).splice(5);
    if (++done % 50 === 0 || done === count) console.log(`${done}: ${JSON.stringify(figures)}`);
  },
})
  .then(() => {
    for (const { what, seconds } of slowest) console.log(`${seconds.toFixed(1)} s: ${what}`);
  })
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
