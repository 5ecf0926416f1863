/** What a long thread, a fast answer and a long answer cost the panel, in the real webview. */
import type { FrameLocator } from "playwright-core";
import { openWorkbench, type Workbench } from "../support/browser";
import { median, quantile, type Figure, type Findings } from "./figures";
import { withRig } from "./rig";
import { storeThreads } from "./windowThreads";
import {
  costOfDeltas,
  costOfLongAnswer,
  keepWhole,
  openThread,
  rememberLongTasks,
  rememberResizes,
  takeLongTasks,
  takeResizes,
} from "./inWebview";
import { webviewParts, webviewSize } from "./webviewParts";

const SHORT = { id: "thread-200", messages: 200 };
const LONG = { id: "thread-5000", messages: 5000 };

/** Of a message, in bytes, on average. */
const AVERAGE = 1500;
/** Of 500 deltas a second the host gives the panel so many at once: see `POST_EVERY` in `chatPanel.ts`. */
const TOGETHER = 25;
/** The longer of which many are noticed as a jerk, in milliseconds. */
const JERK = 50;

export const transcript = (): Promise<Findings> =>
  withRig(
    async ({ browser, server, installed }) => {
      const workbench = await openWorkbench(browser, server, { extension: null });
      await workbench.runCommand("Sandbox Chat: Open Chat");
      const chat = workbench.frame();
      const input = chat.getByRole("textbox", { name: "Message Claude" });
      await input.waitFor();
      const firstPaint = await paintOf(chat);
      // The first message makes the folder that the threads are put into.
      await input.fill("Hello");
      await input.press("Enter");
      await chat
        .getByRole("article")
        .getByText(/Written at .* word by word\./)
        .waitFor();
      await storeThreads(server.userDataDir, [SHORT, LONG], AVERAGE);
      const body = chat.locator("body");
      // The compiler names functions by this one, which the page does not have.
      await body.evaluate("globalThis.__name = (named) => named");
      await body.evaluate(keepWhole);

      const heapBefore = await heapOf(workbench);
      const short = await body.evaluate(openThread, SHORT);
      const shortDeltas = await body.evaluate(costOfDeltas, 300);
      const long = await body.evaluate(openThread, LONG);
      const heap = (await heapOf(workbench)) - heapBefore;
      await workbench.screenshot("bench-transcript");
      const resizes = await resize(workbench, chat);
      const longDeltas = await body.evaluate(costOfDeltas, 300);

      // Other events than the host's were shown, so the host shows the thread again.
      await body.evaluate(openThread, SHORT);
      await body.evaluate(openThread, LONG);
      await body.evaluate(rememberLongTasks);
      await input.fill("Stream 2500 pieces");
      await input.press("Enter");
      await chat.getByRole("article").getByText("piece 2479.").waitFor();
      await chat.getByRole("button", { name: "Send" }).waitFor();
      const longTasks = await body.evaluate(takeLongTasks);

      const answer = await body.evaluate(costOfLongAnswer, {
        text: longAnswer(256_000),
        deltas: 20_000,
        together: TOGETHER,
      });
      const size = await webviewSize(installed);
      const parts = await webviewParts();
      await workbench.close();
      const figure = (
        name: string,
        value: number,
        unit: Figure["unit"],
        atMost?: number,
      ): Figure => ({ name, value, unit, ...(atMost !== undefined && { atMost }) });
      return {
        figures: [
          figure("first paint of an empty panel", firstPaint, "ms"),
          figure("the panel's script and style, gzipped", size, "kB", 180),
          figure("200 messages, from a click to readable", short.ms, "ms"),
          figure("5,000 messages, from a click to readable", long.ms, "ms", 500),
          figure("the same, in the panel alone", long.shown, "ms"),
          figure("5,000 messages, from a click until all are there", long.whole, "ms"),
          figure("nodes of 200 messages", short.nodes, "nodes"),
          figure("nodes of 5,000 messages", long.nodes, "nodes"),
          figure("heap of 5,000 messages", heap / 1e6, "MB", 100),
          figure("a delta at the end of 200 messages, median", median(shortDeltas), "ms"),
          figure("a delta at the end of 5,000 messages, median", median(longDeltas), "ms"),
          figure(
            "the latter against the former",
            median(longDeltas) / median(shortDeltas),
            "×",
            1.5,
          ),
          figure(
            "longest task, 500 deltas a second into 5,000 messages",
            Math.max(0, ...longTasks),
            "ms",
            JERK,
          ),
          figure("resizing 5,000 messages, 95th percentile", quantile(resizes, 0.95), "ms"),
          figure("256 kB of answer in 20,000 deltas, 500 a second", answer.streamed, "ms"),
          figure("against showing it once", answer.streamed / answer.once, "×", 4),
          figure("against showing all of it anew each time", answer.streamed / answer.naive, "×"),
        ],
        details: [
          `tasks over ${JERK} ms while it streamed, in ms: ${longTasks.join(", ") || "none"}`,
          `the answer shown once: ${answer.once.toFixed(0)} ms; anew each time, from samples: ${answer.naive.toFixed(0)} ms`,
          `the script before it is packed, in kB: ${parts
            .map(([name, kilobytes]) => `${name} ${kilobytes.toFixed(1)}`)
            .join(", ")}`,
        ],
      };
    },
    { "sandboxChat.threads.maxMessages": 10_000 },
  );

async function paintOf(chat: FrameLocator): Promise<number> {
  return chat
    .locator("body")
    .evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN);
}

/** In bytes, without what is only waiting to be collected. */
async function heapOf({ page }: Workbench): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}

/** How long a frame took each time that the window got another width, in milliseconds. */
async function resize({ page }: Workbench, chat: FrameLocator): Promise<number[]> {
  const body = chat.locator("body");
  await body.evaluate(rememberResizes);
  for (let width = 1200; width > 800; width -= 40) {
    await page.setViewportSize({ width, height: 800 });
    await page.waitForTimeout(200);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.waitForTimeout(500);
  return body.evaluate(takeResizes);
}

/** Markdown with a bit of everything. */
function longAnswer(length: number): string {
  let text = "";
  for (let section = 1; text.length < length; section++)
    text += `## Section ${section}

This is *one* of **many** paragraphs, and it names \`code ${section}\` and src/file${section}.ts:${section}.
It goes on for a while, as answers do, with [a link](https://example.com/${section}) in it.

- an item
- another one, with **marks**
  1. and one in it

\`\`\`ts
export const value${section} = (input: string): number => input.length * ${section}; // ${section}
if (value${section}("text") > 3) throw new Error("No more than three.");
\`\`\`

| Name | Value |
| ---- | ----: |
| row ${section} | ${section * 7} |

`;
  return text.slice(0, length);
}
