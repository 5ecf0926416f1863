import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { readFile, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { fileNow, textNow } from "../../../src/ui/files";
import { settings } from "../../../src/ui/settings";
import { swappers, whileSwapped } from "../../support/swapper";

const SECRET = "the secret of this machine";

describe("a file that Claude is told of", () => {
  const home = () => vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file("/none");
  const workspace = () => realpathSync(home().fsPath);
  const at = (name: string) => join(workspace(), name);
  const uriOf = (name: string) => vscode.Uri.joinPath(home(), name);
  const write = (name: string, content: string | Uint8Array) => writeFileSync(at(name), content);
  const now = async (name: string) =>
    (await fileNow({ type: "file", id: name }, home(), "/inside")).content;
  const told = async (name: string) => {
    const content = await now(name);
    return typeof content === "string" ? content : content.text;
  };
  let outside = "";

  beforeEach(() => {
    outside = mkdtempSync(join(realpathSync(tmpdir()), "sandbox-chat-outside-"));
    writeFileSync(join(outside, "key"), SECRET);
  });
  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    rmSync(outside, { recursive: true, force: true });
    for (const name of readdirSync(workspace()))
      rmSync(join(workspace(), name), { recursive: true, force: true });
  });

  it("is its text with its language, as VS Code decodes it", async () => {
    write("a.ts", "let a;\r\nlet b;\n");
    const content = await now("a.ts");
    assert.ok(typeof content === "object");
    assert.deepEqual(
      [content.text, content.language, content.unsaved],
      ["let a;\r\nlet b;\n", "typescript", false],
    );
    write("wide.txt", Buffer.from("\uFEFFgrüße", "utf16le"));
    assert.equal(await told("wide.txt"), "grüße");
    write("empty.txt", "");
    assert.equal(await told("empty.txt"), "");
    write("picture.bin", Uint8Array.of(0x89, 0, 1, 2));
    assert.equal(await told("picture.bin"), "binary");
    assert.equal(await told("none.txt"), "missing");
    mkdirSync(at("folder"));
    assert.equal(await told("folder"), "unreadable");
  });

  it("is the beginning and the end of one that is large", async () => {
    write("large.txt", `begin${"ü".repeat(1_000_000)}end`);
    const content = await now("large.txt");
    assert.ok(typeof content === "object" && content.end);
    assert.match(content.text, /^beginü+$/);
    assert.match(content.end.text, /^ü+end$/);
  });

  it("is what is written in its editor and not saved yet, while it does not lead out", async () => {
    write("a.txt", "saved");
    const editor = await vscode.window.showTextDocument(uriOf("a.txt"));
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "un"));
    assert.equal(await told("a.txt"), "unsaved");
    assert.equal(await textNow(uriOf("a.txt")), "unsaved");
    rmSync(at("a.txt"));
    assert.equal(await told("a.txt"), "unsaved");
    symlinkSync(join(outside, "key"), at("a.txt"));
    assert.equal(await told("a.txt"), "leadsOut");
  });

  it("is not what its editor has read through a link that was there before", async () => {
    symlinkSync(join(outside, "key"), at("a.txt"));
    const document = await vscode.workspace.openTextDocument(uriOf("a.txt"));
    assert.equal(document.getText(), SECRET);
    write("b.txt", "harmless");
    renameSync(at("b.txt"), at("a.txt"));
    assert.equal(await told("a.txt"), "harmless");
  });

  it("shows nothing of a link that takes its place for moments", async () => {
    const root = vscode.extensions.getExtension("sandbox-chat.sandbox-chat")?.extensionPath ?? "";
    const ways = swappers(root);
    const program = ways["exchanged at once"] ?? ways["renamed over"] ?? [];
    for (const content of ["harmless", "harmless ".repeat(200_000)]) {
      write("a.txt", content);
      symlinkSync(join(outside, "key"), at("link"));
      const seen = new Map<string, number>();
      let leaked = 0;
      // Whether there is a leak to be had at all, by who looks first and reads then.
      const naive = async () =>
        (await realpath(at("a.txt"))) === at("a.txt") ? readFile(at("a.txt"), "utf8") : "";
      const look = async () => {
        const text = await told("a.txt");
        const what = text.startsWith("harmless") ? "harmless" : text;
        seen.set(what, (seen.get(what) ?? 0) + 1);
        if (leaked === 0 && (await naive().catch(() => "")).includes("secret")) leaked++;
      };
      const enough = () => leaked > 0 && seen.has("harmless") && seen.has("leadsOut");
      const tolerant = () =>
        look().catch((error: unknown) => assert.match(String(error), /ENOENT/));
      await whileSwapped(program, at("a.txt"), at("link"), tolerant, enough);
      for (const what of seen.keys())
        assert.ok(["harmless", "leadsOut", "missing", "unreadable"].includes(what), what);
      rmSync(at("link"));
    }
  });
});

describe("a setting of the workspace", () => {
  const home = () => vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file("/none");

  it("is not written where a link leads", async () => {
    const outside = mkdtempSync(join(realpathSync(tmpdir()), "sandbox-chat-outside-"));
    const link = join(home().fsPath, ".vscode");
    symlinkSync(outside, link);
    try {
      await assert.rejects(settings.chooseDemo(), /is a symbolic link/);
      assert.deepEqual(readdirSync(outside), []);
    } finally {
      rmSync(link);
      rmSync(outside, { recursive: true });
    }
  });
});
