import type { Locator } from "playwright-core";
import type { Workbench } from "./browser";

/** The view "Threads", as its user has it before them. */
export class ThreadsTree {
  constructor(private readonly workbench: () => Workbench) {}

  row(name: RegExp): Locator {
    const { page } = this.workbench();
    return page.getByRole("tree", { name: "Threads" }).getByRole("treeitem", { name });
  }

  async open(name: RegExp): Promise<void> {
    await this.#settled();
    await this.row(name).click();
  }

  async openToSide(name: RegExp): Promise<void> {
    await this.#settled();
    const row = this.row(name);
    await row.hover();
    await row.getByRole("button", { name: "Open Thread to the Side" }).click();
  }

  /** Rows move when a thread has changed, and a click that is under way would hit another one. */
  async #settled(): Promise<void> {
    const { page } = this.workbench();
    const rows = page.getByRole("tree", { name: "Threads" }).locator(".monaco-list-row");
    let before;
    for (let now = await rows.allInnerTexts(); now.join() !== before;) {
      before = now.join();
      await page.waitForTimeout(400);
      now = await rows.allInnerTexts();
    }
  }
}
