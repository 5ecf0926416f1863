import assert from "node:assert/strict";
import { ChatPage } from "../../support/chatPage";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

describe("the palette", () => {
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  /** Every command of ours that the palette offers now. */
  async function offered(): Promise<string[]> {
    const { page } = suite.workbench;
    const titles = new Set<string>();
    await suite.workbench.palette("Sandbox Chat: ", async (rows) => {
      const names = rows.locator(".label-name");
      await names.filter({ hasText: "Sandbox Chat: " }).first().waitFor({ timeout: 3000 });
      // The list has only the rows in sight, and begins anew behind its end.
      for (let pages = 0; pages < 6; pages++) {
        for (const title of await names.allInnerTexts()) titles.add(title.trim());
        await page.keyboard.press("PageDown");
      }
    });
    await page.keyboard.press("Escape");
    return [...titles].map((title) => title.replace("Sandbox Chat: ", ""));
  }

  /** Asks again until the palette offers all of these, and none of those. */
  async function offers(there: readonly string[], missing: readonly string[]): Promise<void> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const titles = await offered();
      const wrong = [
        ...there.filter((title) => !titles.includes(title)),
        ...missing.filter((title) => titles.includes(title)),
      ];
      if (wrong.length === 0) return;
      assert.ok(Date.now() < deadline, `${String(wrong)} of ${String(titles)}`);
    }
  }

  before(async function () {
    await suite.start(this, { settings: DEMO });
  });
  after(() => suite.stop());

  const open = async (): Promise<ChatPage> => {
    const chat = await ChatPage.open(suite.workbench);
    await chat.status.getByText("Demo").waitFor();
    return chat;
  };

  it("leaves the cursor where it was, and loses no key, when it is left by Escape", async () => {
    const chat = await open();
    const { page } = suite.workbench;
    await chat.input.click();
    await page.keyboard.type("before ");
    await page.keyboard.press("F1");
    await page.locator(".quick-input-widget").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    // The focus comes back to the page a moment later, and from there to where it was.
    await chat.frame.locator("vscode-text-area:focus").waitFor();
    await page.keyboard.type("after");
    await chat.hasInput("before after");
    await chat.input.fill("");
  });

  it("offers what can be done, and nothing else", async () => {
    await open();
    await offers(
      ["Open Chat", "New Thread", "Check Sandbox", "Report Issue…"],
      [
        ...["Stop", "Restore Deleted Thread…", "Continue in a New Thread", "Resume Thread…"],
        ...["Create Sandbox…", "Start Sandbox", "Start Docker", "Sign In to Docker…"],
        ...["Log In to Claude…", "Set Claude Token…", "Use the Demo in This Workspace"],
      ],
    );
  });

  it("offers to stop for as long as Claude works in the panel", async () => {
    const chat = await open();
    await chat.ask("Please answer slowly");
    await chat.stopButton.waitFor();
    await suite.workbench.runCommand("Sandbox Chat: Stop");
    await chat.idle();
    await offers(["Continue in a New Thread", "Rename Thread…"], ["Stop"]);
  });

  it("offers to restore once something is in the trash", async () => {
    const chat = await open();
    await chat.ask("Greet me");
    await chat.answered(/I am the demo/);
    await suite.workbench.runCommand("Sandbox Chat: Delete Thread");
    await suite.workbench.page.locator(".quick-input-widget .monaco-list-row").first().click();
    await chat.messages("You").waitFor({ state: "hidden" });
    await offers(["Restore Deleted Thread…"], ["Resume Thread…"]);
  });
});
