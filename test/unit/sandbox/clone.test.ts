import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { canClone, listNow } from "../../../src/sandbox/clone";
import { sbx } from "../../../src/sandbox/sbx";
import { temporaryFolder } from "../../support/temporaryFolder";

/** What `sbx create --help` prints in 0.42, with fewer of its flags. */
const HELP = `Create a sandbox with access to a host workspace for an agent.

Usage:
  sbx create [flags] AGENT|SANDBOX_KIT [PATH...]
  sbx create COMMAND

Examples:
  # Create with additional read-only workspaces
  sbx create claude . /path/to/docs:ro

  # Run the agent on an in-container clone of the host repo, wired back via a git-daemon
  sbx create --clone claude .

Flags:
      --clone             Run the agent on a private in-container clone of the host Git repository (mounted read-only) instead of bind-mounting the workspace; the agent's commits are accessible via the sandbox-<name> git remote on the host
      --cpus int          Number of CPUs to allocate to the sandbox (0 = auto: all host CPUs)
  -h, --help              help for create
      --name string       Name for the sandbox (default: <agent>-<workdir>)
`;
const without = (...lines: RegExp[]) =>
  HELP.split("\n")
    .filter((line) => !lines.some((one) => one.test(line)))
    .join("\n");

describe("a sandbox of sbx with a clone", function () {
  before(function () {
    if (process.platform === "win32") this.skip();
  });
  const folder = temporaryFolder();
  const repository = () => join(folder(), "api");
  const program = () => join(folder(), "sbx");
  beforeEach(() => mkdirSync(join(repository(), ".git"), { recursive: true }));

  /** An `sbx` that writes down what it is asked. */
  const script = (body: string): void => {
    writeFileSync(program(), `#!/bin/sh\necho "$*" >>"${folder()}/asked"\n${body}\n`);
    chmodSync(program(), 0o755);
  };
  const print = (text: string, code = 0) => {
    writeFileSync(join(folder(), "text"), text);
    script(`cat "${folder()}/text"; exit ${code}`);
  };
  const asked = () =>
    existsSync(join(folder(), "asked"))
      ? readFileSync(join(folder(), "asked"), "utf8").trimEnd().split("\n")
      : [];

  it("can be had where its program's help has the flag, and is asked for once", async () => {
    print(HELP);
    assert.equal(await canClone(program(), repository()), true);
    assert.deepEqual(asked(), ["create --help"]);
  });

  it("cannot be had of a program that only speaks of it, is older, fails, or is not there", async () => {
    for (const [what, help, code] of [
      ["older", without(/clone/), 0],
      ["an example", without(/^ +--clone /), 0],
      ["another flag", HELP.replaceAll("--clone ", "--clone-depth "), 0],
      ["words", "Flags: --clone\n", 0],
      ["nothing", "", 0],
      ["failed", HELP, 1],
    ] as const) {
      print(help, code);
      assert.equal(await canClone(program(), repository()), false, what);
    }
    rmSync(program());
    assert.equal(await canClone(program(), repository()), false);
  });

  it("cannot be had of a program that says no end of things, or nothing", async () => {
    script(`cat "${folder()}/text"; yes '      --clone2'`);
    writeFileSync(join(folder(), "text"), HELP);
    assert.equal(await canClone(program(), repository()), false);
    script("sleep 600");
    assert.equal(await canClone(program(), repository(), 200), false);
    script(`cat "${folder()}/text"; sleep 600`);
    assert.equal(await canClone(program(), repository(), 200), false);
  });

  it("is not even asked for where the folder is no repository's own, or has not all of it", async () => {
    print(HELP);
    const git = join(repository(), ".git");
    writeFileSync(join(git, "shallow"), "");
    assert.equal(await canClone(program(), repository()), false, "shallow");
    rmSync(git, { recursive: true });
    assert.equal(await canClone(program(), repository()), false, "none");
    writeFileSync(git, "gitdir: ../elsewhere\n");
    assert.equal(await canClone(program(), repository()), false, "a linked worktree");
    rmSync(git);
    symlinkSync(folder(), git);
    assert.equal(await canClone(program(), repository()), false, "a link");
    assert.equal(await canClone(program(), join(folder(), "nowhere")), false, "no folder");
    assert.deepEqual(asked(), []);
  });

  const inFile = (name: string, text: string) => writeFileSync(join(folder(), name), text);
  /** One that has this help, and prints this as its list. */
  const sandbox = (list: string, help = HELP, clone = false) => {
    inFile("help", help);
    inFile("list", list);
    script(
      `case "$*" in *" ls --json") cat "${folder()}/list" ;; *) cat "${folder()}/help" ;; esac`,
    );
    return sbx({
      ...{ sbxPath: program(), name: "app", noInput: true, clone },
      ...{ workspace: repository(), hostWorkspace: repository() },
    });
  };
  const OTHERS = JSON.stringify({ sandboxes: [{ name: "other", id: "1" }] });

  it("is made by an argv of its own, and known by its id, its label and its remote", async () => {
    const plain = sandbox(OTHERS);
    const clone = await plain.createClone?.();
    assert.deepEqual(clone?.argv, [
      ...[program(), "--no-input", "create", "--clone", "--name", "app", "claude", repository()],
    ]);
    assert.equal(clone.remote, "sandbox-app");
    assert.deepEqual([plain.label, plain.cloneRemote], ["sbx sandbox app", undefined]);
    const made = sandbox(OTHERS, HELP, true);
    assert.deepEqual([made.label, made.cloneRemote], ["sbx sandbox app (clone)", "sandbox-app"]);
    inFile("list", OTHERS.replace("]", ',{"name":"app","id":"2-x"}]'));
    assert.equal(await clone.madeId(), "2-x");
    assert.equal(asked().at(-1), "--no-input ls --json");
  });

  it("is not made where one of the name is there, or may be, which could be taken for it", async () => {
    for (const list of [
      '{"sandboxes":[{"name":"app"}]}',
      '{"sandboxes":[{"name":"app","id":"1"}]}',
    ])
      assert.equal(await sandbox(list).createClone?.(), undefined, list);
    for (const list of ["", "{", "[]"])
      assert.equal(await sandbox(list).createClone?.(), undefined, list);
    assert.equal(await sandbox(OTHERS, without(/clone/)).createClone?.(), undefined);
    const silent = sandbox(OTHERS);
    script(`cat "${folder()}/list"; exit 1`);
    assert.equal(await silent.createClone?.(), undefined);
    script("yes");
    assert.equal(await silent.createClone?.(), undefined);
  });

  it("has no id where none is told, or an odd one", async () => {
    const clone = await sandbox(OTHERS).createClone?.();
    assert.ok(clone);
    for (const id of [undefined, 7, "", "a b", "--force", "x".repeat(129)]) {
      inFile("list", JSON.stringify({ sandboxes: [{ name: "app", id }] }));
      assert.equal(await clone.madeId(), undefined, String(id));
    }
    for (const list of ["", "{", '{"sandboxes":[]}']) {
      inFile("list", list);
      assert.equal(await clone.madeId(), undefined, list);
    }
  });

  it("is not waited for without end, when its program says nothing", async () => {
    script("sleep 600");
    assert.equal(await listNow([program()], 200), undefined);
  });
});
