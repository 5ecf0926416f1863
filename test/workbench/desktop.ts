/**
 * Runs the tests of test/workbench/host/ in a desktop VS Code, which is downloaded when it is not
 * there yet: `npm run test:desktop [-- VERSION]`. On Linux without a display, under `xvfb-run -a`.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { runTests } from "@vscode/test-electron";
import { bundleHostTests } from "../support/hostBundle";
import { cache, root } from "../support/paths";

async function main(): Promise<void> {
  // A short path, since VS Code makes a socket in its user data folder.
  const temporary = await mkdtemp(path.join(os.tmpdir(), "sandbox-chat-"));
  const folder = path.join(temporary, "folder");
  await mkdir(folder);
  try {
    await runTests({
      version: process.argv[2] ?? "stable",
      cachePath: path.join(cache, "desktop"),
      extensionDevelopmentPath: root,
      extensionTestsPath: await bundleHostTests(),
      launchArgs: [
        folder,
        `--user-data-dir=${path.join(temporary, "data")}`,
        `--extensions-dir=${path.join(temporary, "extensions")}`,
        "--disable-extensions",
      ],
    });
  } finally {
    await rm(temporary, { recursive: true, force: true, maxRetries: 3 });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
