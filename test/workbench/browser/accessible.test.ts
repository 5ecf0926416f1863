import assert from "node:assert/strict";
import { violations } from "../../support/axe";
import { PANEL_STATES, PanelStates } from "../../support/panelStates";
import { THEMES } from "../../support/themes";

describe("a panel for everyone", function () {
  this.timeout(120_000);
  const panel = new PanelStates();

  before(async function () {
    await panel.start(this);
  });
  after(() => panel.stop());

  /** Gives the panel so many pixels of its own, which may be larger than those of the screen. */
  const resize = async (width: string, zoom: number): Promise<void> => {
    const frame = panel.suite.workbench.page.locator("iframe.webview:visible");
    await frame.evaluate(
      (element, [width, zoom]) => {
        element.style.setProperty("width", width, "important");
        element.style.setProperty("zoom", zoom);
      },
      [width, String(zoom)] as const,
    );
    await panel.chat.frame.locator("body").evaluate(() => new Promise(requestAnimationFrame));
  };

  it("keeps still where less motion is asked for, by the system or in VS Code", async () => {
    const { page } = panel.suite.workbench;
    const moving = (isMoving: boolean): Promise<unknown> =>
      panel.chat.frame.locator("body").evaluate(async (_, wanted) => {
        while (document.getAnimations().length > 0 !== wanted)
          await new Promise(requestAnimationFrame);
      }, isMoving);
    const asked = (inCode: string, bySystem: "reduce" | "no-preference"): Promise<unknown> =>
      Promise.all([
        panel.suite.workbench.setting("workbench.reduceMotion", inCode),
        page.emulateMedia({ reducedMotion: bySystem }),
      ]);
    await asked("off", "no-preference");
    await panel.show("tools-running");
    await moving(true);
    await asked("off", "reduce");
    await moving(false);
    await asked("off", "no-preference");
    await moving(true);
    await asked("on", "no-preference");
    await moving(false);
  });

  for (const state of PANEL_STATES) {
    it(`has nothing in it that keeps people out: ${state}`, async () => {
      await panel.show(state);
      const found: string[] = [];
      for (const { id, kind } of Object.values(THEMES)) {
        await panel.suite.workbench.setting("workbench.colorTheme", id);
        const body = panel.chat.frame.locator(`body[data-vscode-theme-kind="${kind}"]`);
        await body.waitFor();
        found.push(...(await violations(body)).map((violation) => `in ${id}: ${violation}`));
      }
      assert.deepEqual(found, []);
    });

    it(`fits 240 pixels, and those of twice the size: ${state}`, async () => {
      for (const zoom of [1, 2]) {
        await resize("240px", zoom);
        const { size, outside } = await panel.chat.frame.locator("body").evaluate(overflow);
        await panel.suite.workbench.screenshot(`narrow-${state}-${zoom * 100}%`);
        await resize("", 1);
        assert.deepEqual(size, [240, zoom]);
        assert.deepEqual(outside, []);
      }
    });
  }
});

/** The size of the panel and of its pixels, and what of it is not to be seen. Runs in the page. */
function overflow(body: HTMLElement) {
  const outside = Array.from(body.querySelectorAll(".panel, .transcript, .foot, .header"))
    .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
    .map(({ className, scrollWidth }) => `${className}: ${scrollWidth} pixels`);
  for (const control of body.querySelectorAll("button, select, vscode-button, vscode-text-area")) {
    const { left, right, width } = control.getBoundingClientRect();
    if (control.checkVisibility() && (left < 0 || right > window.innerWidth || width < 12))
      outside.push(`${control.outerHTML.slice(0, 100)}: ${left} to ${right}`);
  }
  return { size: [window.innerWidth, window.devicePixelRatio], outside };
}
