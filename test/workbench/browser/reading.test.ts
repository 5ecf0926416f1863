import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { ChatPage } from "../../support/chatPage";
import { contrast } from "../../support/contrast";
import { scriptedSandbox } from "../../support/scriptedDocker";
import { CODE, FILES, INSIDE, SHOWCASE } from "../../support/showcase";
import { THEME_NAMES, THEMES } from "../../support/themes";
import { WorkbenchSuite } from "../../support/workbenchSuite";

describe("a conversation worth reading", function () {
  this.timeout(90_000);
  const suite = new WorkbenchSuite(FILES);
  let chat: ChatPage;
  let first: Locator;
  let second: Locator;

  before(async function () {
    await suite.start(
      this,
      {
        settings: {
          ...scriptedSandbox(suite.bin, SHOWCASE),
          "sandboxChat.sandbox.workspace": INSIDE,
          "diffEditor.useInlineViewWhenSpaceIsLimited": false,
        },
      },
      { size: { width: 1400, height: 1600 } },
    );
    const { page } = suite.workbench;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await suite.workbench.openFile("other.py");
    chat = await ChatPage.open(suite.workbench);
    await chat.ask("Let greet shout.");
    await chat.answered(/One test still fails/);
    await chat.ask("How does it work?");
    await chat.answered(/with a detail/);
    first = chat.messages("Claude").nth(0);
    second = chat.messages("Claude").nth(1);
  });
  after(() => suite.stop());

  const tab = (name: string | RegExp): Locator =>
    suite.workbench.page.locator(".tabs-container").getByRole("tab", { name });
  const editor = (): Locator => suite.workbench.page.locator(".editor-instance .view-lines");
  const cursorIn = (line: string): Locator =>
    suite.workbench.page
      .locator(".editor-instance .active-line-number")
      .getByText(line, { exact: true });

  it("says how long Claude thought, and folds what it thought", async () => {
    const thought = first.getByRole("button", { name: /^Thought for [12] s$/ });
    assert.equal(await thought.getAttribute("aria-expanded"), "false");
    await thought.click();
    await first.getByText("I read the function first.").waitFor();
    await thought.click();
  });

  it("keeps one list of tasks, as it is in the end", async () => {
    assert.equal(await first.getByRole("button", { name: "Tasks" }).count(), 1);
    await first.getByText("2 of 3 done").waitFor();
    assert.deepEqual(
      (await first.locator(".tasks li").allInnerTexts()).map((text) =>
        text.replace(/\s+/g, " ").trim(),
      ),
      ["done: Read the function", "done: Add the option", "in progress: Run the tests"],
    );
  });

  it("names each tool, what it is about and how it went", async () => {
    const described = async (name: string): Promise<string> => {
      const tool = first.getByRole("button", { name, exact: true }).first();
      return (await tool.locator("..").innerText()).replace(/\s+/g, " ").trim();
    };
    assert.equal(await described("Read"), "Read src/greet.ts done");
    assert.equal(await described("Edit"), "Edit src/greet.ts +5 −2 done");
    assert.equal(await described("Write"), "Write src/text.ts +1 −0 done");
    assert.match(await described("Bash"), /^Bash npm test -- --color [12] s failed$/);
    assert.equal(
      await described("create_issue (github)"),
      "create_issue (github) Shouting fails done",
    );
    assert.match(await described("WebFetch"), /stopped$/);
    assert.equal(await described("Task"), "Task Find other callers 1 step done");
  });

  it("shows a command with its output in colours, and its exit code", async () => {
    await first.getByRole("button", { name: "Bash" }).first().click();
    await first.getByText("exit code 1").waitFor();
    const red = first.locator(".terminal .ansi-fg-1").first();
    assert.equal(await red.innerText(), "✗ shouts");
    assert.doesNotMatch(await first.locator(".terminal").first().innerText(), /\[\d/);
  });

  it("nests what a subagent did", async () => {
    await first.getByRole("button", { name: "Task", exact: true }).click();
    await first.getByText("git grep greet").waitFor();
    await first.locator("strong", { hasText: "else" }).waitFor();
  });

  it("shows a change line by line, and opens its diff without taking the focus", async () => {
    await first.getByRole("button", { name: "Edit" }).click();
    const lines = await first.locator(".diff-line").allInnerTexts();
    assert.equal(lines.filter((text) => /^\s*\d*\s*\+/.test(text)).length, 5);
    const open = first.getByRole("button", { name: "Open Diff", exact: true });
    await open.click();
    await tab(/greet\.ts \(Claude’s change\)/).waitFor();
    const diff = suite.workbench.page.locator(".monaco-diff-editor");
    await diff
      .locator(".original")
      .getByText(/return\s`Hello/)
      .first()
      .waitFor();
    // The whole file is there, not only the changed places.
    await diff
      .locator(".modified")
      .getByText(/const\sgreeting/)
      .first()
      .waitFor();
    assert.ok(await open.evaluate((button) => button.matches(":focus")));
  });

  it("sums up what a turn changed, file by file", async () => {
    const changes = first.getByRole("region", { name: "Changed files" });
    await changes.getByText("2 files changed").waitFor();
    await changes.getByRole("button", { name: /text\.ts/ }).click();
    await tab(/text\.ts \(Claude’s change\)/).waitFor();
  });

  it("copies code and answers as they were written", async () => {
    const { page } = suite.workbench;
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    const code = second.locator(".code").first();
    await code.getByRole("button", { name: "Copy", exact: true }).click();
    await code.getByRole("button", { name: "Copied" }).waitFor();
    assert.equal(await clipboard(), CODE);
    await second.getByRole("button", { name: "Copy answer" }).click();
    await second.getByRole("button", { name: "Answer copied" }).waitFor();
    assert.match(await clipboard(), /^## How it works\n/);
  });

  it("inserts code at the cursor of the editor that was used last", async () => {
    await tab(/other\.py/).click();
    await editor().first().click();
    await suite.workbench.page.keyboard.press("ControlOrMeta+Home");
    await second.getByRole("button", { name: "Insert at cursor" }).first().click();
    await editor().getByText("export const answer = 42;x = 1").waitFor();
  });

  it("opens code as a file of its language", async () => {
    await second.getByRole("button", { name: "Open as a file" }).first().click();
    await tab(/Untitled-1/).waitFor();
    // The status bar would tell it too, but of the group that has the focus: VS Code looks only now and
    // then whether a webview has it, and may give it back to the one that was clicked.
    await suite.workbench.page.locator('.editor-instance[data-mode-id="typescript"]').waitFor();
  });

  it("opens the files that are named, at their line", async () => {
    await second.getByRole("link", { name: "src/greet.ts:4" }).click();
    await tab(/^greet\.ts, /).waitFor();
    await cursorIn("4").waitFor();
    await second.getByRole("link", { name: "its tests" }).click();
    await cursorIn("5").waitFor();
  });

  it("says so quietly when a file is not there", async () => {
    await second.getByRole("link", { name: "src/nowhere.ts:3" }).click();
    await chat.frame.getByText("“src/nowhere.ts” is not a file in this workspace.").waitFor();
  });

  it("folds long code, and wraps it when asked", async () => {
    const code = second.locator(".code").nth(1);
    const height = async () => (await code.boundingBox())?.height ?? 0;
    const folded = await height();
    await code.getByRole("button", { name: "Show all 62 lines" }).click();
    assert.ok((await height()) > folded);
    const wrap = code.getByRole("button", { name: "Wrap lines" });
    await wrap.click();
    assert.equal(await wrap.getAttribute("aria-pressed"), "true");
  });

  for (const name of THEME_NAMES)
    it(`has no unreadable word in ${name}`, async () => {
      await suite.workbench.theme(name);
      await chat.frame.locator(`body[data-vscode-theme-kind="${THEMES[name].kind}"]`).waitFor();
      for (const [part, message] of [
        ["tools", first],
        ["markdown", second],
      ] as const) {
        await message.evaluate((element) => element.scrollIntoView({ block: "start" }));
        await suite.workbench.screenshot(`reading-${part}-${name}`);
        for (const { text, color, background } of await message.evaluate(colorsIn))
          assert.ok(
            contrast(color, background) >= 4.5,
            `${JSON.stringify(text)}: ${color} on ${background} is ${contrast(color, background)}`,
          );
      }
    });

  it("fits a panel of 300 pixels", async () => {
    await suite.workbench.theme("dark");
    await suite.workbench.runCommand("View: Close Primary Side Bar");
    for (const width of [650, 530]) {
      await suite.workbench.page.setViewportSize({ width, height: 1600 });
      const body = chat.frame.locator("body");
      await body.evaluate(() => new Promise(requestAnimationFrame));
      const [inner, outer] = await body.evaluate(
        (element) => [element.scrollWidth, element.clientWidth] as const,
      );
      assert.ok(inner <= outer, `${inner} in ${outer} pixels`);
      for (const [part, message] of [
        ["tools", first],
        ["markdown", second],
      ] as const) {
        await message.evaluate((element) => element.scrollIntoView({ block: "start" }));
        await suite.workbench.screenshot(`reading-${part}-${outer}px`);
      }
    }
    await suite.workbench.page.setViewportSize({ width: 1400, height: 1600 });
  });

  it("gives calls that run at once a row each, and says when they were stopped", async () => {
    await chat.ask("And wait.");
    const third = chat.messages("Claude").nth(2);
    await third.getByText("sleep 61").waitFor();
    await third.locator(".tool-time", { hasText: /^2 s$/ }).first().waitFor();
    await suite.workbench.screenshot("reading-running");
    assert.equal(await third.locator(".tool-state.running").count(), 2);
    await chat.stopButton.click();
    await third.locator(".tool-state.stopped").nth(1).waitFor();
    await chat.idle();
  });
});

/** The colours of each text in an element that is in sight, on what is behind it. Runs in the page. */
function colorsIn(root: Element): { text: string; color: string; background: string }[] {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!canvas) return [];
  const page = getComputedStyle(document.documentElement).getPropertyValue(
    "--vscode-editor-background",
  );
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: { text: string; color: string; background: string }[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent?.trim() ?? "";
    if (!element || !text || element.closest(".sr-only, .sent-at")) continue;
    const behind: string[] = [];
    for (let at: Element | null = element; at; at = at.parentElement)
      behind.unshift(getComputedStyle(at).backgroundColor);
    // No function of its own: the compiler would name it by one that the page does not have.
    const painted = [[], [getComputedStyle(element).color]].map((above) => {
      canvas.clearRect(0, 0, 1, 1);
      for (const color of [page, ...behind, ...above]) {
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
      }
      return `rgb(${[...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)].join(", ")})`;
    });
    found.push({ text, background: painted[0] ?? "", color: painted[1] ?? "" });
  }
  return found;
}
