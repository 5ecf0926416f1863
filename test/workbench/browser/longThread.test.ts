import assert from "node:assert/strict";
import { dirname } from "node:path";
import type { Message, Part, ThreadEvent } from "../../../src/shared/thread";
import { violations } from "../../support/axe";
import { ChatPage, databaseFile } from "../../support/chatPage";
import { added, emptyConversation, message, textPart } from "../../support/conversations";
import { openStore } from "../../support/openStore";
import { scriptedSandbox } from "../../support/scriptedDocker";
import { begin, delta, result, type Step } from "../../support/scriptedRuntime";
import { WorkbenchSuite } from "../../support/workbenchSuite";

const SESSION = "9d0c9f4e-6f0f-4a53-9a57-5f2f3a0f1c44";
const COUNT = 600;
/** So many are rendered whole; with another turn they are a page more. */
const FEW = 38;

const ids = Array.from({ length: COUNT }, (_, seq) => `long-${seq}`);

/** An answer that streams for some seconds. */
const STEPS: readonly Step[] = [
  { awaitPrompt: true },
  ...begin(SESSION),
  ...Array.from({ length: 80 }, (_, at) => [
    delta(`Streamed line ${at}.\n\n`),
    { sleep: 40 },
  ]).flat(),
  result(SESSION),
];

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
function* conversation(id: string, title: string, count: number): Generator<ThreadEvent> {
  const { thread } = emptyConversation(id);
  yield { type: "threadCreated", thread: { ...thread, title } };
  for (let seq = 0; seq < count; seq++) {
    const asks = seq % 2 === 0;
    const lines = Array.from({ length: (seq * 7) % 13 }, (_, at) => `Line ${at} of answer ${seq}.`);
    const rare = seq === 101 ? "Here is an ocelot." : "";
    const parts = asks
      ? [textPart(`Question ${seq}`)]
      : [tool(`tool-${seq}`), textPart([`Answer ${seq}`, ...lines, rare].join("\n\n"))];
    const role: Message["role"] = asks ? "user" : "assistant";
    yield added({ ...message(`${id}-${seq}`, seq, role, parts, id), status: "complete" });
  }
}

