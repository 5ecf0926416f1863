import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { HostFile } from "../../src/shared/hostFile";
import { HostGuard } from "../../src/workspace/hostGuard";
import { HOST_RULES } from "../../src/workspace/hostPrograms";
import { installClaudeCli } from "../support/claudeCli";
import { type SandboxEngine, startSandboxEngine } from "../support/dockerEngine";
import { exampleOf, RUN_BY_GIT } from "../support/hostFiles";
import { orSkip } from "../support/requirement";
import { until } from "../support/until";

/** What a turn changes is told, and what git would run is taken back, where it is a container that writes. */
describe("what is written in a real container for this machine to run", function () {
  let workspace: string;
  let engine: SandboxEngine | undefined;
  let guard: HostGuard | undefined;
  const held: HostFile[] = [];

  before(async function () {
    workspace = await mkdtemp(path.join(tmpdir(), "sandbox-chat-"));
    execFileSync("git", ["init", "-q", "-b", "main", workspace]);
    const claude = await orSkip(this, installClaudeCli());
    engine = await orSkip(this, startSandboxEngine({ workspace, claude: claude.path }));
    guard = new HostGuard({
      folder: workspace,
      mode: () => "block",
      recall: () => Promise.resolve(undefined),
      remember: () => Promise.resolve(),
      findRepositories: () => Promise.resolve([]),
      onHeldBack: ({ file }) => held.push(file),
      onStuck: () => undefined,
      onChanged: () => undefined,
      log: { warn: (message) => assert.fail(message) },
    });
  });
  after(async () => {
    guard?.dispose();
    await engine?.stop();
    await rm(workspace, { recursive: true, force: true });
  });

  /** Runs a script inside, in the workspace. */
  async function inside(script: string): Promise<void> {
    assert.ok(engine);
    const { code, stderr } = await engine.exec(engine.name, [
      "sh",
      "-ec",
      `cd "${workspace}"\n${script}`,
    ]);
    assert.equal(code, 0, stderr);
  }

  /** Git of this machine, which else refuses a repository that is another user's. */
  const git = (...args: string[]) =>
    execFileSync(
      "git",
      ["-c", "safe.directory=*", "-c", "user.name=A", "-c", "user.email=a@b.c", ...args],
      { cwd: workspace, encoding: "utf8" },
    );

  it("is told, entry by entry", async () => {
    const examples = [...new Set(HOST_RULES.map(({ path }) => exampleOf(path)))];
    assert.ok(guard);
    await guard.begin("files");
    await inside(
      examples.map((name) => `mkdir -p "$(dirname '${name}')"; echo x >'${name}'`).join("\n"),
    );
    const { files, usual } = (await guard.end("files")) ?? assert.fail("nothing is told");
    const told = [...files.map((file) => file.path), ...usual];
    assert.deepEqual(told.sort(), examples.sort());
  });

  it("is taken back before git runs it, each of its settings and hooks", async () => {
    assert.ok(guard);
    await guard.begin("git");
    for (const [key, value] of RUN_BY_GIT) {
      held.length = 0;
      await inside(`git config --file .git/config '${key}' '${value}'`);
      await until(
        () => held.flatMap(({ keys = [] }) => keys),
        (keys) => keys.includes(key.toLowerCase()),
        `${key} is taken back`,
      );
      const left = git("config", "--local", "--list");
      assert.ok(!left.includes(value), left);
    }
    await inside(
      "printf '#!/bin/sh\\ntouch ran' >.git/hooks/pre-commit; chmod +x .git/hooks/pre-commit",
    );
    await until(
      () => existsSync(path.join(workspace, ".git/hooks/pre-commit")),
      (there) => !there,
      "the hook is taken back",
    );
    await guard.end("git");
    git("status");
    git("commit", "--allow-empty", "-m", "x");
    assert.equal(existsSync(path.join(workspace, "ran")), false);
  });
});
