import assert from "node:assert/strict";
import * as vscode from "vscode";

const id = "sandbox-chat.sandbox-chat";

function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(id);
  assert.ok(found, `no extension ${id}`);
  return found;
}

interface Manifest {
  activationEvents?: string[];
  contributes: {
    commands: { command: string; title: string; category: string }[];
    configuration:
      | { properties: Record<string, { default?: unknown }> }
      | { properties: Record<string, { default?: unknown }> }[];
  };
}

const manifest = (): Manifest => extension().packageJSON as Manifest;

/** VS Code puts a prefix of its own before a panel's type. */
function chats(): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(
      ({ input }) =>
        input instanceof vscode.TabInputWebview &&
        input.viewType === "mainThreadWebview-sandboxChat.chat",
    );
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    assert.ok(Date.now() < deadline, `not within 10 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("the manifest", () => {
  // VS Code for the web loses the workspace storage of an extension whose id has a capital in it.
  it("has an id in lower case", () => {
    assert.equal(extension().id, id);
  });

  it("activates on need only", () => {
    const events = manifest().activationEvents ?? [];
    assert.deepEqual(
      events.filter((event) => event === "*" || event === "onStartupFinished"),
      [],
    );
    assert.ok(events.includes("onWebviewPanel:sandboxChat.chat"), "a restored panel comes to life");
  });

  it("names its commands as the palette shows them", () => {
    const titles = new Map(
      manifest().contributes.commands.map(({ command, category, title }) => [
        command,
        `${category}: ${title}`,
      ]),
    );
    const shown = {
      "sandboxChat.open": "Sandbox Chat: Open Chat",
      "sandboxChat.newThread": "Sandbox Chat: New Thread",
      "sandboxChat.newThreadForFile": "Sandbox Chat: New Thread About This File",
      "sandboxChat.searchThreads": "Sandbox Chat: Search Threads…",
      "sandboxChat.deleteThread": "Sandbox Chat: Delete Thread",
      "sandboxChat.restoreThread": "Sandbox Chat: Restore Deleted Thread…",
      "sandboxChat.stop": "Sandbox Chat: Stop",
      "sandboxChat.checkSandbox": "Sandbox Chat: Check Sandbox",
      "sandboxChat.createSandbox": "Sandbox Chat: Create Sandbox…",
      "sandboxChat.logIn": "Sandbox Chat: Log In to Claude…",
      "sandboxChat.setToken": "Sandbox Chat: Set Claude Token…",
    };
    for (const [command, title] of Object.entries(shown)) assert.equal(titles.get(command), title);
    assert.ok(titles.has("sandboxChat.resumeThread"));
  });
});

describe("the settings", () => {
  const defaults: Record<string, unknown> = {
    "sandbox.runtime": "auto",
    "sandbox.name": "",
    "sandbox.workspace": "",
    "sandbox.env": {},
    "sandbox.dockerPath": "docker",
    "sandbox.sbxPath": "sbx",
    "sandbox.command": [],
    "claude.path": "claude",
    "claude.model": "",
    "claude.permissionMode": "bypassPermissions",
    "claude.extraArgs": [],
    "claude.allowApiKey": false,
    "context.includeFile": true,
  };
  for (const [key, expected] of Object.entries(defaults)) {
    it(`${key} is ${JSON.stringify(expected)} unless set`, () => {
      const setting = vscode.workspace.getConfiguration("sandboxChat").inspect(key);
      assert.deepEqual(setting?.defaultValue, expected);
    });
  }

  it("that say which program runs here are the user's alone, never a workspace's", () => {
    const { configuration } = manifest().contributes;
    const properties = Object.assign(
      {},
      ...[configuration].flat().map((group) => group.properties),
    ) as Record<string, { scope?: string }>;
    for (const key of ["dockerPath", "sbxPath", "command", "env"])
      assert.equal(properties[`sandboxChat.sandbox.${key}`]?.scope, "machine", key);
  });

  it("are each described", () => {
    const { configuration } = manifest().contributes;
    const properties = [configuration].flat().flatMap((group) => Object.entries(group.properties));
    const silent = properties.filter(
      ([, property]) => !("markdownDescription" in property || "description" in property),
    );
    assert.deepEqual(
      silent.map(([key]) => key),
      [],
    );
  });
});

describe("the VS Code that this runs in", () => {
  it("refuses proposed API, as any VS Code does to an installed extension", () => {
    const window = vscode.window as unknown as Record<string, (...given: unknown[]) => unknown>;
    const propose = () => window["registerQuickDiffProvider"]?.({}, {}, "id", "label");
    assert.throws(propose, /CANNOT use API proposal: quickDiffProvider/);
  });
});

describe("activation", () => {
  it("has not happened before the first use", () => {
    assert.equal(extension().isActive, false);
  });

  it("happens with the first command, and registers all that the manifest names", async () => {
    await vscode.commands.executeCommand("sandboxChat.open");
    assert.equal(extension().isActive, true);
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = manifest().contributes.commands.filter(
      ({ command }) => !registered.has(command),
    );
    assert.deepEqual(missing, []);
  });
});

describe("Open Chat", () => {
  afterEach(() => vscode.window.tabGroups.close(chats()));

  it("opens one tab, and a second time reveals it", async () => {
    await vscode.commands.executeCommand("sandboxChat.open");
    await until("a tab with the chat", () => chats().length === 1);
    await vscode.commands.executeCommand("workbench.action.files.newUntitledFile");
    await until("another editor in front", () => !chats()[0]?.isActive);
    await vscode.commands.executeCommand("sandboxChat.open");
    await until("the chat in front again", () => chats()[0]?.isActive === true);
    assert.equal(chats().length, 1);
  });

  it("opens anew after its tab was closed", async () => {
    await vscode.commands.executeCommand("sandboxChat.open");
    await until("a tab with the chat", () => chats().length === 1);
    await vscode.window.tabGroups.close(chats());
    await until("no tab with the chat", () => chats().length === 0);
    await vscode.commands.executeCommand("sandboxChat.open");
    await until("a tab with the chat again", () => chats().length === 1);
  });
});

describe("a command that another extension runs", () => {
  afterEach(async () => {
    await vscode.window.tabGroups.close(chats());
    await until("no tab with the chat", () => chats().length === 0);
  });
  const run = (name: string, ...given: unknown[]) =>
    vscode.commands.executeCommand(`sandboxChat.${name}`, ...given);

  it("tells what came of it", async () => {
    const id = await run("newThread");
    assert.match(String(id), /^[0-9a-f-]{36}$/);
    await until("a tab with the chat", () => chats().length === 1);
    assert.equal(await run("stop"), false);
    assert.equal(await run("stop", id), false);
    // It has no message that it could go on from.
    assert.equal(await run("continueInNewThread"), undefined);
    assert.equal(await run("checkSandbox"), "offline");
  });

  const bad = ["", "x".repeat(200), 7, {}, [], { id: "../../etc/passwd" }, "no-such-thread"];
  for (const name of ["stop", "restoreThread", "renameThread", "exportThread", "copyThread"])
    it(`${name} does nothing for what is no thread`, async () => {
      for (const argument of bad) assert.equal(await run(name, argument), undefined);
    });

  it("is not asked for what it was given badly", async () => {
    for (const argument of [7, {}, [], true]) {
      assert.equal(await run("searchThreads", argument), undefined);
      assert.equal(await run("chooseModel", argument), undefined);
    }
  });
});

describe("Report Issue…", () => {
  it("is a document with versions, changed settings and the log, in which nothing is secret", async () => {
    const secret = `ghp_${"a1B2".repeat(9)}`;
    const configuration = vscode.workspace.getConfiguration("sandboxChat");
    const global = vscode.ConfigurationTarget.Global;
    await configuration.update("sandbox.env", { MY_VARIABLE: "hunter2" }, global);
    await configuration.update("claude.extraArgs", ["--header", secret], global);
    await vscode.commands.executeCommand("sandboxChat.resumeThread", "no-such-thread");
    await vscode.commands.executeCommand("sandboxChat.reportIssue");
    const text = vscode.window.activeTextEditor?.document.getText() ?? "";
    await configuration.update("sandbox.env", undefined, global);
    await configuration.update("claude.extraArgs", undefined, global);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    const { version } = extension().packageJSON as { version: string };
    assert.ok(text.includes(`- Sandbox Chat: ${version}\n`), text);
    assert.ok(text.includes(`- VS Code: ${vscode.version} `));
    assert.match(text, /- Docker client: (Docker|ENOENT|does not)/);
    assert.match(text, /"sandbox\.env": \[\s*"MY_VARIABLE"\s*\]/);
    assert.match(text, /"--header",\s*"\[masked: /);
    assert.match(text, /\[info\] The runtime “auto” /, "the log");
    assert.doesNotMatch(text, /hunter2|ghp_|claude\.model/);
  });
});

describe("Resume Thread, as other extensions and keybindings may run it", () => {
  const bad = ["../../etc/passwd", "", "x".repeat(200), 7, {}, { id: "a b" }, "no-such-thread"];
  for (const argument of bad)
    it(`opens nothing for ${JSON.stringify(argument).slice(0, 30)}`, async () => {
      await vscode.commands.executeCommand("sandboxChat.resumeThread", argument);
      assert.equal(chats().length, 0);
    });
});
