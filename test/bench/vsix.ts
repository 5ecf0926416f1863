/** The extension, packaged as a release is. */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { out, root } from "../support/paths";
import { runOrThrow } from "../support/run";

let packaged: Promise<string> | undefined;

/** Packages the extension, once a run. @returns The path of the `.vsix`. */
export function packageExtension(): Promise<string> {
  packaged ??= makePackage();
  return packaged;
}

async function makePackage(): Promise<string> {
  const file = path.join(out, "sandbox-chat.vsix");
  await mkdir(out, { recursive: true });
  await runOrThrow("npm", ["run", "package", "--", "--out", file], { cwd: root });
  return file;
}
