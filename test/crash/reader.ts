/**
 * A worker thread that opens the real store on a folder and reads all that is in it. It closes the
 * store, or it is ended without, as `close` says.
 */
import { parentPort, workerData } from "node:worker_threads";
import { SqlThreadStore } from "../../src/store/sqlThreadStore";
import { type Content, found } from "./facts";

async function read(): Promise<void> {
  const { folder, wasm, close } = workerData as { folder: string; wasm: string; close: boolean };
  const problems: string[] = [];
  const store = await SqlThreadStore.open({
    folder,
    wasm,
    onProblem: (problem) => problems.push(problem),
  });
  const threads: Record<string, Content["threads"][string]> = {};
  for (const { id } of await store.list()) threads[id] = (await store.load(id)).messages.map(found);
  if (close) await store.close();
  const content: Content = { threads, problems };
  parentPort?.postMessage(content);
}

void read();
