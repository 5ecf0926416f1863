/** What the panel's script and style weigh, by where they come from. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { root } from "../support/paths";

/** In kB, gzipped, from the installed extension's bundles. */
export async function webviewSize(installed: string): Promise<number> {
  const files = ["webview.js", "webview.css"].map((name) => path.join(installed, "dist", name));
  const texts = await Promise.all(files.map((file) => readFile(file)));
  return texts.reduce((sum, text) => sum + gzipSync(text).length, 0) / 1000;
}

/** Each part's share of the script, in kB before it is packed, the largest first. */
export async function webviewParts(): Promise<readonly (readonly [name: string, size: number])[]> {
  const { metafile } = await build({
    entryPoints: [path.join(root, "webview/main.tsx")],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    metafile: true,
    write: false,
    outdir: "dist",
    target: "chrome122",
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".ttf": "file" },
    logLevel: "silent",
  });
  const sizes = new Map<string, number>();
  for (const [name, output] of Object.entries(metafile.outputs)) {
    if (!name.endsWith(".js")) continue;
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const part = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? "our own";
      sizes.set(part, (sizes.get(part) ?? 0) + bytesInOutput / 1000);
    }
  }
  return [...sizes].toSorted(([, a], [, b]) => b - a);
}
