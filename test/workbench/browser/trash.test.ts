import assert from "node:assert/strict";
import { ChatPage } from "../../support/chatPage";
import { addThreads } from "../../support/storedThreads";
import { ThreadsTree } from "../../support/threadsTree";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

describe("the trash", () => {
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });

  const tree = new ThreadsTree(() => suite.workbench);
  const row = (title: string) => tree.row(title);
  const deleteInTree = async (title: string) => {
    await tree.press(title, "Delete Thread");
    await row(title).waitFor({ state: "detached" });
  };
  const told = (text: string) => suite.workbench.notification(text);
  const undo = async (text: string) => {
    const found = await told(text);
    // By key, since the tip of a button under the mouse may lie above it.
    await found.getByRole("button", { name: "Undo" }).press("Enter");
    await found.waitFor({ state: "detached" });
  };

  const pressDelete = async () => {
    await suite.workbench.runCommand("Sandbox Chat: Focus on Threads View");
    await suite.workbench.page.locator(".monaco-list.element-focused:focus").waitFor();
    await suite.workbench.page.keyboard.press("Delete");
  };

  before(async function () {
    await suite.start(this, { settings: DEMO });
    await tree.show();
  });
  after(() => suite.stop());

  /** Two threads, of which the second is on show. */
  const begin = async (): Promise<ChatPage> => {
    await tree.show();
    await addThreads(suite.server, { title: "Greet me" }, { title: "Another thread" });
    await row("Greet me").waitFor();
    await tree.open("Another thread");
    const chat = new ChatPage(suite.workbench);
    await chat.messages("You").getByText("Another thread").waitFor();
    return chat;
  };

  it("takes the thread on show, in whose place a new one comes, and gives it back by Undo", async () => {
    const chat = await begin();
    await deleteInTree("Another thread");
    await told("“Another thread” was deleted. It stays in the trash for 30 days.");
    await chat.messages("You").first().waitFor({ state: "detached" });
    assert.ok(!(await chat.threads()).some((title) => title.includes("Another thread")));
    await suite.workbench.screenshot("trash");
    await undo("was deleted");
    await row("Another thread").waitFor();
    await chat.messages("You").getByText("Another thread").waitFor();
    await chat.ask("Go on");
    await chat.answered(/I am the demo/);
  });

  it("leaves the thread on show alone when another is deleted and restored", async () => {
    const chat = await begin();
    await deleteInTree("Greet me");
    await undo("“Greet me” was deleted");
    await row("Greet me").waitFor();
    assert.equal(await chat.messages("You").getByText("Another thread").count(), 1);
  });

  it("stops Claude in a thread that is deleted, and keeps what came", async () => {
    const chat = await begin();
    await chat.ask("answer slowly");
    await chat.messages("Claude").last().getByText("I take my time").waitFor();
    await deleteInTree("Another thread");
    await chat.messages("You").first().waitFor({ state: "detached" });
    await undo("was deleted");
    await chat.messages("You").getByText("answer slowly").waitFor();
    await chat.messages("Claude").last().getByText("Stopped", { exact: true }).waitFor();
    await chat.messages("Claude").last().getByText("I take my time").waitFor();
    await chat.idle();
  });

  it("is restored from by a list, which says when each was deleted", async () => {
    const chat = await begin();
    const { page } = suite.workbench;
    await tree.open("Greet me");
    await chat.messages("You").getByText("Greet me").waitFor();
    await pressDelete();
    await row("Greet me").waitFor({ state: "detached" });
    await told("“Greet me” was deleted");
    await suite.workbench.runCommand("Sandbox Chat: Restore Deleted Thread…");
    const picks = page.locator(".quick-input-widget:visible .monaco-list-row");
    await picks.filter({ hasText: "Greet me" }).getByText("deleted now").click();
    await row("Greet me").waitFor();
    await chat.messages("You").getByText("Greet me").waitFor();
    await undo("“Greet me” was deleted");
    await told("“Greet me” was restored already.");
  });
});
