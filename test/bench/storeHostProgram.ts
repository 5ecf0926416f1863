/**
 * A host with threads: it opens a folder, commits as much as makes the store write its database file
 * anew, and prints as JSON what that did to it.
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { WorkerThreadStore } from "../../src/store/workerThreadStore";
import { added, message, textPart } from "../support/conversations";

export interface HostFindings {
  /** The longest that the host's own thread was held up while the file was written, in milliseconds. */
  readonly stall: number;
  /** How long that took, and how long a commit in the middle of it, in milliseconds. */
  readonly checkpoint: number;
  readonly append: number;
  /** What the process has of the machine's memory, in bytes. */
  readonly rss: {
    readonly before: number;
    readonly open: number;
    readonly after: number;
    readonly most: number;
  };
}

/** In bytes; a part that is set anew and anew makes the journal grow, and the database no larger. */
const PART = 2_000_000;
const thread = "thread-1";

async function measure(folder: string, program: string, wasm: string): Promise<HostFindings> {
  const rss = () => process.memoryUsage.rss();
  const before = rss();
  const store = new WorkerThreadStore({
    folder,
    program,
    wasm,
    onProblem: (problem) => {
      throw new Error(problem);
    },
    onForeign: () => undefined,
    onReadOnly: () => undefined,
  });
  await store.list();
  const open = rss();
  const { messages } = await store.load(thread);
  const part = textPart("What a build prints.\n".repeat(PART / 21));
  await store.append(thread, messages.length, [
    added(message("bench", messages.length, "assistant", [part], thread)),
  ]);
  const file = join(folder, "threads.db");
  const { ino } = statSync(file);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const lock = join(folder, "threads.checkpoint");
  const isWriting = () => existsSync(lock);
  while (!isWriting()) {
    await store.append(thread, null, [{ type: "partSet", message: "bench", part }]);
    await sleep(2);
  }
  delay.reset();
  const start = performance.now();
  const changes = { pinned: true };
  const append = store
    .append(thread, null, [{ type: "threadChanged", at: Date.now(), changes }])
    .then(() => performance.now() - start);
  while (isWriting()) await sleep(1);
  const checkpoint = performance.now() - start;
  delay.disable();
  const waited = await append;
  if (statSync(file).ino === ino) throw new Error("The database file was not written.");
  await sleep(3000);
  const after = rss();
  await store.close();
  const most = process.resourceUsage().maxRSS * 1024;
  return { stall: delay.max / 1e6, checkpoint, append: waited, rss: { before, open, after, most } };
}

const [folder = "", program = "", wasm = ""] = process.argv.slice(2);
void measure(folder, program, wasm).then((findings) => console.log(JSON.stringify(findings)));
