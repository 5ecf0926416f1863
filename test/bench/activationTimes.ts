/** VS Code's own figures about its extensions, from its document "Startup Performance". */
import { setTimeout as sleep } from "node:timers/promises";
import type { Workbench } from "../support/browser";

const TRIES = 20;

/**
 * How long these extensions took in this window, in milliseconds: to load their code, to call their
 * `activate`, and to await what that returned.
 * @throws When one of them is not active.
 */
export async function activationTimes(
  workbench: Workbench,
  extensions: readonly string[],
): Promise<number[]> {
  const { page } = workbench;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await workbench.runCommand("Developer: Startup Performance");
  for (let tries = 0; tries < TRIES; tries++) {
    // The editor draws only the lines that are in sight, and the document grows in the first moments.
    await sleep(500);
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Control+C");
    const text = await page.evaluate(() => navigator.clipboard.readText());
    const times = extensions.flatMap((extension) => timeOf(extension, text) ?? []);
    if (times.length === extensions.length) return times;
  }
  throw new Error(`VS Code does not tell of the activation of ${extensions.join(" and ")}.`);
}

/** Of a row such as `| publisher.name | false | 14 | 6 | 0 | onCommand:... |`. */
function timeOf(extension: string, text: string): number | undefined {
  const row = text.split("\n").find((line) => line.startsWith(`| ${extension} `));
  const [load, call, finish] = row?.split("|").slice(3, 6).map(Number) ?? [];
  if (load === undefined || call === undefined || finish === undefined) return undefined;
  return load + call + finish;
}
