import assert from "node:assert/strict";
import { ChatPage, type Frame } from "../../support/chatPage";
import { addThreads } from "../../support/storedThreads";
import { ThreadsTree } from "../../support/threadsTree";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

describe("the chat in the secondary side bar", () => {
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  const tree = new ThreadsTree(() => suite.workbench);
  const page = () => suite.workbench.page;
  const run = (title: string) => suite.workbench.runCommand(title);
  const bar = () => page().locator(".part.auxiliarybar");
  const tab = (name: string) => page().locator(".tabs-container").getByRole("tab", { name });
  const textbox = (frame: Frame) => frame.getByRole("textbox", { name: "Message Claude" });
  const hasFocus = (frame: Frame) => frame.locator("vscode-text-area:focus-within").waitFor();
  /** The chat of the view, or that of the tab: webviews are in the page in the order in which they were made. */
  const chatOf = async (where: "view" | "tab"): Promise<Frame> => {
    const box = await bar().boundingBox();
    const frames = page().locator('iframe.webview[src*="extensionId=sandbox-chat.sandbox-chat"]');
    for (let nth = 0; nth < (await frames.count()); nth++) {
      const own = await frames.nth(nth).boundingBox();
      if (box && own && own.x >= box.x === (where === "view"))
        return frames.nth(nth).contentFrame().frameLocator("#active-frame");
    }
    throw new Error(`there is no chat in the ${where}`);
  };
  /** The chat in the side bar, with a thread that was begun before and nothing written. */
  const begin = async (): Promise<ChatPage> => {
    await tree.show();
    const chat = await ChatPage.open(suite.workbench);
    await addThreads(suite.server, { title: "Greet me" });
    await tree.open(/^Greet me/);
    await chat.messages("You").getByText("Greet me").waitFor();
    return chat;
  };
  const toSide = async () => {
    await tree.openToSide(/^Greet me/);
    await tab("Greet me").waitFor();
    for (const nth of [0, 1])
      await suite.workbench
        .frame(nth)
        .getByRole("article", { name: "You" })
        .getByText("Greet me")
        .waitFor();
  };

  before(async function () {
    const settings = { ...DEMO, "sandboxChat.chat.location": "sideBar" };
    await suite.start(this, { settings });
  });
  after(() => suite.stop());

  it("is opened there, with the cursor where one types", async () => {
    const chat = await ChatPage.open(suite.workbench);
    await hasFocus(await chatOf("view"));
    assert.equal(await page().locator(".tabs-container [role=tab]").count(), 0);
    await chat.newThread();
    await chat.ask("answer slowly");
    // Alone in its side bar, the view's own head is not on show.
    await bar().getByText("Claude is working").waitFor({ state: "attached" });
    await suite.workbench.screenshot("sidebar-working");
    await chat.stopButton.click();
    await chat.idle();
  });

  it("is narrow, and has all", async () => {
    const chat = await begin();
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
  });

  it("is as it was when it was hidden", async () => {
    const chat = await begin();
    await chat.input.fill("not sent yet");
    await run("View: Toggle Secondary Side Bar Visibility");
    await page().locator("iframe.webview:visible").waitFor({ state: "hidden" });
    await run("Sandbox Chat: Open Chat");
    await chat.messages("You").getByText("Greet me").waitFor();
    await chat.hasInput("not sent yet");
    await hasFocus(chat.frame);
  });

  it("shows the threads that are chosen, and a tab of the same one the same", async () => {
    const chat = await begin();
    await run("Sandbox Chat: New Thread");
    await chat.messages("You").first().waitFor({ state: "detached" });
    await tree.open(/^Greet me/);
    await chat.messages("You").getByText("Greet me").waitFor();
    await chat.input.fill("not sent yet");
    await toSide();
    const both = [0, 1].map((nth) => suite.workbench.frame(nth));
    for (const frame of both)
      await new ChatPage({ page: page(), frame: () => frame }).hasInput("not sent yet");
    const input = textbox(await chatOf("view"));
    await input.fill("answer slowly");
    await input.press("Enter");
    for (const frame of both) await frame.getByRole("button", { name: "Stop" }).waitFor();
    await suite.workbench.screenshot("sidebar-and-tab");
    // Stop is about the chat that its user was at last.
    await tree.row(/^Greet me/).hover();
    await run("Sandbox Chat: Stop");
    for (const frame of both) await frame.getByText("Stopped").first().waitFor();
  });

  it("has what is begun by commands while its user is at it, and not the tab", async () => {
    await begin();
    await toSide();
    const view = await chatOf("view");
    // The new tab takes the cursor when it is there.
    await hasFocus(await chatOf("tab"));
    await textbox(view).click();
    await hasFocus(view);
    await run("Sandbox Chat: New Thread");
    await view.getByRole("article", { name: "You" }).first().waitFor({ state: "detached" });
    await tab("Greet me").waitFor();
    await tree.open(/^Greet me/);
    await view.getByRole("article", { name: "You" }).getByText("Greet me").waitFor();
  });

  it("goes to a tab when the setting says so", async () => {
    const chat = await begin();
    await chat.input.fill("kept");
    // Who changes a setting leaves the chat for it.
    await tree.locator.click({ position: { x: 5, y: 300 } });
    await suite.workbench.setting("sandboxChat.chat.location", "editor");
    await bar().locator("iframe").first().waitFor({ state: "detached" });
    await page().locator("iframe.webview:visible").waitFor({ state: "hidden" });
    await run("Sandbox Chat: Open Chat");
    await tab("Greet me").waitFor();
    await chat.hasInput("kept");
  });
});
