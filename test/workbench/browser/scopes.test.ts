import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { ChatPage } from "../../support/chatPage";
import { addThreads } from "../../support/storedThreads";
import { ThreadsTree } from "../../support/threadsTree";
import { until } from "../../support/until";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

describe("threads about files that are moved", () => {
  const suite = new WorkbenchSuite({
    "src/greet.ts": "export const greet = () => 'saved';\n",
    "src/other.ts": "export const other = 1;\n",
  });
  const tree = new ThreadsTree(() => suite.workbench);
  let chat: ChatPage;

  before(async function () {
    const settings = {
      ...DEMO,
      "explorer.confirmDelete": false,
      "explorer.confirmDragAndDrop": false,
      "explorer.confirmUndo": "light",
      "explorer.compactFolders": false,
      "files.enableTrash": false,
      // Else a click on a file opens it over the chat.
      "workbench.list.openMode": "doubleClick",
    };
    await suite.start(this, { settings });
  });
  beforeEach(async () => {
    await tree.show();
    const scope = { type: "file", id: "src/greet.ts" } as const;
    await addThreads(suite.server, { title: "What does this do?", scope });
    await suite.workbench.runCommand("Sandbox Chat: Resume Thread…");
    await suite.workbench.page
      .locator(".quick-input-widget:visible .monaco-list-row", { hasText: "What does this do?" })
      .click();
    chat = new ChatPage(suite.workbench);
    await pathIs("src/greet.ts");
    await suite.workbench.runCommand("View: Show Explorer");
    await unfold("src");
    // What a test before has left may still be listed.
    await until(
      () => suite.workbench.page.locator(".explorer-folders-view .monaco-list-row").allInnerTexts(),
      (names) => names.map((name) => name.trim()).join() === "src,greet.ts,other.ts",
      "the explorer has the files",
    );
  });
  after(() => suite.stop());

  const row = (name: string): Locator =>
    suite.workbench.page
      .locator(".explorer-folders-view .monaco-list-row")
      .filter({ has: suite.workbench.page.getByText(name, { exact: true }) })
      .first();
  const chip = (name: string): Locator =>
    chat.frame.locator(".header .chip").filter({ hasText: name });
  const pathIs = (path: string) => chat.frame.locator(`.header .chip[title="${path}"]`).waitFor();

  /** Shows what is in a folder. */
  const unfold = async (folder: string) => {
    await row(folder).waitFor();
    if ((await row(folder).getAttribute("aria-expanded")) !== "true") await row(folder).click();
    await row("greet.ts").waitFor();
  };
  const rename = async (from: string, to: string) => {
    const { page } = suite.workbench;
    const input = page.locator(".explorer-folders-view .monaco-inputbox input");
    // The explorer closes its input where it shows its files anew meanwhile.
    for (let tries = 0; tries < 5 && !(await row(to).isVisible()); tries++) {
      await row(from).click();
      await page.keyboard.press("F2");
      await input
        .fill(to, { timeout: 2000 })
        .then(() => input.press("Enter", { timeout: 2000 }))
        .then(() => row(to).waitFor({ timeout: 2000 }))
        .catch(() => page.keyboard.press("Escape"));
    }
    await row(to).waitFor();
  };
  const undo = async () => {
    await suite.workbench.page.keyboard.press("ControlOrMeta+z");
  };

  it("follow a rename in the explorer, and its undo", async () => {
    await rename("greet.ts", "hello.ts");
    await pathIs("src/hello.ts");
    await undo();
    await pathIs("src/greet.ts");
  });

  it("follow a rename of their folder, and a change of case alone", async () => {
    await rename("src", "lib");
    await pathIs("lib/greet.ts");
    await unfold("lib");
    await rename("greet.ts", "Greet.ts");
    await pathIs("lib/Greet.ts");
    await rename("Greet.ts", "greet.ts");
    await pathIs("lib/greet.ts");
  });

  it("follow a drag into another folder", async () => {
    mkdirSync(join(suite.folder, "deep"));
    await row("deep").waitFor();
    await row("greet.ts").dragTo(row("deep"));
    await pathIs("deep/greet.ts");
  });

  it("follow what another program moves: a file, its folder, and git", async () => {
    const at = (name: string) => join(suite.folder, name);
    renameSync(at("src/greet.ts"), at("moved.ts"));
    await pathIs("moved.ts");
    mkdirSync(at("new"));
    renameSync(at("moved.ts"), at("new/greet.ts"));
    await pathIs("new/greet.ts");
    renameSync(at("new"), at("newer"));
    await pathIs("newer/greet.ts");
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@b.c", ...args], {
        cwd: suite.folder,
        stdio: "pipe",
      });
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "One");
    git("mv", "newer/greet.ts", "greet.ts");
    await pathIs("greet.ts");
    git("commit", "-qm", "Two");
    // Git writes the file of another commit anew.
    git("checkout", "-q", "HEAD~1");
    await pathIs("newer/greet.ts");
    git("checkout", "-q", "-");
    await pathIs("greet.ts");
    await suite.workbench.screenshot("file-moved");
  });

  const missing = () => chat.frame.locator(".header .chip .codicon-warning").waitFor();
  const there = () => chat.frame.locator(".header .chip .codicon-file").waitFor();

  it("stay when their file is deleted, say so, and go on when it is back", async () => {
    await row("greet.ts").click();
    await suite.workbench.page.keyboard.press("Delete");
    await missing();
    assert.match(
      String(await chip("greet.ts").getAttribute("title")),
      /^src\/greet\.ts is not there at present\. Its threads are kept/,
    );
    await suite.workbench.screenshot("file-missing");
    assert.equal(await chat.messages("You").count(), 1);
    suite.write("src/greet.ts", "export const greet = () => 'back';\n");
    await there();
    await pathIs("src/greet.ts");
    rmSync(join(suite.folder, "src/greet.ts"));
    await missing();
  });

  it("come back with a delete that is undone", async () => {
    await row("greet.ts").click();
    await suite.workbench.page.keyboard.press("Delete");
    await missing();
    await undo();
    await there();
    await pathIs("src/greet.ts");
  });
});

