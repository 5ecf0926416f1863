import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ChatPage } from "../../support/chatPage";
import {
  defaultStyleFile,
  defaultStyleOfPage,
  recordedTheme,
  themeOfPage,
} from "../../support/panel/themes";
import { THEME_NAMES, THEMES } from "../../support/themes";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

/** What the tests of the panel have of VS Code. Where it is another now, `npm run themes` records it. */
describe("the recorded themes", () => {
  const suite = new WorkbenchSuite();

  before(async function () {
    await suite.start(this, { settings: DEMO });
  });
  after(() => suite.stop());

  it("are what VS Code gives a panel, with its style of every panel", async () => {
    const chat = await ChatPage.open(suite.workbench);
    const body = chat.frame.locator("body");
    assert.equal(await body.evaluate(defaultStyleOfPage), readFileSync(defaultStyleFile, "utf8"));
    for (const name of THEME_NAMES) {
      await suite.workbench.theme(name);
      await chat.frame.locator(`body[data-vscode-theme-id="${THEMES[name].id}"]`).waitFor();
      assert.deepEqual(await body.evaluate(themeOfPage), recordedTheme(name), name);
    }
  });
});
