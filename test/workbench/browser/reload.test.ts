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
  /** The panels in sight in which this was said, once there are so many. */
  const showing = (text: string, count: number): Promise<ChatPage[]> =>
    until(
      async () => {
        const found: ChatPage[] = [];
        for (let nth = 0; nth < (await suite.workbench.frames().count()); nth++) {
          const frame = suite.workbench.frame(nth);
          if (await said(frame).getByText(text, { exact: true }).first().isVisible())
            found.push(new ChatPage({ page: suite.workbench.page, frame: () => frame }));
        }
        return found;
      },
      ({ length }) => length === count,
      `${count} panels show “${text}”`,
    );

  before(async function () {
    await suite.start(this, { settings: DEMO });
  });
  after(() => suite.stop());

  it("is each panel with its thread, its file and its draft, and each row; Claude's session goes on", async () => {
    await suite.workbench.setting("sandboxChat.chat.location", "sideBar");
    await tree.show();
    await addThreads(suite.server, { title: "Greet me" }, { title: "Not seen", unread: true });
    await suite.workbench.openFile("greet.ts");
    await suite.workbench.runCommand("Sandbox Chat: New Thread About This File");
    await suite.workbench.page.locator(".part.auxiliarybar:visible").waitFor();
    const first = new ChatPage(suite.workbench);
    await first.frame.getByText("Ask Claude about greet.ts").waitFor();
    await first.ask("What does this do?");
    await first.answered(/about a file/);
    await tree.openToSide(/^What does this do/);
    await showing("What does this do?", 2);
    await tree.openToSide(/^Greet me/);
    const [other] = await showing("Greet me", 1);
    await other?.input.fill("draft of the other");
    const [one, same] = await showing("What does this do?", 2);
    await one?.input.fill("an unsent draft");
    await same?.hasInput("an unsent draft");

    await suite.workbench.reloadWindow();
    for (const chat of await showing("Greet me", 1)) await chat.hasInput("draft of the other");
    await tree.row(/^Not seen, unread/).waitFor();
    // In the side bar, and in a tab.
    const both = await showing("What does this do?", 2);
    for (const chat of both) {
      await chat.hasInput("an unsent draft");
      await chat.frame.locator(".header .chip", { hasText: "greet.ts" }).waitFor();
      assert.equal(await chat.messages("You").count(), 1);
    }
    await suite.workbench.screenshot("panels-reloaded");
    const [about] = both;
    assert.ok(about);
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
});
