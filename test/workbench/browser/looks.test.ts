import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ChatPage } from "../../support/chatPage";
import { root } from "../../support/paths";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

const SAMPLE = "test/fixtures/sample-workspace";
const THEMES = {
  dark: { id: "Default Dark Modern", kind: "vscode-dark" },
  light: { id: "Default Light Modern", kind: "vscode-light" },
  "high-contrast-dark": { id: "Default High Contrast", kind: "vscode-high-contrast" },
  "high-contrast-light": {
    id: "Default High Contrast Light",
    kind: "vscode-high-contrast-light",
  },
};

/** Red, green and blue, of `rgb(1, 2, 3)` or `#010203`. */
const channels = (color: string): number[] =>
  color.startsWith("#")
    ? (color.match(/[\da-f]{2}/gi) ?? []).map((hex) => parseInt(hex, 16))
    : (color.match(/[\d.]+/g) ?? []).map(Number);

/** The contrast of two CSS colours, by WCAG's formula. */
function contrast(one: string, other: string): number {
  const luminance = (color: string) => {
    const [r = 0, g = 0, b = 0] = channels(color).map((channel) => {
      const value = channel / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

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
    const { page } = suite.workbench;
    await page.keyboard.press("ControlOrMeta+p");
    await page.locator(".quick-input-box input").fill("greet.ts");
    await page
      .locator(".quick-input-widget .monaco-list-row", { hasText: "greet.ts" })
      .first()
      .click();
    await page.locator(".editor-instance .view-lines").waitFor();
    await suite.workbench.runCommand("Sandbox Chat: New Thread About This File");
    chat = new ChatPage(suite.workbench);
    await chat.ask("Is greet tested? Run the tests.");
    await chat.answered(/was played, not run/);
    await chat.tool("Bash").click();
  });
  after(() => suite.stop());

  for (const [name, { id, kind }] of Object.entries(THEMES))
    it(`has nothing unreadable in ${name}`, async () => {
      await suite.workbench.setting("workbench.colorTheme", id);
      await chat.frame.locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
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
    await suite.workbench.setting("workbench.colorTheme", THEMES.dark.id);
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
