/** How many secrets are masked, how many lines without one are changed, and how long it takes. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { lazyMask } from "../../src/session/lazyMask";
import type { Mask } from "../../src/session/mask";
import { maskBundle } from "../support/maskBundle";
import { measureFalseLines, measureRecall } from "../support/measureMasking";
import { root } from "../support/paths";
import { type Figure, type Findings, median } from "./figures";

const ROUNDS = 9;

/** In characters. */
const MEGABYTE = 1_000_000;

export async function masking(): Promise<Findings> {
  const { samples, missed, byKind } = await measureRecall();
  const ordinary = [...(await measureFalseLines())];
  const bundle = await maskBundle();
  const mask = lazyMask(bundle);
  const code = await readFile(path.join(root, "node_modules/typescript/lib/typescript.js"), "utf8");
  const huge = Buffer.alloc(16 * MEGABYTE, code).toString();
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
      ...ordinary.map(([kind, { lines, changed }]): Figure => ({
        name: `lines changed without a secret, of ${lines}: ${kind}`,
        value: changed.length,
        unit: "lines",
        atMost: Math.floor(lines / 20_000),
      })),
      {
        name: "code",
        value: MEGABYTE / 1000 / (await time(mask, code.slice(0, MEGABYTE))),
        unit: "MB/s",
      },
      { name: "a short line", value: await time(mask, "cd /workspace && npm test"), unit: "ms" },
      { name: "16 KB of code, here", value: await time(mask, code.slice(0, 16_000)), unit: "ms" },
      { name: "17 KB, in the thread", value: await time(mask, code.slice(0, 17_000)), unit: "ms" },
      {
        name: "the first 17 KB, for which the thread is started",
        value: await time((text) => lazyMask(bundle)(text), code.slice(0, 17_000)),
        unit: "ms",
      },
      {
        name: "others wait, while 16 MB are masked, at most",
        value: await longestWait(() => mask(huge)),
        unit: "ms",
      },
    ],
    details: [
      ...missed.map(({ kind, carrier }) => `not masked: ${kind}, in ${carrier}`),
      ...ordinary.flatMap(([kind, { changed }]) =>
        changed.map((line) => `changed, ${kind}: ${line.slice(0, 90)}`),
      ),
    ],
  };
}

/** How long masking takes, in milliseconds. */
async function time(mask: Mask, text: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await mask(text);
    times.push(performance.now() - start);
  }
  return median(times);
}

/** How long at most the event loop does nothing else while something is done, in milliseconds. */
async function longestWait(work: () => Promise<unknown>): Promise<number> {
  let last = performance.now();
  let longest = 0;
  const look = () => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  };
  const timer = setInterval(look, 1);
  try {
    await work();
    look();
    return longest;
  } finally {
    clearInterval(timer);
  }
}
