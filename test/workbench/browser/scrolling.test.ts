import assert from "node:assert/strict";
import { ChatPage } from "../../support/chatPage";
import { scriptedSandbox } from "../../support/scriptedDocker";
import { begin, delta, init, result, whole, type Step } from "../../support/scriptedRuntime";
import { WorkbenchSuite } from "../../support/workbenchSuite";

const SESSION = "7d0c9f4e-6f0f-4a53-9a57-5f2f3a0f1c22";
const LONG = Array.from({ length: 160 }, (_, at) => `Paragraph ${at} of a long answer.\n\n`);

/** Two long answers at once, and one that streams until it is stopped. */
const STEPS: readonly Step[] = [
  { awaitPrompt: true },
  ...begin(SESSION),
  delta(LONG.join("")),
  whole(LONG.join("")),
  { sleep: 1000 },
  result(SESSION),
  { awaitPrompt: true },
  init(SESSION),
  ...streamed("m2", "The second answer is about zebras. ", LONG.join("")),
  result(SESSION),
  { awaitPrompt: true },
  init(SESSION),
  ...streamed("m3", ...Array.from({ length: 200 }, (_, at) => `Streamed paragraph ${at}.\n\n`)),
  result(SESSION),
];

function streamed(id: string, ...pieces: readonly string[]): Step[] {
  const [begun, block] = begin(SESSION).slice(1);
  assert.ok(begun && block && "write" in begun);
  return [
    { write: begun.write.replace('"m1"', JSON.stringify(id)) },
    block,
    ...pieces.flatMap((piece): Step[] => [delta(piece), { sleep: 40 }]),
  ];
}

describe("scrolling", function () {
  this.timeout(60_000);
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  let chat: ChatPage;

  const topOf = async (text: string) =>
    (await chat.messages("Claude").getByText(text, { exact: true }).first().boundingBox())?.y ??
    NaN;
  const until = async (holds: () => Promise<boolean>, what: string) => {
    const deadline = Date.now() + 10_000;
    while (!(await holds())) assert.ok(Date.now() < deadline, what);
  };

  before(async function () {
    await suite.start(this, {
      settings: {
        ...scriptedSandbox(suite.bin, STEPS),
      },
    });
    chat = await ChatPage.open(suite.workbench);
    await chat.ask("First");
    await chat.answered(/Paragraph 159/);
    await chat.ask("Second");
    await chat.answered(/Paragraph 159/);
  });
  after(() => suite.stop());

  it("is at the end after an answer", async () => {
    await until(async () => (await chat.fromEnd()) <= 4, `at the end, not ${await chat.fromEnd()}`);
    assert.equal(await chat.jump.count(), 0);
  });

  it("stays with a reader who scrolls up while text streams, and says that there is more", async () => {
    await chat.ask("Third");
    const streaming = chat.messages("Claude").last();
    await streaming.getByText("Streamed paragraph 20.").waitFor();
    assert.ok((await chat.fromEnd()) <= 60, "at the end while it grows");
    await chat.wheel(-700);
    await chat.jump.waitFor();
    await chat.frame.getByRole("button", { name: /there is something new/ }).waitFor();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const place = await topOf("Streamed paragraph 5.");
    await streaming.getByText("Streamed paragraph 60.").waitFor();
    assert.ok(Math.abs((await topOf("Streamed paragraph 5.")) - place) < 2, "not moved");
    await suite.workbench.screenshot("scrolling-news");
    await chat.jump.click();
    await streaming.getByText("Streamed paragraph 90.").waitFor();
    assert.ok((await chat.fromEnd()) <= 60, "at the end again");
    await chat.stopButton.click();
    await chat.idle();
  });

  it("keeps a reader's place over a reload, also in the midst of an answer above the last", async () => {
    for (const [answer, text] of [
      [2, "Streamed paragraph 40."],
      [1, "Paragraph 158 of a long answer."],
    ] as const) {
      const read = chat.messages("Claude").nth(answer).getByText(text, { exact: true });
      const top = async () => (await read.boundingBox())?.y ?? NaN;
      await chat.wheel(-300);
      await chat.jump.waitFor();
      const far = () =>
        read.evaluate((paragraph) => {
          const log = paragraph.closest('[role="log"]');
          if (!log) return NaN;
          const { top } = log.getBoundingClientRect();
          const before = log.scrollTop;
          log.scrollTop += paragraph.getBoundingClientRect().top - top - 100;
          return log.scrollTop - before;
        });
      await until(async () => Math.abs(await far()) < 2, "at the paragraph");
      await chat.wheel(-100);
      // The place is kept once scrolling rests.
      await new Promise((resolve) => setTimeout(resolve, 500));
      const before = await top();
      await suite.workbench.reloadWindow();
      await chat.messages("Claude").nth(2).waitFor();
      await until(async () => Math.abs((await top()) - before) < 3, "at the same place");
    }
  });

  it("jumps to the latest", async () => {
    await chat.jump.click();
    await until(async () => (await chat.fromEnd()) <= 4, "at the end");
    await chat.jump.waitFor({ state: "detached" });
  });

  it("keeps each thread's place", async () => {
    await chat.wheel(-900);
    await chat.jump.waitFor();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = await chat.fromEnd();
    await chat.newThread();
    assert.equal(await chat.jump.count(), 0);
    const first = chat.threadSelector.locator("option", { hasText: "First" });
    await chat.threadSelector.selectOption((await first.getAttribute("value")) ?? "");
    await chat.messages("Claude").nth(2).waitFor();
    await until(
      async () => Math.abs((await chat.fromEnd()) - before) < 3,
      "at the place of before",
    );
  });

  it("opens a thread at the message that a search found, and marks it", async () => {
    await chat.newThread();
    await chat.openFound("zebras", "about zebras");
    const box = await chat.log.boundingBox();
    const found = await chat.messages("Claude").nth(1).boundingBox();
    assert.ok(box && found);
    assert.ok(Math.abs(found.y - box.y) < 60, `${found.y} is at ${box.y}`);
    await suite.workbench.screenshot("scrolling-sought");
    await chat.frame.locator(".sought").waitFor({ state: "detached" });
  });

  it("does not move what is read when the answer is complete", async () => {
    await chat.newThread();
    await chat.ask("First, once more");
    const last = chat.messages("Claude").getByText("Paragraph 79 of a long answer.");
    await last.waitFor();
    await until(async () => (await chat.fromEnd()) <= 4, "at the end");
    const before = await last.boundingBox();
    assert.ok(await chat.stopButton.isVisible(), "Claude is still working");
    await chat.idle();
    const after = await last.boundingBox();
    assert.ok(before && after);
    assert.ok(Math.abs(before.y - after.y) < 2, `from ${before.y} to ${after.y}`);
  });
});
