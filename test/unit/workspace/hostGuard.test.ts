import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { setTimeout } from "node:timers/promises";
import v8 from "node:v8";
import vm from "node:vm";
import type { HostFile } from "../../../src/shared/hostFile";
import { ChangedSinceError, HostGuard, NotAtHandError } from "../../../src/workspace/hostGuard";
import { HOST_RULES } from "../../../src/workspace/hostPrograms";
import { HostScanner } from "../../../src/workspace/hostSnapshot";
import { exampleOf } from "../../support/hostFiles";
import { guardedFolder } from "../../support/guardedFolder";
import { until } from "../../support/until";

const { folder, at, git, write, files, Told } = guardedFolder();
const folders = (count: number) => {
  for (let name = 0; name < count; name++) mkdirSync(at(String(name)));
};

const paths = (files: readonly HostFile[] = []) => files.map((file) => file.path);

describe("what this machine runs of a workspace", () => {
  for (const kind of ["silent", "usual"] as const)
    it(`is told when a turn changes it, file by file (${kind})`, async () => {
      const guard = new Told().guard();
      const rules = HOST_RULES.filter((rule) => rule.kind === kind);
      const examples = [...new Set(rules.map((rule) => exampleOf(rule.path)))].sort();
      const found = async (turn: string, change: () => void) => {
        await guard.begin(turn);
        change();
        const { files = [], usual = [] } = (await guard.end(turn)) ?? {};
        assert.deepEqual(kind === "silent" ? usual : files, []);
        return kind === "silent" ? paths(files) : usual;
      };
      const writeAll = (text: string) => examples.forEach((name) => write(name, text));
      assert.deepEqual(await found("made", () => writeAll("one")), examples);
      assert.deepEqual(await found("nothing", () => undefined), []);
      assert.deepEqual(await found("changed", () => writeAll("two")), examples);
      assert.deepEqual(
        await found("gone", () => examples.forEach((name) => rmSync(at(name)))),
        examples,
      );
    });

  it("is found without case, in folders below, and behind links", async () => {
    mkdirSync(at("real"));
    mkdirSync(at("packages/a"), { recursive: true });
    write("linked/tasks.json", "{}");
    symlinkSync("linked", at(".vscode"));
    const guard = new Told().guard();
    await guard.begin("t");
    write(".VSCode/Tasks.json", "{}");
    write("packages/a/.envrc", "evil");
    write("linked/tasks.json", "evil");
    symlinkSync("real", at(".idea"));
    symlinkSync("/nowhere", at(".envrc"));
    write(".mcp.json ", "{}");
    const told = paths((await guard.end("t"))?.files);
    assert.deepEqual(told, [
      ".VSCode/Tasks.json",
      ".envrc",
      ".idea",
      ".mcp.json ",
      "linked/tasks.json",
      "packages/a/.envrc",
    ]);
  });

  it("is no file that has nothing to do with it, nor git's own bookkeeping", async () => {
    git("init", "-q", "-b", "main");
    write("src/index.ts", "1");
    write("package.json", '{"name":"x","scripts":{"build":"y"}}');
    git("add", ".");
    git("commit", "-qm", "one");
    const guard = new Told().guard("block");
    await guard.begin("t");
    write("src/index.ts", "2");
    write("package.json", '{"name":"x","version":"2","scripts":{"build":"y"}}');
    git("checkout", "-qb", "other");
    git("commit", "-qam", "two");
    git("config", "user.name", "Somebody");
    git("config", "branch.other.remote", "origin");
    git("remote", "add", "origin", "https://example.com/x.git");
    assert.equal(await guard.end("t"), undefined);
  });

  it("counts of a package's manifest only in its scripts", async () => {
    write("package.json", '{"scripts":{"build":"y"}}');
    const guard = new Told().guard();
    await guard.begin("t");
    write("package.json", '{"scripts":{"build":"y","postinstall":"evil"}}');
    assert.deepEqual(await guard.end("t"), { files: [], usual: ["package.json"] });
  });

  it("is a repository that is new, another one, or led elsewhere", async () => {
    git("init", "-q");
    git("init", "-q", "was");
    git("init", "-q", "deep/down/under");
    const told = new Told();
    const guard = told.guard();
    await guard.begin("t");
    git("init", "-q", "new");
    git("init", "-q", "--bare", "looks-like-one");
    git("-C", "looks-like-one", "config", "core.fsmonitor", "evil");
    renameSync(at(".git"), at("old"));
    cpSync(at("old"), at(".git"), { recursive: true });
    rmSync(at("was/.git"), { recursive: true });
    write("was/.git", "gitdir: ../hidden");
    write("hidden/config", "[core]\n\tsshCommand = evil\n");
    git("-C", "deep/down/under", "config", "core.editor", "evil");
    guard.touched("deep/down/under/.git/config");
    git("init", "-q", "--bare", "deep/and/bare/one");
    git("-C", "deep/and/bare/one", "config", "core.fsmonitor", "evil");
    guard.touched("deep/and/bare/one/HEAD");
    const { files = [] } = (await guard.end("t")) ?? {};
    assert.deepEqual(
      files.map(({ path, keys, change }) => [path, change, ...(keys ?? [])]),
      [
        [".git", "changed"],
        ["deep/and/bare/one/config", "added", "core.fsmonitor"],
        ["deep/down/under/.git", "added"],
        ["deep/down/under/.git/config", "added", "core.editor"],
        ["hidden/config", "added", "core.sshcommand"],
        ["looks-like-one/config", "added", "core.fsmonitor"],
        ["new/.git", "added"],
        ["was/.git", "changed"],
      ],
    );
  });

  it("is looked for in what a configuration includes, shares, or names for its hooks", async () => {
    git("init", "-q");
    git("config", "include.path", "../shared.ini");
    git("config", "core.hooksPath", "tools/hooks");
    write("shared.ini", "[user]\n\tname = x\n");
    const guard = new Told().guard();
    await guard.begin("t");
    write("shared.ini", "[core]\n\tpager = evil\n");
    write("tools/hooks/pre-push", "evil", 0o755);
    write("tools/hooks/not-executable", "evil");
    write("elsewhere/config", "[core]\n\taskPass = evil\n");
    write(".git/commondir", "../elsewhere");
    write(".git/info/attributes", "* filter=x");
    write(".git/config.worktree", "[alias]\n\tx = !evil\n");
    const { files = [] } = (await guard.end("t")) ?? {};
    assert.deepEqual(paths(files), [
      ".git/commondir",
      ".git/config.worktree",
      ".git/info/attributes",
      "elsewhere/config",
      "shared.ini",
      "tools/hooks/pre-push",
    ]);
  });

  it("does not hang or grow on what is no file, huge, or endless", async () => {
    if (process.platform === "win32") return;
    git("init", "-q");
    execFileSync("mkfifo", [at(".envrc")]);
    mkdirSync(at(".vscode"));
    execFileSync("mkfifo", [at(".vscode/settings.json")]);
    execFileSync("truncate", ["-s", "50G", at(".npmrc")]);
    symlinkSync(".", at(".vscode/loop"));
    symlinkSync("..", at(".vscode/up"));
    git("config", "--add", "include.path", "config");
    const guard = new Told().guard("block");
    await guard.begin("t");
    execFileSync("truncate", ["-s", "51G", at(".npmrc")]);
    execFileSync("truncate", ["-s", "5M", at(".git/config")]);
    const { files = [] } = (await guard.end("t")) ?? {};
    assert.ok(paths(files).includes(".npmrc"));
    assert.ok(readFileSync(at(".git/config")).length < 1000);
  });
});

