import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import type { HostFile } from "../../../src/shared/hostFile";
import { HostScanner } from "../../../src/workspace/hostSnapshot";
import { guardedFolder } from "../../support/guardedFolder";
import { until } from "../../support/until";

const { folder, at, git, write, files, Told } = guardedFolder();

const text = (name: string) => readFileSync(at(name), "utf8");
const gone = (...names: string[]) =>
  until(
    () => names.filter((name) => existsSync(at(name))),
    (there) => there.length === 0,
    `${names.join()} are taken back`,
  );
const becomes = (name: string, wanted: string) =>
  until(
    () => text(name),
    (now) => now === wanted,
    `${name} is as it was`,
  );
const isHarmless = (...names: string[]) =>
  until(
    () => names.filter((name) => existsSync(at(name)) && text(name).includes("evil")),
    (evil) => evil.length === 0,
    `${names.join()} are harmless`,
  );
const paths = (files: readonly HostFile[] = []) => files.map((file) => file.path);
/** More than is kept of a file. */
const LARGE = "x".repeat(1_200_000);

/** Does something again and again until the end of the test. */
const loops: NodeJS.Timeout[] = [];
const repeat = (act: () => void, every = 5) => loops.push(setInterval(act, every));
afterEach(() => loops.splice(0).forEach(clearInterval));

describe("what git comes to by what was there before", () => {
  beforeEach(() => {
    git("init", "-q");
    git("config", "core.hooksPath", ".husky");
    write(".husky/pre-push", "mine", 0o755);
  });

  const evil = () => {
    write(".husky/pre-commit", "evil", 0o755);
    write(".husky/pre-push", "evil", 0o755);
  };
  const isBack = async () => {
    await gone(".husky/pre-commit");
    await becomes(".husky/pre-push", "mine");
  };

  it("is taken back though the way there is written twice", async () => {
    const guard = new Told().guard("block");
    await guard.begin("t");
    git("config", "--add", "core.hooksPath", ".husky");
    evil();
    await isBack();
  });

  it("is taken back though other settings change all the time where the way is written", async () => {
    const guard = new Told().guard("block");
    await guard.begin("t");
    const before = text(".git/config");
    let count = 0;
    repeat(() => write(".git/config", `${before}[pager]\n\tx${count++} = evil\n`));
    evil();
    await isBack();
  });

  it("is taken back though another way there is made again and again", async () => {
    mkdirSync(at("aaa"));
    git("-C", "aaa", "init", "-q");
    const guard = new Told().guard("block");
    await guard.begin("t");
    const before = text("aaa/.git/config");
    repeat(() => write("aaa/.git/config", `${before}[core]\n\thooksPath = ../.husky\n`));
    evil();
    await isBack();
  });

  it("is taken back in a repository's linked worktree", async () => {
    git("commit", "-q", "--allow-empty", "-m", "one");
    git("worktree", "add", "-q", "linked");
    mkdirSync(at("linked/.husky"));
    const guard = new Told().guard("block");
    await guard.begin("t");
    write("linked/.husky/pre-commit", "#!/bin/sh\ntouch ran", 0o755);
    await gone("linked/.husky/pre-commit");
    git("-C", "linked", "commit", "-q", "--allow-empty", "-m", "two");
    assert.equal(existsSync(at("linked/ran")), false);
  });

  it("is taken back in a repository that was not known, unless only that leads there", async () => {
    const DEEP = "deep/down/under/here";
    git("init", "-q", DEEP);
    git("-C", DEEP, "config", "core.hooksPath", "../../../../.husky");
    git("-C", DEEP, "config", "include.path", "../only-here.ini");
    write(`${DEEP}/only-here.ini`, "[alias]\n\tx = !mine\n");
    let find: (found: readonly string[]) => void = () => undefined;
    const guard = new Told().guard("block", new Promise((resolve) => (find = resolve)));
    const opened = guard.opened();
    await guard.begin("t");
    repeat(evil);
    find([DEEP]);
    await opened;
    loops.splice(0).forEach(clearInterval);
    await isBack();
    assert.match(text(`${DEEP}/only-here.ini`), /!mine/);
  });

  it("is as it was where that is known, runs no more where it is not, and goes where it is new", async () => {
    write(".husky/post-merge", LARGE, 0o755);
    const told = new Told();
    const guard = told.guard("block");
    await guard.begin("t");
    for (const name of ["pre-push", "post-merge", "pre-commit"])
      write(`.husky/${name}`, `${LARGE}evil`, 0o755);
    await isBack();
    await until(
      () => statSync(at(".husky/post-merge")).mode & 0o111,
      (bits) => bits === 0,
      "the hook is not executable",
    );
    assert.equal(text(".husky/post-merge"), `${LARGE}evil`);
    const { files = [] } = (await guard.end("t")) ?? {};
    assert.deepEqual(
      files
        .filter(({ outcome }) => outcome === "heldBack")
        .map(({ path }) => path)
        .sort(),
      [".husky/post-merge", ".husky/pre-commit", ".husky/pre-push"],
    );
    assert.deepEqual(told.stuck, []);
  });

  it("is told at once where it cannot be taken back", async () => {
    git("config", "include.path", "../large.ini");
    write("large.ini", `[alias]\n\tx = !mine\n# ${LARGE}`);
    symlinkSync("real", at("link"));
    write("real/hooks/pre-commit", "mine", 0o755);
    git("config", "core.hooksPath", "link/hooks");
    const told = new Told();
    const guard = told.guard("block");
    await guard.begin("t");
    write("large.ini", `[alias]\n\tx = !evil\n# ${LARGE}`);
    write("real/hooks/pre-commit", "evil", 0o755);
    await until(
      () => paths(told.stuck).sort().join(),
      (stuck) => stuck === "large.ini,link/hooks/pre-commit",
      "both are told",
    );
    await setTimeout(1200);
    assert.equal(told.stuck.length, 2, "once");
    assert.match(text("large.ini"), /!evil/);
    assert.deepEqual(paths((await guard.end("t"))?.files).sort(), [
      "large.ini",
      "link/hooks/pre-commit",
    ]);
  });
});

