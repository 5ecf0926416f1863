/** `npm run test:crash -- ROUNDS [SEED]`: the rounds that `npm test` runs fifty of, as many as one likes. */
import { crashRounds } from "./rounds";

const [rounds = 1000, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
const started = Date.now();
console.log(`${rounds} rounds, seed ${seed}`);

crashRounds({
  rounds,
  seed,
  onRound: (figures) => {
    if (figures.rounds % 10 !== 0 && figures.rounds !== rounds) return;
    const seconds = Math.round((Date.now() - started) / 1000);
    console.log(`${seconds} s: ${JSON.stringify(figures)}`);
  },
}).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
