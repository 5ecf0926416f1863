/**
 * Records what VS Code gives its webviews in each theme, for the tests of the panel outside of it:
 * `npm run build`, then `npm run themes`. A test of the workbench says when that is due.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { openWorkbench, startBrowser } from "./support/browser";
import { ChatPage } from "./support/chatPage";
import { startCodeServer } from "./support/codeServer";
import {
  defaultStyleFile,
  defaultStyleOfPage,
  themeFile,
  themeOfPage,
} from "./support/panel/themes";
import { THEME_NAMES } from "./support/themes";

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "sandbox-chat-themes-"));
  const browser = await startBrowser();
  const server = await startCodeServer({
    folder,
    settings: { "sandboxChat.sandbox.runtime": "demo" },
  });
  try {
    const workbench = await openWorkbench(browser, server);
    const chat = await ChatPage.open(workbench);
    const body = chat.frame.locator("body");
    await writeFile(defaultStyleFile, await body.evaluate(defaultStyleOfPage));
    for (const name of THEME_NAMES) {
      await workbench.theme(name);
      const theme = await body.evaluate(themeOfPage);
      await writeFile(themeFile(name), `${JSON.stringify(theme, null, 1)}\n`);
    }
    await workbench.close();
  } finally {
    await server.stop();
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