describe("more files than are looked at", () => {
  it("hide nothing that git would run, and are told", async () => {
    git("init", "-q");
    const guard = new Told().guard();
    await guard.begin("t");
    mkdirSync(at(".husky"));
    files(5100, ".husky/");
    write(".git/hooks/pre-commit", "evil", 0o755);
    const told = paths((await guard.end("t"))?.files);
    assert.ok(told.includes(".git/hooks/pre-commit"));
    assert.equal(told.at(-1), "…");
  });

  for (const [what, make] of [
    ["names", () => files(100_100, "")],
    ["folders", () => folders(3100)],
  ] as const)
    it(`are told, and hide no repository, where it is only ${what}`, async () => {
      git("init", "-q");
      make();
      const guard = new Told().guard("block");
      await guard.begin("t");
      git("config", "core.fsmonitor", "evil");
      const { files = [] } = (await guard.end("t")) ?? {};
      assert.deepEqual(
        files.map(({ path, outcome }) => [path, outcome]),
        [[".git/config", "heldBack"]],
      );
    });
});

describe("what a turn changes and puts back", () => {
  const TASKS = ".vscode/tasks.json";
  const seen = (guard: HostGuard, path: string, text: string) =>
    until(
      () => guard.sides("t", path).after?.toString(),
      (now) => now === text,
      `${path} is seen`,
    );
  const outcomes = async (guard: HostGuard) =>
    ((await guard.end("t"))?.files ?? []).map(({ path, change, outcome, keys }) =>
      [path, change, outcome, ...(keys ?? [])].join(" "),
    );

  for (const mode of ["tell", "block"] as const)
    it(`is told all the same (${mode})`, async () => {
      write(".envrc", "mine");
      const guard = new Told().guard(mode);
      await guard.begin("t");
      write(TASKS, "evil");
      await seen(guard, TASKS, "evil");
      rmSync(at(TASKS));
      write(".envrc", "evil");
      await seen(guard, ".envrc", "evil");
      rmSync(at(".envrc"));
      write(".envrc", "mine");
      assert.deepEqual(await outcomes(guard), [
        ".envrc changed reverted",
        `${TASKS} added reverted`,
      ]);
      assert.equal(guard.sides("t", TASKS).after?.toString(), "evil");
      await guard.begin("next");
      assert.equal(await guard.end("next"), undefined);
    });

  it("is told with each of git's settings", async () => {
    git("init", "-q");
    const before = readFileSync(at(".git/config"), "utf8");
    const guard = new Told().guard();
    await guard.begin("t");
    for (const key of ["editor", "pager"]) {
      const evil = `[core]\n\t${key} = evil\n`;
      writeFileSync(at(".git/config"), evil);
      await seen(guard, ".git/config", evil);
    }
    writeFileSync(at(".git/config"), before);
    assert.deepEqual(await outcomes(guard), [
      ".git/config changed reverted core.editor core.pager",
    ]);
  });

  it("is nothing where its user did it", async () => {
    write(".envrc", "mine");
    const guard = new Told().guard();
    await guard.begin("t");
    write(".envrc", "mine too");
    await seen(guard, ".envrc", "mine too");
    await guard.saved(".envrc", "mine too");
    write(".envrc", "mine again");
    await guard.saved(".envrc", "mine again");
    assert.deepEqual(await outcomes(guard), []);
  });

  it("is bounded, and that is told", async () => {
    const guard = new Told().guard();
    await guard.begin("t");
    write(".envrc", "one");
    await seen(guard, ".envrc", "one");
    mkdirSync(at(".husky"));
    files(1100, ".husky/");
    write(".envrc", "two");
    await seen(guard, ".envrc", "two");
    rmSync(at(".envrc"));
    rmSync(at(".husky"), { recursive: true });
    const told = await outcomes(guard);
    assert.equal(told.length, 1001);
    assert.equal(told.at(-1), "… added reverted");
  });
});

