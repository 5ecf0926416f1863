import assert from "node:assert/strict";
import { ChatPage } from "../../support/chatPage";
import { addThreads } from "../../support/storedThreads";
import { until } from "../../support/until";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

describe("the search over threads", () => {
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  let chat: ChatPage;

  const quickPick = () => suite.workbench.page.locator(".quick-input-widget:visible");
  const input = () => quickPick().locator(".quick-input-box input");
  const rows = () => quickPick().locator(".monaco-list-row:visible");
  const search = async (text: string) => {
    await suite.workbench.runCommand("Sandbox Chat: Search Threads…");
    await quickPick().getByPlaceholder("Search titles, messages").waitFor();
    // At once, since rows for the beginning of a text may be on their way when the whole is there.
    await input().fill(text);
  };

  before(async function () {
    await suite.start(this, { settings: DEMO });
  });
  beforeEach(async () => {
    chat = await ChatPage.open(suite.workbench);
    await addThreads(
      suite.server,
      { title: "Greet me", answer: "This is how a conversation works here." },
      { title: "Run a command", output: "README.md\npackage.json\nsrc" },
    );
    // The window has taken them in.
    await chat.threadSelector.locator("option", { hasText: "Run a command" }).waitFor({
      state: "attached",
    });
  });
  after(() => suite.stop());

  it("shows the last threads before anything is typed", async () => {
    await search("");
    await rows().getByText("Run a command").waitFor();
    assert.deepEqual(await rows().locator(".label-name:visible").allInnerTexts(), [
      "Run a command",
      "Greet me",
    ]);
    await suite.workbench.page.keyboard.press("Escape");
  });

  it("finds a thread by the beginning of a word of its answer, and opens it", async () => {
    await search("convers");
    const row = rows().filter({ hasText: "how a conversation works here" });
    await row.getByText("Greet me").waitFor();
    await until(
      () => rows().count(),
      (count) => count === 1,
      "it is the only one",
    );
    await suite.workbench.screenshot("search");
    await row.click();
    await chat.frame.locator(".sought").waitFor();
    await chat.messages("You").getByText("Greet me").waitFor();
    assert.equal(await chat.messages("You").count(), 1);
  });

  it("finds what a tool has answered, and takes the keyboard", async () => {
    await search("package.json");
    await rows().filter({ hasText: "README.md package.json src" }).waitFor();
    await input().press("Enter");
    await chat.messages("You").getByText("Run a command").waitFor();
  });

  it("opens the message also in a panel that is behind another tab", async () => {
    await suite.workbench.runCommand("File: New Untitled Text File");
    await suite.workbench.page.locator("iframe.webview:visible").waitFor({ state: "detached" });
    await search("convers");
    await rows().filter({ hasText: "how a conversation works here" }).click();
    await chat.frame.locator(".sought").waitFor();
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
