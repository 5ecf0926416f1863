import assert from "node:assert/strict";
import { ChatPage, stored } from "../../support/chatPage";
import { ThreadsTree } from "../../support/threadsTree";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

describe("the chat panel, with the demo", () => {
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  const tree = new ThreadsTree(() => suite.workbench);

  before(async function () {
    await suite.start(this, { settings: DEMO });
  });
  after(() => suite.stop());

  /** A panel with a conversation that has an answer. */
  const begun = async (text: string): Promise<ChatPage> => {
    const chat = await ChatPage.open(suite.workbench);
    await chat.ask(text);
    await chat.answered(/I am the demo/);
    return chat;
  };

  it("goes all the way, from the palette to rows in the database", async () => {
    const chat = await ChatPage.open(suite.workbench);
    assert.ok(await chat.input.evaluate((input) => input.matches(":focus")));
    await chat.status.getByText("Demo").waitFor();
    await suite.workbench.page.getByRole("button", { name: /Demo/ }).first().waitFor();
    await chat.ask("run a command");
    await chat.answered(/was played, not run/);
    await chat.tool("Bash").click();
    await chat.messages("Claude").last().getByText("ls -1").first().waitFor();
    const rows = await stored(
      suite.server,
      "SELECT role, status, title FROM messages JOIN threads ON threads.id = thread_id ORDER BY seq",
      ([, answer]) => answer?.[1] === "complete",
    );
    assert.deepEqual(rows, [
      ["user", "complete", "run a command"],
      ["assistant", "complete", "run a command"],
    ]);
    const ours = suite.workbench.console.filter((line) =>
      /Content Security Policy|webview\.js|Sandbox Chat/i.test(line),
    );
    assert.deepEqual(ours, []);
  });

  it("switches threads with the tree and the selector", async () => {
    const chat = await begun("A first thread");
    await chat.newThread();
    await chat.ask("A second thread");
    await chat.answered(/I am the demo/);
    await chat.threadSelector.selectOption({ index: 1 });
    await chat.messages("You").getByText("A first thread").waitFor();
    await tree.show();
    await tree.open(/^A second thread/);
    await chat.messages("You").getByText("A second thread").waitFor();
    assert.equal(await chat.messages("You").getByText("A first thread").count(), 0);
  });

  it("is brought to the front by a second Open Chat, and is still one", async () => {
    const chat = await ChatPage.open(suite.workbench);
    await suite.workbench.runCommand("Sandbox Chat: Open Chat");
    await chat.input.waitFor();
    assert.equal(await suite.workbench.page.locator("iframe.webview").count(), 1);
  });

  it("goes on while its panel is closed, and shows the whole in a new one", async () => {
    const chat = await ChatPage.open(suite.workbench);
    await chat.ask("answer slowly once more");
    await chat.messages("Claude").last().getByText("I take my time").waitFor();
    await suite.workbench.runCommand("View: Close Editor");
    await suite.workbench.page.locator("iframe.webview").waitFor({ state: "detached" });
    const again = await ChatPage.open(suite.workbench);
    await again.messages("You").getByText("answer slowly once more").waitFor();
    await again.stopButton.click();
    await again.messages("Claude").last().getByText("Stopped", { exact: true }).waitFor();
  });
});
