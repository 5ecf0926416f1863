/** The programs that are killed, each bundled into one file, since they start several times a second. */
import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { createInterface, type Interface } from "node:readline";
import { text } from "node:stream/consumers";
import { build } from "esbuild";
import { out, root } from "../support/paths";
import { runOrThrow } from "../support/run";
import type { Content, Line } from "./facts";

const ENTRIES = {
  appender: "test/crash/appender.ts",
  drafter: "test/crash/drafter.ts",
  opener: "test/crash/opener.ts",
  reader: "test/crash/reader.ts",
  streamer: "test/crash/streamer.ts",
  writer: "test/crash/writer.ts",
  demoClaude: "src/sandbox/demoClaude.ts",
  storeWorker: "src/store/worker.ts",
};

export const wasm = path.join(root, "node_modules/sql.js/dist/sql-wasm.wasm");
/** Of its own for each process, since several may run these tests at once. */
const outdir = path.join(out, `crash-${process.pid}`);

export const programPath = (name: keyof typeof ENTRIES): string => path.join(outdir, `${name}.js`);

export { outdir as bundles };

export async function bundlePrograms(): Promise<void> {
  await build({
    entryPoints: Object.entries(ENTRIES).map(([name, file]) => ({
      in: path.join(root, file),
      out: name,
    })),
    outdir,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    sourcemap: "inline",
    logLevel: "warning",
  });
}

/**
 * A Node that ends can wait for ever for what V8 optimizes in the background at that moment: the one
 * would have the other collect garbage first.
 */
const inForeground = "--no-concurrent-recompilation";

/** A running program of this folder, and what it said so far. */
export class Program {
  readonly lines: Line[] = [];
  /** Resolves with the signal that ended it, or rejects where it ended by itself with an error. */
  readonly ended: Promise<NodeJS.Signals | null>;
  killedAt = 0;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #input: Interface;
  readonly #spoke: Promise<unknown>;

  constructor(
    readonly name: string,
    program: keyof typeof ENTRIES,
    args: readonly string[],
  ) {
    const file = programPath(program);
    const argv = [inForeground, "--enable-source-maps", file, ...args];
    const child = spawn(process.execPath, argv, { stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    child.stdin.on("error", () => {});
    const errors = text(child.stderr);
    const input = createInterface({ input: child.stdout });
    // A last line without an end was broken off, and `JSON.parse` would not have it.
    input.on("line", (line) => {
      if (line.endsWith("}")) this.lines.push(JSON.parse(line) as Line);
    });
    this.#input = input;
    this.#spoke = Promise.race([once(input, "line"), once(child, "close")]);
    this.ended = Promise.all([once(child, "close"), errors]).then(([[code, signal], said]) => {
      if (code) throw new Error(`${program} ${name} ended with ${String(code)}: ${said}`);
      return signal as NodeJS.Signals | null;
    });
    this.ended.catch(() => {});
  }

  /** Resolves when it has said something, or has ended. */
  async spoke(): Promise<void> {
    await this.#spoke;
  }

  /** Resolves when what it said is enough. @throws When it ends before. */
  async says(enough: () => boolean): Promise<void> {
    while (!enough()) {
      const over = await Promise.race([once(this.#input, "line").then(() => false), this.ended]);
      assert.equal(over, false, `${this.name} has ended`);
    }
  }

  /** Writes so many lines to its stdin, each of which has it do something. */
  tell(lines = 1): void {
    this.#child.stdin.write("\n".repeat(lines));
  }

  /** What an appender sees in the folder. */
  async read(): Promise<Content["threads"]> {
    this.tell();
    const line = () => this.lines.findLast(({ type }) => type === "read");
    await this.says(() => line() !== undefined);
    const read = line();
    return read?.type === "read" ? read.threads : {};
  }

  /** Ends its stdin. */
  finish(): void {
    this.#child.stdin.end();
  }

  kill(): void {
    this.killedAt = Date.now();
    this.#child.kill("SIGKILL");
  }

  /** Halts it, as a machine does that has more to do than it can. */
  async pause(milliseconds: number): Promise<void> {
    this.#child.kill("SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    this.#child.kill("SIGCONT");
  }
}

/** What is in a folder of threads, read by the real store, which is closed then or just ends. */
export async function readContent(folder: string, close: boolean): Promise<Content> {
  const args = [inForeground, programPath("reader"), folder, wasm, close ? "close" : ""];
  return JSON.parse(await runOrThrow(process.execPath, args)) as Content;
}
