/**
 * Makes the pictures of the walkthrough, media/walkthrough/STEP-THEME.png, of the extension in a real
 * workbench: `npm run build`, then `npm run pictures`.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { openWorkbench, startBrowser, type Workbench } from "./support/browser";
import { ChatPage } from "./support/chatPage";
import { startCodeServer } from "./support/codeServer";
import { root } from "./support/paths";
import { scriptedSandbox } from "./support/scriptedDocker";
import { FILES, INSIDE, SHOWCASE } from "./support/showcase";
import { THEMES } from "./support/themes";

/** In pixels; the walkthrough shows them at about this size. */
const SIZE = { width: 880, height: 600 };

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "sandbox-chat-pictures-"));
  const workspace = path.join(folder, "app");
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(path.dirname(path.join(workspace, name)), { recursive: true });
    await writeFile(path.join(workspace, name), text);
  }
  const browser = await startBrowser();
  const server = await startCodeServer({
    folder: workspace,
    settings: {
      ...scriptedSandbox(path.join(folder, "bin"), SHOWCASE),
      "sandboxChat.sandbox.workspace": INSIDE,
      "editor.minimap.enabled": false,
      "workbench.activityBar.location": "hidden",
      "workbench.editor.showTabs": "single",
    },
  });
  try {
    const workbench = await openWorkbench(browser, server, { size: SIZE });
    await takeAll(workbench);
    await workbench.close();
  } finally {
    await server.stop();
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function takeAll(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await workbench.runCommand("View: Close Primary Side Bar");
  let chat = await ChatPage.open(workbench);
  await chat.status.getByText("app").first().waitFor();
  await take(workbench, chat, "sandbox");

  await chat.ask("Let greet shout.");
  await chat.answered(/One test still fails/);
  await take(workbench, chat, "ask");

  await workbench.runCommand("View: Close All Editors");
  await workbench.openFile("greet.ts");
  await workbench.runCommand("Sandbox Chat: New Thread About This File");
  chat = new ChatPage(workbench);
  await chat.frame.getByText("Ask Claude about greet.ts").waitFor();
  await chat.ask("Is greet ever called without a name?");
  await chat.answered(/One test still fails/);
  await take(workbench, chat, "file");

  await workbench.runCommand("Sandbox Chat: Search Threads…");
  await page.locator(".quick-input-box input").fill("shout");
  await page
    .locator(".quick-input-list .monaco-list-row", { hasText: "Let greet shout" })
    .nth(1)
    .waitFor();
  await take(workbench, chat, "search");
}

/** Takes the window as it is, in a dark and in a light theme. */
async function take(workbench: Workbench, chat: ChatPage, step: string): Promise<void> {
  const folder = path.join(root, "media/walkthrough");
  await mkdir(folder, { recursive: true });
  for (const name of ["light", "dark"] as const) {
    await workbench.theme(name);
    await chat.frame.locator(`body[data-vscode-theme-kind="${THEMES[name].kind}"]`).waitFor();
    // The theme comes to the parts of the window one after another, and the last has no sign.
    await workbench.page.waitForTimeout(1500);
    // Without the bars of the window, which say how it was started.
    const clip = await workbench.page.locator(".part.editor").boundingBox();
    await workbench.page.screenshot({
      path: path.join(folder, `${step}-${name}.png`),
      ...(clip && { clip }),
    });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
