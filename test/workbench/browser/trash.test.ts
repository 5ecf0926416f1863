import assert from "node:assert/strict";
import { openWorkbench, type Workbench } from "../../support/browser";
import { ChatPage, databaseFile, query } from "../../support/chatPage";
import { ThreadsTree } from "../../support/threadsTree";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

describe("the trash", function () {
  this.timeout(90_000);
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  let chat: ChatPage;
  let other: Workbench | undefined;

  const tree = new ThreadsTree(() => suite.workbench);
  const row = (title: string) => tree.row(title);
  const deleteInTree = async (title: string) => {
    await tree.press(title, "Delete Thread");
    await row(title).waitFor({ state: "detached" });
  };
  const told = (text: string, window = suite.workbench) => window.notification(text);
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
    chat = await ChatPage.open(suite.workbench);
    await chat.ask("Greet me");
    await chat.answered(/I am the demo/);
    await chat.newThread();
    await chat.ask("Another thread");
    await chat.answered(/I am the demo/);
    await tree.show();
    await row("Greet me").waitFor();
  });
  after(async () => {
    await other?.close();
    await suite.stop();
  });

  it("takes the thread on show, in whose place a new one comes, and gives it back by Undo", async () => {
    await deleteInTree("Another thread");
    await told("“Another thread” was deleted. It stays in the trash for 30 days.");
    await chat.messages("You").first().waitFor({ state: "detached" });
    assert.ok(!(await chat.threads()).some((title) => title.includes("Another thread")));
    await suite.workbench.screenshot("trash");
    await undo("was deleted");
    await row("Another thread").waitFor();
    await chat.messages("You").getByText("Another thread").waitFor();
    await chat.answered(/I am the demo/);
    await chat.ask("Go on");
    await chat.answered(/I am the demo/);
  });

  it("leaves the thread on show alone when another is deleted and restored", async () => {
    await deleteInTree("Greet me");
    await undo("“Greet me” was deleted");
    await row("Greet me").waitFor();
    assert.equal(await chat.messages("You").getByText("Go on").count(), 1);
  });

  it("stops Claude in a thread that is deleted, and keeps what came", async () => {
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

  it("takes several at once, and the one that another window shows", async () => {
    const window = await openWorkbench(suite.browser, suite.server);
    other = window;
    const treeThere = new ThreadsTree(() => window);
    await treeThere.show();
    await treeThere.open("Another thread");
    const there = new ChatPage(other);
    await there.messages("You").getByText("Another thread").waitFor();

    await tree.open("Greet me");
    await row("Another thread").click({ modifiers: ["ControlOrMeta"] });
    await pressDelete();
    await told("2 threads were deleted. They stay in the trash for 30 days.");
    await there.messages("You").first().waitFor({ state: "detached" });
    const said = "“Another thread” was deleted in another window.";
    await told(said, other);
    assert.deepEqual(
      await query(await databaseFile(suite.server), "SELECT count(*) FROM threads"),
      [[2]],
    );
    await undo("2 threads were deleted");
    for (const title of ["Greet me", "Another thread"]) await row(title).waitFor();
    await there.messages("You").getByText("Another thread").waitFor();
  });
});
