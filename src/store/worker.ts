/** The worker thread that the database lives in, so that its work never stalls the editor. */
import { parentPort, workerData } from "node:worker_threads";
import type { ThreadEvent } from "../shared/thread";
import { Link } from "../shared/link";
import { SqlThreadStore } from "./sqlThreadStore";
import type { StoreCalls, StoreEvents } from "./workerThreadStore";

if (!parentPort) throw new Error("This is a worker thread’s program.");
const port = parentPort;
const { folder, wasm } = workerData as { folder: string; wasm: string };

const store = SqlThreadStore.open({
  folder,
  wasm,
  onProblem: (problem) => link.tell("problem", problem),
});
// A store that cannot be opened says so to each who asks.
store.catch(() => {});

const link: Link<Record<string, never>, StoreEvents> = new Link(
  {
    post: (message) => port.postMessage(message),
    listen: (listener) => {
      port.on("message", listener);
      return () => port.off("message", listener);
    },
  },
  {
    request: (name, params) => answer(name as keyof StoreCalls, params as never),
  },
);

async function answer(
  name: keyof StoreCalls,
  params: { thread: string; expected: number | null; events: readonly ThreadEvent[] },
): Promise<unknown> {
  const opened = await store;
  switch (name) {
    case "list":
      return opened.list();
    case "load":
      return opened.load(params.thread);
    case "append":
      return opened.append(params.thread, params.expected, params.events);
    case "close":
      await opened.close();
      // Ends the worker once the answer is out.
      setImmediate(() => port.close());
      return undefined;
  }
}
