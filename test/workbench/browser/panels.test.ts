import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator, Locator, Page } from "playwright-core";
import { ChatPage } from "../../support/chatPage";
import { scriptedSandbox, untilLetGo } from "../../support/scriptedDocker";
import { answer } from "../../support/scriptedRuntime";
import { addThreads } from "../../support/storedThreads";
import { ThreadsTree } from "../../support/threadsTree";
import { until } from "../../support/until";
import { WorkbenchSuite } from "../../support/workbenchSuite";

const OURS = 'iframe.webview[src*="extensionId=sandbox-chat.sandbox-chat"]:visible';

describe("several panels", () => {
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });

  const tree = new ThreadsTree(() => suite.workbench);

  const page = () => suite.workbench.page;
  const run = (title: string) => suite.workbench.runCommand(title);
  const tab = (name: string) => page().locator(".tabs-container").getByRole("tab", { name });
  const textbox = (frame: FrameLocator) => frame.getByRole("textbox", { name: "Message Claude" });
  const said = (frame: FrameLocator) => frame.getByRole("article", { name: "You" });
  /** The panel in sight that shows what was said. */
  const showing = async (text: string): Promise<FrameLocator> => {
    const frame = await until(
      () => findShowing(text),
      (found) => found !== undefined,
      `a panel shows “${text}”`,
    );
    assert.ok(frame);
    return frame;
  };
  const findShowing = async (text: string): Promise<FrameLocator | undefined> => {
    const frames = await page().locator(OURS).count();
    for (let nth = 0; nth < frames; nth++) {
      const frame = suite.workbench.frame(nth);
      if (await said(frame).getByText(text, { exact: true }).first().isVisible()) return frame;
    }
    return undefined;
  };
  const has = (input: Locator, text: string) =>
    until(
      () => input.inputValue(),
      (written) => written === text,
      `“${text}” is written`,
    );
  /** All pictures of a tab, in the ways in which a style can have one. */
  const icon = (name: string) =>
    tab(name)
      .first()
      .evaluate((element) =>
        [element, ...element.querySelectorAll("*")]
          .flatMap((part) => [getComputedStyle(part), getComputedStyle(part, "::before")])
          .map((style) => `${style.backgroundImage} ${style.content}`)
          .join("\n"),
      );
  const hasIcon = (name: string, file: RegExp) =>
    until(
      () => icon(name),
      (pictures) => file.test(pictures),
      `${name} has ${file.source}`,
    );

  before(async function () {
    const answers = {
      "Take your time": untilLetGo("one"),
      "And you": untilLetGo("two"),
      "": answer("An answer.").slice(1),
    };
    const settings = scriptedSandbox(suite.bin, [{ answers }]);
    await suite.start(this, { settings }, { size: { width: 1400, height: 900 } });
    await tree.show();
  });
  beforeEach(() => {
    for (const file of ["one", "two"]) rmSync(join(suite.bin, file), { force: true });
  });
  after(() => suite.stop());

  /** Has another tab before the panel. */
  const hide = async () => {
    await run("File: New Untitled Text File");
    await page().locator(OURS).first().waitFor({ state: "hidden" });
    // VS Code tells the extension in its order: who answers a command knows of what was before.
    await run("Sandbox Chat: Search Threads…");
    await page().getByPlaceholder("Search titles, messages, and what tools").waitFor();
    await page().keyboard.press("Escape");
  };
  const letGo = (file: string) => writeFileSync(join(suite.bin, file), "");

  const add = async (...titles: string[]) => {
    await tree.show();
    await addThreads(suite.server, ...titles.map((title) => ({ title })));
    for (const title of titles) await tree.row(new RegExp(`^${title}`)).waitFor();
  };

  it("have a thread each, after which each is called", async () => {
    await add("One thread", "Another thread");
    await tree.open(/^One thread/);
    await tree.openToSide(/^Another thread/);
    await tab("One thread").waitFor();
    await tab("Another thread").waitFor();
    await showing("One thread");
    await showing("Another thread");
    await suite.workbench.screenshot("panels-two");
  });

  it("show what is written in the same thread, and nothing of it once it is sent", async () => {
    await add("A thread");
    await tree.open(/^A thread/);
    await tree.openToSide(/^A thread/);
    await page().locator(OURS).nth(1).waitFor();
    const inputs = [0, 1].map((nth) => textbox(suite.workbench.frame(nth)));
    const [left, right] = inputs as [Locator, Locator];
    for (const nth of [0, 1])
      await said(suite.workbench.frame(nth)).getByText("A thread").waitFor();
    await left.pressSequentially("from the left");
    await has(right, "from the left");
    await right.press("End");
    await right.pressSequentially(", and the right");
    await has(left, "from the left, and the right");
    await left.press("Enter");
    for (const nth of [0, 1])
      await said(suite.workbench.frame(nth)).getByText("from the left, and the right").waitFor();
    await has(left, "");
    await has(right, "");
    await right.pressSequentially("still here");
    await has(left, "still here");
    await right.press("ControlOrMeta+w");
    await page().locator(OURS).nth(1).waitFor({ state: "detached" });
    await has(left, "still here");
  });

  it("show the state in the icon, and tell of a hidden thread whose turn is over", async () => {
    await add("A thread");
    await tree.open(/^A thread/);
    await showing("A thread");
    const chat = new ChatPage(suite.workbench);
    await chat.ask("Take your time.");
    await hasIcon("A thread", /chat-working-light\.svg/);
    await suite.workbench.screenshot("panels-working");
    await hide();
    letGo("one");
    const notice = await suite.workbench.notification("Claude is done in “A thread”.");
    await hasIcon("A thread", /chat-unread-light\.svg/);
    await suite.workbench.screenshot("panels-notice");
    await notice.getByRole("button", { name: "Show" }).press("Enter");
    await showing("Take your time.");
    await hasIcon("A thread", /chat-light\.svg/);
    assert.equal(await page().locator(OURS).count(), 1);
  });

  it("tell of nothing where that is set", async () => {
    await suite.workbench.setting("sandboxChat.notifications.turnEnded", false);
    await add("A thread", "Another thread");
    await tree.open(/^A thread/);
    await showing("A thread");
    const chat = new ChatPage(suite.workbench);
    await chat.ask("Take your time.");
    await tree.open(/^Another thread/);
    await showing("Another thread");
    letGo("one");
    await tree.row(/^A thread, unread/).waitFor();
    // That it ended is known there as soon as its panel knows.
    await tree.open(/^A thread/);
    await showing("A thread");
    await chat.idle();
    await suite.workbench.setting("sandboxChat.notifications.turnEnded", true);
    await tree.open(/^Another thread/);
    await showing("Another thread");
    await chat.ask("And you, too.");
    await hide();
    letGo("two");
    await suite.workbench.notification("Claude is done in “Another thread”.");
    // Had it told of the first one, that would be there as well.
    assert.equal(await page().locator(".notification-list-item").count(), 1);
  });

  it("go into a new window, with draft and thread", async () => {
    await add("A thread");
    await tree.open(/^A thread/);
    await textbox(await showing("A thread")).fill("what was written");
    const opened = page().context().waitForEvent("page");
    await run("View: Move Editor into New Window");
    const other: Page = await opened;
    const frame = other
      .locator('iframe.webview[src*="extensionId=sandbox-chat.sandbox-chat"]')
      .first()
      .contentFrame()
      .frameLocator("#active-frame");
    await said(frame).getByText("A thread").first().waitFor();
    await has(textbox(frame), "what was written");
    await textbox(frame).press("Enter");
    await said(frame).getByText("what was written").first().waitFor();
    await other.close();
  });
});
