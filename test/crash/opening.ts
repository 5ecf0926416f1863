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
  /** Of the processor. On a machine that has much else to do it may take twenty times as long by the clock. */
  readonly seconds: number;
  /** In bytes. */
  readonly memory: number;
}

/** How a folder was opened; or how the process ended instead. */
export type Opening = Opened | { readonly ended: string };

/** How often the process is looked at, in milliseconds. */
const LOOK_EVERY = 20;
const BUSY = 20;

export class Opener {
  #child: ChildProcessByStdio<Writable, Readable, Readable> | undefined;
  #lines: AsyncIterator<string> | undefined;
  #errors: Promise<string> | undefined;

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Opens a folder in the process of the last one, or in a new one where that has ended. */
  async open(folder: string, { seconds, memory }: Limits): Promise<Opening> {
    const child = (this.#child ??= this.#start());
    const { pid } = child;
    let why = "";
    const end = (reason: string) => {
      why = reason;
      child.kill("SIGKILL");
    };
    const deadline = setTimeout(() => end("since it took for ever"), seconds * BUSY * 1000);
    const before = usageOf(pid).seconds;
    const looks = setInterval(() => {
      const usage = usageOf(pid);
      if (usage.memory > memory) end(`at ${Math.round(usage.memory / 1e6)} MB`);
      if (usage.seconds - before > seconds) end(`after ${seconds} s of the processor`);
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
    child.kill("SIGKILL");
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

/** What a process takes: bytes right now, and seconds so far. Where that cannot be told, nothing. */
function usageOf(pid: number | undefined): { memory: number; seconds: number } {
  try {
    const read = (name: string) => readFileSync(`/proc/${String(pid)}/${name}`, "latin1");
    const [, pages] = read("statm").split(" ");
    // Behind the name of the program, which can have spaces: its times are the 12th and the 13th there.
    const ticks = read("stat").split(") ")[1]?.split(" ").slice(11, 13) ?? [];
    const seconds = ticks.reduce((sum, count) => sum + Number(count), 0) / 100;
    return { memory: Number(pages) * 4096, seconds };
  } catch {
    return { memory: 0, seconds: 0 };
  }
}