describe("a repository deep below", () => {
  const DEEP = "deep/down/under/here";
  beforeEach(() => {
    git("init", "-q");
    git("init", "-q", DEEP);
    git("-C", DEEP, "config", "core.editor", "mine");
  });

  it("is told where it came while no window was open", async () => {
    const told = new Told();
    await told.guard().opened();
    assert.deepEqual(told.changed, []);
    told.repositories = ["", DEEP];
    await told.guard().opened();
    assert.deepEqual(told.changed.splice(0).map(paths), [[`${DEEP}/.git`, `${DEEP}/.git/config`]]);
    git("-C", DEEP, "config", "core.pager", "evil");
    await told.guard().opened();
    assert.deepEqual(told.changed.map(paths), [[`${DEEP}/.git/config`]]);
  });

  it("is told that a turn has made and VS Code has not heard of", async () => {
    rmSync(at("deep"), { recursive: true });
    const told = new Told();
    const guard = told.guard();
    await guard.opened();
    await guard.begin("t");
    git("init", "-q", DEEP);
    told.repositories = ["", DEEP];
    await guard.end("t");
    await until(
      () => told.changed.map(paths),
      (changed) => changed.length > 0,
      "it is told",
    );
    assert.deepEqual(told.changed.map(paths), [[`${DEEP}/.git`]]);
  });

  it("is told where it changed while no window was open, though a turn begins before it is found", async () => {
    const told = new Told();
    told.repositories = ["", DEEP];
    const earlier = told.guard();
    await earlier.opened();
    write(`${DEEP}/.git/hooks/pre-commit`, "evil", 0o755);
    let find: (found: readonly string[]) => void = () => undefined;
    const guard = told.guard("block", new Promise((resolve) => (find = resolve)));
    const opened = guard.opened();
    guard.touched(`${DEEP}/.git/config`);
    await guard.begin("t");
    assert.deepEqual(told.changed.splice(0).map(paths), [[`${DEEP}/.git/hooks/pre-commit`]]);
    find(["", DEEP]);
    await opened;
    assert.equal(await guard.end("t"), undefined);
    assert.ok(existsSync(at(`${DEEP}/.git/hooks/pre-commit`)));
  });

  it("is told and left alone that was heard of in a turn, before all were found", async () => {
    const told = new Told();
    await told.guard().opened();
    let find: (found: readonly string[]) => void = () => undefined;
    const guard = told.guard("block", new Promise((resolve) => (find = resolve)));
    const opened = guard.opened();
    await guard.begin("t");
    guard.touched(`${DEEP}/.git/config`);
    find([]);
    await opened;
    const { files = [] } = (await guard.end("t")) ?? {};
    assert.deepEqual(
      files.map(({ path, outcome }) => [path, outcome]),
      [
        [`${DEEP}/.git`, undefined],
        [`${DEEP}/.git/config`, undefined],
      ],
    );
    assert.match(readFileSync(at(`${DEEP}/.git/config`), "utf8"), /editor = mine/);
  });

  it("is left alone where it was there before a turn that begins while it is looked for", async () => {
    const told = new Told();
    let find: (found: readonly string[]) => void = () => undefined;
    const guard = told.guard("block", new Promise((resolve) => (find = resolve)));
    const opened = guard.opened();
    await guard.begin("t");
    find(["", DEEP]);
    await opened;
    const config = () => readFileSync(at(`${DEEP}/.git/config`), "utf8");
    git("-C", DEEP, "config", "core.pager", "evil");
    await until(config, (text) => !text.includes("evil"), "the setting of the turn's");
    assert.match(config(), /editor = mine/);
    const { files = [] } = (await guard.end("t")) ?? {};
    assert.deepEqual(
      files.map(({ path, keys }) => [path, ...(keys ?? [])]),
      [[`${DEEP}/.git/config`, "core.pager"]],
    );
    assert.deepEqual(told.changed, []);
  });
});

