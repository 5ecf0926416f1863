/** `npm run test:turns -- SCHEDULES [SEED]`: random schedules of two windows, as many as one likes. */
import { makeSchedule, runSchedule, shrink } from "./schedule";

async function main(): Promise<void> {
  const [count = 20_000, first = Date.now() % 1_000_000_000] = process.argv.slice(2).map(Number);
  const started = Date.now();
  console.log(`${count} schedules, seeds from ${first}`);
  let failed = 0;
  for (let n = 0; n < count; n++) {
    const schedule = makeSchedule(first + n);
    const { faults } = await runSchedule(schedule);
    if (faults.length > 0) {
      failed++;
      const smaller = await shrink(schedule);
      const outcome = await runSchedule(smaller);
      console.log(
        `\nSeed ${schedule.seed}, shrunk from ${schedule.steps.length} steps to ${smaller.steps.length}:`,
      );
      for (const line of outcome.trace) console.log(`  ${line}`);
      for (const fault of outcome.faults) console.log(`  FAULT ${fault}`);
      process.exitCode = 1;
      if (failed === 10) break;
    }
    if ((n + 1) % 1000 === 0)
      console.log(`${Math.round((Date.now() - started) / 1000)} s: ${n + 1}, ${failed} failed`);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
