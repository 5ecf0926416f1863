import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ChatPage } from "../../support/chatPage";
import { scriptedSandbox, untilLetGo } from "../../support/scriptedDocker";
import { until } from "../../support/until";
import { WorkbenchSuite } from "../../support/workbenchSuite";

const HOOK = ".git/hooks/pre-commit";
/** A repository deeper than is looked for but by VS Code's search. */
const DEEP = "packages/a/vendor/library";

describe("what a turn changes that this machine runs", () => {
  const suite = new WorkbenchSuite({
    "a.ts": "export {};\n",
    [`${DEEP}/.git/HEAD`]: "ref: refs/heads/main\n",
    [`${DEEP}/.git/config`]: "[core]\n\teditor = mine\n",
  });

  before(async function () {
    const answers = { "Set it up.": untilLetGo("go").slice(1) };
    await suite.start(this, { settings: scriptedSandbox(suite.bin, [{ answers }]) });
    // It is looked for when a window opens.
    await suite.pristine();
  });
  afterEach(() => {
    for (const name of [".git", ".envrc", ".vscode/tasks.json", "large.ini"])
      rmSync(join(suite.folder, name), { recursive: true, force: true });
  });
  after(() => suite.stop());

  it("is taken back and asked about, told in the answer, shown, and undone", async () => {
    const { page } = suite.workbench;
    const there = (name: string) => existsSync(join(suite.folder, name));
    execFileSync("git", ["init", "-q", suite.folder]);
    execFileSync("git", ["-C", suite.folder, "config", "include.path", "../large.ini"]);
    const large = (alias: string) => `[alias]\n\tx = !${alias}\n# ${"x".repeat(1_200_000)}`;
    suite.write("large.ini", large("mine"));
    const chat = await ChatPage.open(suite.workbench);
    await chat.ask("Set it up.");
    await chat.messages("Claude").getByText("I take my time.").waitFor();
    suite.write(HOOK, "#!/bin/sh\n");
    chmodSync(join(suite.folder, HOOK), 0o755);
    const asked = await suite.workbench.notification(`“${HOOK}” was taken back: Git would run it`);
    assert.equal(there(HOOK), false);
    await suite.workbench.screenshot("host-files-held-back");
    await asked.getByRole("button", { name: "Keep" }).click();
    await until(
      () => there(HOOK),
      (kept) => kept,
      "the hook is there, as its user wants it",
    );
    suite.write(`${DEEP}/.git/config`, "[core]\n\teditor = mine\n\tpager = ./evil\n");
    const config = () => readFileSync(join(suite.folder, DEEP, ".git/config"), "utf8");
    await until(config, (text) => !text.includes("evil"), "the setting is taken back");
    assert.match(config(), /editor = mine/, "what was there is left alone");
    // What was there is too long to be known.
    suite.write("large.ini", large("evil"));
    await suite.workbench.notification("“large.ini” could not be taken back: Git runs it");
    await suite.workbench.screenshot("host-files-stuck");
    suite.write(".envrc", "./evil\n");
    suite.write(".vscode/tasks.json", "{}\n");
    writeFileSync(join(suite.bin, "go"), "");
    const region = chat.frame.getByRole("region", { name: "Files your machine may run" });
    const row = (path: string) => region.getByRole("listitem").filter({ hasText: path });
    await row(HOOK).getByText("Kept. Git runs it when you commit").waitFor();
    await suite.workbench.notification(
      "changed what your own machine runs: “.envrc”, “.vscode/tasks.json”, “large.ini”.",
    );
    await row(".envrc").getByRole("button", { name: "Show" }).click();
    await page.locator(".tab", { hasText: ".envrc (what your machine runs)" }).waitFor();
    await page.locator(".monaco-diff-editor").getByText("./evil").first().waitFor();
    await suite.workbench.screenshot("host-files");
    await row(".envrc").getByRole("button", { name: "Undo" }).click();
    await row(".envrc").getByText("Undone.").waitFor();
    assert.equal(there(".envrc"), false);
    suite.write(".vscode/tasks.json", "mine by now\n");
    await row(".vscode/tasks.json").getByRole("button", { name: "Undo" }).click();
    await chat.frame.getByText("“.vscode/tasks.json” has changed since.").waitFor();
    assert.equal(there(".vscode/tasks.json"), true);
  });
});
