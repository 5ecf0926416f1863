import assert from "node:assert/strict";
import { ChatPage } from "../../support/chatPage";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

describe("the search over threads", function () {
  this.timeout(60_000);
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  let chat: ChatPage;

  const quickPick = () => suite.workbench.page.locator(".quick-input-widget:visible");
  const input = () => quickPick().locator(".quick-input-box input");
  const rows = () => quickPick().locator(".monaco-list-row");
  const search = async (text: string) => {
    await suite.workbench.runCommand("Sandbox Chat: Search Threads…");
    await quickPick().getByPlaceholder("Search titles, messages").waitFor();
    // At once, since rows for the beginning of a text may be on their way when the whole is there.
    await input().fill(text);
  };

  before(async function () {
    await suite.start(this, { settings: DEMO });
    chat = await ChatPage.open(suite.workbench);
    await chat.ask("Greet me");
    await chat.answered(/I am the demo/);
    await chat.newThread();
    await chat.ask("run a command");
    await chat.answered(/was played, not run/);
  });
  after(() => suite.stop());

  it("shows the last threads before anything is typed", async () => {
    await search("");
    await rows().getByText("run a command").waitFor();
    assert.deepEqual(await rows().locator(".label-name").allInnerTexts(), [
      "run a command",
      "Greet me",
    ]);
    await suite.workbench.page.keyboard.press("Escape");
  });

  it("finds a thread by the beginning of a word of its answer, and opens it", async () => {
    await search("convers");
    const row = rows().filter({ hasText: "how a conversation works here" });
    await row.getByText("Greet me").waitFor();
    assert.equal(await rows().count(), 1);
    await suite.workbench.screenshot("search");
    await row.click();
    await chat.messages("You").getByText("Greet me").waitFor();
    assert.equal(await chat.messages("You").count(), 1);
  });

  it("finds what a tool has answered, and takes the keyboard", async () => {
    await search("package.json");
    await rows().filter({ hasText: "README.md package.json src" }).waitFor();
    await input().press("Enter");
    await chat.messages("You").getByText("run a command").waitFor();
  });

  it("opens the message also in a panel that is behind another tab", async () => {
    await suite.workbench.runCommand("File: New Untitled Text File");
    await suite.workbench.page.locator("iframe.webview:visible").waitFor({ state: "detached" });
    await chat.openFound("convers", "how a conversation works here");
    await chat.messages("You").getByText("Greet me").waitFor();
  });

  it("says so when there is nothing, and stays for another text", async () => {
    await search("nowhere");
    await rows().getByText("No thread has these words.").waitFor();
    await input().press("Enter");
    await input().fill("greet");
    await rows().getByText("Greet me").first().waitFor();
    await suite.workbench.page.keyboard.press("Escape");
  });
});
