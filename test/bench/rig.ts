/** What the benches measure in: a workbench with the packaged extension, and a scripted Claude. */
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { startBrowser } from "../support/browser";
import { startCodeServer, type CodeServer } from "../support/codeServer";
import { root } from "../support/paths";
import { packageExtension } from "./vsix";

export interface Rig {
  readonly browser: Browser;
  readonly server: CodeServer;
  /** The folder that the extension is installed in. */
  readonly installed: string;
}

/** Beside the sample's own files there is this one. */
export const picture = "picture.png";

/** @throws {Unavailable} Where there is no browser or no workbench. */
export async function withRig<Result>(
  measure: (rig: Rig) => Promise<Result>,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Result> {
  const vsix = await packageExtension();
  const browser = await startBrowser();
  const folder = await mkdtemp(path.join(os.tmpdir(), "sandbox-chat-folder-"));
  try {
    await cp(path.join(root, "test/fixtures/sample-workspace"), folder, { recursive: true });
    await cp(path.join(root, "media/icon.png"), path.join(folder, picture));
    const server = await startCodeServer({
      folder,
      extensions: [vsix],
      settings: {
        "sandboxChat.sandbox.runtime": "docker-sandbox",
        "sandboxChat.sandbox.dockerPath": path.join(root, "test/bench/docker.mjs"),
        ...settings,
      },
      // The scripted docker is run by the Node that runs this.
      env: { PATH: [path.dirname(process.execPath), "/usr/bin", "/bin"].join(":") },
    });
    try {
      return await measure({ browser, server, installed: await installedIn(server) });
    } finally {
      await server.stop();
    }
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function installedIn({ userDataDir }: CodeServer): Promise<string> {
  const extensions = path.join(userDataDir, "../extensions");
  const ours = (await readdir(extensions)).find((name) => name.startsWith("sandbox-chat."));
  if (ours === undefined) throw new Error(`The extension is not installed in ${extensions}.`);
  return path.join(extensions, ours);
}
