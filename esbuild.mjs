// Bundles the extension into dist/: what the host loads at once, what it loads on first need, and the webview.
//   node esbuild.mjs [--production] [--watch]
import { copyFile, mkdir, rm } from "node:fs/promises";
import { context } from "esbuild";

const production = process.argv.includes("--production");
const watch = process.argv.includes("--watch");

const common = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : "linked",
  outdir: "dist",
  logLevel: watch ? "info" : "warning",
  legalComments: "none",
  metafile: true,
};

const bundles = [
  // Separate entries, since what activation does not need must not be read by it.
  {
    ...common,
    entryPoints: {
      extension: "src/extension.ts",
      storeWorker: "src/store/worker.ts",
      mask: "src/session/maskBundle.ts",
      demoClaude: "src/sandbox/demoClaude.ts",
    },
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["vscode"],
  },
  {
    ...common,
    entryPoints: { webview: "webview/main.tsx" },
    platform: "browser",
    target: "chrome122",
    format: "iife",
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".ttf": "file" },
    assetNames: "[name]",
  },
];

await rm("dist", { recursive: true, force: true });
await mkdir("dist");
await copyFile("node_modules/sql.js/dist/sql-wasm.wasm", "dist/sql-wasm.wasm");
for (const bundle of bundles) {
  const builder = await context(bundle);
  if (watch) await builder.watch();
  else {
    await builder.rebuild();
    await builder.dispose();
  }
}
