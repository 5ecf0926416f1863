/** How many secrets are masked, how many lines without one are changed, and how long it takes. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { maskText } from "../../src/session/secrets";
import { measureFalseLines, measureRecall } from "../support/measureMasking";
import { root } from "../support/paths";
import { median, type Findings } from "./figures";

const ROUNDS = 9;

/** In characters. */
const MEGABYTE = 1_000_000;

export async function masking(): Promise<Findings> {
  const { samples, missed, byKind } = await measureRecall();
  const { lines, changed } = await measureFalseLines();
  const code = await readFile(path.join(root, "node_modules/typescript/lib/typescript.js"), "utf8");
  return {
    figures: [
      {
        name: `secrets masked, of ${samples.length} of ${byKind.size} kinds`,
        value: 100 * (1 - missed.length / samples.length),
        unit: "%",
        atLeast: 95,
      },
      {
        name: "the same, of the kind that is found least",
        value: 100 * Math.min(...byKind.values()),
        unit: "%",
        atLeast: 80,
      },
      {
        name: `lines changed, of ${lines} without a secret`,
        value: (100 * changed.length) / lines,
        unit: "%",
        atMost: 0.1,
      },
      {
        name: "code",
        value: MEGABYTE / 1000 / (await time(code.slice(0, MEGABYTE))),
        unit: "MB/s",
      },
      { name: "a short line", value: await time("cd /workspace && npm test"), unit: "ms" },
    ],
    details: [
      ...missed.map(({ kind, carrier }) => `not masked: ${kind}, in ${carrier}`),
      ...changed.map((line) => `changed: ${line.slice(0, 90)}`),
    ],
  };
}

/** How long masking takes, in milliseconds. */
async function time(text: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await maskText(text);
    times.push(performance.now() - start);
  }
  return median(times);
}
