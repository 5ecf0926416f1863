import assert from "node:assert/strict";
import { violations } from "../support/axe";
import type { Panel } from "../support/panel/panel";
import { openState, PANEL_STATES, type PanelState } from "../support/panel/states";
import { keepScreenshot } from "../support/screenshot";
import { THEME_NAMES } from "../support/themes";

/** A picture of each state in each theme and width, for who changes how the panel looks. */
const ALL_PICTURES = process.env["ALL_PICTURES"] === "1";

/** What is said in these is looked at in each theme where the reading of a conversation is tested. */
const READ_ELSEWHERE: readonly PanelState[] = ["tools-done", "long-answer", "read-only"];

describe("a panel for everyone", () => {
  it("keeps still where less motion is asked for, by the system or in VS Code", async () => {
    const { page } = await openState("tools-running");
    const moving = (isMoving: boolean): Promise<unknown> =>
      page.waitForFunction((wanted) => document.getAnimations().length > 0 === wanted, isMoving);
    const asked = async (inCode: boolean, bySystem: "reduce" | "no-preference") => {
      await page.emulateMedia({ reducedMotion: bySystem });
      await page.evaluate(
        (isAsked) => document.body.classList.toggle("vscode-reduce-motion", isAsked),
        inCode,
      );
    };
    await asked(false, "no-preference");
    await moving(true);
    await asked(false, "reduce");
    await moving(false);
    await asked(false, "no-preference");
    await moving(true);
    await asked(true, "no-preference");
    await moving(false);
  });

  for (const state of PANEL_STATES)
    it(`has nothing in it that keeps people out, and fits every width: ${state}`, async () => {
      const panel = await openState(state);
      const found: string[] = [];
      const isRead = READ_ELSEWHERE.includes(state) && !ALL_PICTURES;
      for (const name of isRead ? THEME_NAMES.slice(0, 1) : THEME_NAMES.toReversed()) {
        await panel.theme(name);
        // The last is the one with everything; the others have other colours alone.
        const rules = name === THEME_NAMES[0] ? undefined : ["color-contrast"];
        const inTheme = await violations(panel.page.locator("body"), rules);
        found.push(...inTheme.map((violation) => `in ${name}: ${violation}`));
        if (ALL_PICTURES || name === THEME_NAMES[0])
          await panel.screenshot(`state-${state}-${name}`);
      }
      assert.deepEqual(found, []);
      assert.deepEqual(await outside(panel, state, 240, 1), []);
      assert.deepEqual(await outside(panel, state, 240, 2), []);
      assert.deepEqual(await outside(panel, state, 2000, 1), []);
    });
});

/**
 * What is outside of a panel that is so many pixels wide, each of which is so many of the screen's, as
 * the zoom of a window makes them.
 */
async function outside(
  panel: Panel,
  state: string,
  width: number,
  zoom: number,
): Promise<string[]> {
  const { page } = panel;
  // Playwright can change the size alone.
  const devtools = await page.context().newCDPSession(page);
  try {
    await devtools.send("Emulation.setDeviceMetricsOverride", {
      width,
      height: 800 / zoom,
      deviceScaleFactor: zoom,
      mobile: false,
    });
    await page.evaluate(() => new Promise(requestAnimationFrame));
    const found = await page.locator("body").evaluate(overflow);
    if (ALL_PICTURES || (width < 300 && zoom === 1)) {
      const { data } = await devtools.send("Page.captureScreenshot");
      const percent = zoom === 1 ? "" : `-${zoom * 100}%`;
      await keepScreenshot(`state-${state}-${width}px${percent}`, Buffer.from(data, "base64"));
    }
    assert.deepEqual(found.size, [width, zoom]);
    return found.outside;
  } finally {
    await devtools.detach();
    // Playwright believes that its size is there still, and would not set the same again.
    const { width, height } = page.viewportSize() ?? { width: 800, height: 800 };
    await panel.resize(width + 1, height);
  }
}

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
