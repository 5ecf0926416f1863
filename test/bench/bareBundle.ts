/** Builds the extension of test/bench/bare/. */
import { copyFile, mkdir } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { out, root } from "../support/paths";

const source = path.join(root, "test/bench/bare");

/** @returns Its folder. */
export async function bundleBare(): Promise<string> {
  const outdir = path.join(out, "bare");
  await mkdir(outdir, { recursive: true });
  await copyFile(path.join(source, "package.json"), path.join(outdir, "package.json"));
  await build({
    entryPoints: [path.join(source, "extension.ts")],
    outdir,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["vscode"],
    logLevel: "warning",
  });
  return outdir;
}