describe("too much of what git would run", () => {
  const sub = () => {
    git("init", "-q", "sub");
    return "sub/.git/hooks/pre-commit";
  };

  it("hides no repository, be it configurations of worktrees", async () => {
    git("init", "-q");
    const hook = sub();
    const guard = new Told().guard("block");
    await guard.begin("t");
    for (let name = 0; name < 2100; name++) {
      mkdirSync(at(`.git/worktrees/${name}`), { recursive: true });
      write(`.git/worktrees/${name}/config.worktree`, "[user]\n\tname = x\n");
    }
    write(".git/worktrees/zzz/config.worktree", "[core]\n\tpager = evil\n");
    write(hook, "evil", 0o755);
    git("-C", "sub", "config", "core.fsmonitor", "evil");
    await isHarmless(hook, "sub/.git/config", ".git/worktrees/zzz/config.worktree");
  });

  it("hides no repository and no hook, be it names", async () => {
    git("init", "-q");
    const hook = sub();
    files(20_100, ".git/hooks/");
    const guard = new Told().guard("block");
    await guard.begin("t");
    write(".git/hooks/pre-commit", "evil", 0o755);
    write(hook, "evil", 0o755);
    await gone(hook, ".git/hooks/pre-commit");
  });
});

/** Nothing is forbidden to root: has the workspace be somebody's, who this is until what is returned is called. */
function asSomebody(): () => void {
  if (process.getuid?.() !== 0) return () => undefined;
  const id = 12_345;
  execFileSync("chown", ["-R", String(id), folder()]);
  const ways: (() => void)[] = [];
  for (let above = path.dirname(folder()); above !== "/"; above = path.dirname(above)) {
    const [there, { mode }] = [above, statSync(above)];
    chmodSync(there, mode | 0o011);
    ways.push(() => chmodSync(there, mode));
  }
  process.seteuid?.(id);
  return () => {
    process.seteuid?.(0);
    for (const close of ways) close();
  };
}

