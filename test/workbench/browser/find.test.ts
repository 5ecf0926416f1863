import assert from "node:assert/strict";
import { ChatPage } from "../../support/chatPage";
import { scriptedSandbox } from "../../support/scriptedDocker";
import { init, line, result, type Step } from "../../support/scriptedRuntime";
import { WorkbenchSuite } from "../../support/workbenchSuite";

const SESSION = "8d0c9f4e-6f0f-4a53-9a57-5f2f3a0f1c33";
const FILLER = Array.from({ length: 60 }, (_, at) => `Paragraph ${at} of a long answer.`);
const CODE = Array.from({ length: 60 }, (_, at) => `line_${at} = ${at === 55 ? "walrus" : at}`);
const OUTPUT = Array.from({ length: 400 }, (_, at) => (at === 300 ? "a Walrus here" : `out ${at}`));

let count = 0;
const says = (text: string): Step =>
  line({ type: "assistant", message: { id: `m${++count}`, content: [{ type: "text", text }] } });
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
const STEPS: readonly Step[] = [
  { awaitPrompt: true },
  init(SESSION),
  says(`The wal**rus** is here.\n\n${FILLER.join("\n\n")}`),
  uses("toolu_1", "Bash", { command: "make" }),
  answers("toolu_1", OUTPUT.join("\n")),
  says(`\`\`\`python\n${CODE.join("\n")}\n\`\`\``),
  uses("toolu_2", "Task", { description: "Look", prompt: "Look for it" }),
  uses("toolu_3", "Bash", { command: "grep walrus" }, "toolu_2"),
  answers("toolu_3", "no such animal", "toolu_2"),
  answers("toolu_2", "There is none."),
  says(FILLER.join("\n\n")),
  result(SESSION),
  { awaitPrompt: true },
  init(SESSION),
  says("WALRUS, walrus"),
  result(SESSION),
];

describe("finding in a thread", function () {
  this.timeout(60_000);
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  let chat: ChatPage;

  const bar = () => chat.frame.getByRole("search", { name: "Find in thread" });
  const field = () => bar().getByRole("textbox");
  const keys = () => suite.workbench.page.keyboard;
  /** What is marked as the current match, and whether all of it can be seen. */
  const current = () =>
    chat.frame.locator("body").evaluate(() => {
      const [range] = [...(CSS.highlights.get("find-current") ?? [])] as Range[];
      if (!range) return null;
      const rect = range.getBoundingClientRect();
      const [x, y] = [rect.x + rect.width / 2, rect.y + rect.height / 2];
      const top = document.elementFromPoint(x, y);
      const element = range.startContainer.parentElement;
      const seen = top !== null && (top.contains(element) || element?.contains(top));
      return {
        text: range.toString(),
        seen,
        in: element?.closest("p, code, .terminal, .command")?.tagName,
      };
    });
  const until = async (number: string) => {
    await bar().getByText(number, { exact: true }).waitFor();
    const deadline = Date.now() + 10_000;
    for (;;) {
      const match = await current();
      if (match?.seen) return match;
      assert.ok(Date.now() < deadline, `${number} is to be seen: ${JSON.stringify(match)}`);
    }
  };

  before(async function () {
    await suite.start(this, {
      settings: {
        ...scriptedSandbox(suite.bin, STEPS),
      },
    });
    chat = await ChatPage.open(suite.workbench);
    await chat.ask("First");
    await chat.answered(/There is none|Paragraph 59/);
    await chat.ask("Where is the walrus?");
    await chat.answered(/WALRUS/);
  });
  after(() => suite.stop());

  it("opens by Ctrl+F, and starts where its reader is", async () => {
    await chat.input.press("ControlOrMeta+f");
    await field().waitFor();
    assert.ok(await field().evaluate((element) => element.matches(":focus")));
    await field().pressSequentially("walrus");
    await bar()
      .getByText(/ of 7$/)
      .waitFor();
    const match = await current();
    assert.equal(match?.text.toLowerCase(), "walrus");
  });

  it("goes to text that is far off, over its marks", async () => {
    await field().fill("the walrus is");
    assert.equal((await until("1 of 1")).text, "The walrus is");
    await suite.workbench.screenshot("find");
  });

  it("opens what has a match: outputs, folded code, the steps of a subagent", async () => {
    await field().fill("walrus");
    await bar()
      .getByText(/ of 7$/)
      .waitFor();
    // From the first one on, wherever it began.
    while (!(await bar().getByText("1 of 7", { exact: true }).isVisible()))
      await keys().press("Enter");
    assert.equal((await until("1 of 7")).in, "P");
    await keys().press("Enter");
    assert.deepEqual(await until("2 of 7"), { text: "Walrus", seen: true, in: "PRE" });
    await keys().press("Enter");
    assert.deepEqual(await until("3 of 7"), { text: "walrus", seen: true, in: "CODE" });
    await suite.workbench.screenshot("find-code");
    await keys().press("Enter");
    assert.deepEqual(await until("4 of 7"), { text: "walrus", seen: true, in: "PRE" });
    await chat.tool("Task").and(chat.frame.locator("[aria-expanded=true]")).waitFor();
    await keys().press("Shift+Enter");
    assert.equal((await until("3 of 7")).in, "CODE");
  });

  it("goes round at the ends, by its buttons too", async () => {
    await bar().getByRole("button", { name: "Next match" }).click();
    await until("4 of 7");
    for (const number of [5, 6, 7]) {
      await field().press("Enter");
      await until(`${number} of 7`);
    }
    await field().press("Enter");
    await until("1 of 7");
    await bar().getByRole("button", { name: "Previous match" }).click();
    await until("7 of 7");
  });

  it("says when there is nothing", async () => {
    await field().fill("no walrus anywhere");
    await bar().getByText("No results").waitFor();
    assert.equal(await current(), null);
  });

  it("closes by Escape, with its marks, and gives the focus back", async () => {
    await field().press("Escape");
    await bar().waitFor({ state: "detached" });
    const marks = await chat.frame.locator("body").evaluate(() => CSS.highlights.size);
    assert.equal(marks, 0);
    await chat.frame.locator("vscode-text-area:focus-within, vscode-text-area:focus").waitFor();
  });
});
