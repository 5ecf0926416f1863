import assert from "node:assert/strict";
import { ChatPage, stored } from "../../support/chatPage";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

describe("a thread about a file", () => {
  const suite = new WorkbenchSuite({ "src/greet.ts": "export const greet = () => 'saved';\n" });

  before(function () {
    return suite.start(this, { settings: { ...DEMO, "files.autoSave": "off" } });
  });
  after(() => suite.stop());

  it("begins from the palette, names its file, and carries the unsaved text", async () => {
    const { page } = suite.workbench;
    await suite.workbench.openFile("greet.ts");
    await page.locator(".editor-instance .view-lines").click();
    await page.keyboard.press("ControlOrMeta+Home");
    await page.keyboard.type("const unsaved = 1;\n");
    await suite.workbench.runCommand("Sandbox Chat: New Thread About This File");
    const chat = new ChatPage(suite.workbench);
    await chat.frame.getByText("greet.ts").first().waitFor();
    await chat.ask("What does this do?");
    await chat.answered(/about a file/);
    // What Claude was told is kept, and is no message that people see.
    assert.equal(await chat.messages("You").count(), 1);
    const rows = await stored(
      suite.server,
      "SELECT scope_type, scope_id, role, visibility, parts FROM messages JOIN threads ON threads.id = thread_id ORDER BY seq",
      (all) => all.length === 3,
    );
    assert.deepEqual(
      rows.map((row) => row.slice(0, 4)),
      [
        ["file", "src/greet.ts", "system", "hidden"],
        ["file", "src/greet.ts", "user", "visible"],
        ["file", "src/greet.ts", "assistant", "visible"],
      ],
    );
    const [{ text } = { text: "" }] = JSON.parse(String(rows[0]?.[4])) as { text: string }[];
    assert.match(text, new RegExp(`${suite.folder}/src/greet.ts`));
    assert.match(text, /const unsaved = 1;\nexport const greet/);
    assert.match(text, /changes that are not saved yet/);
    await suite.workbench.screenshot("file-thread");
  });
});
