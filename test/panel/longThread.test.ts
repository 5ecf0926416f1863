import assert from "node:assert/strict";
import type { Part, ThreadEvent } from "../../src/shared/thread";
import { violations } from "../support/axe";
import type { ChatPage } from "../support/chatPage";
import { added, emptyConversation, message, textPart } from "../support/conversations";
import { Panel, type PanelOptions } from "../support/panel/panel";
import { atEnd, placeKept, scrollBy, scrollTo, topOf } from "../support/panel/reader";
import { answer, begin, delta, result, type Step } from "../support/scriptedRuntime";
import { until } from "../support/until";

const COUNT = 300;

const tool = (id: string): Part => ({
  type: "dynamic-tool",
  id,
  toolCallId: id,
  toolName: "Bash",
  state: "output-available",
  input: { command: `echo ${id}` },
  output: `The output of ${id}.`,
});

/** Questions and answers, of which no two that stand together are of one height. */
function* conversation(count: number): Generator<ThreadEvent> {
  const { thread } = emptyConversation("long");
  yield { type: "threadCreated", thread: { ...thread, title: "A long one" } };
  for (let seq = 0; seq < count; seq++) {
    const asks = seq % 2 === 0;
    const lines = Array.from({ length: (seq * 7) % 13 }, (_, at) => `Line ${at} of answer ${seq}.`);
    const rare = seq === 101 ? "Here is an ocelot." : "";
    const parts = asks
      ? [textPart(`Question ${seq}`)]
      : [tool(`tool-${seq}`), textPart([`Answer ${seq}`, ...lines, rare].join("\n\n"))];
    const said = message(`long-${seq}`, seq, asks ? "user" : "assistant", parts, "long");
    yield added({ ...said, status: "complete" });
  }
}

/** A panel that shows such a thread, in which more can be said. */
async function openLong(count = COUNT, options: PanelOptions = {}): Promise<Panel> {
  const panel = await Panel.open({
    seed: (store) => store.append("long", 0, [...conversation(count)]),
    thread: "long",
    maxMessages: 10_000,
    ...options,
  });
  // Its end comes first. A message is more than so many pixels high, also one that was never rendered.
  const height = () => panel.chat.log.evaluate(({ scrollHeight }) => scrollHeight);
  await until(height, (pixels) => pixels > count * 100, "all of it is there");
  return panel;
}

/** Until the browser glides no more. */
async function untilStill(chat: ChatPage): Promise<void> {
  let before = NaN;
  const still = async () => {
    await chat.page.waitForTimeout(150);
    const { top } = await seen(chat);
    return Object.is(before, (before = top));
  };
  await until(still, Boolean, "it is still");
}

/** The numbers of the messages in the document, and of those in sight. */
async function seen({ log }: ChatPage) {
  const { messages, top } = await log.evaluate((element) => {
    const box = element.getBoundingClientRect();
    const messages = [...element.querySelectorAll<HTMLElement>("[data-message]")].map((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      const number = Number(one.dataset["message"]?.split("-").at(-1));
      return { number, isInSight: bottom > box.top && top < box.bottom };
    });
    return { messages, top: element.scrollTop };
  });
  const rendered = messages.map(({ number }) => number);
  const inSight = messages.filter(({ isInSight }) => isInSight).map(({ number }) => number);
  return { rendered, inSight, top };
}
type Seen = Awaited<ReturnType<typeof seen>>;

/** Waits until the reader sees the messages that they should. */
const untilSeen = (chat: ChatPage, holds: (seen: Seen) => boolean, what: string): Promise<Seen> =>
  until(() => seen(chat), holds, what);

async function goToEnd(chat: ChatPage): Promise<void> {
  await scrollTo(chat, 1e9);
  await untilSeen(chat, ({ inSight }) => inSight.includes(COUNT - 1), "the end");
}

/** A text in sight. */
async function textInSight({ log }: ChatPage): Promise<string> {
  const text = await log.evaluate((element) => {
    const { top } = element.getBoundingClientRect();
    return [...element.querySelectorAll(".markdown p")].find(
      (one) => one.getBoundingClientRect().top > top + 40,
    )?.textContent;
  });
  assert.ok(text);
  return text;
}

