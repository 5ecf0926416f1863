import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  dangerousSettings,
  isDangerous,
  parseGitConfig,
  withDangerous,
} from "../../../src/workspace/gitConfig";
import { seeded } from "../../crash/random";
import { pick } from "../../support/mutations";
import { temporaryFolder } from "../../support/temporaryFolder";

/** A configuration as git reads it, without what it includes; undefined where git gives up. */
function gitReads(config: string): [key: string, value: string | undefined][] | undefined {
  const file = path.join(folder(), "config");
  writeFileSync(file, config, "latin1");
  try {
    const listed = execFileSync(
      "git",
      ["config", "--list", "-z", "--no-includes", "--file", file],
      {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    return listed
      .split("\0")
      .slice(0, -1)
      .map((entry) => {
        const at = entry.indexOf("\n");
        return at < 0 ? [entry, undefined] : [entry.slice(0, at), entry.slice(at + 1)];
      });
  } catch {
    return undefined;
  }
}

const folder = temporaryFolder();

/** Versions of git differ in which white space within a value becomes a blank. */
const spaced = ([key, value]: readonly [key: string, value: string | undefined]) => [
  key,
  value?.replace(/\s/g, " "),
];

const PIECES = [
  "[core]",
  "[CORE]",
  '[alias "x"]',
  "[diff.X]",
  '[remote "a.b\\"c\\\\d"]',
  '[ "x"]',
  "[core",
  '[filter "lfs"] ',
  "\n",
  "\r\n",
  "\t",
  " ",
  "fsmonitor",
  "sshCommand",
  "x-1",
  "clean",
  "=",
  " = ",
  "value",
  '"',
  '"quoted # text"',
  "\\\n",
  "\\\r\n",
  "\\n",
  "\\t",
  "\\\\",
  '\\"',
  "\\x",
  "#",
  ";",
  " # note\n",
  "!",
  "\u00e4",
  "\0",
  "\u00ef\u00bb\u00bf",
];

describe("git's configuration", () => {
  it("is read as git reads it, whatever it is made of", () => {
    const next = seeded(7);
    let read = 0;
    for (let round = 0; round < 200; round++) {
      const count = 1 + Math.floor(next() * 14);
      const pieces = Array.from({ length: count }, () => pick(PIECES, next));
      const config = (round % 2 ? "[a]\n\tb = c\n" : "") + pieces.join("");
      const expected = gitReads(config);
      if (!expected) continue;
      read++;
      const settings = parseGitConfig(config).map(({ key, value }) => [key, value] as const);
      assert.deepEqual(settings.map(spaced), expected.map(spaced), JSON.stringify(config));
    }
    assert.ok(read > 15, `git read ${read}`);
  });

  it("is read on where git gives up", () => {
    const config = "[core\n[core]\n= x\n\tfsmonitor = evil\n";
    assert.deepEqual(
      parseGitConfig(config).map(({ key, value }) => [key, value]),
      [["core.fsmonitor", "evil"]],
    );
  });
});

describe("dangerous settings", () => {
  const HARMLESS = `[core]
	repositoryformatversion = 0
	filemode = true
	bare = false
	logallrefupdates = true
	fsmonitor = true
[remote "origin"]
	url = https://example.com/x.git
	url = git@example.com:x.git
	fetch = +refs/heads/*:refs/remotes/origin/*
[branch "main"]
	remote = origin
	merge = refs/heads/main
[user]
	name = Someone
	email = someone@example.com
[pager]
	log = false
[http]
	postBuffer = 524288000
[submodule "x"]
	url = https://example.com/x.git
	active = true
	update = rebase
[remote "ssh"]
	url = ssh://git@example.com/x.git
	pushurl = git@example.com:x.git
`;
  const DANGEROUS = `[core]
	fsmonitor = .git/x
	hooksPath = hooks
	sshCommand = evil
[include]
	path = ../gitconfig
[includeIf "gitdir:/x"]
	path = ../gitconfig
[alias]
	st = !evil
[filter "x"]
	clean = evil
[diff "x"]
	textconv = evil
[remote "origin"]
	url = ext::sh -c evil
[remote "local"]
	url = ../with-hooks
[url "ext::sh"]
	insteadOf = https://
[url "/tmp/with-hooks"]
	insteadOf = https://example.com/x
[alias]
	co = ls-remote --upload-pack=./evil .
[http]
	cookieFile = /home/me/.bashrc
	sslVerify = false
[http "https://example.com"]
	proxy = evil.example
[credential "https://example.com"]
	helper = !evil
[gpg "ssh"]
	program = evil
`;

  it("are none in an ordinary configuration", () => {
    assert.deepEqual(dangerousSettings(HARMLESS), []);
  });

  it("are all found", () => {
    const all = parseGitConfig(DANGEROUS);
    assert.equal(all.length, 18);
    assert.deepEqual(all.filter(isDangerous), all);
  });

  it("are cut out, and all else stays as it is", () => {
    const mixed = HARMLESS.replace("[branch", `${DANGEROUS}[branch`);
    assert.deepEqual(dangerousSettings(withDangerous(mixed, [])), []);
    const left = parseGitConfig(withDangerous(mixed, [])).map(({ key, value }) => [key, value]);
    assert.deepEqual(
      left,
      parseGitConfig(HARMLESS).map(({ key, value }) => [key, value]),
    );
    assert.equal(withDangerous(HARMLESS, []), HARMLESS);
  });

  it("are put back, and git reads them as they were", () => {
    const values = ['a "quoted" \\ value # x', "", "two\nlines", undefined, "ü"];
    const wanted = values.map((value, at) => ({ key: `filter.a.b "${at}\\.clean`, value }));
    const config = withDangerous("[x]\n\ty = z", wanted);
    assert.deepEqual(
      gitReads(config)?.slice(1),
      wanted.map(({ key, value }) => [key, value]),
    );
    assert.deepEqual(
      dangerousSettings(config).map(({ key, value }) => ({ key, value })),
      wanted,
    );
  });
});

/** Settings that have git run a program, and what of git's then does. */
const RUNS: readonly (readonly [key: string, value: string, ...command: string[]])[] = [
  ["core.fsmonitor", "touch ran", "status"],
  ["core.hooksPath", "hooks", "commit", "--allow-empty", "-m", "x"],
  ["core.editor", "touch ran", "commit", "--allow-empty"],
  ["core.sshCommand", "touch ran", "ls-remote", "ssh://host.invalid/x"],
  ["core.gitProxy", "./hooks/pre-commit", "ls-remote", "git://host.invalid/x"],
  ["alias.x", "!touch ran", "x"],
  ["include.path", "../included", "x"],
  ["includeIf.gitdir:/**.path", "../included", "x"],
  ["diff.external", "touch ran", "diff"],
  ["diff.x.command", "touch ran", "diff"],
  ["diff.x.textconv", "touch ran", "diff"],
  ["difftool.x.cmd", "touch ran", "difftool", "--no-prompt", "--tool=x"],
  ["filter.x.clean", "touch ran", "add", "file"],
  ["filter.x.smudge", "touch ran", "checkout", "HEAD~1", "--", "file"],
  ["filter.x.process", "touch ran", "add", "file"],
  ["merge.x.driver", "touch ran", "merge", "other"],
  ["credential.helper", "!touch ran", "credential", "fill"],
  ["credential.https://host.invalid.helper", "!touch ran", "credential", "fill"],
  ["gpg.program", "./hooks/pre-commit", "commit", "--allow-empty", "-S", "-m", "x"],
  ["gpg.openpgp.program", "./hooks/pre-commit", "commit", "--allow-empty", "-S", "-m", "x"],
  ["sequence.editor", "touch ran", "rebase", "--autostash", "-i", "HEAD~1"],
  ["remote.x.uploadpack", "touch ran", "fetch", "x"],
  ["trailer.x.command", "touch ran", "interpret-trailers", "--trailer", "x", "text"],
  ["trailer.x.cmd", "touch ran", "interpret-trailers", "--trailer", "x", "text"],
  ["tar.x.command", "touch ran", "archive", "--format=x", "-o", "archive.x", "HEAD"],
];

describe("the settings that are called dangerous", () => {
  const at = (name: string) => path.join(folder(), name);
  const git = (...args: string[]) =>
    spawnSync("git", args, {
      cwd: folder(),
      encoding: "utf8",
      input: "protocol=https\nhost=host.invalid\n\n",
      env: {
        PATH: process.env["PATH"],
        HOME: folder(),
        GIT_TERMINAL_PROMPT: "0",
        GIT_AUTHOR_NAME: "A",
        GIT_AUTHOR_EMAIL: "a@b.c",
        GIT_COMMITTER_NAME: "A",
        GIT_COMMITTER_EMAIL: "a@b.c",
      },
    });

  for (const [key, value, ...command] of RUNS)
    it(`${key} has git run a program, and no more once it is cut out`, function () {
      if (process.platform === "win32") this.skip();
      git("init", "-q", "-b", "main");
      writeFileSync(at("text"), "text\n");
      writeFileSync(at(".gitattributes"), "file diff=x filter=x merge=x\n");
      mkdirSync(at("hooks"));
      writeFileSync(at("hooks/pre-commit"), "#!/bin/sh\ntouch ran\n", { mode: 0o755 });
      writeFileSync(at("included"), "[alias]\n\tx = !touch ran\n");
      writeFileSync(at("file"), "1\n");
      git("add", ".");
      git("commit", "-qm", "one");
      writeFileSync(at("file"), "2\n");
      git("commit", "-qam", "two");
      git("checkout", "-qb", "other", "HEAD~1");
      writeFileSync(at("file"), "3\n");
      git("commit", "-qam", "three");
      git("checkout", "-q", "main");
      git("config", "remote.x.url", folder());
      if (command[0] !== "merge") writeFileSync(at("file"), "4\n");
      git("config", "--file", at(".git/config"), key, value);
      const config = readFileSync(at(".git/config"), "latin1");
      const settings = dangerousSettings(config);
      const said = settings.filter(({ value }) => value !== folder()).map(({ value }) => value);
      assert.deepEqual(said, [value]);
      writeFileSync(at(".git/config"), withDangerous(config, []), "latin1");
      git(...command);
      assert.equal(existsSync(at("ran")), false);
      git("merge", "--abort");
      if (command[0] !== "merge") writeFileSync(at("file"), "5\n");
      writeFileSync(at(".git/config"), config, "latin1");
      const { stderr } = git(...command);
      assert.ok(
        existsSync(at("ran")),
        `git did not run it, so that the test shows nothing: ${stderr}`,
      );
    });
});
