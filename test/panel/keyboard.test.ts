import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { contrast } from "../support/contrast";
import { openState, sandboxSays } from "../support/panel/states";
import { THEME_NAMES } from "../support/themes";

describe("the panel without a mouse or a screen", () => {
  const focusComesTo = (element: Locator): Promise<unknown> =>
    element.and(element.page().locator(":focus")).waitFor();

  it("has a role and a name for each of its parts", async () => {
    const { page } = await openState("tools-done");
    await page.getByRole("log", { name: "Conversation", exact: true }).waitFor();
    await page.getByRole("article", { name: "You", exact: true }).waitFor();
    await page.getByRole("article", { name: "Claude", exact: true }).waitFor();
    await page.getByRole("textbox", { name: "Message Claude", exact: true }).waitFor();
    await page.getByRole("combobox", { name: "Thread", exact: true }).waitFor();
    await page.getByRole("button", { name: "Send", exact: true }).waitFor();
    await page.getByRole("button", { name: "New thread", exact: true }).waitFor();
    await page.getByRole("status").getByText("Docker sandbox app").waitFor();
    await page.getByRole("heading", { level: 1, name: "Let greet shout." }).waitFor();
    for (const tool of ["Read", "Edit", "Bash", "create_issue (github)"])
      await page.getByRole("button", { name: tool, exact: true, expanded: true }).first().waitFor();
  });

  it("has one heading of the first level, and below it that of an empty thread, which is a large one", async () => {
    const { page } = await openState("empty");
    assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
    const welcome = page.getByRole("heading", {
      level: 2,
      name: "Ask Claude about this workspace",
    });
    const sizes = await welcome.evaluate((heading) =>
      [heading, document.body].map((one) => parseFloat(getComputedStyle(one).fontSize)),
    );
    assert.equal((sizes[0] ?? 0) / (sizes[1] ?? 0), 1.4);
  });

  it("has an alert for a failure", async () => {
    const { page } = await openState("failed");
    await page
      .getByRole("alert")
      .getByText(/not logged in/)
      .waitFor();
  });

  it("announces an answer by its sentences, and never by its words", async () => {
    const { chat, page } = await openState("empty");
    assert.equal(await page.getByRole("log").getAttribute("aria-live"), "off");
    const live = page.locator('[aria-live="polite"]');
    const heard = await live.evaluateHandle((region) => {
      const texts: (string | null)[] = [];
      new MutationObserver((records) => {
        for (const { addedNodes } of records)
          for (const node of addedNodes) texts.push(node.textContent);
      }).observe(region, { childList: true, subtree: true, characterData: true });
      return texts;
    });
    await chat.ask("Let greet shout.");
    await chat.answered(/One test still fails/);
    await page.waitForFunction((texts) => texts.at(-1) === "Claude is done.", heard);
    await live.and(page.locator(":empty")).waitFor({ state: "attached" });
    assert.deepEqual(await heard.jsonValue(), [
      "Claude: I will look at the function, and then change it.",
      "The function takes a second argument now.",
      "One test still fails.",
      "Claude is done.",
    ]);
  });

  it("is reached by Tab in its order, and the focus is seen in every theme", async () => {
    // Nothing scrolls, so that the button that leads to the end does not come and go.
    const panel = await openState("tools-done", { size: { width: 800, height: 3000 } });
    const { chat, page } = panel;
    await chat.input.fill("Something to send");
    for (const name of THEME_NAMES) {
      await panel.theme(name);
      await chat.threadSelector.focus();
      const all = await page.evaluate(tabStops);
      const reached: number[] = [];
      for (let at = await page.evaluate(focusedStop); at.index >= 0;) {
        reached.push(at.index);
        mustBeSeen(at, name);
        await page.keyboard.press("Tab");
        at = await page.evaluate(focusedStop);
      }
      assert.deepEqual(
        reached,
        all.map((_, index) => index),
        all.join("\n"),
      );
      assert.ok(all.length > 30, `${all.length} stops`);
    }
  });

  it("has the button that leads to the end before the input, and its focus is seen too", async () => {
    const panel = await openState("tools-done");
    const { chat, page } = panel;
    await chat.wheel(-1000);
    await chat.jump.waitFor();
    for (const name of THEME_NAMES) {
      await panel.theme(name);
      await chat.input.focus();
      await page.keyboard.press("Shift+Tab");
      await focusComesTo(chat.jump);
      mustBeSeen(await page.evaluate(focusedStop), name);
    }
  });

  for (const keys of [["Enter"], ["Escape", "Escape"]])
    it(`has the focus in the input when the Stop button is gone by ${keys.join(", ")}`, async () => {
      const { chat, page } = await openState("streaming");
      await chat.stopButton.focus();
      for (const key of keys) await page.keyboard.press(key);
      await chat.idle();
      await focusComesTo(chat.input);
    });

  it("has the focus in the input when a full thread is gone on with in a new one", async () => {
    const { chat, page } = await openState("full");
    await chat.button("Continue in a New Thread").focus();
    await page.keyboard.press("Enter");
    await chat.button("Continue in a New Thread").waitFor({ state: "hidden" });
    await focusComesTo(chat.input);
  });

  it("has the focus in the input when a banner is gone", async () => {
    const panel = await openState("offline-engineDown");
    const { chat, page } = panel;
    await chat.button("Check Again").focus();
    sandboxSays(panel, "ready");
    await page.keyboard.press("Enter");
    await chat.button("Check Again").waitFor({ state: "hidden" });
    await focusComesTo(chat.input);
  });

  it("has the focus beside what was opened with a button that is gone", async () => {
    const { page } = await openState("long-answer");
    const code = page.locator(".code", { hasText: "Show all 62 lines" });
    await code.getByRole("button", { name: "Show all 62 lines" }).focus();
    await page.keyboard.press("Enter");
    await focusComesTo(page.getByLabel("Code, python"));
  });

  it("has the focus in the input when the selector has switched the thread", async () => {
    const { chat } = await openState("failed");
    await chat.newThread();
    await focusComesTo(chat.input);
    await chat.threadSelector.focus();
    const failed = chat.threadSelector.locator("option", { hasText: "Fail." });
    await chat.threadSelector.selectOption(await failed.getAttribute("value"));
    await chat.messages("You").getByText("Fail.").waitFor();
    await focusComesTo(chat.input);
  });
});

function mustBeSeen(
  { html, rings, background }: ReturnType<typeof focusedStop>,
  theme: string,
): void {
  assert.ok(
    rings.some((color) => contrast(color, background) >= 3),
    `${html} shows no focus in ${theme}: ${rings.join()} on ${background}`,
  );
}

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
  const { seen = [] } = window as { seen?: Element[] };
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