describe("what Claude is told of a thread's file", () => {
  const suite = new WorkbenchSuite({
    "data.json": '{ "a": 1, }\n',
    ".env": "KEY=first-value\n",
    "notes.txt": "hello\n",
    "picture.bin": "\0\0\0\0",
  });
  let chat: ChatPage;

  before(async function () {
    await suite.start(this, { settings: { ...DEMO, "files.autoSave": "off" } });
  });
  after(() => suite.stop());

  const page = () => suite.workbench.page;
  const explorerRow = (name: string) =>
    page()
      .locator(".explorer-folders-view .monaco-list-row")
      .filter({ has: page().getByText(name, { exact: true }) })
      .first();
  const menuItem = () =>
    page().locator(".context-view .action-label", { hasText: "New Thread About This File" });
  const openFile = (name: string) => suite.workbench.openFile(name);
  const about = async (name: string) => {
    chat = new ChatPage(suite.workbench);
    await chat.frame.locator(".header .chip").filter({ hasText: name }).waitFor();
    // It may take the place of an earlier one about the same file.
    await chat.messages("You").first().waitFor({ state: "detached" });
    await chat.input.waitFor();
  };
  const beginFromExplorer = async (name: string) => {
    await suite.workbench.runCommand("View: Show Explorer");
    await explorerRow(name).click({ button: "right" });
    // Right after it has opened, a menu takes a click for the one that opened it.
    await menuItem().hover();
    await page().keyboard.press("Enter");
    await about(name);
  };
  /** What the last message went with, as its link shows it. */
  const contextSent = async () => {
    await chat.messages("You").last().getByRole("button", { name: "Context sent" }).click();
    const editor = page().locator(".editor-instance", { hasText: "This conversation" });
    await editor.first().waitFor();
    const text = (await editor.locator(".view-lines").first().innerText()).replaceAll(
      "\u00a0",
      " ",
    );
    await suite.workbench.screenshot("context-sent");
    await page().locator(".tab.active", { hasText: "Context sent" }).first().waitFor();
    await suite.workbench.runCommand("View: Close Editor");
    // Long lines are wrapped.
    return text.replaceAll("\n", "");
  };

  it("can begin from the menus of the editor, of its title and of its tab, and by keys", async () => {
    await openFile("notes.txt");
    await page().locator(".editor-instance .view-lines").click({ button: "right" });
    await menuItem().waitFor();
    await page().keyboard.press("Escape");
    await page().locator(".tab.active", { hasText: "notes.txt" }).click({ button: "right" });
    await menuItem().waitFor();
    await page().keyboard.press("Escape");
    await page().locator(".editor-actions .codicon-toolbar-more").first().click();
    await menuItem().waitFor();
    await page().keyboard.press("Escape");
    await page().locator(".editor-instance .view-lines").click();
    await page().keyboard.press("ControlOrMeta+k");
    await page().keyboard.press("Shift+A");
    await about("notes.txt");
    await suite.workbench.runCommand("View: Close All Editors");
    await page().keyboard.press("ControlOrMeta+k");
    await page().keyboard.press("a");
    chat = new ChatPage(suite.workbench);
    await chat.input.waitFor();
  });

  it("is its text and its problems, and again what has changed", async () => {
    await openFile("data.json");
    await page().locator(".editor-instance .squiggly-error").first().waitFor();
    await suite.workbench.runCommand("Sandbox Chat: New Thread About This File");
    await about("data.json");
    await chat.ask("What is this?");
    await chat.answered(/about a file/);
    const first = await contextSent();
    assert.match(first, /data\.json/);
    assert.match(first, /The editor reports these problems/);
    await chat.ask("And nothing changed?");
    await chat.answered(/I am the demo/);
    const link = chat.messages("You").last().getByRole("button", { name: "Context sent" });
    assert.equal(await link.count(), 0);
    await page().locator(".editor-instance .view-lines").first().click();
    await page().keyboard.press("ControlOrMeta+Home");
    await page().keyboard.type("// unsaved");
    await chat.ask("And now?");
    await chat.answered(/about a file/);
    const again = await contextSent();
    assert.match(again, /not saved yet/);
    assert.match(again, /\/\/ unsaved/);
  });

  it("is a file of secrets only when its user says so, once a thread", async () => {
    await beginFromExplorer(".env");
    await chat.send("What is set here?");
    const dialog = page().locator(".monaco-dialog-box");
    await dialog.getByText("Send the content of “.env” to Claude?").waitFor();
    await suite.workbench.screenshot("secrets-asked");
    await dialog.getByRole("button", { name: "Without the File" }).click();
    await chat.answered(/about a file/);
    assert.doesNotMatch(await contextSent(), /first-value/);
    await chat.ask("And again?");
    await chat.answered(/I am the demo/);
    assert.equal(await dialog.count(), 0);
    await beginFromExplorer(".env");
    await chat.send("What is set here?");
    await dialog.getByRole("button", { name: "Send", exact: true }).click();
    await chat.answered(/about a file/);
    assert.match(await contextSent(), /first-value/);
  });

  it("says that a file is no text, and that a link leads out of the workspace", async () => {
    symlinkSync("/etc/hostname", join(suite.folder, "link.txt"));
    for (const [name, why] of [
      ["picture.bin", /not a text/],
      ["link.txt", /leads out of the workspace/],
    ] as const) {
      await beginFromExplorer(name);
      await chat.ask("What is this?");
      await chat.answered(/about a file/);
      assert.match(await contextSent(), why);
    }
  });
});
