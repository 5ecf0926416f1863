/** Bundles the tests of test/workbench/host/ for the extension host, which knows no TypeScript. */
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { out, root } from "./paths";

/** @returns The script to name as `extensionTestsPath`. */
export async function bundleHostTests(): Promise<string> {
  const tests = path.join(root, "test/workbench/host");
  const names = (await readdir(tests)).filter((name) => name.endsWith(".test.ts"));
  const outdir = path.join(out, "host");
  await rm(outdir, { recursive: true, force: true });
  await build({
    entryPoints: [
      { in: path.join(root, "test/support/hostMain.ts"), out: "index" },
      ...names.map((name) => ({ in: path.join(tests, name), out: name.replace(/\.ts$/, "") })),
    ],
    outdir,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["vscode", "mocha"],
    sourcemap: "inline",
    logLevel: "warning",
  });
  return path.join(outdir, "index.js");
}
