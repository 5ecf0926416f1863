/** How long it takes until threads are there, in the store and through the worker thread it lives in. */
import { rm } from "node:fs/promises";
import type { ThreadStore } from "../../src/store/threadStore";
import { WorkerThreadStore } from "../../src/store/workerThreadStore";
import { openStore } from "../support/openStore";
import { median, type Figure, type Findings } from "./figures";
import { storePrograms } from "./storePrograms";
import { copyOfThreads, longThread, type Megabytes } from "./storedThreads";

const ROUNDS = 5;
const SIZES = { "100 threads, 50 MB": 50, "10,000 threads, 300 MB": 300 } as const;

export async function storeOpen(): Promise<Findings> {
  const programs = await storePrograms();
  const worker = (folder: string) =>
    Promise.resolve(
      new WorkerThreadStore({
        folder,
        ...programs,
        onProblem: fail,
        onForeign: () => undefined,
        onReadOnly: () => undefined,
      }),
    );
  const figures: Figure[] = [];
  for (const [name, size] of Object.entries(SIZES))
    figures.push(
      ...(await opening(`${name}:`, size, openStore)),
      ...(await opening(`${name}, in the worker:`, size, worker)),
    );
  await programs.remove();
  return { figures };
}

async function opening(
  name: string,
  size: Megabytes,
  open: (folder: string) => Promise<ThreadStore>,
): Promise<Figure[]> {
  const folder = await copyOfThreads(size, `open-${size}`);
  const times = { open: [] as number[], list: [] as number[], load: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const store = await open(folder);
    await store.list();
    const opened = performance.now();
    await store.list();
    const listed = performance.now();
    await store.load(longThread);
    times.load.push(performance.now() - listed);
    times.list.push(listed - opened);
    times.open.push(opened - start);
    await store.close();
  }
  await rm(folder, { recursive: true });
  return [
    { name: `${name} open, and list`, value: median(times.open), unit: "ms" },
    { name: `${name} list`, value: median(times.list), unit: "ms" },
    { name: `${name} load 200 messages`, value: median(times.load), unit: "ms" },
  ];
}

function fail(problem: string): never {
  throw new Error(problem);
}