describe("what changes while no turn runs", () => {
  it("is told when the window opens, and before a prompt", async () => {
    git("init", "-q");
    const told = new Told();
    const first = told.guard();
    await first.opened();
    assert.deepEqual(told.changed, []);
    write(".git/hooks/pre-commit", "evil", 0o755);
    write("Makefile", "x");
    const second = told.guard();
    await second.opened();
    assert.deepEqual(told.changed.splice(0).map(paths), [[".git/hooks/pre-commit"]]);
    await second.undo(told.times.at(-1) ?? "", ".git/hooks/pre-commit");
    assert.equal(existsSync(at(".git/hooks/pre-commit")), false);
    await second.opened();
    git("config", "core.fsmonitor", "evil");
    await second.begin("t");
    assert.deepEqual(told.changed.splice(0).map(paths), [[".git/config"]]);
    assert.equal(await second.end("t"), undefined);
  });

  it("is told soon where VS Code hears of it, and never while a turn runs", async () => {
    git("init", "-q");
    const told = new Told();
    const guard = told.guard();
    await guard.opened();
    git("config", "core.fsmonitor", "evil");
    guard.touched(".git/config");
    guard.touched(".git/config");
    await until(
      () => told.changed.map(paths),
      (changed) => changed.length > 0,
      "it is told",
    );
    assert.deepEqual(told.changed.splice(0).map(paths), [[".git/config"]]);
    git("config", "core.fsmonitor", "evil too");
    guard.touched(".git/config");
    await guard.begin("t");
    assert.deepEqual(told.changed.splice(0).map(paths), [[".git/config"]]);
    git("config", "core.fsmonitor", "evil again");
    guard.touched(".git/config");
    await guard.end("t");
    assert.deepEqual(told.changed, []);
  });

  it("is told by one window, and put back only where it is known", async () => {
    write(".envrc", "mine");
    write(".npmrc", "mine");
    const told = new Told();
    const first = told.guard();
    const second = told.guard();
    await first.opened();
    await second.opened();
    write(".envrc", "evil");
    rmSync(at(".npmrc"));
    await first.opened();
    await second.opened();
    assert.deepEqual(told.changed.map(paths), [[".envrc", ".npmrc"]]);
    const time = told.times[0] ?? "";
    await first.undo(time, ".npmrc");
    assert.equal(readFileSync(at(".npmrc"), "utf8"), "mine");
    write(".npmrc", "evil");
    rmSync(at(".envrc"));
    const third = told.guard();
    await third.opened();
    const later = told.times.at(-1) ?? "";
    await assert.rejects(third.undo(later, ".envrc"), NotAtHandError);
    await assert.rejects(third.undo(later, ".npmrc"), NotAtHandError);
  });

  it("is nobody's but its user's where they save it", async () => {
    write(".vscode/settings.json", "{}");
    const told = new Told();
    const guard = told.guard();
    await guard.opened();
    write(".vscode/settings.json", '{"a":1}');
    await guard.saved(".vscode/settings.json", '{"a":1}');
    await guard.begin("t");
    write(".vscode/settings.json", '{"a":2}');
    await guard.saved(".vscode/settings.json", '{"a":2}');
    assert.equal(await guard.end("t"), undefined);
    assert.deepEqual(told.changed, []);
  });

  it("is kept without what is in it", async () => {
    git("init", "-q");
    git("config", "core.sshCommand", "a-secret");
    git("config", "url.https://a-secret@example.com/.insteadOf", "x:");
    write(".npmrc", "a-secret");
    const told = new Told();
    await told.guard().opened();
    assert.doesNotMatch(JSON.stringify(told.kept), /a-secret/);
  });

  it("is nothing where the guard is off", async () => {
    const told = new Told();
    const guard = told.guard("off");
    await guard.opened();
    await guard.begin("t");
    write(".envrc", "evil");
    assert.equal(await guard.end("t"), undefined);
    assert.equal(told.kept, undefined);
  });
});