describe("what is taken back", () => {
  beforeEach(() => git("init", "-q"));

  it("is seen though no time tells of it", async function () {
    if (spawnSync("python3", ["--version"]).status !== 0) this.skip();
    write(".git/hooks/pre-commit", "mine\n", 0o755);
    // What is written through memory has one new time, until the system has it on the disk.
    const program = [
      "import mmap, sys",
      "file = open(sys.argv[1], 'r+b')",
      "memory = mmap.mmap(file.fileno(), 5)",
      "memory[0:5] = b'mine\\n'",
      "print(flush=True)",
      "sys.stdin.readline()",
      "memory[0:5] = b'evil\\n'",
      "print(flush=True)",
      "sys.stdin.readline()",
    ].join("\n");
    const writer = spawn("python3", ["-c", program, at(".git/hooks/pre-commit")]);
    const said = () => new Promise((resolve) => writer.stdout.once("data", resolve));
    try {
      await said();
      await setTimeout(2100);
      const guard = new Told().guard();
      await guard.begin("t");
      const written = said();
      writer.stdin.write("\n");
      await written;
      assert.deepEqual(paths((await guard.end("t"))?.files), [".git/hooks/pre-commit"]);
    } finally {
      writer.kill();
    }
  });

  it("is taken back where nobody may write", async function () {
    if (process.platform === "win32") return;
    const stop = asSomebody();
    try {
      const before = text(".git/config");
      const told = new Told();
      const guard = told.guard("block");
      await guard.begin("t");
      write(".git/config", `${before}[core]\n\tpager = evil\n`);
      write(".git/hooks/pre-commit", "evil", 0o755);
      for (const name of [".git/hooks", ".git"]) chmodSync(at(name), 0o555);
      await isHarmless(".git/config", ".git/hooks/pre-commit");
      assert.deepEqual(told.stuck, []);
    } finally {
      stop();
    }
  });

  it("is no linked worktree that a turn makes, and that of one is put back", async () => {
    git("commit", "-q", "--allow-empty", "-m", "one");
    git("worktree", "add", "-q", "was");
    const told = new Told();
    const guard = told.guard("block");
    await guard.begin("t");
    git("worktree", "add", "-q", "linked");
    write(".git/worktrees/was/commondir", "../../../elsewhere");
    await becomes(".git/worktrees/was/commondir", "../..\n");
    await guard.end("t");
    assert.deepEqual(
      told.held.map(({ file }) => file.path),
      [".git/worktrees/was/commondir"],
    );
    git("-C", "linked", "status");
  });

  it("is no hook that is checked out once more in a linked worktree", async () => {
    git("config", "core.hooksPath", ".husky");
    write(".husky/pre-commit", "mine", 0o755);
    git("add", ".");
    git("-c", "core.hooksPath=/dev/null", "commit", "-qm", "one");
    const told = new Told();
    const guard = told.guard("block");
    await guard.begin("t");
    git("worktree", "add", "-q", "linked");
    write("linked/.husky/pre-push", "evil", 0o755);
    await gone("linked/.husky/pre-push");
    assert.equal(git("-C", "linked", "status", "--porcelain"), "");
  });

  it("is no submodule that a turn adds", async () => {
    git("init", "-q", "library");
    git("-C", "library", "commit", "-q", "--allow-empty", "-m", "one");
    const told = new Told();
    const guard = told.guard("block");
    await guard.begin("t");
    const from = at("library");
    git("-c", "protocol.file.allow=always", "submodule", "add", "-q", `file://${from}`, "sub");
    await setTimeout(1200);
    assert.equal(git("-C", "sub", "log", "--format=%s"), "one\n");
    const held = told.held.map(({ file }) => [file.path, ...(file.keys ?? [])].join(" ")).sort();
    assert.deepEqual(held, [
      ".git/config submodule.sub.url",
      ".git/modules/sub/config remote.origin.url",
    ]);
  });

  it("is a repository that a link leads to by a file", async () => {
    write("deep/down/under/hidden/config", "[core]\n\tfsmonitor = evil\n");
    write("deep/down/under/hidden/HEAD", "ref: refs/heads/main\n");
    for (const name of ["objects", "refs"]) mkdirSync(at(`deep/down/under/hidden/${name}`));
    mkdirSync(at("new"));
    write("named", "gitdir: ../deep/down/under/hidden\n");
    const guard = new Told().guard("block");
    await guard.begin("t");
    symlinkSync("../named", at("new/.git"));
    assert.equal(git("-C", "new", "config", "core.fsmonitor"), "evil\n", "git follows it");
    await gone("new/.git");
    assert.match(text("deep/down/under/hidden/config"), /evil/, "what was there is left alone");
  });

  it("leaves what was there as it was, once", async () => {
    git("config", "core.pager", "less");
    const guard = new Told().guard("block");
    await guard.begin("t");
    git("config", "--add", "core.pager", "evil");
    await isHarmless(".git/config");
    assert.equal(git("config", "--get-all", "core.pager"), "less\n");
    git("config", "core.pager", "evil");
    await isHarmless(".git/config");
    assert.equal(git("config", "--get-all", "core.pager"), "less\n");
  });

  it("is not what its user's own setting leads to", async () => {
    write("tools/pre-commit", "mine", 0o755);
    write("tools/data.ini", "[alias]\n\tx = !mine\n");
    const told = new Told();
    const guard = told.guard("block");
    await guard.begin("t");
    const mine = `${text(".git/config")}[core]\n\thooksPath = tools\n[include]\n\tpath = ../tools/data.ini\n`;
    guard.saving(".git/config");
    write(".git/config", mine);
    await guard.saved(".git/config", mine);
    await setTimeout(1200);
    assert.deepEqual([text("tools/pre-commit"), text(".git/config")], ["mine", mine]);
    assert.match(text("tools/data.ini"), /!mine/);
    write("tools/pre-commit", "evil", 0o755);
    await becomes("tools/pre-commit", "mine");
    await guard.end("t");
    assert.equal(told.held.length, 1);
  });

  it("is told in so many keys, and so much of each", async () => {
    const guard = new Told().guard("block");
    await guard.begin("t");
    const long = "y".repeat(1000);
    const many = Array.from({ length: 300 }, (_, at) => `[alias "${at}${long}"]\n\tcommand = !\n`);
    const before = text(".git/config");
    write(".git/config", before + many.join(""));
    await until(
      () => text(".git/config"),
      (now) => !now.includes("command"),
      "the settings are taken back",
    );
    const { files = [] } = (await guard.end("t")) ?? {};
    const keys = files.flatMap((file) => file.keys ?? []);
    assert.equal(keys.length, 100);
    assert.ok(keys.every((key) => key.length < 250));
  });
});

