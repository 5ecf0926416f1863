import { join } from "node:path";
import { build } from "esbuild";
import { WorkerThreadStore } from "../../src/store/workerThreadStore";
import { out, root } from "./paths";

const program = join(out, "storeWorker.js");
let bundled: Promise<unknown> | undefined;

/** The real store in its worker thread, on a folder. `problems` collects what it says of damage. */
export async function openWorkerStore(
  folder: string,
  problems: string[] = [],
): Promise<WorkerThreadStore> {
  bundled ??= build({
    entryPoints: [join(root, "src/store/worker.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "warning",
  });
  await bundled;
  return new WorkerThreadStore({
    program,
    folder,
    wasm: join(root, "node_modules/sql.js/dist/sql-wasm.wasm"),
    onProblem: (problem) => problems.push(problem),
    onForeign: () => {},
    onReadOnly: () => {},
  });
}
