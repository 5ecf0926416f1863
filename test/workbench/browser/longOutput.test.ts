import assert from "node:assert/strict";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import initSqlJs from "sql.js";
import { ChatPage, databaseFile, query } from "../../support/chatPage";
import { numberedLines } from "../../support/longTexts";
import { scriptedDocker } from "../../support/scriptedDocker";
import { begin, line, result } from "../../support/scriptedRuntime";
import { WorkbenchSuite } from "../../support/workbenchSuite";

describe("a tool's output of 1.5 MB", function () {
  this.timeout(60_000);
  const lines = numberedLines(700_000);
  const long = [lines, "one long line ".repeat(10_000), lines, "The very end."].join("\n");
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  const { bin } = suite;
  let chat: ChatPage;

  const answer = () => chat.messages("Claude").last();
  const texts = () => answer().locator("pre").allTextContents();
  const showAll = () => answer().getByRole("button", { name: "Show all", exact: true });

  async function opensInPart(): Promise<void> {
    await chat.tool("Bash").click();
    await answer().getByText("… 1.5 MB are left out …").waitFor();
    const [command, head = "", tail = "", ...more] = await texts();
    assert.equal(command, "cat build.log");
    assert.ok(long.startsWith(head) && head.length > 30_000 && head.length < 33_000);
    assert.ok(long.endsWith(tail) && tail.length > 6_000 && tail.length < 9_000);
    assert.deepEqual(more, []);
  }

  before(async function () {
    const dockerPath = scriptedDocker(bin, [
      { awaitPrompt: true },
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
        message: { content: [{ type: "tool_result", tool_use_id: "toolu_1", content: long }] },
      }),
      line({
        type: "assistant",
        message: { id: "m3", content: [{ type: "text", text: "That was long." }] },
      }),
      result("s1"),
    ]);
    await suite.start(this, {
      settings: {
        "sandboxChat.sandbox.runtime": "docker-sandbox",
        "sandboxChat.sandbox.dockerPath": dockerPath,
      },
    });
    chat = await ChatPage.open(suite.workbench);
    await chat.ask("Show me the log");
    await chat.answered("That was long.");
  });
  after(() => suite.stop());

  it("is shown in part, and says how much is left out", async () => {
    await opensInPart();
    await answer().getByText("… 1.5 MB are left out …").scrollIntoViewIfNeeded();
    await suite.workbench.screenshot("long-output");
  });

  it("is shown whole in its place when asked for", async () => {
    await showAll().click();
    await showAll().waitFor({ state: "detached" });
    assert.deepEqual(await texts(), ["cat build.log", long]);
    const output = answer().locator("pre").last();
    await output.evaluate((pre) => (pre.scrollTop = pre.scrollHeight));
    await output.getByText("The very end.").waitFor();
    const copied = await output.evaluate((pre) => {
      getSelection()?.selectAllChildren(pre);
      return String(getSelection());
    });
    assert.equal(copied, long, "what is copied is the text itself");
  });

  it("is the same after the window was loaded again", async () => {
    await suite.workbench.reloadWindow();
    await chat.answered("That was long.");
    await opensInPart();
    await showAll().click();
    await showAll().waitFor({ state: "detached" });
    assert.deepEqual(await texts(), ["cat build.log", long]);
  });

  it("says so in its place when the whole cannot be had, and can be asked for again", async () => {
    await spoilOutputs(await databaseFile(suite.server));
    await suite.workbench.reloadWindow();
    await chat.answered("That was long.");
    await opensInPart();
    await showAll().click();
    await chat.alert.getByText("The whole of this output cannot be read any more.").waitFor();
    assert.ok(await showAll().isEnabled());
    await suite.workbench.screenshot("long-output-lost");
  });
});

/** Makes what is packed in a database file unreadable, once the store has written it. */
async function spoilOutputs(file: string): Promise<void> {
  while ((await query(file, "SELECT 1 FROM outputs")).length === 0) await sleep(50);
  const { Database } = await initSqlJs();
  const database = new Database(readFileSync(file));
  database.run("UPDATE outputs SET gzip = x'00'");
  writeFileSync(`${file}.spoilt`, database.export());
  renameSync(`${file}.spoilt`, file);
}
