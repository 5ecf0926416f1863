import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { installClaudeCli } from "../support/claudeCli";
import { type SandboxEngine, startSandboxEngine } from "../support/dockerEngine";
import { orSkip } from "../support/requirement";
import { run, runOrThrow } from "../support/run";

/** Which mounts of a plain container keep what is inside from having this machine's git run something. */
describe("a container whose mounts are to hold its repository back", function () {
  let workspace: string;
  let engine: SandboxEngine;
  let containers = 0;

  before(async function () {
    workspace = await mkdtemp(path.join(tmpdir(), "sandbox-chat-mounts-"));
    const claude = await orSkip(this, installClaudeCli());
    engine = await orSkip(this, startSandboxEngine({ workspace, claude: claude.path }));
  });
  after(async () => {
    await (engine as SandboxEngine | undefined)?.stop();
    await rm(workspace, { recursive: true, force: true });
  });

  interface Attacked {
    /** Does this in the repository, as the container's root, whatever of it fails. */
    readonly inside: (script: string) => Promise<void>;
    /** The marks of what this machine's git has run in its everyday commands. */
    readonly ran: () => readonly string[];
    readonly repository: string;
  }

  /** A container with a repository, with these paths of it mounted over it; `ro` says how. */
  async function containerWith(mounts: readonly string[]): Promise<Attacked> {
    const repository = path.join(workspace, `repository${++containers}`);
    mkdirSync(repository);
    const git = (...args: string[]) =>
      execFileSync(
        "git",
        ["-c", "safe.directory=*", "-c", "user.name=A", "-c", "user.email=a@b.c", ...args],
        { cwd: repository, encoding: "utf8", stdio: "pipe" },
      );
    git("init", "-q", "-b", "main");
    git("commit", "-q", "--allow-empty", "-m", "x");
    mkdirSync(path.join(repository, ".vscode"));
    const name = `${engine.name}-mounts${containers}`;
    const env = { ...process.env, ...engine.env };
    const docker = (...args: string[]) => runOrThrow(engine.docker, args, { env });
    await docker(
      ...["run", "--detach", "--name", name, "--label", engine.label, "--network=none"],
      ...["-v", "/usr:/usr:ro", "-v", `${repository}:${repository}`],
      ...mounts.flatMap((mount) => {
        const [at = "", ...mode] = mount.split(":");
        const file = path.join(repository, at);
        return ["-v", [file, file, ...mode].join(":")];
      }),
      ...["--user", "0:0", "--workdir", repository, engine.image, "sleep", "infinity"],
    );
    return {
      repository,
      inside: async (script) => {
        await run(engine.docker, ["exec", "-u", "0", name, "sh", "-c", script], { env });
      },
      ran: () => {
        for (const command of [["status"], ["commit", "-q", "--allow-empty", "-m", "y"]])
          try {
            git(...command);
          } catch {
            // A repository that was spoilt is not one that runs something.
          }
        return readdirSync(repository).filter((file) => file.startsWith("ran-"));
      },
    };
  }

  /** A program that leaves a mark, in the place of git's monitor and of a hook. */
  const program = (mark: string) =>
    `printf '#!/bin/sh\\ntouch ran-${mark}\\n' >evil-${mark}; chmod +x evil-${mark}`;
  const ATTACKS = {
    config: `${program("config")}; git config core.fsmonitor ./evil-config`,
    hook: `${program("hook")}; cp evil-hook .git/hooks/pre-commit`,
    moved: `${program("moved")}; mv .git old && cp -r old .git && git config -f .git/config core.fsmonitor ./evil-moved`,
    removed: `${program("removed")}; rm -rf .git; git init -q; git config core.fsmonitor ./evil-removed`,
    shared: `${program("shared")}; cp -r .git elsewhere; git config -f elsewhere/config core.fsmonitor ./evil-shared; echo ../elsewhere >.git/commondir`,
    unmounted: `${program("unmounted")}; mount -o remount,rw .git; mount -o remount,rw "$PWD/.git"; umount .git/config; umount .git; git config core.fsmonitor ./evil-unmounted`,
  };

  it("lets everything through when it has none", async () => {
    for (const attack of ["config", "hook", "moved", "shared"] as const) {
      const { inside, ran } = await containerWith([]);
      await inside(ATTACKS[attack]);
      assert.deepEqual(ran(), [`ran-${attack}`]);
    }
  });

  it("is got around by a move, when only the configuration and the hooks are read-only", async () => {
    const { inside, ran } = await containerWith([".git/config:ro", ".git/hooks:ro"]);
    await inside(ATTACKS.config);
    await inside(ATTACKS.hook);
    assert.deepEqual(ran(), []);
    await inside(ATTACKS.moved);
    assert.deepEqual(ran(), ["ran-moved"]);
  });

  it("is got around by a shared folder, when .git is mounted besides, so that it cannot be moved", async () => {
    const { inside, ran } = await containerWith([".git", ".git/config:ro", ".git/hooks:ro"]);
    await inside(ATTACKS.moved);
    assert.deepEqual(ran(), []);
    await inside(ATTACKS.shared);
    assert.deepEqual(ran(), ["ran-shared"]);
  });

  it("holds when the whole of .git is read-only, and .vscode", async () => {
    const { inside, ran, repository } = await containerWith([".git:ro", ".vscode:ro"]);
    for (const attack of Object.values(ATTACKS)) await inside(attack);
    await inside(
      "echo '{}' >.vscode/tasks.json; mv .vscode old-code; umount .vscode; mkdir .vscode",
    );
    await inside("echo written >code.txt");
    assert.deepEqual(ran(), []);
    assert.deepEqual(readdirSync(path.join(repository, ".vscode")), []);
    assert.ok(existsSync(path.join(repository, "code.txt")));
  });
});
