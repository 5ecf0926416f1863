/** How long a search over everything takes: words that are rare and that are everywhere, whole and begun. */
import { rm } from "node:fs/promises";
import { between, seeded } from "../crash/random";
import { openStore } from "../support/openStore";
import { median, quantile, type Findings } from "./figures";
import { textMaker } from "./realisticText";
import { copyOfThreads } from "./storedThreads";

const QUERIES = 200;
const ROUNDS = 3;
/** As many hits as the extension asks for. */
const LIMIT = 30;

export async function storeSearch(): Promise<Findings> {
  const folder = await copyOfThreads(300, "search");
  const store = await openStore(folder);
  const took: { query: string; milliseconds: number; hits: number }[] = [];
  for (const query of await queries()) {
    const times: number[] = [];
    let hits = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      hits = (await store.search(query, LIMIT)).length;
      times.push(performance.now() - start);
    }
    took.push({ query, milliseconds: median(times), hits });
  }
  await store.close();
  await rm(folder, { recursive: true });
  const times = took.map(({ milliseconds }) => milliseconds);
  const slowest = took.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, 3);
  const found = took.filter(({ hits }) => hits > 0).length;
  return {
    figures: [
      { name: "300 MB, the median", value: quantile(times, 0.5), unit: "ms", atMost: 100 },
      { name: "300 MB, 95 of 100 below", value: quantile(times, 0.95), unit: "ms", atMost: 100 },
    ],
    details: [
      `${found} of ${QUERIES} queries found something`,
      ...slowest.map(
        ({ query, milliseconds, hits }) => `${milliseconds.toFixed(0)} ms, ${hits} hits: ${query}`,
      ),
    ],
  };
}

/** One to three words that stand side by side somewhere, some in quotes, the last often just begun. */
async function queries(): Promise<string[]> {
  const random = seeded(3);
  const text = await textMaker(random);
  return Array.from({ length: QUERIES }, (_, number) => {
    const passage = number % 3 ? text.prose(60) : text.code(60);
    const words = (passage.match(/\w+/g) ?? ["the"]).slice(0, between(random, 1, 4)).join(" ");
    if (number % 5 === 0) return `"${words}"`;
    return random() < 0.5 ? words.slice(0, Math.max(2, words.length - 3)) : words;
  });
}
