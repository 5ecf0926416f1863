import assert from "node:assert/strict";
import { ChatPage } from "../../support/chatPage";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

describe("the palette", function () {
  this.timeout(60_000);
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  let chat: ChatPage;

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

  before(async function () {
    await suite.start(this, { settings: DEMO });
    chat = await ChatPage.open(suite.workbench);
    await chat.status.getByText("Demo").waitFor();
  });
  after(() => suite.stop());

  it("offers what can be done, and nothing else", async () => {
    const titles = await offered();
    for (const there of ["Open Chat", "New Thread", "Check Sandbox", "Report Issue…"])
      assert.ok(titles.includes(there), `${there} is not among ${String(titles)}`);
    const missing = [
      ...["Stop", "Restore Deleted Thread…", "Continue in a New Thread", "Resume Thread…"],
      ...["Create Sandbox…", "Start Sandbox", "Start Docker", "Sign In to Docker…"],
      ...["Log In to Claude…", "Set Claude Token…", "Use the Demo in This Workspace"],
    ];
    assert.deepEqual(
      missing.filter((title) => titles.includes(title)),
      [],
    );
  });

  it("offers to stop for as long as Claude works in the panel", async () => {
    await chat.ask("Please answer slowly");
    await chat.stopButton.waitFor();
    await suite.workbench.runCommand("Sandbox Chat: Stop");
    await chat.idle();
    const titles = await offered();
    assert.ok(!titles.includes("Stop"));
    assert.ok(titles.includes("Continue in a New Thread"));
    assert.ok(titles.includes("Rename Thread…"));
  });

  it("offers to restore once something is in the trash", async () => {
    await suite.workbench.runCommand("Sandbox Chat: Delete Thread");
    await suite.workbench.page.locator(".quick-input-widget .monaco-list-row").first().click();
    await chat.messages("You").waitFor({ state: "hidden" });
    // It is told with the list of threads, a tenth of a second later.
    let titles = await offered();
    while (!titles.includes("Restore Deleted Thread…")) titles = await offered();
    assert.ok(!titles.includes("Resume Thread…"));
  });
});