describe("a long thread", function () {
  this.timeout(90_000);
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  let chat: ChatPage;

  const bar = () => chat.frame.getByRole("search", { name: "Find in thread" });
  /** What scrolls otherwise than by its reader does not leave the end. */
  const leaveEnd = async () => {
    if ((await chat.jump.count()) > 0) return;
    await chat.wheel(-100);
    await chat.jump.waitFor();
  };
  const scrollTo = async (top: number) => {
    await leaveEnd();
    await chat.log.evaluate((element, to) => (element.scrollTop = to), top);
  };
  /** The numbers of the messages in the document, and of those in sight. */
  const seen = async () => {
    const { messages, top } = await chat.log.evaluate((element) => {
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
  };
  const until = async <Value>(
    look: () => Promise<Value>,
    holds: (value: Value) => boolean,
    what: string,
  ): Promise<Value> => {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const value = await look();
      if (holds(value)) return value;
      assert.ok(Date.now() < deadline, `${what}: ${JSON.stringify(value)}`);
    }
  };
  const topOf = async (text: string) =>
    (await chat.log.getByText(text, { exact: true }).first().boundingBox())?.y ?? NaN;
  /** A text in sight, and where it is, once the heights around it are known. */
  const placeInSight = async () => {
    await until(seen, ({ inSight }) => inSight.length > 0, "something is in sight");
    // A place is kept once scrolling rests.
    await new Promise((resolve) => setTimeout(resolve, 400));
    const text = await chat.log.evaluate((element) => {
      const { top } = element.getBoundingClientRect();
      return [...element.querySelectorAll(".markdown p")].find(
        (one) => one.getBoundingClientRect().top > top + 40,
      )?.textContent;
    });
    assert.ok(text);
    return { text, top: await topOf(text) };
  };
  const open = async (title = "A long one", count = COUNT) => {
    const option = chat.threadSelector.locator("option", { hasText: title });
    await option.waitFor({ state: "attached" });
    await chat.threadSelector.selectOption((await option.getAttribute("value")) ?? "");
    await chat.log.getByText(`Answer ${count - 1}`, { exact: true }).waitFor();
  };

  before(async function () {
    await suite.start(this, {
      settings: {
        ...scriptedSandbox(suite.bin, STEPS),
        "sandboxChat.threads.maxMessages": 10_000,
      },
    });
    chat = await ChatPage.open(suite.workbench);
    await chat.ask("Hello");
    await chat.answered("Streamed line 79.");
    // The window takes it in by itself, as another window's.
    const store = await openStore(dirname(await databaseFile(suite.server)));
    await store.append("long", 0, [...conversation("long", "A long one", COUNT)]);
    await store.append("few", 0, [...conversation("few", "One of few", FEW)]);
    await store.close();
  });
  after(() => suite.stop());

  it("opens at its end, and has only that in the document", async () => {
    await open();
    await until(
      () => chat.fromEnd(),
      (pixels) => pixels <= 4,
      "at the end",
    );
    assert.equal(await chat.jump.count(), 0);
    const { rendered } = await seen();
    assert.equal(rendered.at(-1), COUNT - 1);
    assert.ok(rendered.length < 60, `${rendered.length} messages`);
    // Who hears it is told what is not there.
    const last = chat.log.getByRole("article").last();
    assert.equal(await last.getAttribute("aria-posinset"), String(COUNT));
    assert.equal(await last.getAttribute("aria-setsize"), String(COUNT));
  });

  it("shows every message once and in order, up to its top and down again", async () => {
    await leaveEnd();
    for (const share of [-0.7, 0.7]) {
      const views = await chat.log.evaluate(async (element, share) => {
        const views: { rendered: (string | undefined)[]; inSight: (string | undefined)[] }[] = [];
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
          views.push({
            rendered: all.map(({ dataset }) => dataset["message"]),
            inSight: inSight.map(({ dataset }) => dataset["message"]),
          });
        }
        return views;
      }, share);
      const met = new Set<string | undefined>();
      for (const { rendered, inSight } of views) {
        const first = ids.indexOf(inSight[0] ?? "");
        assert.deepEqual(
          inSight,
          ids.slice(first, first + inSight.length),
          "in order, without gap",
        );
        assert.deepEqual(
          rendered,
          ids.filter((id) => rendered.includes(id)),
          "once, in order",
        );
        assert.ok(rendered.length < 100, `${rendered.length} messages`);
        inSight.forEach((id) => met.add(id));
      }
      assert.deepEqual(
        ids.filter((id) => !met.has(id)),
        [],
        `missed on the way by ${share}`,
      );
    }
  });

  it("stays filled where its reader has jumped to", async () => {
    for (const key of ["Home", "PageDown", "End", "PageUp", "Home"]) {
      await chat.log.press(key);
      await until(seen, ({ inSight }) => inSight.length > 1, `messages after ${key}`);
    }
    assert.deepEqual((await until(seen, ({ top }) => top === 0, "the top")).inSight[0], 0);
  });

  it("finds what was never in the document", async () => {
    await scrollTo(1e9);
    await until(seen, ({ inSight }) => inSight.includes(COUNT - 1), "the end");
    await until(seen, ({ rendered }) => !rendered.includes(101), "what is far off is emptied");
    await chat.input.press("ControlOrMeta+f");
    await bar().getByRole("textbox").fill("an ocelot");
    await bar().getByText("1 of 1", { exact: true }).waitFor();
    await until(seen, ({ inSight }) => inSight.includes(101), "the match is in sight");
    const marked = () =>
      chat.log.evaluate(() => [...(CSS.highlights.get("find-current") ?? [])].map(String));
    await until(marked, ([text]) => text === "an ocelot", "the match is marked");
    await suite.workbench.screenshot("long-thread-find");
    await bar().getByRole("textbox").press("Escape");
  });

  it("opens at the message that a search found", async () => {
    await chat.newThread();
    await chat.openFound("ocelot", "an ocelot");
    await until(seen, ({ inSight }) => inSight.includes(101), "it is in sight");
    await chat.frame.locator(".sought").waitFor({ state: "detached" });
  });

  it("keeps its reader's place over a reload", async () => {
    await scrollTo(30_000);
    await chat.wheel(-300);
    const { text, top } = await placeInSight();
    assert.ok(((await seen()).inSight.at(-1) ?? NaN) < COUNT - 100, "far from the end");
    await suite.workbench.reloadWindow();
    await chat.log.getByText(text, { exact: true }).first().waitFor();
    await until(
      () => topOf(text),
      (now) => Math.abs(now - top) < 3,
      `${text} at ${top}`,
    );
    assert.ok((await seen()).rendered.length < 80);
  });

  it("keeps what has the focus, what is open and what is selected, however far off", async () => {
    await scrollTo(30_000);
    await until(seen, ({ inSight }) => inSight.length > 0, "something is in sight");
    const button = chat.log.getByRole("button", { name: "Bash", exact: true }).first();
    const id = await button.evaluate(
      (element) => element.closest<HTMLElement>("[data-message]")?.dataset["message"],
    );
    const own = chat.log.locator(`[data-message="${id}"]`);
    await own.getByRole("button", { name: "Bash", exact: true }).click();
    await own.getByText(/The output of/).waitFor();
    const { top } = await seen();
    await scrollTo(1e9);
    await until(seen, ({ inSight }) => inSight.includes(COUNT - 1), "the end");
    assert.ok(await own.evaluate((element) => element.contains(document.activeElement)));
    await chat.input.focus();
    await scrollTo(0);
    await until(seen, ({ inSight }) => inSight.includes(0), "the top");
    await scrollTo(top);
    await own.getByText(/The output of/).waitFor();

    const text = await own
      .locator(".markdown p")
      .first()
      .evaluate((paragraph) => {
        getSelection()?.selectAllChildren(paragraph);
        return String(getSelection());
      });
    assert.match(text, /^Answer/);
    await scrollTo(1e9);
    await until(seen, ({ inSight }) => inSight.includes(COUNT - 1), "the end again");
    assert.equal(await chat.log.evaluate(() => String(getSelection())), text);
  });

  it("is copied whole by who selects all of it", async () => {
    await chat.log.press("ControlOrMeta+a");
    const all = () => chat.log.evaluate(() => String(getSelection()));
    const text = await until(
      all,
      (now) => now.includes("Answer 1\n") && now.split(/Question \d+/).length > COUNT / 2,
      "all is selected",
    );
    for (let seq = 0; seq < COUNT; seq += 2)
      assert.match(text, new RegExp(`Question ${seq}\\b[^]*Answer ${seq + 1}\\b`));
    await chat.log.evaluate(() => getSelection()?.removeAllRanges());
    await until(seen, ({ rendered }) => rendered.length < 100, "the rest is given back");
  });

  it("does not move its reader while an answer grows at its end", async () => {
    await chat.send("Go on");
    await chat.log.getByText("Streamed line 5.").waitFor();
    await scrollTo(20_000);
    await chat.wheel(-200);
    const { text, top } = await placeInSight();
    await chat.idle();
    assert.ok(Math.abs((await topOf(text)) - top) < 2, `${text} was at ${top}`);
    await chat.jump.click();
    await chat.log.getByText("Streamed line 79.").waitFor();
    await until(
      () => chat.fromEnd(),
      (pixels) => pixels <= 4,
      "at the end",
    );
  });

  it("with few messages is rendered whole, and what is rendered stays", async () => {
    await open("One of few", FEW);
    await until(seen, ({ rendered }) => rendered.length === FEW, "all of it");
    const first = chat.log.locator('[data-message="few-1"]');
    const shown = await first.elementHandle();
    for (const text of ["Once", "Twice"]) {
      await chat.send(text);
      await chat.log.getByText(text).waitFor();
      await chat.idle();
    }
    assert.ok(await first.evaluate((element, before) => element === before, shown));
  });

  it("has nothing that axe finds wrong", async () => {
    assert.deepEqual(await violations(chat.log), []);
  });
});
