/** Pictures of what a test sees, in `test/.out/screenshots`. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";
import { out } from "./paths";
import { report } from "./reporter";

/** @returns The picture's path, `test/.out/screenshots/NAME.png`. */
export async function screenshot(page: Page, name: string): Promise<string> {
  return keepScreenshot(name, await page.screenshot());
}

/** Keeps a picture that was taken already. */
export async function keepScreenshot(name: string, png: Buffer): Promise<string> {
  const file = path.join(out, "screenshots", `${name}.png`);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, png);
  return file;
}

/** Keeps what a person would look at first, for the reporter to name. */
export async function screenshotOfFailure(page: Page, test: Mocha.Runnable): Promise<void> {
  const name = `failure-${test.fullTitle().replaceAll(/\W+/g, "-").slice(0, 150)}`;
  try {
    const file = await screenshot(page, name);
    report({ type: "picture", title: test.fullTitle(), file });
  } catch {
    // There is nothing to be seen any more.
  }
}
