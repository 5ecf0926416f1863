import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { openWorkbench, type Workbench } from "../../support/browser";
import { ChatPage, databaseFile, stored } from "../../support/chatPage";
import { noExtensionHost } from "../../support/extensionHost";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

const HOLDS = [() => true, () => false] as const;

describe("a folder that gets another beside it", () => {
  const suite = new WorkbenchSuite({
    "app/src/greet.ts": "export const greet = () => 'hello';\n",
    "lib/a.txt": "hello\n",
    "both.code-workspace": JSON.stringify({ folders: [{ path: "app" }, { path: "lib" }] }),
  });
  const app = join(suite.folder, "app");
  const both = join(suite.folder, "both.code-workspace");

  before(async function () {
    await suite.start(this, { settings: DEMO, folder: app });
  });
  after(() => suite.stop());

  /** Opens a window, in a browser that remembers an earlier one, or else in a clean one. */
  const open = async (folder: string, context?: BrowserContext): Promise<Workbench> => {
    const options = { folder, ...(context && { context }) };
    suite.workbench = await openWorkbench(suite.browser, suite.server, options);
    // Now and then VS Code opens a workspace file in the browser as if it named no folder.
    const { page } = suite.workbench;
    const explored = page.locator(".explorer-folders-view .monaco-list-row").first();
    if (!(await explored.waitFor({ timeout: 4000 }).then(...HOLDS)))
      await suite.workbench.reloadWindow();
    return suite.workbench;
  };

  /** The same window on something else, as when a folder is added: its extension host is another. */
  const goOn = async (folder: string): Promise<Workbench> => {
    const context = suite.workbench.page.context();
    await suite.workbench.close({ keepContext: true });
    return open(folder, context);
  };

  const beginAboutFile = async (workbench: Workbench, text: string): Promise<ChatPage> => {
    await workbench.openFile("greet.ts");
    await workbench.runCommand("Sandbox Chat: New Thread About This File");
    const chat = new ChatPage(workbench);
    await chat.frame.getByText("greet.ts").first().waitFor();
    await chat.ask(text);
    await chat.answered(/about a file/);
    return chat;
  };

  const titles = async (chat: ChatPage) =>
    (await chat.threads()).map((title) => title.replace(/ · .*/, ""));

  it("keeps its threads, which go on there and when it is alone again, and a file is the same file", async () => {
    await suite.pristine();
    const alone = await ChatPage.open(suite.workbench);
    await alone.ask("Begun alone");
    await alone.answered(/I am the demo/);
    await beginAboutFile(suite.workbench, "About it, alone");

    // Another browser remembers nothing of it.
    await suite.workbench.close();
    const workbench = await open(both);
    const together = await ChatPage.open(workbench);
    assert.deepEqual(await titles(together), ["New thread", "About it, alone", "Begun alone"]);
    await together.threadSelector.selectOption({ index: 2 });
    await together.messages("You").getByText("Begun alone").waitFor();
    await together.ask("Went on together");
    await together.answered(/I am the demo/);
    await beginAboutFile(workbench, "About it, together");
    await workbench.screenshot("multi-root");

    const chat = await ChatPage.open(await goOn(app));
    const all = ["New thread", "About it, together", "Begun alone", "About it, alone"];
    assert.deepEqual(await titles(chat), all);
    await chat.threadSelector.selectOption({ index: 2 });
    await chat.messages("You").getByText("Went on together").waitFor();
    await stored(
      suite.server,
      "SELECT scope_id, count(*) FROM threads WHERE scope_type = 'file' GROUP BY scope_id",
      (files) => JSON.stringify(files) === '[["src/greet.ts",2]]',
    );
    const told = await stored(
      suite.server,
      "SELECT parts FROM messages WHERE visibility = 'hidden'",
      (all) => all.length > 0,
    );
    for (const [parts] of told) assert.match(String(parts), /app\/src\/greet\.ts.*hello/s);
  });

  it("says so when its storage is gone, and begins anew", async () => {
    const alone = await ChatPage.open(suite.workbench);
    await alone.ask("Begun alone");
    await alone.answered(/I am the demo/);
    const context = suite.workbench.page.context();
    const storage = dirname(await databaseFile(suite.server));
    await suite.workbench.close({ keepContext: true });
    await noExtensionHost(suite.server.pid); // It writes until it ends.
    rmSync(storage, { recursive: true });
    const chat = await ChatPage.open(await open(both, context));
    await suite.workbench.notification("which is not there any more");
    assert.equal((await chat.threads()).length, 1);
    await chat.ask("Anew");
    await chat.answered(/I am the demo/);
  });
});
