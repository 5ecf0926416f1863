import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { contrast } from "../../support/contrast";
import { PanelStates } from "../../support/panelStates";
import { THEME_NAMES, THEMES } from "../../support/themes";

describe("the panel without a mouse or a screen", function () {
  this.timeout(90_000);
  const panel = new PanelStates();
  const keyboard = () => panel.suite.workbench.page.keyboard;
  const focusComesTo = (element: Locator): Promise<unknown> =>
    element.and(panel.chat.frame.locator(":focus")).waitFor();

  before(async function () {
    await panel.start(this);
  });
  after(() => panel.stop());

  it("has a role and a name for each of its parts", async () => {
    const { chat } = panel;
    const { frame } = chat;
    await panel.show("tools-done");
    await frame.getByRole("log", { name: "Conversation", exact: true }).waitFor();
    await frame.getByRole("article", { name: "You", exact: true }).waitFor();
    await frame.getByRole("article", { name: "Claude", exact: true }).waitFor();
    await frame.getByRole("textbox", { name: "Message Claude", exact: true }).waitFor();
    await frame.getByRole("combobox", { name: "Thread", exact: true }).waitFor();
    await frame.getByRole("button", { name: "Send", exact: true }).waitFor();
    await frame.getByRole("button", { name: "New thread", exact: true }).waitFor();
    await frame.getByRole("status").getByText("Docker sandbox app").waitFor();
    await frame.getByRole("heading", { level: 1, name: "Let greet shout." }).waitFor();
    for (const tool of ["Read", "Edit", "Bash", "create_issue (github)"])
      await frame
        .getByRole("button", { name: tool, exact: true, expanded: true })
        .first()
        .waitFor();
    await panel.show("failed");
    await frame
      .getByRole("alert")
      .getByText(/not logged in/)
      .waitFor();
    await panel.show("streaming");
    await frame.getByRole("button", { name: "Stop", exact: true }).waitFor();
  });

  it("announces an answer by its sentences, and never by its words", async () => {
    const { chat } = panel;
    const { frame } = chat;
    await panel.show("empty");
    assert.equal(await frame.getByRole("log").getAttribute("aria-live"), "off");
    await frame.locator('[aria-live="polite"]').evaluate((region) => {
      const heard: string[] = [];
      Object.assign(window, { heard });
      new MutationObserver((records) => {
        for (const { addedNodes } of records)
          for (const node of addedNodes) heard.push(node.textContent ?? "");
      }).observe(region, { childList: true, subtree: true, characterData: true });
    });
    await chat.ask("Let greet shout.");
    await chat.answered(/One test still fails/);
    const heard = () =>
      frame.locator("body").evaluate(() => (window as unknown as { heard: string[] }).heard);
    await frame.locator('[aria-live="polite"]', { hasText: /^$/ }).waitFor({ state: "attached" });
    assert.deepEqual(await heard(), [
      "Claude: I will look at the function, and then change it.",
      "The function takes a second argument now.",
      "One test still fails.",
      "Claude is done.",
    ]);
  });

  for (const name of THEME_NAMES)
    it(`is reached by Tab in its order, and the focus is seen, in ${name}`, async () => {
      const { chat } = panel;
      const body = chat.frame.locator("body");
      if (name === "dark") await panel.show("tools-done");
      await panel.suite.workbench.theme(name);
      await chat.frame.locator(`body[data-vscode-theme-kind="${THEMES[name].kind}"]`).waitFor();
      await chat.input.fill("Something to send");
      await chat.threadSelector.focus();
      const all = await body.evaluate(tabStops);
      const reached: number[] = [];
      for (let at = await body.evaluate(focusedStop); at.index >= 0;) {
        reached.push(at.index);
        assert.ok(
          at.rings.some((color) => contrast(color, at.background) >= 3),
          `${at.html} shows no focus: ${at.rings.join()} on ${at.background}`,
        );
        await keyboard().press("Tab");
        at = await body.evaluate(focusedStop);
      }
      assert.deepEqual(
        reached,
        all.map((_, index) => index),
        all.join("\n"),
      );
      assert.ok(all.length > 30, `${all.length} stops`);
    });

  it("has the focus in the input when the button that had it is gone", async () => {
    const { chat } = panel;
    await panel.show("streaming");
    await chat.stopButton.focus();
    await keyboard().press("Enter");
    await chat.idle();
    await focusComesTo(chat.input);
    await panel.show("streaming");
    await chat.stopButton.focus();
    await keyboard().press("Escape");
    await keyboard().press("Escape");
    await chat.idle();
    await focusComesTo(chat.input);
    await panel.show("full");
    await chat.button("Continue in a New Thread").focus();
    await keyboard().press("Enter");
    await chat.button("Continue in a New Thread").waitFor({ state: "hidden" });
    await focusComesTo(chat.input);
  });

  it("has the focus in the input when a banner is gone", async () => {
    const { chat } = panel;
    await panel.show("offline-engineDown");
    await chat.button("Check Again").focus();
    panel.sandboxSays("ready");
    await keyboard().press("Enter");
    await chat.button("Check Again").waitFor({ state: "hidden" });
    await focusComesTo(chat.input);
  });

  it("has the focus beside what was opened with a button that is gone", async () => {
    const { chat } = panel;
    await panel.show("tools-done");
    await panel.show("long-answer");
    const code = chat.frame.locator(".code", { hasText: "Show all 62 lines" });
    await code.getByRole("button", { name: "Show all 62 lines" }).focus();
    const pre = chat.frame.getByLabel("Code, python");
    await keyboard().press("Enter");
    await focusComesTo(pre);
  });

  it("has the focus in the input when the selector has switched the thread", async () => {
    const { chat } = panel;
    await panel.show("failed");
    await panel.show("stopped");
    await chat.threadSelector.focus();
    const failed = chat.threadSelector.locator("option", { hasText: "Fail." }).first();
    await chat.threadSelector.selectOption(await failed.getAttribute("value"));
    await chat.messages("You").getByText("Fail.").waitFor();
    await focusComesTo(chat.input);
  });
});

/** Each place that Tab stops at, in the order of the page. Runs there. */
function tabStops(): string[] {
  const stops = document.querySelectorAll(
    "a[href], button, select, [tabindex], vscode-button, vscode-text-area",
  );
  const seen = Array.from(stops).filter(
    (stop) => stop.checkVisibility() && !stop.matches("[disabled]"),
  );
  Object.assign(window, { seen });
  return seen.map(({ outerHTML }) => outerHTML.slice(0, 100));
}

/** Which of them has the focus, or -1, and the colours by which that is seen. Runs in the page. */
function focusedStop() {
  const { seen } = window as unknown as { seen: Element[] };
  const focused = document.activeElement;
  const index = document.hasFocus() && focused ? seen.indexOf(focused) : -1;
  const inner = focused?.shadowRoot?.activeElement;
  const around = focused?.closest(".disclosure-line, .composer-box");
  const rings: string[] = [];
  for (const element of [focused, inner, around]) {
    if (!element) continue;
    const { outlineStyle, outlineWidth, outlineColor, borderColor } = getComputedStyle(element);
    if (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1) rings.push(outlineColor);
    if (element.matches(".composer-box")) rings.push(borderColor);
  }
  const background = getComputedStyle(document.documentElement)
    .getPropertyValue("--vscode-editor-background")
    .trim();
  return { index, rings, background, html: focused?.outerHTML.slice(0, 150) ?? "" };
}
