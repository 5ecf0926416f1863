import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { ThreadStore } from "../../src/store/threadStore";
import { added, emptyConversation, message, textPart } from "../support/conversations";
import { Panel } from "../support/panel/panel";
import { atEnd, placeKept, scrollBy, topOf } from "../support/panel/reader";
import { begin, delta, result, whole, type Step } from "../support/scriptedRuntime";
import { until } from "../support/until";

const paragraphs = (text: (at: number) => string, count: number): string =>
  Array.from({ length: count }, (_, at) => `${text(at)}\n\n`).join("");
const LONG = paragraphs((at) => `Paragraph ${at} of a long answer.`, 160);

/** Questions, each with its long answer. */
const TEXTS = [
  "The first question",
  LONG,
  "The second question",
  `The second answer is about zebras. ${LONG}`,
  "The third question",
  paragraphs((at) => `Paragraph ${at} of the last answer.`, 100),
];

/** Has a thread of long answers in the store. */
const seed = (store: ThreadStore): Promise<void> =>
  store.append("long", 0, [
    { type: "threadCreated", thread: emptyConversation("long").thread },
    ...TEXTS.map((text, seq) => {
      const role = seq % 2 === 0 ? "user" : "assistant";
      const said = message(`long-${seq}`, seq, role, [textPart(text)], "long");
      return added({ ...said, status: "complete" });
    }),
  ]);

describe("scrolling", () => {
  it("goes with a reader who scrolls up by less than what comes in the same frame", async () => {
    const { chat } = await Panel.open({ seed, thread: "long" });
    await atEnd(chat);
    await chat.log.evaluate((log) => {
      const last = log.querySelector<HTMLElement>(".messages:last-child > :last-child");
      if (!last) throw new Error("There is no message.");
      const grown = new ResizeObserver(() => {
        // The panel has gone to the new end, and has not been told of it yet.
        if (last.style.paddingBottom === "") return;
        grown.disconnect();
        log.dispatchEvent(new WheelEvent("wheel", { deltaY: -100 }));
        log.scrollTop -= 100;
      });
      grown.observe(last);
      last.style.paddingBottom = "300px";
    });
    await chat.jump.waitFor();
    assert.ok((await chat.fromEnd()) > 50);
  });

  it("stays with a reader who scrolls up while text streams, and says that there is more", async () => {
    const streamed = (from: number, to: number): Step[] =>
      Array.from({ length: to - from }, (_, at) => [
        delta(`Streamed paragraph ${from + at}.\n\n`),
        { sleep: 20 },
      ]).flat();
    const panel = await Panel.open({
      seed,
      thread: "long",
      answers: {
        More: [
          ...begin("s1"),
          ...streamed(0, 50),
          { awaitFile: "second" },
          ...streamed(50, 90),
          { awaitFile: "third" },
          ...streamed(90, 120),
          { hang: true },
        ],
      },
    });
    const { chat } = panel;
    await chat.ask("More");
    const streaming = chat.messages("Claude").last();
    const shown = (at: number): Locator =>
      streaming.getByText(`Streamed paragraph ${at}.`, { exact: true });
    await shown(20).waitFor();
    await atEnd(chat);
    await chat.wheel(-700);
    await chat.jump.waitFor();
    await shown(49).waitFor();
    await placeKept(panel);
    const place = await topOf(shown(5));
    panel.letGo("second");
    await shown(89).waitFor();
    assert.ok(Math.abs((await topOf(shown(5))) - place) < 2, "not moved");
    await chat.frame.getByRole("button", { name: /there is something new/ }).waitFor();
    await panel.screenshot("scrolling-news");
    await chat.jump.click();
    panel.letGo("third");
    await shown(119).waitFor();
    await atEnd(chat);
  });

  it("is at the end after an answer, and does not move what is read when that is complete", async () => {
    const panel = await Panel.open({
      answers: {
        First: [...begin("s1"), delta(LONG), whole(LONG), { awaitFile: "completed" }, result("s1")],
      },
    });
    const { chat } = panel;
    await chat.ask("First");
    const last = chat.messages("Claude").getByText("Paragraph 159 of a long answer.");
    await last.waitFor();
    await atEnd(chat);
    const before = await topOf(last);
    assert.ok(await chat.stopButton.isVisible(), "Claude is still working");
    panel.letGo("completed");
    await chat.idle();
    await atEnd(chat);
    assert.equal(await chat.jump.count(), 0);
    const after = await topOf(last);
    assert.ok(Math.abs(before - after) < 2, `from ${before} to ${after}`);
  });

  for (const [where, answer, text] of [
    ["in the last answer", 2, "Paragraph 40 of the last answer."],
    ["in the midst of an answer above the last", 1, "Paragraph 158 of a long answer."],
  ] as const)
    it(`keeps a reader's place over a reload, ${where}`, async () => {
      const panel = await Panel.open({ seed, thread: "long" });
      const { chat } = panel;
      const read = chat.messages("Claude").nth(answer).getByText(text, { exact: true });
      await scrollBy(chat, -300);
      await chat.jump.waitFor();
      await until(
        () => bringToTop(read),
        (moved) => Math.abs(moved) < 2,
        "it is near the top",
      );
      await scrollBy(chat, -100);
      await placeKept(panel);
      const before = await topOf(read);
      await panel.reload();
      await until(
        () => topOf(read),
        (top) => Math.abs(top - before) < 3,
        `it is at ${before} again`,
      );
    });

  it("jumps to the latest", async () => {
    const { chat } = await Panel.open({ seed, thread: "long" });
    await scrollBy(chat, -900);
    await chat.jump.click();
    await atEnd(chat);
    await chat.jump.waitFor({ state: "detached" });
  });

  it("keeps each thread's place", async () => {
    const panel = await Panel.open({ seed, thread: "long" });
    const { chat } = panel;
    await scrollBy(chat, -900);
    await chat.jump.waitFor();
    await placeKept(panel);
    const before = await chat.fromEnd();
    await chat.newThread();
    assert.equal(await chat.jump.count(), 0);
    await chat.threadSelector.selectOption("long");
    await chat.messages("Claude").nth(2).waitFor();
    await until(
      () => chat.fromEnd(),
      (now) => Math.abs(now - before) < 3,
      `it is ${before} pixels from the end again`,
    );
  });

  it("opens a thread at the message that a search found, and marks it", async () => {
    const panel = await Panel.open({ seed });
    const { chat, host } = panel;
    const found = chat.messages("Claude").nth(1);
    const marked = chat.log.locator(".sought").getByText("about zebras").waitFor();
    await host.panel.show(await host.sessions.open("long"), "long-3");
    await marked;
    const log = await topOf(chat.log);
    await until(
      () => topOf(found),
      (top) => Math.abs(top - log) < 60,
      `it is at ${log}`,
    );
    await panel.screenshot("scrolling-sought");
    await chat.log.locator(".sought").waitFor({ state: "detached" });
  });
});

/** Brings a paragraph to somewhat below the top of the transcript. Returns how far it has moved. */
const bringToTop = (paragraph: Locator): Promise<number> =>
  paragraph.evaluate((element) => {
    const log = element.closest('[role="log"]');
    if (!log) return NaN;
    const before = log.scrollTop;
    const { top } = log.getBoundingClientRect();
    log.scrollTop += element.getBoundingClientRect().top - top - 100;
    return log.scrollTop - before;
  });