describe("two turns at once", () => {
  it("are each told what has changed while they ran", async () => {
    const guard = new Told().guard();
    await guard.begin("one");
    write(".envrc", "1");
    await guard.begin("two");
    write(".npmrc", "2");
    assert.deepEqual(paths((await guard.end("one"))?.files), [".envrc", ".npmrc"]);
    assert.deepEqual(paths((await guard.end("two"))?.files), [".npmrc"]);
  });
});

describe("what git would run", () => {
  const CONFIG = () => readFileSync(at(".git/config"), "utf8");

  beforeEach(() => {
    git("init", "-q", "-b", "main");
    write("a", "1");
    git("add", "a");
    git("commit", "-qm", "one");
  });

  it("is taken back while a turn runs, told once, and let be there when its user says so", async () => {
    write(".git/hooks/pre-push", "mine", 0o755);
    const before = CONFIG();
    const told = new Told();
    const guard = told.guard("block");
    await guard.begin("t");
    git("config", "core.fsmonitor", "touch ran");
    await until(CONFIG, (text) => text === before, "the setting is taken back");
    git("config", "core.fsmonitor", "touch ran");
    await until(CONFIG, (text) => text === before, "and again");
    write(".git/hooks/pre-commit", "#!/bin/sh\ntouch ran", 0o755);
    await until(
      () => existsSync(at(".git/hooks/pre-commit")),
      (there) => !there,
      "the hook",
    );
    write(".git/hooks/pre-push", "evil", 0o755);
    const mine = () => readFileSync(at(".git/hooks/pre-push"), "utf8");
    await until(mine, (text) => text === "mine", "the hook that was there");
    git("config", "user.name", "B");
    git("commit", "--allow-empty", "-qm", "two");
    assert.equal(existsSync(at("ran")), false);
    const { files = [] } = (await guard.end("t")) ?? {};
    assert.deepEqual(
      files.map(({ path, keys, outcome }) => [path, outcome, ...(keys ?? [])]),
      [
        [".git/config", "heldBack", "core.fsmonitor"],
        [".git/hooks/pre-commit", "heldBack"],
        [".git/hooks/pre-push", "heldBack"],
      ],
    );
    assert.deepEqual(
      told.held.map(({ file }) => file),
      files,
    );
    assert.match(guard.sides("t", ".git/hooks/pre-commit").after?.toString() ?? "", /touch ran/);
    await guard.keep("t", ".git/config");
    await guard.keep("t", ".git/config");
    assert.match(CONFIG(), /name = B/);
    assert.equal(git("config", "core.fsmonitor"), "touch ran\n");
    await guard.keep("t", ".git/hooks/pre-commit");
    git("commit", "--allow-empty", "-qm", "three");
    assert.equal(existsSync(at("ran")), true);
    await guard.begin("next");
    assert.equal(await guard.end("next"), undefined);
    assert.deepEqual(told.changed, []);
  });

  it("is taken back in a repository that takes the place of the one before", async () => {
    const guard = new Told().guard("block");
    await guard.begin("t");
    renameSync(at(".git"), at("old"));
    cpSync(at("old"), at(".git"), { recursive: true });
    write(".git/hooks/pre-commit", "evil", 0o755);
    await until(
      () => existsSync(at(".git/hooks/pre-commit")),
      (there) => !there,
      "the hook",
    );
    git("config", "core.fsmonitor", "evil");
    await until(CONFIG, (text) => !text.includes("evil"), "the setting");
  });

  it("is taken back though it is one of very many", async () => {
    const before = CONFIG();
    const guard = new Told().guard("block");
    await guard.begin("t");
    const many = Array.from({ length: 20_000 }, (_, at) => `\ta${at} = !\n`).join("");
    writeFileSync(at(".git/config"), `${before}[alias]\n${many}`);
    await until(CONFIG, (text) => text === before, "the configuration");
  });

  it("is taken back in a submodule, of which nothing tells", async () => {
    write(".git/modules/a/HEAD", "ref: refs/heads/main");
    write(".git/modules/a/config", "");
    const guard = new Told().guard("block");
    await guard.begin("t");
    write(".git/modules/a/config", "[core]\n\tfsmonitor = evil\n");
    const config = () => readFileSync(at(".git/modules/a/config"), "utf8");
    await until(config, (text) => !text.includes("evil"), "the setting");
  });

  it("is taken back where a repository would have it from elsewhere", async () => {
    const guard = new Told().guard("block");
    await guard.begin("t");
    write(".git/commondir", "/proc/self/cwd/x");
    await until(
      () => existsSync(at(".git/commondir")),
      (there) => !there,
      "the file",
    );
  });

  it("is kept only as its user was told of it", async () => {
    const told = new Told();
    const guard = told.guard("block");
    await guard.begin("t");
    write(".git/hooks/pre-commit", "harmless", 0o755);
    await until(
      () => told.held.length,
      (count) => count === 1,
      "it is told",
    );
    write(".git/hooks/pre-commit", "evil", 0o755);
    await until(
      () => told.held.length,
      (count) => count === 2,
      "it is told again",
    );
    const [first, second] = told.held;
    await assert.rejects(guard.keep("t", ".git/hooks/pre-commit", first?.print), ChangedSinceError);
    assert.equal(existsSync(at(".git/hooks/pre-commit")), false);
    await guard.keep("t", ".git/hooks/pre-commit", second?.print);
    assert.equal(readFileSync(at(".git/hooks/pre-commit"), "utf8"), "evil");
  });

  it("is not waited for longer than a moment", async () => {
    const guard = new Told().guard("block");
    await guard.begin("t");
    const writing = setInterval(() => writeFileSync(at(".git/x"), ""), 1);
    await guard.end("t");
    clearInterval(writing);
  });

  it("is taken back in a repository that VS Code is told of", async () => {
    const guard = new Told().guard("block");
    await guard.begin("t");
    git("init", "-q", "sub");
    git("-C", "sub", "config", "core.fsmonitor", "evil");
    guard.touched("sub/.git/config");
    const config = () => readFileSync(at("sub/.git/config"), "utf8");
    await until(config, (text) => !text.includes("evil"), "the setting");
    write("sub/.git/hooks/pre-commit", "evil", 0o755);
    await until(
      () => existsSync(at("sub/.git/hooks/pre-commit")),
      (there) => !there,
      "the hook",
    );
  });

  it("is not that a submodule says where its files are", async () => {
    const told = new Told();
    const guard = told.guard("block");
    await guard.begin("t");
    mkdirSync(at("sub"));
    symlinkSync("/", at("out"));
    write(".git/modules/sub/HEAD", "ref: refs/heads/main");
    write(".git/modules/sub/config", "[core]\n\tworktree = ../../../sub\n");
    assert.equal(await guard.end("t"), undefined);
    assert.deepEqual(told.held, []);
    await guard.begin("elsewhere");
    git("config", "--file", ".git/modules/sub/config", "core.worktree", "../../../out");
    const { files: moved = [] } = (await guard.end("elsewhere")) ?? {};
    assert.deepEqual(paths(moved), [".git/modules/sub/config"]);
  });

  it("is left alone after the turn, and where its user only wants to be told", async () => {
    const guard = new Told().guard("tell");
    await guard.begin("t");
    git("config", "core.fsmonitor", "evil");
    const { files = [] } = (await guard.end("t")) ?? {};
    assert.deepEqual(paths(files), [".git/config"]);
    assert.match(CONFIG(), /evil/);
    await guard.undo("t", ".git/config");
    assert.doesNotMatch(CONFIG(), /evil/);
  });
});

