import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../support/paths";

interface Command {
  readonly command: string;
  readonly title?: string;
  readonly category?: string;
  readonly enablement?: string;
}

const { contributes } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  contributes: {
    commands: Command[];
    menus: Record<string, { command: string; when?: string }[]>;
  };
};
const { commands, menus } = contributes;

describe("the commands in the manifest", () => {
  it("have each a title and our category, and are there once", () => {
    for (const { command, title, category } of commands)
      assert.ok(title && category === "Sandbox Chat", command);
    assert.equal(new Set(commands.map(({ command }) => command)).size, commands.length);
  });

  it("are the only ones in menus", () => {
    const known = new Set(commands.map(({ command }) => command));
    const unknown = Object.values(menus)
      .flat()
      .filter(({ command }) => command && !known.has(command));
    assert.deepEqual(unknown, []);
  });

  // A condition that nobody sets would hide a command for ever, or never.
  it("have conditions that the extension sets", () => {
    const sources = ["extension.ts", "ui/threads.ts", "ui/sandboxCommands.ts"]
      .map((file) => readFileSync(join(root, "src", file), "utf8"))
      .join("\n");
    const conditions = [
      ...commands.map(({ enablement }) => enablement ?? ""),
      ...(menus["commandPalette"] ?? []).map(({ when }) => when ?? ""),
    ].join(" ");
    const named = [...conditions.matchAll(/sandboxChat\.(\w+)/g)].map(([, name]) => name ?? "");
    assert.ok(named.length > 10);
    const unset = named.filter((name) => !sources.includes(`setContext("${name}"`));
    assert.deepEqual(unset, []);
  });

  const conditional = {
    stop: /\bsandboxChat\.working/,
    restoreThread: /!sandboxChat\.emptyTrash/,
    continueInNewThread: /\bsandboxChat\.stored/,
    deleteThread: /!sandboxChat\.noThreads/,
    createSandbox: /sandbox != ready && !sandboxChat\.cannotCreate/,
    startSandbox: /sandbox != ready && !sandboxChat\.cannotStart/,
    startDocker: /sandbox != ready && !sandboxChat\.cannotStartDocker/,
    signIn: /sandbox != ready && !sandboxChat\.cannotSignIn/,
    logIn: /!sandboxChat\.cannotLogIn/,
    setToken: /!sandboxChat\.cannotLogIn/,
    useDemo: /runtime != demo/,
  };
  for (const [name, condition] of Object.entries(conditional))
    it(`offer ${name} only when it can be done`, () => {
      const command = `sandboxChat.${name}`;
      const offered =
        commands.find((one) => one.command === command)?.enablement ??
        menus["commandPalette"]?.find((one) => one.command === command)?.when;
      assert.match(offered ?? "", condition);
    });
});
