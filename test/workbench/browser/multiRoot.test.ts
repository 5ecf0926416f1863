import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { openWorkbench, type Workbench } from "../../support/browser";
import { ChatPage, databaseFile, query } from "../../support/chatPage";
import { addThreads } from "../../support/storedThreads";
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
  // A window that a test before has left may be on something else.
  beforeEach(() => suite.pristine());
  after(() => suite.stop());

  /** The same window on something else, as when a folder is added: its extension host is another. */
  const goOn = async (folder: string): Promise<Workbench> => {
    const context = suite.workbench.page.context();
    await suite.workbench.close({ keepContext: true });
    suite.workbench = await openWorkbench(suite.browser, suite.server, { folder, context });
    // Now and then VS Code opens a workspace file in the browser as if it named no folder.
    const { page } = suite.workbench;
    const explored = page.locator(".explorer-folders-view .monaco-list-row").first();
    if (!(await explored.waitFor({ timeout: 4000 }).then(...HOLDS)))
      await suite.workbench.reloadWindow();
    return suite.workbench;
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
    const alone = await ChatPage.open(suite.workbench);
    await alone.ask("Begun alone");
    await alone.answered(/I am the demo/);
    await beginAboutFile(suite.workbench, "About it, alone");

    const workbench = await goOn(both);
    const together = await ChatPage.open(workbench);
    assert.deepEqual(await titles(together), ["New thread", "About it, alone", "Begun alone"]);
    await together.threadSelector.selectOption({ index: 2 });
    await together.messages("You").getByText("Begun alone").waitFor();
    await together.ask("Went on together");
    await together.answered(/I am the demo/);
    await beginAboutFile(workbench, "About it, together");
    await workbench.screenshot("multi-root");

    const chat = await ChatPage.open(await goOn(app));
    const all = ["About it, together", "Begun alone", "About it, alone"];
    assert.deepEqual(await titles(chat), all);
    await chat.threadSelector.selectOption({ index: 1 });
    await chat.messages("You").getByText("Went on together").waitFor();
    const files = await query(
      await databaseFile(suite.server),
      "SELECT scope_id, count(*) FROM threads WHERE scope_type = 'file' GROUP BY scope_id",
    );
    assert.deepEqual(files, [["src/greet.ts", 2]]);
    const told = await query(
      await databaseFile(suite.server),
      "SELECT parts FROM messages WHERE visibility = 'hidden'",
    );
    for (const [parts] of told) assert.match(String(parts), /app\/src\/greet\.ts.*hello/s);
  });

  it("is found by another browser, which remembers nothing; the other folder has its own", async () => {
    const alone = await ChatPage.open(suite.workbench);
    await addThreads(suite.server, { title: "Begun alone" });
    await alone.threadSelector
      .locator("option", { hasText: "Begun alone" })
      .waitFor({ state: "attached" });
    const window = await openWorkbench(suite.browser, suite.server, { folder: both });
    const chat = await ChatPage.open(window);
    assert.deepEqual(await titles(chat), ["New thread", "Begun alone"]);
    await window.close();
    const lib = await openWorkbench(suite.browser, suite.server, {
      folder: join(suite.folder, "lib"),
    });
    assert.equal((await (await ChatPage.open(lib)).threads()).length, 1);
    await lib.close();
  });

  it("says so when its storage is gone, and begins anew", async () => {
    const alone = await ChatPage.open(suite.workbench);
    await alone.ask("Begun alone");
    await alone.answered(/I am the demo/);
    const context = suite.workbench.page.context();
    const storage = dirname(await databaseFile(suite.server));
    await suite.workbench.close({ keepContext: true });
    rmSync(storage, { recursive: true });
    suite.workbench = await openWorkbench(suite.browser, suite.server, { folder: both, context });
    const chat = await ChatPage.open(suite.workbench);
    await suite.workbench.notification("which is not there any more");
    assert.equal((await chat.threads()).length, 1);
    await chat.ask("Anew");
    await chat.answered(/I am the demo/);
  });
});

describe("a window without a folder", () => {
  const suite = new WorkbenchSuite();
  before(function () {
    return suite.start(this, {}, { folder: null });
  });
  after(() => suite.stop());

  it("says that Claude needs one, and runs nothing", async () => {
    const chat = await ChatPage.open(suite.workbench);
    await chat.frame.getByText("Open a folder first").first().waitFor();
    await chat.ask("Hello?");
    await chat.alert.first().waitFor();
    await chat.idle();
    await suite.workbench.screenshot("no-folder");
    await chat.button("Open Folder…").click();
    await suite.workbench.page.locator(".quick-input-widget:visible").waitFor();
  });
});
