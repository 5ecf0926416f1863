import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ChatPage } from "../../support/chatPage";
import { contrast } from "../../support/contrast";
import { root } from "../../support/paths";
import { THEME_NAMES, THEMES } from "../../support/themes";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

const SAMPLE = "test/fixtures/sample-workspace";

/** Pictures for people to look at, and what of their look a program can tell. */
describe("the looks of the panel", function () {
  this.timeout(90_000);
  const files = ["README.md", "src/greet.ts", "src/math.py"];
  const suite = new WorkbenchSuite(
    Object.fromEntries(files.map((name) => [name, readFileSync(join(root, SAMPLE, name), "utf8")])),
  );
  let chat: ChatPage;

  before(async function () {
    await suite.start(this, { settings: DEMO }, { size: { width: 1280, height: 800 } });
    await suite.workbench.openFile("greet.ts");
    await suite.workbench.runCommand("Sandbox Chat: New Thread About This File");
    chat = new ChatPage(suite.workbench);
    await chat.ask("Is greet tested? Run the tests.");
    await chat.answered(/was played, not run/);
    await chat.tool("Bash").click();
  });
  after(() => suite.stop());

  for (const name of THEME_NAMES)
    it(`has nothing unreadable in ${name}`, async () => {
      await suite.workbench.theme(name);
      await chat.frame.locator(`body[data-vscode-theme-kind="${THEMES[name].kind}"]`).waitFor();
      await suite.workbench.screenshot(`looks-${name}`);
      const colors = await chat
        .messages("Claude")
        .last()
        .locator("p")
        .first()
        .evaluate((text) => [
          getComputedStyle(text).color,
          getComputedStyle(document.documentElement).getPropertyValue("--vscode-editor-background"),
        ]);
      const [text = "", background = ""] = colors;
      assert.ok(contrast(text, background) >= 4.5, `${text} on ${background}`);
    });

  it("fits a narrow panel without scrolling sideways", async () => {
    await suite.workbench.theme("dark");
    await suite.workbench.runCommand("View: Close Primary Side Bar");
    for (const width of [700, 560]) {
      await suite.workbench.page.setViewportSize({ width, height: 800 });
      const body = chat.frame.locator("body");
      await body.evaluate(() => new Promise(requestAnimationFrame));
      const [inner, outer] = await body.evaluate(
        (element) => [element.scrollWidth, element.clientWidth] as const,
      );
      assert.ok(inner <= outer, `${inner} in ${outer} pixels`);
      await suite.workbench.screenshot(`looks-narrow-${width}`);
    }
  });
});
