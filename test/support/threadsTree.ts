import type { Locator } from "playwright-core";
import type { Workbench } from "./browser";
import { until } from "./until";

/** The view "Threads", as its user has it before them. */
export class ThreadsTree {
  constructor(private readonly workbench: () => Workbench) {}

  get locator(): Locator {
    return this.workbench().page.getByRole("tree", { name: "Threads" });
  }

  row(name: string | RegExp): Locator {
    return this.locator.getByRole("treeitem", { name });
  }

  /** The names of the rows in their order, without how long ago they changed. */
  async names(): Promise<string[]> {
    const names = await this.locator.locator(".monaco-list-row .label-name").allInnerTexts();
    return names.map((name) => name.trim());
  }

  /** Brings the view into sight. */
  async show(): Promise<void> {
    const { page } = this.workbench();
    const tab = page.locator(".activitybar").getByRole("tab", { name: "Sandbox Chat" });
    // A click on the one that is on show would hide it.
    if ((await tab.getAttribute("aria-expanded")) !== "true") await tab.click();
  }

  /** Clicks a row until a panel shows its thread: one that is just made anew takes the click and does nothing. */
  async open(name: string | RegExp): Promise<void> {
    for (let tries = 0; tries < 5; tries++) {
      await this.#settled();
      await this.row(name).click();
      if (await this.#isShown(name)) return;
    }
    throw new Error(`a click on the row of ${String(name)} opens nothing`);
  }

  /** Whether a panel in sight shows a thread, waiting for that a few seconds. */
  async #isShown(name: string | RegExp): Promise<boolean> {
    const workbench = this.workbench();
    for (const end = Date.now() + 5000; Date.now() < end;) {
      for (let nth = 0; nth < (await workbench.frames().count()); nth++) {
        const titles = await workbench
          .frame(nth)
          .locator("h1")
          .allInnerTexts()
          .catch(() => []);
        if (titles.some((title) => title.search(name) >= 0)) return true;
      }
      await workbench.page.waitForTimeout(50);
    }
    return false;
  }

  /** Clicks a button that a row has for who points at it. */
  async press(name: string | RegExp, button: string): Promise<void> {
    await this.#settled();
    const row = this.row(name);
    await row.hover();
    await row.getByRole("button", { name: button }).click();
  }

  /** Opens a tab beside. A button that is pressed while rows are made anew is one of no row: then it asks. */
  async openToSide(name: string | RegExp): Promise<void> {
    const { page } = this.workbench();
    const tabs = page.locator(".part.editor .tab");
    const question = page.getByPlaceholder("Open which thread to the side?");
    const before = await tabs.count();
    for (;;) {
      await this.press(name, "Open Thread to the Side");
      const { asks } = await until(
        async () => ({ asks: await question.isVisible(), tabs: await tabs.count() }),
        (seen) => seen.asks || seen.tabs > before,
        "a tab beside",
      );
      if (!asks) return;
      await page.keyboard.press("Escape");
    }
  }

  async fromMenu(name: string | RegExp, item: string): Promise<void> {
    const { page } = this.workbench();
    const chosen = page.locator(".monaco-menu").getByRole("menuitem", { name: item });
    // A row that is made anew takes its menu away.
    for (let tries = 0; tries < 10 && !(await chosen.isVisible()); tries++) {
      await this.#settled();
      await page.keyboard.press("Escape");
      await this.row(name).click({ button: "right" });
      await chosen.waitFor({ timeout: 3000 }).catch(() => undefined);
    }
    // For a moment the menu takes no click, lest the one that opened it counts.
    await chosen.hover();
    await page.keyboard.press("Enter");
    await chosen.waitFor({ state: "detached" });
  }

  /** Rows are made anew when a thread has changed: a click that is under way would hit another, or none. */
  async #settled(): Promise<void> {
    const rows = this.locator.locator(".monaco-list-row");
    let before;
    for (let now = await rows.allInnerTexts(); now.join() !== before;) {
      before = now.join();
      await this.workbench().page.waitForTimeout(400);
      now = await rows.allInnerTexts();
    }
  }
}
