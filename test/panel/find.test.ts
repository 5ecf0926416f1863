import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { Panel } from "../support/panel/panel";
import { atEnd } from "../support/panel/reader";
import { line, type Step } from "../support/scriptedRuntime";
import { storedThread } from "../support/storedThread";
import { until } from "../support/until";

const FILLER = Array.from({ length: 60 }, (_, at) => `Paragraph ${at} of a long answer.`);
const CODE = Array.from({ length: 60 }, (_, at) => `line_${at} = ${at === 55 ? "walrus" : at}`);
const OUTPUT = Array.from({ length: 400 }, (_, at) => (at === 300 ? "a Walrus here" : `out ${at}`));

let count = 0;
const says = (...paragraphs: string[]): Step =>
  line({
    type: "assistant",
    message: { id: `m${++count}`, content: [{ type: "text", text: paragraphs.join("\n\n") }] },
  });
const uses = (id: string, name: string, input: object, parent?: string): Step =>
  line({
    type: "assistant",
    parent_tool_use_id: parent ?? null,
    message: { id: `m${++count}`, content: [{ type: "tool_use", id, name, input }] },
  });
const answers = (id: string, content: string, parent?: string): Step =>
  line({
    type: "user",
    parent_tool_use_id: parent ?? null,
    message: { role: "user", content: [{ type: "tool_result", tool_use_id: id, content }] },
  });

/** "walrus" is seven times in there: once in bold, in folded code, in outputs, in a step of a subagent. */
const THREAD = storedThread("walrus", {
  First: [
    says("The wal**rus** is here.", ...FILLER),
    uses("toolu_1", "Bash", { command: "make" }),
    answers("toolu_1", OUTPUT.join("\n")),
    says(`\`\`\`python\n${CODE.join("\n")}\n\`\`\``),
    uses("toolu_2", "Task", { description: "Look", prompt: "Look for it" }),
    uses("toolu_3", "Bash", { command: "grep walrus" }, "toolu_2"),
    answers("toolu_3", "no such animal", "toolu_2"),
    answers("toolu_2", "There is none."),
    says(...FILLER),
  ],
  "Where is the walrus?": [says("WALRUS, walrus", ...FILLER)],
});

/** What is looked for in the thread of one panel, which shows the end of its last answer. */
class Finding {
  readonly bar: Locator;
  readonly field: Locator;

  private constructor(readonly panel: Panel) {
    this.bar = panel.chat.frame.getByRole("search", { name: "Find in thread" });
    this.field = this.bar.getByRole("textbox");
  }

  static async open(): Promise<Finding> {
    const panel = await Panel.open({
      seed: (store) => store.append("walrus", 0, THREAD),
      thread: "walrus",
    });
    await panel.chat.messages("Claude").nth(1).waitFor();
    await atEnd(panel.chat);
    await panel.chat.input.press("ControlOrMeta+f");
    const finding = new Finding(panel);
    await finding.field.waitFor();
    return finding;
  }

  /** What is marked as the current match, and whether all of it can be seen. */
  current() {
    return this.panel.page.evaluate(() => {
      const [range] = [...(CSS.highlights.get("find-current") ?? [])] as Range[];
      if (!range) return null;
      const rect = range.getBoundingClientRect();
      const [x, y] = [rect.x + rect.width / 2, rect.y + rect.height / 2];
      const top = document.elementFromPoint(x, y);
      const element = range.startContainer.parentElement;
      return {
        text: range.toString(),
        seen: top !== null && (top.contains(element) || element?.contains(top)),
        in: element?.closest("p, code, .terminal, .command")?.tagName,
      };
    });
  }

  /** Waits until this match, such as "2 of 7", is the current one, and is seen: that text, in such an element. */
  async shows(number: string, expected: { text?: string; in?: string } = {}) {
    await this.bar.getByText(number, { exact: true }).waitFor();
    return until(
      () => this.current(),
      (match) =>
        match?.seen === true &&
        (expected.text ?? match.text) === match.text &&
        (expected.in ?? match.in) === match.in,
      `${number} is to be seen`,
    );
  }

  /** Looks for "walrus", and goes to the first one. */
  async first(): Promise<void> {
    await this.field.fill("walrus");
    for (const number of ["6 of 7", "7 of 7"]) {
      await this.bar.getByText(number, { exact: true }).waitFor();
      await this.field.press("Enter");
    }
    await this.shows("1 of 7");
  }
}

describe("finding in a thread", () => {
  it("opens by Ctrl+F, and starts where its reader is", async () => {
    const finding = await Finding.open();
    assert.ok(await finding.field.evaluate((element) => element.matches(":focus")));
    // At once: each letter would go to where it is first found.
    await finding.panel.page.keyboard.insertText("walrus");
    await finding.shows("6 of 7", { text: "WALRUS", in: "P" });
  });

  it("goes to text that is far off, over its marks", async () => {
    const finding = await Finding.open();
    await finding.field.fill("the walrus is");
    assert.equal((await finding.shows("1 of 1"))?.text, "The walrus is");
    await finding.panel.screenshot("find");
  });

  it("opens what has a match: outputs, folded code, the steps of a subagent", async () => {
    const finding = await Finding.open();
    const { panel, field } = finding;
    await finding.first();
    assert.equal((await finding.current())?.in, "P");
    await field.press("Enter");
    await finding.shows("2 of 7", { text: "Walrus", in: "PRE" });
    await field.press("Enter");
    await finding.shows("3 of 7", { text: "walrus", in: "CODE" });
    await panel.screenshot("find-code");
    await field.press("Enter");
    await finding.shows("4 of 7", { text: "walrus", in: "PRE" });
    await panel.chat.tool("Task").and(panel.page.locator("[aria-expanded=true]")).waitFor();
    await field.press("Shift+Enter");
    await finding.shows("3 of 7", { in: "CODE" });
  });

  it("goes round at the ends, by its buttons too", async () => {
    const finding = await Finding.open();
    await finding.first();
    await finding.bar.getByRole("button", { name: "Previous match" }).click();
    await finding.shows("7 of 7");
    await finding.bar.getByRole("button", { name: "Next match" }).click();
    await finding.shows("1 of 7");
    for (const number of [2, 3, 4, 5, 6, 7, 1]) {
      await finding.field.press("Enter");
      await finding.shows(`${number} of 7`);
    }
  });

  it("says when there is nothing", async () => {
    const finding = await Finding.open();
    await finding.field.fill("no walrus anywhere");
    await finding.bar.getByText("No results").waitFor();
    assert.equal(await finding.current(), null);
  });

  it("closes by Escape, with its marks, and gives the focus back", async () => {
    const finding = await Finding.open();
    const { panel, bar, field } = finding;
    await field.fill("walrus");
    await finding.shows("6 of 7");
    await field.press("Escape");
    await bar.waitFor({ state: "detached" });
    assert.equal(await panel.page.evaluate(() => CSS.highlights.size), 0);
    await panel.page.locator("vscode-text-area:focus-within, vscode-text-area:focus").waitFor();
  });
});