describe("what is both a hook and a configuration", () => {
  it("counts as a whole", async () => {
    git("init", "-q");
    git("config", "core.hooksPath", "tools");
    git("config", "include.path", "../tools/pre-commit");
    write("tools/pre-commit", "[user]\n\tname = x\n", 0o755);
    const scanner = new HostScanner(folder());
    const before = (await scanner.scan()).get("tools/pre-commit");
    write("tools/pre-commit", "[user]\n\tname = y\n", 0o755);
    const after = (await scanner.scan()).get("tools/pre-commit");
    assert.notEqual(after?.print, before?.print);
    rmSync(at("tools"), { recursive: true });
  });
});

describe("what its user saves", () => {
  const BOM = "\ufeff";
  const ENCODINGS: Readonly<Record<string, (text: string) => Buffer>> = {
    "UTF-8": (text) => Buffer.from(text),
    "UTF-8 with a mark": (text) => Buffer.from(BOM + text),
    "UTF-16": (text) => Buffer.from(BOM + text, "utf16le"),
    "Latin 1": (text) => Buffer.from(text, "latin1"),
  };
  for (const [name, encode] of Object.entries(ENCODINGS))
    it(`is known as theirs in ${name}`, async () => {
      const guard = new Told().guard();
      await guard.begin("t");
      write(".envrc", encode("mine, größer"));
      await guard.saved(".envrc", "mine, größer");
      assert.equal(await guard.end("t"), undefined);
    });
});
