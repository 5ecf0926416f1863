import { join } from "node:path";
import { build } from "esbuild";
import { out, root } from "./paths";

const program = join(out, "mask.js");
let bundled: Promise<unknown> | undefined;

/** The path of the bundle that masks, as the extension has it. */
export async function maskBundle(): Promise<string> {
  bundled ??= build({
    entryPoints: [join(root, "src/session/maskBundle.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "warning",
  });
  await bundled;
  return program;
}
