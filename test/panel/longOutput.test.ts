import assert from "node:assert/strict";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import initSqlJs from "sql.js";
import type { ChatPage } from "../support/chatPage";
import { numberedLines } from "../support/longTexts";
import { Panel } from "../support/panel/panel";
import { begin, line, result } from "../support/scriptedRuntime";

const lines = numberedLines(700_000);
const LONG = [lines, "one long line ".repeat(10_000), lines, "The very end."].join("\n");

const ANSWERS = {
  "Show me the log": [
    ...begin("s1"),
    line({
      type: "assistant",
      message: {
        id: "m2",
        content: [
          { type: "tool_use", id: "toolu_1", name: "Bash", input: { command: "cat build.log" } },
        ],
      },
    }),
    line({
      type: "user",
      message: { content: [{ type: "tool_result", tool_use_id: "toolu_1", content: LONG }] },
    }),
    line({
      type: "assistant",
      message: { id: "m3", content: [{ type: "text", text: "That was long." }] },
    }),
    result("s1"),
  ],
};

/** A panel in which Claude has run a command that said so much. */
async function openAnswered(): Promise<Panel> {
  const panel = await Panel.open({ answers: ANSWERS });
  await panel.chat.ask("Show me the log");
  await panel.chat.answered("That was long.");
  return panel;
}

const answer = (chat: ChatPage): Locator => chat.messages("Claude").last();
const texts = (chat: ChatPage): Promise<string[]> => answer(chat).locator("pre").allTextContents();

async function opensInPart(chat: ChatPage): Promise<void> {
  await chat.tool("Bash").click();
  await answer(chat).getByText("… 1.5 MB are left out …").waitFor();
  const [command, head = "", tail = "", ...more] = await texts(chat);
  assert.equal(command, "cat build.log");
  assert.ok(LONG.startsWith(head) && head.length > 30_000 && head.length < 33_000);
  assert.ok(LONG.endsWith(tail) && tail.length > 6_000 && tail.length < 9_000);
  assert.deepEqual(more, []);
}

async function opensWhole(chat: ChatPage): Promise<void> {
  await chat.button("Show all").click();
  await chat.button("Show all").waitFor({ state: "detached" });
  assert.deepEqual(await texts(chat), ["cat build.log", LONG]);
}

describe("a tool's output of 1.5 MB", () => {
  it("is shown in part, says how much is left out, and is shown whole in its place when asked for", async () => {
    const panel = await openAnswered();
    const { chat } = panel;
    await opensInPart(chat);
    await answer(chat).getByText("… 1.5 MB are left out …").scrollIntoViewIfNeeded();
    await panel.screenshot("long-output");
    await opensWhole(chat);
    const output = answer(chat).locator("pre").last();
    await output.evaluate((pre) => (pre.scrollTop = pre.scrollHeight));
    await output.getByText("The very end.").waitFor();
    const copied = await output.evaluate((pre) => {
      getSelection()?.selectAllChildren(pre);
      return String(getSelection());
    });
    assert.equal(copied, LONG, "what is copied is the text itself");
  });

  it("is the same after the window was loaded again", async () => {
    const panel = await openAnswered();
    await panel.reload();
    await panel.chat.answered("That was long.");
    await opensInPart(panel.chat);
    await opensWhole(panel.chat);
  });

  it("says so in its place when the whole cannot be had, and can be asked for again", async () => {
    const panel = await openAnswered();
    const { chat } = panel;
    await panel.reload();
    await spoilOutputs(panel.storage);
    await panel.reload();
    await chat.answered("That was long.");
    await opensInPart(chat);
    await chat.button("Show all").click();
    await chat.alert.getByText("The whole of this output cannot be read any more.").waitFor();
    assert.ok(await chat.button("Show all").isEnabled());
    await panel.screenshot("long-output-lost");
  });
});

/** Makes what is packed in the database file unreadable. */
async function spoilOutputs(folder: string): Promise<void> {
  const file = join(folder, "threads.db");
  const { Database } = await initSqlJs();
  const database = new Database(readFileSync(file));
  database.run("UPDATE outputs SET gzip = x'00'");
  assert.ok(database.getRowsModified() > 0);
  writeFileSync(`${file}.spoilt`, database.export());
  renameSync(`${file}.spoilt`, file);
}
