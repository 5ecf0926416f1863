import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { Panel } from "../support/panel/panel";
import { begin, delta, whole } from "../support/scriptedRuntime";
import { storedThread } from "../support/storedThread";

/** What is written and not sent, with the next frame: the field gets there what was put into it. */
async function written({ chat }: Panel): Promise<string> {
  await chat.input.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  return chat.input.inputValue();
}

/** A panel with a thread of two prompts, the second of which has two lines. */
const openAsked = (): Promise<Panel> =>
  Panel.open({
    seed: (store) =>
      store.append(
        "asked",
        0,
        storedThread("asked", {
          "How does it work?": [whole("Well.")],
          "Fail.\nTwo lines": [whole("No.")],
        }),
      ),
    thread: "asked",
  });

/** A panel in which Claude works until it is stopped. */
async function openWorking(): Promise<Panel> {
  const panel = await Panel.open({
    answers: { "Take your time.": [...begin("s1"), delta("I take my time."), { hang: true }] },
  });
  await panel.chat.ask("Take your time.");
  await panel.chat.messages("Claude").getByText("I take my time.").waitFor();
  await panel.chat.input.focus();
  return panel;
}

const again = ({ chat }: Panel): Locator =>
  chat.frame.getByText("Press Escape again to stop").first();
const stopped = ({ chat }: Panel): Locator =>
  chat.messages("Claude").getByText("Stopped", { exact: true });

describe("where a message is written", () => {
  it("begins with a prompt of the empty panel, which goes on where one has written", async () => {
    const panel = await Panel.open();
    const { chat, page } = panel;
    await chat.button("Give me an overview of this workspace.").click();
    assert.equal(await written(panel), "Give me an overview of this workspace.");
    await chat.button("Run the tests, and fix what fails.").click();
    assert.equal(await written(panel), "Run the tests, and fix what fails.");
    await page.keyboard.press("!");
    await chat.button("Give me an overview of this workspace.").click();
    assert.equal(
      await written(panel),
      "Run the tests, and fix what fails.!\nGive me an overview of this workspace.",
    );
    assert.equal(await chat.messages("You").count(), 0);
  });

  it("grows with its text up to a share of the panel, then scrolls, and shrinks again", async () => {
    const { chat } = await Panel.open();
    const { input } = chat;
    const size = (): Promise<[height: number, share: number, content: number]> =>
      input.evaluate((element) => {
        const { height } = element.getBoundingClientRect();
        return [height, height / window.innerHeight, element.scrollHeight];
      });
    const [empty] = await size();
    await input.fill("one\ntwo\nthree\nfour\nfive");
    const [five] = await size();
    assert.ok(five > empty + 20, `${five} after ${empty}`);
    await input.fill("line\n".repeat(200));
    const [most, share, content] = await size();
    assert.ok(most > five && share < 0.4, `${share} of the panel`);
    assert.ok(content > most, "the rest scrolls");
    await input.fill("");
    assert.equal((await size())[0], empty);
  });

  it("brings the thread’s earlier prompts back with Up, and forth with Down", async () => {
    const panel = await openAsked();
    const seen: string[] = [];
    for (const key of ["ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown", "ArrowDown"]) {
      await panel.chat.input.press(key);
      seen.push(await written(panel));
    }
    const [older, newer] = ["How does it work?", "Fail.\nTwo lines"];
    assert.deepEqual(seen, [newer, older, older, newer, "", ""]);
  });

  it("leaves the arrows alone in what is being written", async () => {
    const panel = await openAsked();
    const { input } = panel.chat;
    await input.fill("first\nsecond");
    await input.press("ArrowUp");
    await input.press("!");
    assert.equal(await written(panel), "first!\nsecond");
    // Once the cursor is moved in an earlier prompt, that is being written too.
    await input.fill("");
    for (const key of ["ArrowUp", "ArrowLeft", "ArrowUp"]) {
      await input.press(key);
      await written(panel);
    }
    await input.press("!");
    assert.equal(await written(panel), "Fail.!\nTwo lines");
  });

  it("leaves the keys to an input method while it composes", async () => {
    const panel = await Panel.open({ answers: {} });
    const { chat, page } = panel;
    const devTools = await page.context().newCDPSession(page);
    await chat.input.focus();
    const composing = await chat.input.evaluateHandle((element) => {
      const seen: boolean[] = [];
      element.addEventListener("keydown", (event) =>
        seen.push((event as KeyboardEvent).isComposing),
      );
      return seen;
    });
    const text = "かん";
    await devTools.send("Input.imeSetComposition", { text, selectionStart: 2, selectionEnd: 2 });
    for (const key of ["Enter", "ArrowUp"]) await page.keyboard.press(key);
    assert.deepEqual(await composing.jsonValue(), [true, true]);
    assert.match(await written(panel), /^かん/);
    // What is sent then is all that is sent.
    await devTools.send("Input.insertText", { text });
    await page.keyboard.press("Enter");
    await chat.messages("You").first().waitFor();
    assert.equal(await chat.messages("You").count(), 1);
  });

  it("stops Claude when Escape is pressed twice", async () => {
    const panel = await openWorking();
    const { chat, page } = panel;
    for (const key of ["Escape", "Escape"]) await page.keyboard.press(key);
    await stopped(panel).waitFor();
    await again(panel).waitFor({ state: "hidden" });
    assert.ok(await chat.input.evaluate((input) => input.matches(":focus")));
  });

  it("says so after the first Escape, forgets it in time, and counts a key held down once", async () => {
    const panel = await openWorking();
    const { chat, page } = panel;
    // The page's own time: it is there to be read for longer than this.
    const shown = await page.evaluateHandle(() => {
      const shown: boolean[] = [];
      document.addEventListener(
        "keydown",
        () => setTimeout(() => shown.push(document.querySelector(".press-again") !== null), 1000),
        { once: true },
      );
      return shown;
    });
    const said = again(panel).waitFor();
    await page.keyboard.down("Escape");
    await page.keyboard.down("Escape");
    await page.keyboard.up("Escape");
    await said;
    await again(panel).waitFor({ state: "hidden" });
    assert.deepEqual(await shown.jsonValue(), [true]);
    const saidAgain = again(panel).waitFor();
    await page.keyboard.press("Escape");
    await saidAgain;
    assert.equal(await stopped(panel).count(), 0);
    assert.ok(await chat.stopButton.isVisible());
  });
});
