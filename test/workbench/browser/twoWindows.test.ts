import assert from "node:assert/strict";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { openWorkbench, type Workbench } from "../../support/browser";
import { ChatPage, stored } from "../../support/chatPage";
import { addThreads } from "../../support/storedThreads";
import { ThreadsTree } from "../../support/threadsTree";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

describe("two windows on one folder", () => {
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  let other: Workbench;

  before(async function () {
    await suite.start(this, { settings: DEMO });
    other = await openWorkbench(suite.browser, suite.server);
  });
  beforeEach(async () => {
    await other.closeEditors();
    await other.clearNotifications();
  });
  after(async () => {
    await other.close();
    await suite.stop();
  });

  it("show one thread: what one does is seen in the other, which leaves it the turn", async () => {
    const one = await ChatPage.open(suite.workbench);
    await one.ask("Hello from one");
    await one.answered(/I am the demo/);
    const tree = new ThreadsTree(() => other);
    await tree.show();
    await tree.open(/^Hello from one/);
    const two = new ChatPage(other);
    await two.messages("You").getByText("Hello from one").waitFor();

    await one.ask("answer slowly");
    await two.messages("You").getByText("answer slowly").waitFor();
    await two.frame.getByText("Working in another window…").waitFor();
    await two.messages("Claude").last().getByText("I take my time").waitFor();
    await two.send("And I?");
    assert.equal(await two.input.inputValue(), "And I?");
    assert.equal(await two.messages("You").getByText("And I?").count(), 0);
    await one.stopButton.click();
    await two.messages("Claude").last().getByText("Stopped", { exact: true }).waitFor();

    await two.ask("And I?");
    await two.answered(/I am the demo/);
    await one.messages("You").getByText("And I?").waitFor();
    await one
      .messages("Claude")
      .last()
      .getByText(/I am the demo/)
      .first()
      .waitFor();
    assert.equal(await one.messages("You").count(), 3);
  });

  it("follow a file together that another program moves, and moves back", async () => {
    await suite.workbench.openFile("a.txt");
    await suite.workbench.runCommand("Sandbox Chat: New Thread About This File");
    const one = new ChatPage(suite.workbench);
    const about = (chat: ChatPage, path: string) =>
      chat.frame.locator(`.header .chip[title="${path}"]`).waitFor();
    await about(one, "a.txt");
    await one.ask("What is it?");
    await one.answered(/about a file/);
    const two = await ChatPage.open(other);
    const option = two.threadSelector.locator("option", { hasText: "What is it?" });
    await two.threadSelector.selectOption(await option.getAttribute("value"));
    await about(two, "a.txt");
    for (const [from, to] of [
      ["a.txt", "b.txt"],
      ["b.txt", "a.txt"],
    ] as const) {
      renameSync(join(suite.folder, from), join(suite.folder, to));
      for (const chat of [one, two]) await about(chat, to);
    }
    assert.equal(await two.messages("You").count(), 1);
  });

  it("lose several threads at once to the trash, also one that the other shows, and have them back", async () => {
    const [here, there] = [suite.workbench, other].map((window) => new ThreadsTree(() => window));
    assert.ok(here && there);
    for (const tree of [here, there]) await tree.show();
    await addThreads(suite.server, { title: "Greet me" }, { title: "Another thread" });
    await here.open("Another thread");
    await there.open("Another thread");
    const shown = new ChatPage(other);
    await shown.messages("You").getByText("Another thread").waitFor();

    await here.open("Greet me");
    await here.row("Another thread").click({ modifiers: ["ControlOrMeta"] });
    await suite.workbench.runCommand("Sandbox Chat: Focus on Threads View");
    await suite.workbench.page.locator(".monaco-list.element-focused:focus").waitFor();
    await suite.workbench.page.keyboard.press("Delete");
    const deleted = await suite.workbench.notification(
      "2 threads were deleted. They stay in the trash for 30 days.",
    );
    await shown.messages("You").first().waitFor({ state: "detached" });
    await other.notification("“Another thread” was deleted in another window.");
    await stored(suite.server, "SELECT count(*) FROM threads", ([row]) => row?.[0] === 2);
    // By key, since the tip of a button under the mouse may lie above it.
    await deleted.getByRole("button", { name: "Undo" }).press("Enter");
    for (const title of ["Greet me", "Another thread"]) await here.row(title).waitFor();
    await shown.messages("You").getByText("Another thread").waitFor();
  });
});
