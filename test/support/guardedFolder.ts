import { execFileSync } from "node:child_process";
import { chmodSync, linkSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { HostFile } from "../../src/shared/hostFile";
import type { Remembered } from "../../src/workspace/hostChanges";
import { type GuardMode, type HeldBack, HostGuard } from "../../src/workspace/hostGuard";
import { temporaryFolder } from "./temporaryFolder";

/** A new workspace for each test of the present file, and guards that are gone after it. */
export function guardedFolder() {
  const folder = temporaryFolder();
  const at = (name: string) => path.join(folder(), name);
  const guards: HostGuard[] = [];
  afterEach(() => guards.splice(0).forEach((guard) => guard.dispose()));

  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@b.c", ...args], {
      cwd: folder(),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
    });

  function write(name: string, content: string | Buffer, mode = 0o644): void {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), content);
    chmodSync(at(name), mode);
  }

  /** Makes so many files. A link costs a tenth of a file, and there may be 65,000 to one. */
  function files(count: number, prefix: string): void {
    for (let number = 0; number < count; number++) {
      const first = at(`${prefix}${number - (number % 10_000)}`);
      if (number % 10_000 === 0) writeFileSync(first, "");
      else linkSync(first, at(`${prefix}${number}`));
    }
  }

  /** What a guard tells, and what it keeps. */
  class Told {
    readonly held: HeldBack[] = [];
    readonly stuck: HostFile[] = [];
    readonly changed: HostFile[][] = [];
    /** For which times it was told of changes while no turn ran. */
    readonly times: string[] = [];
    readonly warnings: string[] = [];
    kept: Remembered | undefined;
    /** What a search through the whole workspace finds. */
    repositories: readonly string[] = [];

    guard(mode: GuardMode = "tell", found?: Promise<readonly string[]>): HostGuard {
      const guard = new HostGuard({
        folder: folder(),
        mode: () => mode,
        recall: () => Promise.resolve(this.kept),
        remember: (found) => {
          this.kept = JSON.parse(JSON.stringify(found)) as Remembered;
          return Promise.resolve();
        },
        findRepositories: () => found ?? Promise.resolve(this.repositories),
        onHeldBack: (held) => this.held.push(held),
        onStuck: (file) => this.stuck.push(file),
        onChanged: (time, files) => {
          this.times.push(time);
          this.changed.push([...files]);
        },
        log: { warn: (message) => this.warnings.push(message) },
      });
      guards.push(guard);
      return guard;
    }
  }

  return { folder, at, git, write, files, Told };
}
