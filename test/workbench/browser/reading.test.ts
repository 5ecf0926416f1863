import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { ChatPage } from "../../support/chatPage";
import { scriptedSandbox } from "../../support/scriptedDocker";
import { CHANGES, EXPLAINS, FILES, INSIDE } from "../../support/showcase";
import { WorkbenchSuite } from "../../support/workbenchSuite";

const ANSWERS = {
  "Let greet shout.": CHANGES.filter((step) => !("sleep" in step)),
  "How does it work?": EXPLAINS,
};

describe("what is opened from a conversation", () => {
  const suite = new WorkbenchSuite(FILES);

  before(async function () {
    await suite.start(
      this,
      {
        settings: {
          ...scriptedSandbox(suite.bin, [{ answers: ANSWERS }]),
          "sandboxChat.sandbox.workspace": INSIDE,
          "diffEditor.useInlineViewWhenSpaceIsLimited": false,
        },
      },
      { size: { width: 1400, height: 1600 } },
    );
  });
  after(() => suite.stop());

  const tab = (name: string | RegExp): Locator =>
    suite.workbench.page.locator(".tabs-container").getByRole("tab", { name });
  const editor = (): Locator => suite.workbench.page.locator(".editor-instance .view-lines");
  const cursorIn = (line: string): Locator =>
    suite.workbench.page
      .locator(".editor-instance .active-line-number")
      .getByText(line, { exact: true });

  /** A panel in which this was asked and answered. */
  async function asked(question: keyof typeof ANSWERS, answer: RegExp): Promise<ChatPage> {
    const chat = await ChatPage.open(suite.workbench);
    await chat.ask(question);
    await chat.answered(answer);
    return chat;
  }

  it("opens the diff of one change without taking the focus, and that of a whole file", async () => {
    const chat = await asked("Let greet shout.", /One test still fails/);
    await chat.tool("Edit").click();
    const open = chat.button("Open Diff");
    await open.click();
    await tab(/greet\.ts \(Claude’s change\)/).waitFor();
    const diff = suite.workbench.page.locator(".monaco-diff-editor");
    await diff
      .locator(".original")
      .getByText(/return\s`Hello/)
      .first()
      .waitFor();
    // The whole file is there, not only the changed places.
    await diff
      .locator(".modified")
      .getByText(/const\sgreeting/)
      .first()
      .waitFor();
    assert.ok(await open.evaluate((button) => button.matches(":focus")));
    const changes = chat.frame.getByRole("region", { name: "Changed files" });
    await changes.getByRole("button", { name: /text\.ts/ }).click();
    await tab(/text\.ts \(Claude’s change\)/).waitFor();
  });

  it("inserts code at the cursor of the editor that was used last", async () => {
    await suite.workbench.openFile("other.py");
    const chat = await asked("How does it work?", /with a detail/);
    await tab(/other\.py/).click();
    await editor().first().click();
    await suite.workbench.page.keyboard.press("ControlOrMeta+Home");
    await chat.button("Insert at cursor").first().click();
    await editor().getByText("export const answer = 42;x = 1").waitFor();
  });

  it("opens code as a file of its language", async () => {
    const chat = await asked("How does it work?", /with a detail/);
    await chat.button("Open as a file").first().click();
    await tab(/Untitled-1/).waitFor();
    // The status bar would tell it too, but of the group that has the focus: VS Code looks only now and
    // then whether a webview has it, and may give it back to the one that was clicked.
    await suite.workbench.page.locator('.editor-instance[data-mode-id="typescript"]').waitFor();
  });

  it("opens the files that are named at their line, and says quietly when one is not there", async () => {
    const chat = await asked("How does it work?", /with a detail/);
    await chat.frame.getByRole("link", { name: "src/greet.ts:4" }).click();
    await tab(/^greet\.ts, /).waitFor();
    await cursorIn("4").waitFor();
    await chat.frame.getByRole("link", { name: "its tests" }).click();
    await cursorIn("5").waitFor();
    await chat.frame.getByRole("link", { name: "src/nowhere.ts:3" }).click();
    await chat.frame.getByText("“src/nowhere.ts” is not a file in this workspace.").waitFor();
  });
});
