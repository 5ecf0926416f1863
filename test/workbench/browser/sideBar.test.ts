import assert from "node:assert/strict";
import type { FrameLocator } from "playwright-core";
import { ChatPage } from "../../support/chatPage";
import { THEMES } from "../../support/themes";
import { ThreadsTree } from "../../support/threadsTree";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

describe("the chat in the secondary side bar", function () {
  this.timeout(90_000);
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  const tree = new ThreadsTree(() => suite.workbench);
  let chat: ChatPage;

  const page = () => suite.workbench.page;
  const run = (title: string) => suite.workbench.runCommand(title);
  const bar = () => page().locator(".part.auxiliarybar");
  const has = async (text: string) => {
    const end = Date.now() + 5000;
    while ((await chat.input.inputValue()) !== text && Date.now() < end)
      await page().waitForTimeout(50);
    assert.equal(await chat.input.inputValue(), text);
  };
  const hasFocus = (frame: FrameLocator) =>
    frame.locator("vscode-text-area:focus-within").waitFor();
  /** That of the view: webviews are in the page in the order in which they were made. */
  const inBar = async (): Promise<FrameLocator> => {
    const box = await bar().boundingBox();
    const frames = page().locator('iframe.webview[src*="extensionId=sandbox-chat.sandbox-chat"]');
    for (let nth = 0; nth < (await frames.count()); nth++) {
      const own = await frames.nth(nth).boundingBox();
      if (box && own && own.x >= box.x)
        return frames.nth(nth).contentFrame().frameLocator("#active-frame");
    }
    throw new Error("the side bar has no chat");
  };

  before(async function () {
    const settings = { ...DEMO, "sandboxChat.chat.location": "sideBar" };
    await suite.start(this, { settings });
    await page().locator(".activitybar").getByRole("tab", { name: "Sandbox Chat" }).click();
  });
  after(() => suite.stop());

  it("is opened there, with the cursor where one types", async () => {
    chat = await ChatPage.open(suite.workbench);
    await hasFocus(await inBar());
    assert.equal(await page().locator(".tabs-container [role=tab]").count(), 0);
    await chat.ask("Greet me");
    // Alone in its side bar, the view's own head is not on show.
    await bar().getByText("Claude is working").waitFor({ state: "attached" });
    await suite.workbench.screenshot("sidebar-working");
    await chat.answered(/I am the demo/);
  });

  it("is narrow, and has all", async () => {
    const sash = await bar().boundingBox();
    assert.ok(sash);
    await page().mouse.move(sash.x, 400);
    await page().mouse.down();
    await page().mouse.move(1280 - 244, 400, { steps: 5 });
    await page().mouse.up();
    const [inner, outer] = await chat.frame
      .locator("body")
      .evaluate((body) => [body.scrollWidth, body.clientWidth] as const);
    assert.ok(outer < 300, `${outer} pixels`);
    assert.ok(inner <= outer, `${inner} in ${outer} pixels`);
    await suite.workbench.screenshot("sidebar-narrow");
    await suite.workbench.theme("light");
    await chat.frame.locator(`body[data-vscode-theme-kind="${THEMES.light.kind}"]`).waitFor();
    await suite.workbench.screenshot("sidebar-narrow-light");
    await suite.workbench.theme("dark");
  });

  it("is as it was when it was hidden", async () => {
    await chat.input.fill("not sent yet");
    await run("View: Toggle Secondary Side Bar Visibility");
    await page().locator("iframe.webview:visible").waitFor({ state: "hidden" });
    await run("Sandbox Chat: Open Chat");
    await chat.messages("You").getByText("Greet me").waitFor();
    await has("not sent yet");
    await hasFocus(chat.frame);
  });

  it("shows the threads that are chosen, and a tab of the same one the same", async () => {
    await run("Sandbox Chat: New Thread");
    await chat.messages("You").first().waitFor({ state: "detached" });
    await tree.open(/^Greet me/);
    await chat.messages("You").getByText("Greet me").waitFor();
    await tree.openToSide(/^Greet me/);
    await page().locator(".tabs-container").getByRole("tab", { name: "Greet me" }).waitFor();
    const view = await inBar();
    const both = [0, 1].map((nth) => suite.workbench.frame(nth));
    for (const frame of both) {
      const input = frame.getByRole("textbox", { name: "Message Claude" });
      await input.waitFor();
      assert.equal(await input.inputValue(), "not sent yet");
    }
    const input = view.getByRole("textbox", { name: "Message Claude" });
    await input.fill("answer slowly");
    await input.press("Enter");
    for (const frame of both) await frame.getByRole("button", { name: "Stop" }).waitFor();
    await suite.workbench.screenshot("sidebar-and-tab");
    // Stop is about the chat that its user was at last.
    await tree.row(/^Greet me/).hover();
    await run("Sandbox Chat: Stop");
    for (const frame of both) await frame.getByText("Stopped").first().waitFor();
    await run("View: Close All Editors");
  });

  it("has what is begun by commands while its user is at it, and not the tab", async () => {
    await tree.openToSide(/^Greet me/);
    await page().locator(".tabs-container").getByRole("tab", { name: "Greet me" }).waitFor();
    const view = await inBar();
    // The new tab takes the cursor when it is there.
    for (let tries = 0; tries < 4; tries++) {
      await view.getByRole("textbox", { name: "Message Claude" }).click();
      await page().waitForTimeout(1000);
    }
    await hasFocus(view);
    await run("Sandbox Chat: New Thread");
    await view.getByRole("article", { name: "You" }).first().waitFor({ state: "detached" });
    await page().locator(".tabs-container").getByRole("tab", { name: "Greet me" }).waitFor();
    await tree.open(/^Greet me/);
    await view.getByRole("article", { name: "You" }).getByText("Greet me").waitFor();
  });

  it("is there after a reload, with the draft, beside a tab of the same thread", async () => {
    await chat.input.fill("kept");
    await suite.workbench.reloadWindow();
    await suite.workbench.frame(1).getByRole("textbox", { name: "Message Claude" }).waitFor();
    for (const nth of [0, 1]) {
      const frame = suite.workbench.frame(nth);
      await frame.getByRole("article", { name: "You" }).getByText("Greet me").waitFor();
      const input = frame.getByRole("textbox", { name: "Message Claude" });
      assert.equal(await input.inputValue(), "kept");
    }
    await run("View: Close All Editors");
  });

  it("goes to a tab when the setting says so", async () => {
    await suite.workbench.setting("sandboxChat.chat.location", "editor");
    await bar().locator("iframe").first().waitFor({ state: "detached" });
    await page().locator("iframe.webview:visible").waitFor({ state: "hidden" });
    await run("Sandbox Chat: Open Chat");
    await page().locator(".tabs-container").getByRole("tab", { name: "Greet me" }).waitFor();
    await has("kept");
  });
});