describe("what its user has", () => {
  const text = (name: string) => readFileSync(at(name), "utf8");
  const config = () => text(".git/config");
  /** What a turn leads git to, which was there before, and how. */
  const LED: Readonly<Record<string, () => void>> = {
    "by the folder of hooks": () => git("config", "core.hooksPath", "tools"),
    "by a configuration to include": () => git("config", "include.path", "../tools/data.ini"),
    "by another repository to share": () => write(".git/commondir", "../tools"),
    "by a file in the place of a repository": () => write("sub/.git", "gitdir: ../tools"),
    "by a link in the place of a repository": () => {
      mkdirSync(at("sub"));
      symlinkSync("../tools", at("sub/.git"));
    },
    "by a link in the place of its hooks": () => {
      rmSync(at(".git/hooks"), { recursive: true });
      symlinkSync("../tools", at(".git/hooks"));
    },
  };

  beforeEach(() => {
    git("init", "-q", "--template=");
    mkdirSync(at(".git/hooks"));
  });

  for (const [how, lead] of Object.entries(LED))
    it(`is never taken back, whoever leads git there ${how}`, async () => {
      write("tools/run", "mine", 0o755);
      write("tools/large", "mine".repeat(400_000), 0o755);
      write("tools/data.ini", "[alias]\n\tx = !mine\n");
      write("tools/config", "[alias]\n\tx = !mine\n");
      write("tools/hooks/pre-commit", "mine", 0o755);
      write("tools/HEAD", "ref: refs/heads/main");
      const all = () =>
        ["run", "large", "data.ini", "config", "hooks/pre-commit"].map((name) =>
          text(`tools/${name}`),
        );
      const before = all();
      const told = new Told();
      const guard = told.guard("block");
      await guard.begin("t");
      lead();
      await until(
        () => told.held.length,
        (count) => count > 0,
        "the way there is taken back",
      );
      const { files = [] } = (await guard.end("t")) ?? {};
      assert.deepEqual(all(), before);
      const gone = files.filter(({ outcome }) => outcome === "heldBack");
      assert.equal(gone.length, 1);
      assert.doesNotMatch(gone[0]?.path ?? "", /^tools/);
    });

  it("is taken back where git was led there before, and a turn adds to it", async () => {
    git("config", "core.hooksPath", "tools");
    write("tools/pre-commit", "mine", 0o755);
    const guard = new Told().guard("block");
    await guard.begin("t");
    write("tools/pre-push", "evil", 0o755);
    write("tools/pre-commit", "evil", 0o755);
    await until(
      () => existsSync(at("tools/pre-push")) || text("tools/pre-commit") !== "mine",
      (evil) => !evil,
      "the hooks",
    );
  });

  it("is known by its place, though something new leads there as well", async () => {
    const guard = new Told().guard("block");
    await guard.begin("t");
    git("init", "-q", "aaa");
    git("-C", "aaa", "config", "core.hooksPath", "../.git/hooks");
    write("bbb/.git", "gitdir: ../.git");
    write(".git/hooks/pre-commit", "evil", 0o755);
    await until(
      () => existsSync(at(".git/hooks/pre-commit")),
      (there) => !there,
      "the hook",
    );
  });

  it("is not taken back where they save it while a turn runs, or undo another turn", async () => {
    write(".git/hooks/pre-push", "mine", 0o755);
    const told = new Told();
    const guard = told.guard("block");
    await guard.begin("first");
    rmSync(at(".git/hooks/pre-push"));
    await guard.end("first");
    await guard.begin("t");
    const mine = `${config()}[alias]\n\tst = !mine\n`;
    guard.saving(".git/config");
    writeFileSync(at(".git/config"), mine);
    await setTimeout(700);
    await guard.saved(".git/config", mine);
    await guard.undo("first", ".git/hooks/pre-push");
    git("config", "core.pager", "evil");
    await until(config, (now) => !now.includes("evil"), "what the turn did");
    assert.match(config(), /!mine/);
    assert.equal(text(".git/hooks/pre-push"), "mine");
    const { files = [] } = (await guard.end("t")) ?? {};
    assert.deepEqual(
      files.map(({ path, keys }) => [path, ...(keys ?? [])]),
      [[".git/config", "core.pager"]],
    );
  });

  it("is not what was written behind what they saved", async () => {
    write(".vscode/settings.json", "{}");
    const guard = new Told().guard();
    await guard.begin("t");
    write(".vscode/settings.json", '{"evil":1}');
    await guard.saved(".vscode/settings.json", '{"mine":1}');
    assert.deepEqual(paths((await guard.end("t"))?.files), [".vscode/settings.json"]);
  });

  it("is put back with its permissions", async () => {
    write(".npmrc", "a-token", 0o600);
    chmodSync(at(".git/config"), 0o600);
    const guard = new Told().guard("block");
    await guard.begin("t");
    rmSync(at(".npmrc"));
    rmSync(at(".git/config"));
    symlinkSync("/nowhere", at(".git/config"));
    const permissions = (name: string) => lstatSync(at(name)).mode & 0o777;
    await until(
      () => lstatSync(at(".git/config"), { throwIfNoEntry: false })?.isFile() === true,
      (isFile) => isFile,
      "the configuration",
    );
    await guard.end("t");
    await guard.undo("t", ".npmrc");
    assert.deepEqual([permissions(".npmrc"), permissions(".git/config")], [0o600, 0o600]);
  });
});

