import assert from "node:assert/strict";
import { violations } from "../../support/axe";
import { PANEL_STATES, PanelStates } from "../../support/panelStates";
import { THEME_NAMES, THEMES } from "../../support/themes";

describe("a panel for everyone", function () {
  this.timeout(120_000);
  const panel = new PanelStates();

  before(async function () {
    await panel.start(this);
    await panel.suite.workbench.runCommand("View: Close Primary Side Bar");
  });
  after(() => panel.stop());

  /**
   * What is outside of a panel that is so many pixels wide; they are its own, and may be larger than
   * those of the screen. It is wider than the window, too, if that is asked for.
   */
  const outside = async (state: string, width: number, zoom: number): Promise<string[]> => {
    const { workbench } = panel.suite;
    const size = workbench.page.viewportSize() ?? { width, height: 800 };
    await workbench.page.setViewportSize({ ...size, width: Math.max(size.width, width) });
    const frame = workbench.page.locator("iframe.webview:visible");
    const before = await frame.evaluate((element, css) => {
      const { cssText } = element.style;
      element.style.cssText += css;
      return cssText;
    }, `width: ${width}px !important; zoom: ${zoom}`);
    const body = panel.chat.frame.locator("body");
    await body.evaluate(() => new Promise(requestAnimationFrame));
    const found = await body.evaluate(overflow);
    await workbench.screenshot(`state-${state}-${width}px${zoom === 1 ? "" : `-${zoom * 100}%`}`);
    await frame.evaluate((element, css) => (element.style.cssText = css), before);
    await workbench.page.setViewportSize(size);
    assert.deepEqual(found.size, [width, zoom]);
    return found.outside;
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
      for (const name of THEME_NAMES.toReversed()) {
        const { id, kind } = THEMES[name];
        await panel.suite.workbench.theme(name);
        const body = panel.chat.frame.locator(`body[data-vscode-theme-kind="${kind}"]`);
        await body.waitFor();
        found.push(...(await violations(body)).map((violation) => `in ${id}: ${violation}`));
        await panel.suite.workbench.screenshot(`state-${state}-${name}`);
      }
      assert.deepEqual(found, []);
    });

    it(`fits the widths from 240 to 2,000 pixels, and 240 of twice the size: ${state}`, async () => {
      assert.deepEqual(await outside(state, 240, 1), []);
      assert.deepEqual(await outside(state, 240, 2), []);
      assert.deepEqual(await outside(state, 2000, 1), []);
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
