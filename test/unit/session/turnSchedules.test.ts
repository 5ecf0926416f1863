import assert from "node:assert/strict";
import { makeSchedule, runSchedule } from "../../turns/schedule";

/** The same each time; `npm run test:turns` does others, and as many as one likes. */
const SCHEDULES = 500;
const PER_TEST = 50;

describe("turns of two windows, by random schedules", () => {
  for (let from = 0; from < SCHEDULES; from += PER_TEST)
    it(`come to their end, and nothing is lost (seeds from ${from})`, async () => {
      for (let seed = from; seed < from + PER_TEST; seed++) {
        const { faults, trace } = await runSchedule(makeSchedule(seed));
        assert.deepEqual(faults, [], `seed ${seed}\n${trace.join("\n")}`);
      }
    });
});
