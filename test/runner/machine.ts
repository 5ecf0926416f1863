/** The machine as a run of the tests has it: folders of its own, and nothing left when it is over. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { out } from "../support/paths";

/** So long a program that is told to end has, in milliseconds. */
const PATIENCE = 10_000;

interface Process {
  readonly pid: number;
  readonly command: string;
}

export class Machine {
  // Sockets are made in here, and a socket's path has 107 characters at most.
  readonly #folder = mkdtempSync(path.join(os.tmpdir(), "sbxc-"));
  readonly #home = path.join(this.#folder, "home");
  readonly #temporary = path.join(this.#folder, "t");

  constructor() {
    for (const folder of [this.#home, this.#temporary]) mkdirSync(folder);
    rmSync(out, { recursive: true, force: true });
    mkdirSync(path.join(out, "logs"), { recursive: true });
  }

  /** What programs of the tests have in their environment: a home and a temporary folder of this run. */
  get environment(): NodeJS.ProcessEnv {
    const home = os.homedir();
    return {
      // What npm has of its user is not ours to make again.
      npm_config_cache: path.join(home, ".npm"),
      npm_config_userconfig: path.join(home, ".npmrc"),
      ...process.env,
      ...(process.platform !== "win32" && { HOME: this.#home, TMPDIR: this.#temporary }),
    };
  }

  /** Ends what still runs, and removes the folders. Resolves with what was left behind, each in a line. */
  async close(): Promise<string[]> {
    const files = readdirSync(this.#home, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map(({ parentPath, name }) => path.relative(this.#home, path.join(parentPath, name)));
    const processes = await this.#leftRunning();
    for (const { pid } of processes) kill(pid);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
    return [
      ...processes.map(({ pid, command }) => `process ${pid}: ${command}`),
      ...files.map((file) => `file in the home folder: ${file}`),
    ];
  }

  async #leftRunning(): Promise<Process[]> {
    let left = this.#started();
    for (const end = Date.now() + PATIENCE; left.length > 0 && Date.now() < end;) {
      await sleep(250);
      left = this.#started();
    }
    return left;
  }

  /** What has the folders of this run in its environment, its command line or its place. Only Linux tells. */
  #started(): Process[] {
    if (process.platform !== "linux") return [];
    return readdirSync("/proc").flatMap((name) => {
      const pid = Number(name);
      if (!pid || pid === process.pid) return [];
      try {
        const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, "utf8");
        const command = read("cmdline").replaceAll("\0", " ").trim();
        const ours = [read("environ"), command, readlinkSync(`/proc/${pid}/cwd`)].some((text) =>
          text.includes(this.#folder),
        );
        return ours && command !== "" ? [{ pid, command: command.slice(0, 200) }] : [];
      } catch {
        return []; // It is gone, or another user's.
      }
    });
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone.
  }
}
