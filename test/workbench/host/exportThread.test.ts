import assert from "node:assert/strict";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { fileName } from "../../../src/shared/fileName";
import type { Conversation } from "../../../src/shared/thread";
import { exportThread } from "../../../src/ui/exportThread";
import { emptyConversation, message, textPart } from "../../support/conversations";

describe("a thread that is exported", () => {
  const workspace = () => realpathSync(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "");
  const thread: Conversation = {
    thread: { ...emptyConversation().thread, title: "Fix the tests" },
    messages: [message("ask", 0, "user", [textPart("Fix the tests")])],
  };
  const remembered = new Map<string, unknown>();
  const services = {
    whole: () => Promise.resolve(thread),
    globalState: {
      get: (key: string) => remembered.get(key),
      update: (key: string, value: unknown) => Promise.resolve(void remembered.set(key, value)),
    },
  } as Parameters<typeof exportThread>[0];
  const exportTo = (target: unknown) => exportThread(services, thread.thread, target);
  let outside = "";

  beforeEach(() => {
    remembered.clear();
    outside = mkdtempSync(join(realpathSync(tmpdir()), "sandbox-chat-export-"));
  });
  afterEach(() => {
    rmSync(outside, { recursive: true, force: true });
    for (const name of readdirSync(workspace()))
      if (name !== ".vscode") rmSync(join(workspace(), name), { recursive: true, force: true });
  });

  it("is written to no link, not even to one that leads to nothing yet", async () => {
    const profile = join(outside, ".bash_profile");
    const target = join(workspace(), `${fileName(thread.thread.title)}.md`);
    symlinkSync(profile, target);
    await assert.rejects(exportTo(vscode.Uri.file(target)), /is a symbolic link/);
    writeFileSync(profile, "mine");
    await assert.rejects(exportTo(vscode.Uri.file(target)), /is a symbolic link/);
    assert.equal(readFileSync(profile, "utf8"), "mine");
    assert.deepEqual(readdirSync(outside), [".bash_profile"]);
    assert.ok(lstatSync(target).isSymbolicLink());
  });

  it("is written to no folder of the workspace that is a link", async () => {
    symlinkSync(outside, join(workspace(), "notes"));
    const target = vscode.Uri.file(join(workspace(), "notes", "thread.md"));
    await assert.rejects(exportTo(target), /is a symbolic link/);
    assert.deepEqual(readdirSync(outside), []);
  });

  it("is written whole, in the form that its ending says, in new folders too", async () => {
    const file = join(outside, "new", "thread.md");
    await exportTo(vscode.Uri.file(file));
    await exportTo(vscode.Uri.file(file));
    assert.match(readFileSync(file, "utf8"), /^# Fix the tests\n/);
    await exportTo(vscode.Uri.file(join(workspace(), "thread.json")));
    const messages: unknown = JSON.parse(readFileSync(join(workspace(), "thread.json"), "utf8"));
    assert.ok(Array.isArray(messages) && messages.length === 1);
    assert.deepEqual(readdirSync(dirname(file)), ["thread.md"]);
  });

  it("is written by VS Code where that is no file of this machine", async () => {
    const written = new Map<string, string>();
    const none = () => undefined;
    const nothing = () => new vscode.Disposable(none);
    const registered = vscode.workspace.registerFileSystemProvider("export-test", {
      onDidChangeFile: nothing,
      watch: nothing,
      stat: () => {
        throw vscode.FileSystemError.FileNotFound();
      },
      readDirectory: () => [],
      createDirectory: none,
      readFile: () => new Uint8Array(),
      writeFile: (uri, content) => void written.set(uri.path, Buffer.from(content).toString()),
      delete: none,
      rename: none,
    });
    await exportTo(vscode.Uri.parse("export-test:/thread.md"));
    registered.dispose();
    assert.match(written.get("/thread.md") ?? "", /^# Fix the tests\n/);
  });

  describe("is proposed a folder that the sandbox cannot write", () => {
    const { showSaveDialog } = vscode.window;
    const asks = (dialog: typeof showSaveDialog) =>
      void Object.defineProperty(vscode.window, "showSaveDialog", {
        value: dialog,
        configurable: true,
      });
    afterEach(() => asks(showSaveDialog));
    /** Exports to a path, and returns the one that was proposed. */
    const choosing = async (path: string): Promise<string> => {
      let proposed = "";
      asks((options) => {
        proposed = options?.defaultUri?.fsPath ?? "";
        return Promise.resolve(vscode.Uri.file(path));
      });
      await exportTo(undefined);
      await vscode.commands.executeCommand("notifications.clearAll");
      return proposed;
    };

    it("the home folder at first, and then the one that was chosen", async () => {
      const documents = join(homedir(), "Documents");
      const first = join(existsSync(documents) ? documents : homedir(), "Fix the tests.md");
      assert.equal(await choosing(join(outside, "one.md")), first);
      assert.equal(await choosing(join(outside, "two.md")), join(outside, "Fix the tests.md"));
      rmSync(outside, { recursive: true });
      assert.equal(await choosing(join(outside, "three.md")), first);
    });

    it("and never the workspace, not by a link either, though that was chosen", async () => {
      const within = join(workspace(), "notes");
      mkdirSync(within);
      for (const folder of [workspace(), within]) {
        const proposed = await choosing(join(folder, "one.md"));
        assert.ok(!proposed.startsWith(workspace()), proposed);
      }
      symlinkSync(within, join(outside, "link"));
      await choosing(join(outside, "link", "two.md"));
      const proposed = await choosing(join(outside, "three.md"));
      assert.notEqual(dirname(proposed), join(outside, "link"));
    });
  });
});
