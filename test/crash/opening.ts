/** The opener at work, with a limit to the time and the memory that it may take for a folder. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Opened } from "./opener";
import { programPath, wasm } from "./programs";

export interface Limits {
  readonly milliseconds: number;
  /** In bytes. */
  readonly memory: number;
}

/** How a folder was opened; or how the process ended instead. */
export type Opening = Opened | { readonly ended: string };

/** How often the memory of the process is looked at, in milliseconds. */
const LOOK_EVERY = 20;

export class Opener {
  #child: ChildProcessByStdio<Writable, Readable, Readable> | undefined;
  #lines: AsyncIterator<string> | undefined;
  #errors: Promise<string> | undefined;

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Opens a folder in the process of the last one, or in a new one where that has ended. */
  async open(folder: string, { milliseconds, memory }: Limits): Promise<Opening> {
    const child = (this.#child ??= this.#start());
    const { pid } = child;
    let why = "";
    const end = (reason: string) => {
      why = reason;
      child.kill("SIGKILL");
    };
    const deadline = setTimeout(() => end(`after ${milliseconds} ms`), milliseconds);
    const looks = setInterval(() => {
      const bytes = pid === undefined ? 0 : memoryOf(pid);
      if (bytes > memory) end(`at ${Math.round(bytes / 1e6)} MB`);
    }, LOOK_EVERY);
    try {
      child.stdin.write(`${folder}\n`);
      const line = await this.#lines?.next();
      if (line && !line.done) return JSON.parse(line.value) as Opened;
      const [code, signal] = [child.exitCode, child.signalCode];
      const said = (await this.#errors) ?? "";
      this.#child = undefined;
      return { ended: why || `with ${String(signal ?? code)}: ${said.slice(0, 500)}` };
    } finally {
      clearTimeout(deadline);
      clearInterval(looks);
    }
  }

  /** Has the next folder opened by a process that has no past. */
  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.stdin.end();
    await once(child, "close");
  }

  #start(): ChildProcessByStdio<Writable, Readable, Readable> {
    const args = [programPath("opener"), wasm, programPath("storeWorker")];
    const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"] });
    child.stdin.on("error", () => {});
    this.#errors = text(child.stderr);
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return child;
  }
}

/** What a process has in memory right now, in bytes; where that cannot be told, only its own word counts. */
function memoryOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]) * 4096;
  } catch {
    return 0;
  }
}
