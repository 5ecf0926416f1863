/**
 * Opens the folder that each line of its stdin names by the store in its worker thread, does with it what
 * a window does, and says how that went. What a store has to say of damage goes to its user.
 */
import { createInterface } from "node:readline";
import { WorkerThreadStore } from "../../src/store/workerThreadStore";
import { firstTurn } from "../support/conversations";
import { program } from "./threadWriter";

export interface Opened {
  /** The titles that are listed; undefined where the store could not be opened. */
  readonly titles?: readonly string[];
  /** Why it could not be opened or written to. */
  readonly refused?: string;
  readonly problems: readonly string[];
  /** Who was asked for what a single thread has, and refused that. */
  readonly unreadable: number;
  /** The most memory that this process has had so far, in bytes. */
  readonly memory: number;
}

program(async ([wasm = "", worker = ""]) => {
  for await (const folder of createInterface({ input: process.stdin }))
    process.stdout.write(`${JSON.stringify(await open(folder, wasm, worker))}\n`);
});

async function open(folder: string, wasm: string, worker: string): Promise<Opened> {
  const problems: string[] = [];
  const store = new WorkerThreadStore({
    program: worker,
    folder,
    wasm,
    onProblem: (problem) => problems.push(problem),
    onForeign: () => {},
    onReadOnly: () => {},
  });
  let titles: readonly string[] | undefined;
  let refused: string | undefined;
  let unreadable = 0;
  try {
    const threads = await store.list();
    titles = threads.map(({ title }) => title);
    await store.trash();
    await store.drafts();
    await store.search("the needle", 10);
    for (const { id } of threads.slice(0, 5))
      for (const read of [store.load(id), store.summary(id)]) await read.catch(() => unreadable++);
    const id = `opened-${Date.now()}`;
    await store.append(id, 0, firstTurn(id, "A new thread"));
    await store.claim(id, 1000);
  } catch (error) {
    refused = String(error);
  }
  await store.close().catch(() => {});
  const memory = process.resourceUsage().maxRSS * 1024;
  return {
    ...(titles && { titles }),
    ...(refused !== undefined && { refused }),
    problems,
    unreadable,
    memory,
  };
}
