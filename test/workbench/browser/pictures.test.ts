import assert from "node:assert/strict";
import { PANEL_STATES, PanelStates } from "../../support/panelStates";
import { THEMES } from "../../support/themes";

/** How wide the panel is, in pixels, in pictures that are not of its ordinary width. */
const WIDTHS = [240, 2000];
const SIZE = { width: 1280, height: 900 };

/** Pictures of all states, for people to look at. */
describe("pictures of the panel", function () {
  this.timeout(120_000);
  const panel = new PanelStates();

  before(async function () {
    await panel.start(this);
    await panel.suite.workbench.runCommand("View: Close Primary Side Bar");
  });
  after(() => panel.stop());

  for (const state of PANEL_STATES)
    it(`shows nothing outside of it: ${state}`, async () => {
      const { chat, suite } = panel;
      const { workbench } = suite;
      const body = chat.frame.locator("body");
      await panel.show(state);
      for (const [name, { id, kind }] of Object.entries(THEMES).reverse()) {
        await workbench.setting("workbench.colorTheme", id);
        await chat.frame.locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
        await workbench.screenshot(`state-${state}-${name}`);
      }
      // The last theme was the dark one. What is around the panel stays as wide as it is.
      const around = SIZE.width - (await body.evaluate(() => innerWidth));
      for (const width of WIDTHS) {
        await workbench.page.setViewportSize({ ...SIZE, width: width + around });
        await body.evaluate(() => new Promise(requestAnimationFrame));
        const [inner, outer] = await body.evaluate(
          (element) => [element.scrollWidth, element.clientWidth] as const,
        );
        await workbench.screenshot(`state-${state}-${width}px`);
        assert.ok(inner <= outer, `${inner} in ${outer} pixels`);
      }
      await workbench.page.setViewportSize(SIZE);
    });
});
