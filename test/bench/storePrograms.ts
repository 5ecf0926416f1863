/** The store's worker and the host of the benches, each bundled into one file as they are shipped. */
import { rm } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { out, root } from "../support/paths";

export interface StorePrograms {
  /** The worker's program, as `WorkerThreadStore` wants it. */
  readonly program: string;
  readonly wasm: string;
  readonly host: string;
  remove(): Promise<void>;
}

export async function storePrograms(): Promise<StorePrograms> {
  const outdir = path.join(out, `bench-${process.pid}`, "programs");
  await build({
    entryPoints: {
      worker: path.join(root, "src/store/worker.ts"),
      host: path.join(root, "test/bench/storeHostProgram.ts"),
    },
    outdir,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "warning",
  });
  return {
    program: path.join(outdir, "worker.js"),
    wasm: path.join(root, "node_modules/sql.js/dist/sql-wasm.wasm"),
    host: path.join(outdir, "host.js"),
    remove: () => rm(outdir, { recursive: true }),
  };
}
