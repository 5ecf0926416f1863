import assert from "node:assert/strict";
import type { FrameLocator } from "playwright-core";
import { ChatPage, stored } from "../../support/chatPage";
import { addThreads } from "../../support/storedThreads";
import { ThreadsTree } from "../../support/threadsTree";
import { until } from "../../support/until";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

/** All that comes back is here, since a reload takes as long as ten other tests. */
describe("what comes back after Reload Window", () => {
  const suite = new WorkbenchSuite({ "a.txt": "hello\n", "src/greet.ts": "export {};\n" });
  const tree = new ThreadsTree(() => suite.workbench);

  const said = (frame: FrameLocator) => frame.getByRole("article", { name: "You" });
  const chatIn = (frame: FrameLocator): ChatPage =>
    new ChatPage({ page: suite.workbench.page, frame: () => frame });
  /** The one of two panels in which this was said. */
  const showing = async (text: string): Promise<ChatPage> => {
    const frames = [0, 1].map((nth) => suite.workbench.frame(nth));
    const find = async () => {
      for (const frame of frames)
        if (await said(frame).getByText(text, { exact: true }).first().isVisible()) return frame;
      return undefined;
    };
    const frame = await until(find, (found) => found !== undefined, `a panel shows “${text}”`);
    assert.ok(frame);
    return chatIn(frame);
  };

  before(async function () {
    await suite.start(this, { settings: DEMO });
  });
  after(() => suite.stop());

  it("is each panel with its thread, its file and its draft, and each row; Claude's session goes on", async () => {
    await tree.show();
    await addThreads(suite.server, { title: "Greet me" }, { title: "Not seen", unread: true });
    await suite.workbench.openFile("greet.ts");
    await suite.workbench.runCommand("Sandbox Chat: New Thread About This File");
    const first = new ChatPage(suite.workbench);
    await first.frame.getByText("Ask Claude about greet.ts").waitFor();
    await first.ask("What does this do?");
    await first.answered(/about a file/);
    await first.input.fill("an unsent draft");
    await tree.openToSide(/^Greet me/);
    await (await showing("Greet me")).input.fill("draft of the other");

    await suite.workbench.reloadWindow();
    await (await showing("Greet me")).hasInput("draft of the other");
    await tree.row(/^Not seen, unread/).waitFor();
    const about = await showing("What does this do?");
    await about.hasInput("an unsent draft");
    await about.frame.locator(".header .chip", { hasText: "greet.ts" }).waitFor();
    assert.equal(await about.messages("You").count(), 1);
    await suite.workbench.screenshot("panels-reloaded");
    await about.input.press("Enter");
    await about.messages("You").getByText("an unsent draft").waitFor();
    await about.answered(/I am the demo/);
    await stored(
      suite.server,
      "SELECT count(DISTINCT claude_session_id), count(*) FROM messages JOIN threads ON threads.id = thread_id WHERE title LIKE 'What%' AND role = 'assistant' AND status = 'complete'",
      ([row]) => row?.join() === "1,2",
    );
  });

  it("is all that was shown while Claude wrote", async () => {
    const chat = await ChatPage.open(suite.workbench);
    await chat.ask("answer slowly once more");
    await chat.messages("Claude").last().getByText("word by word").waitFor();
    await suite.workbench.reloadWindow();
    await chat.messages("You").getByText("answer slowly once more").waitFor();
    await chat.messages("Claude").last().getByText("I take my time").waitFor();
    await chat.alert.getByText("The window was closed before Claude was done.").waitFor();
    await chat.ask("Go on");
    await chat.answered(/I am the demo/);
  });

  it("is the chat in the side bar, with the draft, beside a tab of the same thread", async () => {
    await suite.workbench.setting("sandboxChat.chat.location", "sideBar");
    await suite.workbench.runCommand("Sandbox Chat: Open Chat");
    await suite.workbench.page.locator(".part.auxiliarybar:visible").waitFor();
    const chat = new ChatPage(suite.workbench);
    await tree.show();
    await addThreads(suite.server, { title: "Greet me" });
    await tree.open(/^Greet me/);
    await chat.messages("You").getByText("Greet me").waitFor();
    await tree.openToSide(/^Greet me/);
    for (const nth of [0, 1])
      await said(suite.workbench.frame(nth)).getByText("Greet me").waitFor();
    await chat.input.fill("kept");
    await chatIn(suite.workbench.frame(1)).hasInput("kept");
    await suite.workbench.reloadWindow();
    for (const nth of [0, 1]) {
      const frame = suite.workbench.frame(nth);
      await said(frame).getByText("Greet me").waitFor();
      await chatIn(frame).hasInput("kept");
    }
  });
});
