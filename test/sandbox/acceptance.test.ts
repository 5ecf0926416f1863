import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { ChatPage, databaseFile } from "../support/chatPage";
import { findProgram } from "../support/findProgram";
import { textOf } from "../support/messagesApi";
import { requireOrSkip } from "../support/requirement";
import { runOrThrow } from "../support/run";
import { SandboxSuite } from "../support/sandboxSuite";

/** The whole way, with every part the real one: palette, panel, docker, container, Claude, disk. */
describe("a conversation in a Docker sandbox", function () {
  const suite = new SandboxSuite({ "notes.txt": "Remember the milk.\n" });

  before(function () {
    return suite.start(this);
  });
  after(() => suite.stop());

  const open = async (): Promise<ChatPage> => {
    const chat = await ChatPage.open(suite.workbench);
    await chat.status.getByText(`Docker sandbox ${suite.engine.name}`).waitFor();
    return chat;
  };

  it("streams, works on the workspace's files, is on the disk, and goes on after Reload Window", async function () {
    const chat = await open();
    assert.equal(await chat.alert.count(), 0);
    await chat.ask("Count slowly, please. [[slow:12:150]]");
    const answer = chat.messages("Claude").last();
    await answer.getByText("word2").waitFor();
    assert.ok(!(await answer.innerText()).includes("word11"));
    await answer.getByText("word11").waitFor();
    await chat.idle();

    const made = path.join(suite.folder, "made.txt");
    const script = `[[bash:cat notes.txt; id -un|write:${made}:Claude was here|say:All done.]]`;
    await chat.ask(`Read my notes, then write a file. ${script}`);
    await chat.answered("All done.");
    await chat.tool("Bash").click();
    await chat.messages("Claude").last().getByText("Remember the milk.").waitFor();
    await chat.tool("Write").waitFor();
    assert.equal(readFileSync(made, "utf8"), "Claude was here");
    await suite.workbench.screenshot("sandbox");

    const sqlite3 = findProgram("sqlite3") ?? requireOrSkip(this, "there is no sqlite3 on PATH");
    const file = await databaseFile(suite.server);
    const sql = `SELECT role, status, claude_session_id IS NOT NULL AS resumable,
      json_extract(usage, '$.costUsd') > 0 AS cost, length(parts) > 2 AS parts
      FROM messages JOIN threads ON threads.id = thread_id ORDER BY seq`;
    const rows = async () =>
      JSON.parse(await runOrThrow(sqlite3, ["-json", file, sql])) as object[];
    // The file is rewritten a moment after the last commit.
    let last = await rows();
    for (let tries = 0; tries < 50 && last.length < 4; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      last = await rows();
    }
    const [user, claude] = [
      { role: "user", status: "complete", resumable: 1, cost: null, parts: 1 },
      { role: "assistant", status: "complete", resumable: 1, cost: 1, parts: 1 },
    ];
    assert.deepEqual(last, [user, claude, user, claude]);
    const check = await runOrThrow(sqlite3, [file, "PRAGMA integrity_check"]);
    assert.equal(check.trim(), "ok");

    await suite.workbench.reloadWindow();
    await chat.messages("You").getByText("Count slowly, please.").waitFor();
    await chat.messages("Claude").last().getByText("All done.").waitFor();
    await chat.ask("And what did I ask first?");
    await chat.answered("User messages seen: 3.");
    const texts = suite.api.requests.at(-1)?.messages.map(({ content }) => textOf(content)) ?? [];
    assert.ok(texts.some((text) => text.includes("Count slowly, please.")));
    const sessions = "SELECT count(DISTINCT claude_session_id) FROM threads";
    assert.equal((await runOrThrow(sqlite3, [file, sessions])).trim(), "1");
  });

  it("offers the models that Claude has told of, and asks the one that is chosen", async () => {
    const chat = await open();
    await chat.ask("Which models are there?");
    await chat.answered("User messages seen: 1.");
    await suite.workbench.runCommand("Sandbox Chat: Choose Model…");
    const choice = suite.workbench.page.locator(".quick-input-widget:visible");
    const chosen = (name: string) =>
      suite.workbench.page
        .locator(".statusbar")
        .getByText(`Model of the next turns: ${name}`)
        .waitFor();
    await choice.getByRole("option", { name: /^Default/ }).waitFor();
    await choice.getByRole("option", { name: /^Haiku/ }).click();
    await chosen("Haiku");
    await chat.ask("Which model are you?");
    await chat.answered("User messages seen: 2.");
    assert.match(suite.api.requests.at(-1)?.model ?? "", /haiku/);

    await suite.workbench.runCommand("Sandbox Chat: Choose Model…");
    await choice.locator(".quick-input-box input").fill("claude-opus-9-9");
    await choice.getByRole("option", { name: "claude-opus-9-9" }).click();
    await chosen("claude-opus-9-9");
    await chat.ask("And now?");
    await chat.answered("User messages seen: 3.");
    assert.equal(suite.api.requests.at(-1)?.model, "claude-opus-9-9");
  });

  it("stops Claude in the container, and keeps what came", async () => {
    const chat = await open();
    await chat.ask("Never end. [[textbash:tail -f /dev/null]]");
    await chat.tool("Bash", /^tail -f/).waitFor();
    await chat.stopButton.click();
    await chat.messages("Claude").last().getByText("Stopped", { exact: true }).waitFor();
    await chat.messages("Claude").last().getByText("word4").waitFor();
    const { engine: running } = suite;
    const left = await running.processes(running.name);
    assert.deepEqual(
      left.filter(({ args }) => args.includes("tail -f")),
      [],
    );
  });

  it("says when the sandbox has stopped, and goes on when it runs again", async () => {
    const chat = await open();
    const { engine: running } = suite;
    const docker = (...args: string[]) =>
      runOrThrow(running.docker, args, { env: { ...process.env, ...running.env } });
    await docker("sandbox", "stop", running.name);
    await chat.ask("Are you there?");
    await chat.frame.getByText(`Docker sandbox ${running.name} is stopped.`).first().waitFor();
    await chat.button("Start Sandbox").waitFor();
    await docker("start", running.name);
    await suite.workbench.runCommand("Sandbox Chat: Check Sandbox");
    await chat.button("Start Sandbox").waitFor({ state: "hidden" });
    await chat.ask("And now? [[say:Back again.]]");
    await chat.answered("Back again.");
  });
});
