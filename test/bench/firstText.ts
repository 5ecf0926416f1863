/** How long it takes from Claude's stdout to the panel: the first words of each of many turns. */
import type { FrameLocator } from "playwright-core";
import { openWorkbench } from "../support/browser";
import { bundleBare } from "./bareBundle";
import { median, quantile, type Findings } from "./figures";
import { withRig } from "./rig";

const TURNS = 40;

/** People take for instant what comes within so many milliseconds. */
const NOTICED = 100;

export const firstText = (): Promise<Findings> =>
  withRig(async ({ browser, server }) => {
    const workbench = await openWorkbench(browser, server, { extension: await bundleBare() });
    await workbench.runCommand("Sandbox Chat: Open Chat");
    const chat = workbench.frame();
    const input = chat.getByRole("textbox", { name: "Message Claude" });
    await input.waitFor();
    await workbench.runCommand("Bare: Open");
    const bare = workbench.page
      .locator('iframe.webview[src*="extensionId=sandbox-chat-bench.bare"]:visible')
      .contentFrame()
      .frameLocator("#active-frame");
    const ask = bare.getByRole("button", { name: "Ask" });
    await ask.waitFor();

    const ours: number[] = [];
    const least: number[] = [];
    // By turns, so that both have the same machine.
    for (let turn = 1; turn <= TURNS; turn++) {
      const shownInChat = delayOfNextAnswer(chat);
      await input.fill(`Question ${turn}`);
      await input.press("Enter");
      ours.push(await shownInChat);
      await chat.getByRole("button", { name: "Send" }).waitFor();

      const shownBare = delayOfNextAnswer(bare);
      await ask.click();
      least.push(await shownBare);
      await bare.getByText('"type":"result"').waitFor();
    }
    await workbench.screenshot("bench-first-text");
    await workbench.close();
    return {
      figures: [
        {
          name: `from stdout to the panel, median of ${TURNS} turns`,
          value: median(ours),
          unit: "ms",
        },
        {
          name: "the same, 95th percentile",
          value: quantile(ours, 0.95),
          unit: "ms",
          atMost: NOTICED,
        },
        {
          name: "median, against an extension that only shows the bytes",
          value: median(ours) / median(least),
          unit: "×",
          atMost: 4,
        },
      ],
      details: [`ours, in ms: ${ours.join(", ")}`, `such an extension's: ${least.join(", ")}`],
    };
  });

/**
 * How long the next answer's first words were on their way into the document, in milliseconds. They
 * say when they were written, by the clock that the browser also reads.
 */
const delayOfNextAnswer = (frame: FrameLocator): Promise<number> =>
  frame.locator("body").evaluate((body) => {
    const asked = Date.now();
    return new Promise<number>((resolve) => {
      const observer = new MutationObserver(() => {
        const now = Date.now();
        for (const [, time] of body.textContent.matchAll(/Written at (\d+)\./g)) {
          if (Number(time) < asked) continue;
          observer.disconnect();
          return resolve(now - Number(time));
        }
      });
      observer.observe(body, { childList: true, characterData: true, subtree: true });
    });
  });
