import assert from "node:assert/strict";
import type { CDPSession } from "playwright-core";
import { PanelStates } from "../../support/panelStates";

describe("where a message is written", function () {
  this.timeout(60_000);
  const panel = new PanelStates();
  const keyboard = () => panel.suite.workbench.page.keyboard;
  const again = () => panel.chat.frame.getByText("Press Escape again to stop").first();

  before(async function () {
    await panel.start(this);
  });
  after(() => panel.stop());

  const value = (): Promise<string> => panel.chat.input.inputValue();
  const press = async (key: string): Promise<void> => {
    await keyboard().press(key);
    // What the key has changed is there with the next frame.
    await panel.chat.input.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
  };

  it("begins with a prompt of the empty panel, which goes on where one has written", async () => {
    const { chat } = panel;
    await panel.show("empty");
    await chat.button("Give me an overview of this workspace.").click();
    await chat.button("Run the tests, and fix what fails.").click();
    assert.equal(await value(), "Run the tests, and fix what fails.");
    await press("!");
    await chat.button("Give me an overview of this workspace.").click();
    assert.equal(
      await value(),
      "Run the tests, and fix what fails.!\nGive me an overview of this workspace.",
    );
    assert.equal(await chat.messages("You").count(), 0);
    await chat.input.fill("");
  });

  it("grows with its text up to a share of the panel, then scrolls, and shrinks again", async () => {
    const { input } = panel.chat;
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
    const { chat } = panel;
    for (const prompt of ["How does it work?", "Fail.\nTwo lines"]) {
      await chat.ask(prompt);
      await chat.idle();
    }
    await chat.input.focus();
    const seen: string[] = [];
    for (const key of ["ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown", "ArrowDown"]) {
      await press(key);
      seen.push(await value());
    }
    const [older, newer] = ["How does it work?", "Fail.\nTwo lines"];
    assert.deepEqual(seen, [newer, older, older, newer, "", ""]);
  });

  it("leaves the arrows alone in what is being written", async () => {
    await panel.chat.input.fill("first\nsecond");
    await press("ArrowUp");
    await keyboard().type("!");
    assert.equal(await value(), "first!\nsecond");
    await panel.chat.input.fill("");
    // Once the cursor is moved in an earlier prompt, that is being written too.
    for (const key of ["ArrowUp", "ArrowLeft", "ArrowUp"]) await press(key);
    await keyboard().type("!");
    assert.equal(await value(), "Fail.!\nTwo lines");
  });

  it("leaves the keys to an input method while it composes", async () => {
    const { chat, suite } = panel;
    const before = await chat.messages("You").count();
    const cdp: CDPSession = await suite.workbench.page
      .context()
      .newCDPSession(suite.workbench.page);
    await chat.input.fill("");
    await chat.input.focus();
    const pressed: unknown[] = await chat.input.evaluate((element) => {
      const seen: boolean[] = [];
      element.addEventListener("keydown", (event) =>
        seen.push((event as KeyboardEvent).isComposing),
      );
      return Object.assign(window, { seen }).seen;
    });
    assert.deepEqual(pressed, []);
    await cdp.send("Input.imeSetComposition", {
      text: "かん",
      selectionStart: 2,
      selectionEnd: 2,
    });
    for (const key of ["Enter", "ArrowUp"]) await keyboard().press(key);
    assert.deepEqual(
      await chat.input.evaluate(() => (window as unknown as { seen: boolean[] }).seen),
      [true, true],
    );
    assert.equal(await chat.messages("You").count(), before);
    assert.match(await value(), /^かん/);
    await chat.input.fill("");
  });

  it("stops Claude when Escape is pressed twice, and says so after the first", async () => {
    const { chat } = panel;
    await panel.show("streaming");
    await chat.input.focus();
    await keyboard().press("Escape");
    await again().waitFor();
    assert.equal(await chat.stopButton.isVisible(), true);
    await keyboard().press("Escape");
    await chat.messages("Claude").getByText("Stopped", { exact: true }).waitFor();
    await again().waitFor({ state: "hidden" });
    assert.ok(await chat.input.evaluate((input) => input.matches(":focus")));
  });

  it("forgets the first Escape after two seconds, and counts a key held down once", async () => {
    const { chat } = panel;
    await panel.show("streaming");
    await chat.input.focus();
    await keyboard().down("Escape");
    await keyboard().down("Escape");
    await keyboard().up("Escape");
    await again().waitFor();
    const shown = Date.now();
    await again().waitFor({ state: "hidden" });
    assert.ok(Date.now() - shown > 1000, "it was there to be read");
    await keyboard().press("Escape");
    await again().waitFor();
    assert.equal(await chat.messages("Claude").getByText("Stopped", { exact: true }).count(), 0);
    assert.equal(await chat.stopButton.isVisible(), true);
  });
});
