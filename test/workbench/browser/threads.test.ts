import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ChatPage } from "../../support/chatPage";
import { scriptedSandbox, untilLetGo } from "../../support/scriptedDocker";
import { answer, begin, result } from "../../support/scriptedRuntime";
import { addThreads } from "../../support/storedThreads";
import { ThreadsTree } from "../../support/threadsTree";
import { until } from "../../support/until";
import { WorkbenchSuite } from "../../support/workbenchSuite";

describe("the view of threads", () => {
  const suite = new WorkbenchSuite({
    "src/greet.ts": "export const greet = () => 'hello';\n",
    "src/math.py": "print(1)\n",
  });

  const page = () => suite.workbench.page;
  const tree = new ThreadsTree(() => suite.workbench);
  const row = (name: string | RegExp) => tree.row(name);
  const rowsAre = (...expected: string[]) =>
    until(
      () => tree.names(),
      (names) => names.join() === expected.join(),
      `the rows are ${expected.join()}`,
    );
  const badge = () =>
    page().locator(".activitybar .action-item", { hasText: /^\d+$/ }).locator(".badge-content");
  const openFile = (name: string) => suite.workbench.openFile(name);
  const input = () => page().locator(".quick-input-widget:visible .quick-input-box input");
  const focusTree = async () => {
    await suite.workbench.runCommand("Sandbox Chat: Focus on Threads View");
    await tree.locator.and(page().locator(":focus")).waitFor();
  };
  /** The threads of before, the last one first. */
  const ABOUT_GREET = {
    title: "About greet",
    scope: { type: "file", id: "src/greet.ts" },
  } as const;
  const beginThreads = async () => {
    await tree.show();
    await addThreads(suite.server, { title: "Greet me" }, { title: "Tell me more" }, ABOUT_GREET);
    await row(/greet/).first().waitFor();
  };
  /** The same, with the file open that one is about. */
  const beginWithFile = async () => {
    await openFile("greet.ts");
    await beginThreads();
    await rowsAre("About the Open File", "About greet", "Workspace", "Tell me more", "Greet me");
  };
  const open = async (name: RegExp, said: string): Promise<ChatPage> => {
    await tree.open(name);
    const chat = new ChatPage(suite.workbench);
    await chat.messages("You").getByText(said, { exact: true }).first().waitFor();
    return chat;
  };

  before(async function () {
    const answers = {
      "Take your time": untilLetGo("go"),
      Fail: [...begin("s1"), result("s1", { is_error: true, result: "API Error: Overloaded." })],
      "": answer("As you like.").slice(1),
    };
    const settings = scriptedSandbox(suite.bin, [{ answers }]);
    await suite.start(this, { settings: { ...settings, "editor.minimap.enabled": false } });
  });
  after(() => suite.stop());

  it("welcomes who has none", async () => {
    await tree.show();
    const view = page().locator(".pane", { hasText: "No threads yet." });
    await view.getByText("every conversation is kept here").waitFor();
    await suite.workbench.screenshot("threads-welcome");
    await view.getByRole("button", { name: "Open Chat" }).click();
    await new ChatPage(suite.workbench).input.waitFor();
  });

  it("has them in groups, which follow the file that is open", async () => {
    await beginThreads();
    await openFile("greet.ts");
    const chat = await ChatPage.open(suite.workbench);
    await rowsAre("About the Open File", "About greet", "Workspace", "Tell me more", "Greet me");
    // The chat is no file: the one before stays.
    await chat.input.click();
    await openFile("math.py");
    await rowsAre("Workspace", "Tell me more", "Greet me", "Files", "greet.ts");
    await row("greet.ts").click();
    await rowsAre("Workspace", "Tell me more", "Greet me", "Files", "greet.ts", "About greet");
    await row("greet.ts").locator(".ts-ext-file-icon").waitFor();
    await openFile("greet.ts");
    await rowsAre("About the Open File", "About greet", "Workspace", "Tell me more", "Greet me");
    await suite.workbench.screenshot("threads-groups");
  });

  it("renames by F2, what is empty or cancelled not, and keeps the place in the list", async () => {
    await beginWithFile();
    const chat = await open(/^Greet me/, "Greet me");
    const press = async (...keys: string[]) => {
      await focusTree();
      await tree.locator.locator(".monaco-list-row.focused").waitFor();
      for (const key of keys) await page().keyboard.press(key);
    };
    await press("F2");
    assert.equal(await input().inputValue(), "Greet me");
    await suite.workbench.screenshot("threads-rename");
    await input().fill("  ");
    await input().press("Enter");
    await press("F2");
    await input().fill("A greeting");
    await input().press("Escape");
    await rowsAre("About the Open File", "About greet", "Workspace", "Tell me more", "Greet me");
    await press("F2");
    await input().fill("  A greeting, api_key=Zq8vT3nRk5Wm2Xc9Lp4Hb7Yd \n");
    await input().press("Enter");
    await row(/^A greeting/).waitFor();
    const [, , , , renamed] = await tree.names();
    assert.match(renamed ?? "", /^A greeting, api_key=\[masked: /);
    await chat.messages("You").getByText("Greet me").waitFor();
    await press("F2");
    await input().fill("A greeting");
    await input().press("Enter");
    await rowsAre("About the Open File", "About greet", "Workspace", "Tell me more", "A greeting");
  });

  it("pins, whatever a thread is about, and unpins", async () => {
    await beginWithFile();
    await tree.press(/^Greet me/, "Pin Thread");
    await rowsAre(
      "About the Open File",
      "About greet",
      "Pinned",
      "Greet me",
      "Workspace",
      "Tell me more",
    );
    await tree.fromMenu(/^About greet/, "Pin Thread");
    await rowsAre("Pinned", "About greet", "Greet me", "Workspace", "Tell me more");
    await row(/^About greet, greet\.ts, /).waitFor();
    await suite.workbench.screenshot("threads-pinned");
    await tree.fromMenu(/^About greet/, "Unpin Thread");
    await rowsAre(
      "About the Open File",
      "About greet",
      "Pinned",
      "Greet me",
      "Workspace",
      "Tell me more",
    );
    await tree.press(/^Greet me/, "Unpin Thread");
    await rowsAre("About the Open File", "About greet", "Workspace", "Tell me more", "Greet me");
  });

  it("tells who points at a row what is in it, of which nothing is a link", async () => {
    await tree.show();
    const title = "[Run](command:workbench.action.quit) https://evil.example <b>bold</b>";
    await addThreads(suite.server, { title });
    await suite.workbench.tooltip(row(/^\[Run\]/), "2 messages", async (tooltip) => {
      await suite.workbench.screenshot("threads-tooltip");
      const text = await tooltip.innerText();
      assert.match(text, /\[Run\]\(command:workbench.action.quit\)/);
      assert.match(text, /<b>bold<\/b>/);
      assert.equal(await tooltip.locator("a, b").count(), 0);
    });
  });

  it("shows who works, and counts what was not read yet", async () => {
    await beginThreads();
    const chat = await open(/^Greet me/, "Greet me");
    await chat.ask("Take your time.");
    await open(/^Tell me more/, "Tell me more");
    await row(/^Greet me, Claude is working/).waitFor();
    await suite.workbench.screenshot("threads-working");
    assert.equal(await badge().count(), 0);
    writeFileSync(join(suite.bin, "go"), "");
    await row(/^Greet me, unread/).waitFor();
    assert.equal(await badge().innerText(), "1");
    await chat.newThread();
    await chat.ask("Fail.");
    // Who sees it fail has read that.
    await row(/^Fail\., failed, (now|\d)/).waitFor();
    assert.equal(await badge().innerText(), "1");
    await open(/^Tell me more/, "Tell me more");
    await suite.workbench.screenshot("threads-unread");

    await tree.open(/^Greet me/);
    await row(/^Greet me, (now|\d)/).waitFor();
    await badge().waitFor({ state: "detached" });
  });

  it("opens a thread to the side, also one that is open, and both show the same", async () => {
    await beginThreads();
    await open(/^Greet me/, "Greet me");
    await tree.press(/^Greet me/, "Open Thread to the Side");
    const both = [0, 1].map((nth) => suite.workbench.frame(nth));
    for (const frame of both)
      await frame.getByRole("article", { name: "You" }).getByText("Greet me").waitFor();
    const side = new ChatPage(suite.workbench);
    await side.ask("Both of you");
    for (const frame of both)
      await frame.getByRole("article", { name: "You" }).getByText("Both of you").waitFor();
    await side.answered("As you like.");
    await suite.workbench.screenshot("threads-side");
    // A click goes to the one that was active last, and the other stays. The button’s tip is over it.
    await side.input.hover();
    await tree.open(/^Tell me more/);
    const firstSaid = (nth: number) =>
      suite.workbench.frame(nth).getByRole("article", { name: "You" }).first();
    await suite.workbench.page
      .locator(".tabs-container")
      .getByRole("tab", { name: "Tell me more" })
      .waitFor();
    await until(
      () => Promise.all([0, 1].map((nth) => firstSaid(nth).innerText())),
      (texts) => /Greet me/.test(texts.join()) && /Tell me more/.test(texts.join()),
      "each shows its own",
    );
  });

  it("exports a thread as Markdown and as JSON, and copies it", async () => {
    await page().context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await beginThreads();
    await tree.open(/^Tell me more/);
    const exported = (name: string) => join(suite.folder, name);
    const choose = async (name: string) => {
      await tree.fromMenu(/^Tell me more/, "Export Thread…");
      // The dialog begins with the folder, and has the name when it has read that.
      const proposed = await until(
        () => input().inputValue(),
        (value) => value.endsWith("Tell me more.md"),
        "a file is proposed",
      );
      // In the workspace, Claude could have a link wait for that name.
      assert.ok(!proposed.startsWith(suite.folder), proposed);
      await input().fill(exported(name));
      // Until the dialog has gone to that folder, it takes the key for the way there.
      await page()
        .locator('.quick-input-widget:visible .monaco-list-row[aria-label="src"]')
        .waitFor();
      await input().press("Enter");
    };
    const exportAs = async (name: string) => {
      await choose(name);
      // While the dialog is still busy with its folder, it takes no key.
      const isWritten = async () => {
        await page().waitForTimeout(500);
        if (existsSync(exported(name))) return true;
        if (await input().isVisible()) await input().press("Enter");
        return false;
      };
      await until(isWritten, Boolean, `${name} is written`);
      return readFileSync(exported(name), "utf8");
    };
    const markdown = await exportAs("out.md");
    assert.match(markdown, /^# Tell me more\n\nBegun on .*\n\n## You\n\nTell me more\n\n## Claude/);
    const messages = JSON.parse(await exportAs("out.json")) as { role: string; parts: unknown[] }[];
    assert.deepEqual(
      messages.map(({ role }) => role),
      ["user", "assistant"],
    );
    symlinkSync(join(suite.bin, "outside.md"), exported("link.md"));
    await choose("link.md");
    await page().getByText("link.md already exists.").waitFor();
    await input().press("Enter");
    await suite.workbench.notification(
      /could not be exported: “link\.md” is a symbolic link, or in a folder that is one/,
    );
    assert.ok(!existsSync(exported("link.md")));
    await tree.fromMenu(/^Tell me more/, "Copy Thread as Markdown");
    await page().locator(".statusbar").getByText("was copied as Markdown").waitFor();
    assert.equal(await page().evaluate(() => navigator.clipboard.readText()), markdown);
  });

  it("says quietly that a file is missing, wherever its threads are, until it is back", async () => {
    const description = (name: RegExp) => row(name).locator(".label-description");
    const says = (name: RegExp, text: string) =>
      description(name).getByText(text, { exact: true }).waitFor();
    await beginWithFile();
    rmSync(join(suite.folder, "src/greet.ts"));
    await says(/^About the Open File/, "greet.ts · missing");
    await row(/^About greet, greet\.ts, missing, (now|\d)/).waitFor();
    await openFile("math.py");
    await says(/^src\/greet\.ts, missing$/, "src · missing");
    await row(/^src\/greet\.ts, missing$/).click();
    await suite.workbench.tooltip(
      row(/^About greet, greet\.ts, missing/),
      "src/greet.ts is not there at present.",
      () => suite.workbench.screenshot("threads-missing"),
    );
    await tree.fromMenu(/^About greet/, "Pin Thread");
    await description(/^About greet, greet\.ts, missing, /)
      .getByText(/^greet\.ts · missing · (now|\d)/)
      .waitFor();
    suite.write("src/greet.ts", "export const greet = () => 'back';\n");
    await row(/^About greet, greet\.ts, (now|\d)/).waitFor();
    assert.doesNotMatch(await description(/^About greet/).innerText(), /missing/);
    await tree.fromMenu(/^About greet/, "Unpin Thread");
    await says(/^src\/greet\.ts$/, "src");
  });

  it("reveals a thread’s file, and finds rows by VS Code’s own find", async () => {
    await beginWithFile();
    await focusTree();
    await page().keyboard.press("F3");
    const find = page().locator(".monaco-tree-type-filter input");
    await find.pressSequentially("Tell me");
    await row("Tell me more").locator(".monaco-highlighted-label .highlight").waitFor();
    await suite.workbench.screenshot("threads-find");
    await find.press("Escape");
    await tree.fromMenu(/^About greet/, "Reveal a Thread’s File");
    await page().locator(".explorer-folders-view").getByText("greet.ts").waitFor();
  });
});