describe("the memory of a look", () => {
  it("is given back for what is gone", async () => {
    const scanner = new HostScanner(folder());
    const used = () => process.memoryUsage().arrayBuffers;
    await scanner.scan();
    const before = used();
    for (let look = 0; look < 8; look++) {
      for (let file = 0; file < 40; file++) write(`.vscode/${look}-${file}`, "x".repeat(250_000));
      await scanner.scan();
      rmSync(at(".vscode"), { recursive: true });
    }
    assert.equal((await scanner.scan()).size, 0);
    await collected(() => used() - before < 10_000_000);
  });

  /** The engine collects garbage when it wants to. */
  const collected = (isFree: () => boolean) =>
    until(
      () => {
        v8.setFlagsFromString("--expose-gc");
        (vm.runInNewContext("gc") as () => void)();
        return isFree();
      },
      Boolean,
      "it is free",
    );
});

describe("the undo of what a turn has changed", () => {
  it("puts back what was there, and takes away what was not", async () => {
    write(".envrc", "mine", 0o755);
    write(".zed", "mine");
    const told = new Told();
    const guard = told.guard();
    await guard.begin("t");
    rmSync(at(".zed"));
    symlinkSync(".envrc", at(".zed"));
    write(".envrc", "evil");
    write(".vscode/tasks.json", "evil");
    write(".npmrc", "evil");
    await guard.end("t");
    assert.equal(guard.sides("t", ".envrc").before?.toString(), "mine");
    assert.equal(guard.sides("t", ".envrc").after?.toString(), "evil");
    await guard.undo("t", ".envrc");
    assert.equal(readFileSync(at(".envrc"), "utf8"), "mine");
    execFileSync("test", ["-x", at(".envrc")]);
    await guard.undo("t", ".zed");
    await guard.undo("t", ".zed");
    assert.equal(readFileSync(at(".zed"), "utf8"), "mine");
    await guard.undo("t", ".vscode/tasks.json");
    assert.equal(existsSync(at(".vscode/tasks.json")), false);
    write(".npmrc", "mine by now");
    await assert.rejects(guard.undo("t", ".npmrc"), ChangedSinceError);
    await assert.rejects(guard.undo("unknown", ".npmrc"), NotAtHandError);
    assert.equal(readFileSync(at(".npmrc"), "utf8"), "mine by now");
  });
});
