/** How long a panel that was behind another tab takes until its thread can be read again. */
import type { Page } from "playwright-core";
import { openWorkbench } from "../support/browser";
import { median, quantile, type Findings } from "./figures";
import { withRig } from "./rig";
import { storeThreads } from "./windowThreads";

const THREAD = { id: "thread-200", messages: 200 };
/** Of a message, in bytes, on average. */
const AVERAGE = 1500;
const ROUNDS = 15;

/** Moments since 1970, in milliseconds, of the page that is there now. */
interface Moments {
  /** VS Code has given our page its own frame, in which nothing of ours has run. */
  begun: number;
  /** VS Code has handed over our script. */
  loaded?: number;
  /** The host has told what there is to show. */
  told?: number;
  read?: number;
}

declare global {
  interface Window {
    comingBack?: Moments;
  }
}

export const comingBack = (): Promise<Findings> =>
  withRig(async ({ browser, server }) => {
    const workbench = await openWorkbench(browser, server, {
      extension: null,
      prepare: async (page) => {
        // The compiler names functions by this one, which the page does not have.
        await page.addInitScript("globalThis.__name = (named) => named");
        await page.addInitScript(watch, `${THREAD.id}-${THREAD.messages - 1}`);
      },
    });
    const { page } = workbench;
    await workbench.runCommand("Sandbox Chat: Open Chat");
    const input = workbench.frame().getByRole("textbox", { name: "Message Claude" });
    await input.fill("Hello");
    await input.press("Enter");
    await workbench
      .frame()
      .getByRole("article")
      .getByText(/Written at .* word by word\./)
      .waitFor();
    await storeThreads(server.userDataDir, [THREAD], AVERAGE);
    const selector = workbench.frame().getByRole("combobox", { name: "Thread" });
    await selector.locator(`option[value="${THREAD.id}"]`).waitFor({ state: "attached" });
    await selector.selectOption(THREAD.id);
    const last = workbench.frame().locator(`[data-message="${THREAD.id}-${THREAD.messages - 1}"]`);
    await last.waitFor();
    await workbench.runCommand("File: New Untitled Text File");
    await last.waitFor({ state: "hidden" });
    const tabs = page.locator(".tabs-container").getByRole("tab");

    const rounds: (Required<Moments> & { clicked: number })[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await page.evaluate(() => {
        addEventListener(
          "mousedown",
          () => (window.comingBack = { begun: performance.timeOrigin + performance.now() }),
          { capture: true, once: true },
        );
      });
      await tabs.first().click();
      await last.waitFor();
      const clicked = await page.evaluate(() => window.comingBack?.begun ?? NaN);
      rounds.push({ ...(await momentsOf(page)), clicked });
      await tabs.last().click();
      await page.locator(".editor-instance .view-lines").waitFor();
    }
    await workbench.close();
    const between = (from: keyof (typeof rounds)[0], to: keyof (typeof rounds)[0]) =>
      rounds.map((moments) => moments[to] - moments[from]);
    const ms = (name: string, values: number[], atMost?: number) => ({
      name,
      value: median(values),
      unit: "ms" as const,
      ...(atMost !== undefined && { atMost }),
    });
    return {
      figures: [
        ms("200 messages again, from an empty page to readable", between("begun", "read"), 150),
        ms("of it, VS Code's own, until we have our script", between("begun", "loaded")),
        ms("of it, until the host has told of them", between("loaded", "told")),
        ms("of it, to show them", between("told", "read")),
        ms("before it, from the click until VS Code has a page", between("clicked", "begun")),
      ],
      details: [`95th percentile: ${quantile(between("begun", "read"), 0.95).toFixed(0)} ms`],
    };
  });

/** Runs in each frame before anything else does: what happens in ours is noted. */
function watch(last: string): void {
  if (window === window.top) return;
  const now = (): number => performance.timeOrigin + performance.now();
  const moments: Moments = { begun: now() };
  window.comingBack = moments;
  /** The host tells of the thread by itself, or answers who asks for it. */
  type FromHost = { name?: string; value?: { draft?: unknown } } | null;
  const hear = ({ data }: MessageEvent<FromHost>) => {
    if (data?.name === "show" || data?.value?.draft !== undefined) moments.told ??= now();
  };
  const look = (): void => {
    // VS Code writes our page into the frame, which takes all listeners away.
    window.addEventListener("message", hear, { capture: true });
    if (!document.querySelector(`[data-message="${last}"]`)) return void setTimeout(look);
    const [ours] = performance
      .getEntriesByType("resource")
      .filter(({ name }) => name.endsWith("/webview.js"));
    moments.loaded = performance.timeOrigin + (ours as PerformanceResourceTiming).responseEnd;
    // The frame that it was found in has not been painted yet.
    requestAnimationFrame(() => setTimeout(() => (moments.read = now())));
  };
  look();
}

/** Of the frame that has the thread. */
async function momentsOf(page: Page): Promise<Required<Moments>> {
  for (;;) {
    for (const frame of page.frames()) {
      const moments = await frame.evaluate(() => window.comingBack).catch(() => undefined);
      if (moments?.read !== undefined) return moments as Required<Moments>;
    }
    await page.waitForTimeout(20);
  }
}
