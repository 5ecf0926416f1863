import assert from "node:assert/strict";
import type { FrameLocator, Locator, Page } from "playwright-core";
import { ChatPage } from "../../support/chatPage";
import { ThreadsTree } from "../../support/threadsTree";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

const OURS = 'iframe.webview[src*="extensionId=sandbox-chat.sandbox-chat"]:visible';
/** Long enough that its end and its beginning are not in sight together. */
const LONG = Array.from({ length: 60 }, (_, line) => `line ${line}`).join("\n");

describe("several panels", function () {
  this.timeout(120_000);
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });

  const tree = new ThreadsTree(() => suite.workbench);

  const page = () => suite.workbench.page;
  const run = (title: string) => suite.workbench.runCommand(title);
  const tab = (name: string) => page().locator(".tabs-container").getByRole("tab", { name });
  const textbox = (frame: FrameLocator) => frame.getByRole("textbox", { name: "Message Claude" });
  const said = (frame: FrameLocator) => frame.getByRole("article", { name: "You" });
  /** The panel in sight that shows what was said. */
  const showing = async (text: string): Promise<FrameLocator> => {
    for (let tries = 0; tries < 100; tries++) {
      const frames = await page().locator(OURS).count();
      for (let nth = 0; nth < frames; nth++) {
        const frame = suite.workbench.frame(nth);
        if (await said(frame).getByText(text, { exact: true }).first().isVisible()) return frame;
      }
      await page().waitForTimeout(100);
    }
    throw new Error(`no panel shows “${text}”`);
  };
  const has = async (input: Locator, text: string) => {
    const end = Date.now() + 5000;
    while ((await input.inputValue()) !== text && Date.now() < end) await page().waitForTimeout(50);
    assert.equal(await input.inputValue(), text);
  };
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
  const hasIcon = async (name: string, file: RegExp) => {
    const end = Date.now() + 20_000;
    while (!file.test(await icon(name)) && Date.now() < end) await page().waitForTimeout(50);
    assert.match(await icon(name), file);
  };
  const clear = () => run("Notifications: Clear All Notifications");

  before(async function () {
    await suite.start(this, { settings: DEMO }, { size: { width: 1400, height: 900 } });
    await page().locator(".activitybar").getByRole("tab", { name: "Sandbox Chat" }).click();
    const chat = await ChatPage.open(suite.workbench);
    for (const text of ["First thread", "Second thread", "Third thread"]) {
      if (text !== "First thread") {
        await chat.newThread();
      }
      await chat.ask(text);
      await chat.answered(/I am the demo/);
    }
  });
  after(() => suite.stop());

  it("have a thread each, after which each is called", async () => {
    await tree.openToSide(/^Second thread/);
    await tab("Second thread").waitFor();
    await tab("Third thread").waitFor();
    await showing("Second thread");
    await showing("Third thread");
    await suite.workbench.screenshot("panels-two");
  });

  it("show what is written in the same thread, and nothing of it once it is sent", async () => {
    await textbox(await showing("Second thread")).click();
    await tree.open(/^Third thread/);
    await page().waitForFunction(
      (ours) => document.querySelectorAll(ours.replace(":visible", "")).length >= 2,
      OURS,
    );
    const inputs = [0, 1].map((nth) => textbox(suite.workbench.frame(nth)));
    const [left, right] = inputs as [Locator, Locator];
    await said(suite.workbench.frame(0)).getByText("Third thread").waitFor();
    await said(suite.workbench.frame(1)).getByText("Third thread").waitFor();
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
    await left.fill("");
  });

  it("show the state in the icon, and tell of a hidden thread whose turn is over", async () => {
    const chat = new ChatPage(suite.workbench);
    await chat.idle();
    await chat.ask("answer slowly");
    await hasIcon("Third thread", /chat-working-dark\.svg/);
    await suite.workbench.screenshot("panels-working");
    await run("File: New Untitled Text File");
    const notice = await suite.workbench.notification("Claude is done in “Third thread”.");
    await hasIcon("Third thread", /chat-unread-dark\.svg/);
    await suite.workbench.screenshot("panels-notice");
    await suite.workbench.theme("light");
    await hasIcon("Third thread", /chat-unread-light\.svg/);
    await suite.workbench.screenshot("panels-notice-light");
    await suite.workbench.theme("dark");
    await notice.getByRole("button", { name: "Show" }).press("Enter");
    await showing("answer slowly");
    await hasIcon("Third thread", /chat-dark\.svg/);
    assert.equal(await page().locator(OURS).count(), 1);
  });

  it("tell of nothing where that is set", async () => {
    await suite.workbench.setting("sandboxChat.notifications.turnEnded", false);
    const chat = new ChatPage(suite.workbench);
    await chat.ask("answer slowly, again");
    await tree.open(/^First thread/);
    await tree.row(/^Third thread, unread/).waitFor();
    await page().waitForTimeout(1000);
    await run("Notifications: Show Notifications");
    const list = page().locator(".notifications-center.visible");
    await list.waitFor();
    assert.equal(await list.getByText(/Claude/).count(), 0);
    await clear();
    await suite.workbench.setting("sandboxChat.notifications.turnEnded", true);
  });

  it("are all there after a reload, each at its place and with its draft", async () => {
    await tree.open(/^First thread/);
    await textbox(await showing("First thread")).fill(LONG);
    await textbox(await showing("First thread")).press("Enter");
    const first = await showing("First thread");
    await said(first).getByText("line 59").waitFor();
    await new ChatPage(suite.workbench).answered(/I am the demo/);
    await tree.openToSide(/^Second thread/);
    await showing("Second thread");
    await textbox(await showing("Second thread")).fill("draft of the second");
    await tree.openToSide(/^Third thread/);
    await showing("answer slowly, again");
    const log = (frame: FrameLocator) => frame.getByRole("log", { name: "Conversation" });
    const one = await showing("First thread");
    await log(one).hover();
    await page().mouse.wheel(0, -20_000);
    await page().waitForTimeout(600);
    const atTop = async (frame: FrameLocator) => {
      const box = await said(frame).first().boundingBox();
      assert.ok(box && box.y > 0 && box.y < 300, JSON.stringify(box));
    };
    await atTop(one);
    await suite.workbench.reloadWindow();
    const again = await showing("First thread");
    await showing("Second thread");
    await showing("answer slowly, again");
    await has(textbox(await showing("Second thread")), "draft of the second");
    await atTop(again);
    await suite.workbench.screenshot("panels-reloaded");
  });

  it("go into a new window, with draft and thread", async () => {
    await tab("Second thread").click();
    const opened = page().context().waitForEvent("page");
    await run("View: Move Editor into New Window");
    const other: Page = await opened;
    const frame = other
      .locator('iframe.webview[src*="extensionId=sandbox-chat.sandbox-chat"]')
      .first()
      .contentFrame()
      .frameLocator("#active-frame");
    await said(frame).getByText("Second thread").first().waitFor();
    await has(textbox(frame), "draft of the second");
    await textbox(frame).press("Enter");
    await frame.getByText("draft of the second").first().waitFor();
    await other.close();
  });
});
