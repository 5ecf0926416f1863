import assert from "node:assert/strict";
import { ChatPage } from "../../support/chatPage";
import { addThreads } from "../../support/storedThreads";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

/** The ways to the chat that begin outside of it: links, and the walkthrough. */
describe("getting there", () => {
  const suite = new WorkbenchSuite({ "welcome.ts": "export const greet = 1;\n" });

  const page = () => suite.workbench.page;
  const run = (title: string) => suite.workbench.runCommand(title);
  const input = () => page().locator(".quick-input-widget:visible .quick-input-box input");
  const step = (title: string) =>
    page()
      .locator(".getting-started-step", { hasText: title })
      .locator("[data-done-step-id]")
      .first();
  const isDone = (title: string, done: boolean) =>
    page()
      .locator(`.getting-started-step [data-done-step-id][aria-checked="${done}"]`)
      .and(step(title))
      .waitFor();
  const openWalkthrough = async () => {
    await run("Welcome: Open Walkthrough...");
    const choice = page().getByPlaceholder("Select a walkthrough to open");
    await choice.fill("Sandbox Chat");
    await page()
      .locator(".quick-input-widget .monaco-list-row", { hasText: "Get Started with Sandbox Chat" })
      .click();
    await page().getByText("Have a sandbox").first().waitFor();
  };
  /** Follows a link as a program outside would have VS Code do, and says yes to its question. */
  const follow = async (link: string) => {
    await run("Developer: Open URL");
    await page().locator(".quick-input-widget:visible").getByText("URL to open").waitFor();
    await input().fill(link);
    await input().press("Enter");
    await page().locator(".monaco-dialog-box").getByRole("button", { name: "Open" }).click();
  };
  const saidOnce = async (text: RegExp) => {
    const said = await suite.workbench.notification(text);
    await suite.workbench.clearNotifications();
    await said.waitFor({ state: "detached" });
  };

  before(async function () {
    await suite.start(this, { settings: DEMO }, { size: { width: 1400, height: 900 } });
  });
  after(() => suite.stop());

  it("has a walkthrough with pictures, whose steps are ticked when that has happened", async () => {
    await suite.pristine();
    await openWalkthrough();
    for (const title of ["Have a sandbox", "Ask Claude", "Talk about one file", "Find what"])
      await isDone(title, false);
    const picture = page().locator(".getting-started-media img").first();
    await picture.waitFor();
    assert.match((await picture.getAttribute("alt")) ?? "", /sandbox that is ready/);
    assert.ok(
      await picture.evaluate((image) => (image as HTMLImageElement).naturalWidth > 0),
      "the picture is there",
    );
    await suite.workbench.screenshot("walkthrough");
    await suite.workbench.theme("light");
    await suite.workbench.screenshot("walkthrough-light");
    await suite.workbench.theme("dark");

    const chat = await ChatPage.open(suite.workbench);
    await chat.ask("Greet me");
    await chat.answered(/I am the demo/);
    await openWalkthrough();
    await isDone("Have a sandbox", true);
    await isDone("Ask Claude", true);
    await isDone("Talk about one file", false);
    await isDone("Find what", false);
    await suite.workbench.openFile("welcome.ts");
    await run("Sandbox Chat: New Thread About This File");
    await chat.ask("About greet");
    await chat.answered(/about a file/);
    await run("Sandbox Chat: Search Threads…");
    const search = page().getByPlaceholder("Search titles, messages, and what tools");
    await search.waitFor();
    await search.press("Escape");
    await search.waitFor({ state: "hidden" });
    await openWalkthrough();
    await isDone("Talk about one file", true);
    await isDone("Find what", true);
    await suite.workbench.screenshot("walkthrough-done");
  });

  it("copies a link to a thread, which opens it, and sends nothing", async () => {
    await page().context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const chat = await ChatPage.open(suite.workbench);
    await addThreads(suite.server, { title: "Greet me" });
    await chat.threadSelector
      .locator("option", { hasText: "Greet me" })
      .waitFor({ state: "attached" });
    await run("Sandbox Chat: Copy Link to Thread");
    await page().locator(".quick-input-widget .monaco-list-row", { hasText: "Greet me" }).click();
    await page().locator(".statusbar").getByText("The link to “Greet me” was copied.").waitFor();
    const link = await page().evaluate(() => navigator.clipboard.readText());
    assert.match(link, /^code-oss:\/\/sandbox-chat\.sandbox-chat\/thread\/[\w-]+$/);
    await follow(`${link}?text=rm%20-rf#send`);
    await chat.messages("You").getByText("Greet me").waitFor();
    assert.equal(await chat.messages("You").count(), 1);
    assert.equal(await chat.input.inputValue(), "");
  });

  it("says what is wrong with a link that leads nowhere", async () => {
    const chat = await ChatPage.open(suite.workbench);
    await follow("code-oss://sandbox-chat.sandbox-chat/thread/no-such-thread");
    await saidOnce(/could not be opened: This thread is not there any more\. Threads are kept/);
    for (const path of ["thread/../../etc/passwd", "thread/", "send?text=hello", "thread/a%2Fb"]) {
      await follow(`code-oss://sandbox-chat.sandbox-chat/${path}`);
      await saidOnce(/This link is not to a thread/);
    }
    assert.equal(await chat.messages("You").count(), 0);
    await suite.workbench.screenshot("links");
  });
});
