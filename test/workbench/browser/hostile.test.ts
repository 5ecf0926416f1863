import assert from "node:assert/strict";
import { ChatPage } from "../../support/chatPage";
import { answer } from "../../support/scriptedRuntime";
import { scriptedSandbox } from "../../support/scriptedDocker";
import { WorkbenchSuite } from "../../support/workbenchSuite";

/** The first message of a thread, whose title it becomes. */
const TITLE =
  "$(trash) [go](command:workbench.action.quit) <b onclick=window.__pwned=1>\u202exe\n\u200b$(zap)";

/** A link that says something else when its escaped characters are written another way. */
const LINK = "https://good.example/a%2Fb?q=C%23&p=%2B#x%20y";

const ANSWERS = {
  "$(trash)": answer("Nothing yet.").slice(1),
  "A link, please.": answer("[google.com](https://evil.example/google.com)").slice(1),
  "Another one.": answer(`[the docs](${LINK})`).slice(1),
};

describe("hostile content in VS Code", () => {
  const suite = new WorkbenchSuite({ "a.ts": "export {};\n" });

  before(async function () {
    await suite.start(this, { settings: scriptedSandbox(suite.bin, [{ answers: ANSWERS }]) });
  });
  after(() => suite.stop());

  it("has no marks in a title, and no second line, wherever it stands", async () => {
    const { page } = suite.workbench;
    const chat = await ChatPage.open(suite.workbench);
    await chat.ask(TITLE);
    await chat.answered("Nothing yet.");
    const tab = page.locator(".tabs-container .tab", { hasText: "$(trash)" });
    await tab.waitFor();
    assert.equal(await tab.locator(".codicon-trash, .codicon-zap").count(), 0);
    assert.doesNotMatch(await tab.innerText(), /[\n\u202e\u200b]./);
    await suite.workbench.runCommand("Sandbox Chat: Resume Thread…");
    const row = page.locator(".quick-input-widget .monaco-list-row").first();
    await row.getByText("[go](command").waitFor();
    assert.equal(await row.locator(".codicon-trash, .codicon-zap").count(), 0);
    await page.keyboard.press("Escape");
  });

  it("asks with the true address before a doubtful link opens, and opens nothing when it is declined", async () => {
    const { page } = suite.workbench;
    const chat = await ChatPage.open(suite.workbench);
    await chat.ask("A link, please.");
    await chat.answered("google.com");
    await chat.frame.getByRole("link", { name: "google.com", exact: true }).click();
    const dialog = page.locator(".monaco-dialog-box");
    await dialog.getByText("This link leads to evil.example.").waitFor();
    await dialog.getByText("Its text names another place: google.com.").waitFor();
    await suite.workbench.screenshot("hostile-link");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "hidden" });
    assert.equal(page.context().pages().length, 1);
  });

  it("opens a link as it is written, where VS Code has said that it leads", async () => {
    const { page } = suite.workbench;
    const opened: string[] = [];
    await page.context().route("https://good.example/**", (route) => {
      opened.push(route.request().url());
      return route.fulfill({ contentType: "text/plain", body: "Here." });
    });
    const chat = await ChatPage.open(suite.workbench);
    await chat.ask("Another one.");
    await chat.answered("the docs");
    const popup = page.context().waitForEvent("page");
    await chat.frame.getByRole("link", { name: "the docs", exact: true }).click();
    const dialog = page.locator(".monaco-dialog-box");
    await dialog
      .getByText(/https:\/\/good\.example\//)
      .first()
      .waitFor();
    await dialog.getByRole("button", { name: "Open", exact: true }).click();
    const shown = await popup;
    await shown.getByText("Here.").waitFor();
    // The part behind "#" never leaves the browser.
    assert.deepEqual(opened, [LINK.slice(0, LINK.indexOf("#"))]);
    assert.equal(shown.url(), LINK);
    await shown.close();
  });
});
