import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { collect, startProcess } from "../../../src/sandbox/childProcess";
import {
  customSandbox as customSandboxOf,
  type CustomOptions,
} from "../../../src/sandbox/customSandbox";
import { problemOf } from "../../../src/sandbox/problem";
import { SettingError } from "../../../src/sandbox/settingError";
import { sandboxRuntimeContract } from "../../support/sandboxRuntimeContract";
import { findProgram } from "../../support/findProgram";
import { temporaryFolder } from "../../support/temporaryFolder";

const customSandbox = (options: Omit<CustomOptions, "ofWorkspace" | "hostWorkspace">) =>
  customSandboxOf({ ofWorkspace: [], hostWorkspace: "/no/folder", ...options });

describe("a command of one's own", function () {
  before(function () {
    if (process.platform !== "linux") this.skip();
  });
  const folder = temporaryFolder();
  const custom = (...command: string[]) =>
    customSandbox({ command, name: "app", workspace: folder() });

  // As `kubectl exec -i pod --` does: what follows is an argv.
  sandboxRuntimeContract("custom, an argv behind the template", () => custom("env", "--"));

  // As sshd does: it has the shell of the user read one string.
  for (const shell of ["dash", "bash", "busybox"]) {
    const program = findProgram(shell);
    const argv = shell === "busybox" ? [shell, "sh"] : [shell];
    if (program)
      sandboxRuntimeContract(`custom, a string for ${shell}`, () =>
        custom(...argv, "-c", "true; ${command}"),
      );
  }

  it("has its name and the workspace filled in, each in its place", async () => {
    const program = join(folder(), "client");
    writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" | head -n 3\n`);
    chmodSync(program, 0o755);
    const sandbox = custom(program, "pod/${name}", "--in=${workspace}", "${other} $&");
    const { stdout } = await collect(sandbox.exec(["x"]), 10_000);
    assert.equal(stdout, `pod/app\n--in=${folder()}\n\${other} $&\n`);
  });

  it("takes no path that a shell could read a command in", () => {
    const choose = (path: string, ...command: string[]) =>
      customSandbox({ command, name: "app", workspace: path });
    for (const path of ["/a;touch b", "/$(touch b)", "/`b`", "/${command}", "/a\nb", "/a'b", '/"'])
      assert.throws(() => choose(path, "sh", "-c", "cd ${workspace}; x"), SettingError, path);
    assert.equal(choose("/My App (2)", "ssh", "box", "${command}").workspace, "/My App (2)");
    assert.equal(choose("/Größe, 2", "sh", "-c", "cd '${workspace}'; x").workspace, "/Größe, 2");
  });

  it("is its user's alone: a workspace neither chooses it nor names what it leads to", () => {
    const choose = (ofWorkspace: CustomOptions["ofWorkspace"], ...command: string[]) =>
      customSandboxOf({
        ...{ command, name: "evil.example", ofWorkspace },
        ...{ workspace: "/w", hostWorkspace: "/no/folder" },
      });
    assert.throws(() => choose(["runtime"], "ssh", "box", "${command}"), SettingError);
    assert.throws(() => choose(["name"], "ssh", "${name}", "${command}"), /sandbox\.name/);
    assert.equal(choose(["name"], "ssh", "box", "${command}").label, "ssh box");
  });

  it("asks for a terminal as its client is asked for one", () => {
    const begin = (...command: string[]) =>
      customSandbox({ command, name: "app", workspace: "/w" })
        .terminal?.(["claude", "/login"], {})
        .argv.slice(0, command.length + 1);
    assert.deepEqual(begin("my-kubectl", "exec", "-i", "app", "--"), [
      ...["my-kubectl", "exec", "-it", "app", "--", "sh"],
    ]);
    assert.deepEqual(begin("/usr/bin/ssh", "box", "${command}")?.slice(0, 3), [
      ...["/usr/bin/ssh", "-t", "box"],
    ]);
  });

  it("has the variables for Claude in a terminal, too, and no secret on its command line", async () => {
    const script = 'echo "$CLAUDE_CONFIG_DIR, $CLAUDE_CODE_OAUTH_TOKEN"';
    const variables = { CLAUDE_CONFIG_DIR: "/a b/'c'", CLAUDE_CODE_OAUTH_TOKEN: "hidden" };
    for (const sandbox of [custom("env", "--"), custom("sh", "-c", "true; ${command}")]) {
      const { argv = [] } = sandbox.terminal?.(["sh", "-c", script], variables) ?? {};
      assert.doesNotMatch(argv.join(" "), /hidden/);
      const { stdout } = await collect(startProcess(argv), 10_000);
      assert.equal(stdout, "/a b/'c', \n");
    }
  });

  it("must be a list that begins with a program", () => {
    for (const command of [undefined, null, "ssh box", [], [""], [" "], ["ssh", 1], {}, [["ssh"]]])
      assert.throws(
        () => customSandbox({ command, name: "app", workspace: "/w" }),
        SettingError,
        JSON.stringify(command),
      );
  });

  it("says what is wrong in words that are understood", async () => {
    const problem = async (sandbox: ReturnType<typeof custom>) => {
      const { stdout, ...exit } = await collect(sandbox.exec(["no-such-program"]), 10_000);
      return problemOf(exit, stdout);
    };
    assert.equal(await problem(custom("env", "--")), "claudeMissing");
    assert.equal(await problem(custom("/no/such/client")), "cliMissing");
    const elsewhere = customSandbox({ command: ["env", "--"], name: "app", workspace: "/nowhere" });
    assert.equal(await problem(elsewhere), "badWorkspace");
  });
});