describe("a long thread", () => {
  it("opens at its end, and has only that in the document", async () => {
    const { chat } = await openLong();
    await atEnd(chat);
    assert.equal(await chat.jump.count(), 0);
    const { rendered } = await seen(chat);
    assert.equal(rendered.at(-1), COUNT - 1);
    assert.ok(rendered.length < 60, `${rendered.length} messages`);
    // Who hears it is told what is not there.
    const last = chat.log.getByRole("article").last();
    assert.equal(await last.getAttribute("aria-posinset"), String(COUNT));
    assert.equal(await last.getAttribute("aria-setsize"), String(COUNT));
  });

  it("shows every message once and in order, up to its top and down again", async () => {
    const { chat } = await openLong();
    await scrollTo(chat, 1e9);
    for (const share of [-0.9, 0.9]) {
      const views = await chat.log.evaluate(async (element, share) => {
        const views: { rendered: number[]; inSight: number[] }[] = [];
        for (
          let top = NaN;
          top !== element.scrollTop;
          element.scrollTop += share * element.clientHeight
        ) {
          for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
          top = element.scrollTop;
          const box = element.getBoundingClientRect();
          const all = [...element.querySelectorAll<HTMLElement>("[data-message]")];
          const inSight = all.filter((one) => {
            const { top, bottom } = one.getBoundingClientRect();
            return bottom > box.top && top < box.bottom;
          });
          const [rendered = [], seen = []] = [all, inSight].map((messages) =>
            messages.map(({ dataset }) => Number(dataset["message"]?.split("-").at(-1))),
          );
          views.push({ rendered, inSight: seen });
        }
        return views;
      }, share);
      const met = new Set<number>();
      for (const { rendered, inSight } of views) {
        const [first = NaN] = inSight;
        const following = inSight.map((_, at) => first + at);
        assert.deepEqual(inSight, following, "in order, without gap");
        const inOrder = [...new Set(rendered)].sort((one, other) => one - other);
        assert.deepEqual(rendered, inOrder, "once, in order");
        assert.ok(rendered.length < 100, `${rendered.length} messages`);
        inSight.forEach((number) => met.add(number));
      }
      const missed = Array.from({ length: COUNT }, (_, at) => at).filter((at) => !met.has(at));
      assert.deepEqual(missed, [], `missed on the way by ${share}`);
    }
  });

  it("stays filled where its reader has jumped to", async () => {
    const { chat } = await openLong();
    for (const key of ["Home", "PageDown", "End", "PageUp", "Home"]) {
      await chat.log.press(key);
      await untilSeen(chat, ({ inSight }) => inSight.length > 1, `messages after ${key}`);
      if (key === "PageUp") await untilStill(chat);
    }
    // It does not glide there, since messages that are rendered on the way would shift where that is.
    assert.equal((await seen(chat)).top, 0);
    await untilSeen(chat, ({ top, inSight }) => top === 0 && inSight[0] === 0, "the top");
    await chat.log.press("End");
    await chat.log.press("PageUp");
    await chat.log.press("Home");
    await untilStill(chat);
    assert.equal((await seen(chat)).top, 0, "though it was gliding");
  });

  it("finds what was never in the document", async () => {
    const panel = await openLong();
    const { chat } = panel;
    assert.ok(!(await seen(chat)).rendered.includes(101));
    await chat.input.press("ControlOrMeta+f");
    const bar = chat.frame.getByRole("search", { name: "Find in thread" });
    await bar.getByRole("textbox").fill("an ocelot");
    await bar.getByText("1 of 1", { exact: true }).waitFor();
    await untilSeen(chat, ({ inSight }) => inSight.includes(101), "the match is in sight");
    const marked = () =>
      chat.log.evaluate(() => [...(CSS.highlights.get("find-current") ?? [])].map(String));
    await until(marked, ([text]) => text === "an ocelot", "the match is marked");
    await panel.screenshot("long-thread-find");
  });

  it("opens at the message that a search found", async () => {
    const { chat, host } = await openLong();
    await chat.newThread();
    const marked = chat.log.locator(".sought").getByText("an ocelot").waitFor();
    await host.panel.show(await host.sessions.open("long"), "long-101");
    await marked;
    await untilSeen(chat, ({ inSight }) => inSight.includes(101), "it is in sight");
    await chat.log.locator(".sought").waitFor({ state: "detached" });
  });

  it("keeps its reader's place over a reload", async () => {
    const panel = await openLong();
    const { chat } = panel;
    await scrollTo(chat, 20_000);
    await scrollBy(chat, -300);
    await placeKept(panel);
    const text = await textInSight(chat);
    const paragraph = chat.log.getByText(text, { exact: true }).first();
    const before = await topOf(paragraph);
    assert.ok(((await seen(chat)).inSight.at(-1) ?? NaN) < COUNT - 100, "far from the end");
    await panel.reload();
    await until(
      () => topOf(paragraph),
      (top) => Math.abs(top - before) < 3,
      `${text} is at ${before} again`,
    );
    assert.ok((await seen(chat)).rendered.length < 80);
  });

  it("keeps what has the focus and what is open, however far off", async () => {
    const { chat } = await openLong();
    await scrollTo(chat, 20_000);
    const { inSight } = await untilSeen(chat, ({ inSight }) => inSight.length > 0, "something");
    const id = inSight.find((number) => number % 2 === 1);
    const own = chat.log.locator(`[data-message="long-${id}"]`);
    await own.getByRole("button", { name: "Bash", exact: true }).click();
    await own.getByText(/The output of/).waitFor();
    const { top } = await seen(chat);
    await goToEnd(chat);
    assert.ok(await own.evaluate((element) => element.contains(document.activeElement)));
    await chat.input.focus();
    await scrollTo(chat, 0);
    await untilSeen(chat, ({ inSight }) => inSight.includes(0), "the top");
    await scrollTo(chat, top);
    await own.getByText(/The output of/).waitFor();
  });

  it("keeps what is selected, however far off", async () => {
    const { chat } = await openLong();
    await scrollTo(chat, 20_000);
    const { inSight } = await untilSeen(chat, ({ inSight }) => inSight.length > 0, "something");
    const id = inSight.find((number) => number % 2 === 1);
    const text = await chat.log
      .locator(`[data-message="long-${id}"] .markdown p`)
      .first()
      .evaluate((paragraph) => {
        getSelection()?.selectAllChildren(paragraph);
        return String(getSelection());
      });
    assert.match(text, /^Answer/);
    await goToEnd(chat);
    assert.equal(await chat.log.evaluate(() => String(getSelection())), text);
  });

  it("is copied whole by who selects all of it", async () => {
    const { chat } = await openLong();
    await chat.log.press("ControlOrMeta+a");
    const text = await until(
      () => chat.log.evaluate(() => String(getSelection())),
      (now) => now.includes("Answer 1\n") && now.split(/Question \d+/).length > COUNT / 2,
      "all is selected",
    );
    for (let seq = 0; seq < COUNT; seq += 2)
      assert.match(text, new RegExp(`Question ${seq}\\b[^]*Answer ${seq + 1}\\b`));
    await chat.log.evaluate(() => getSelection()?.removeAllRanges());
    await untilSeen(chat, ({ rendered }) => rendered.length < 100, "the rest is given back");
  });

  it("does not move its reader while an answer grows at its end", async () => {
    const grown = (from: number, to: number): Step[] =>
      Array.from({ length: to - from }, (_, at) => [
        delta(`Streamed line ${from + at}.\n\n`),
        { sleep: 10 },
      ]).flat();
    const panel = await openLong(COUNT, {
      answers: {
        "Go on": [
          ...begin("s1"),
          ...grown(0, 40),
          { awaitFile: "more" },
          ...grown(40, 80),
          result("s1"),
        ],
      },
    });
    const { chat } = panel;
    await chat.ask("Go on");
    await chat.log.getByText("Streamed line 5.").waitFor();
    await chat.wheel(-1000);
    await chat.jump.waitFor();
    await scrollTo(chat, 20_000);
    await scrollBy(chat, -200);
    await placeKept(panel);
    const text = await textInSight(chat);
    const paragraph = chat.log.getByText(text, { exact: true }).first();
    const before = await topOf(paragraph);
    panel.letGo("more");
    await chat.idle();
    const after = await topOf(paragraph);
    assert.ok(Math.abs(after - before) < 2, `${text} was at ${before}, and is at ${after}`);
    await chat.jump.click();
    await chat.log.getByText("Streamed line 79.").waitFor();
    await atEnd(chat);
  });

  it("with few messages is rendered whole, and what is rendered stays", async () => {
    // With another turn they are a page more.
    const few = 38;
    const { chat } = await openLong(few, {
      answers: { Once: answer("And again.").slice(1), Twice: answer("And again.").slice(1) },
    });
    await untilSeen(chat, ({ rendered }) => rendered.length === few, "all of it");
    const first = chat.log.locator('[data-message="long-1"]');
    const shown = await first.elementHandle();
    for (const text of ["Once", "Twice"]) {
      await chat.ask(text);
      await chat.answered("And again.");
    }
    assert.ok(await first.evaluate((element, before) => element === before, shown));
  });

  it("has nothing that axe finds wrong", async () => {
    const { chat } = await openLong();
    assert.deepEqual(await violations(chat.log), []);
  });
});
