import { type ChildProcess, spawn } from "node:child_process";
import { t } from "@vscode/l10n";
import { OUTPUT_LIMIT } from "../shared/limits";
import { findProgram } from "./findProgram";
import type { Exit, SandboxProcess } from "./runtime";

/** In bytes: several times as much as is kept of it once it is masked, since a cut may divide a secret. */
const STDERR_LIMIT = 64 * 1024;

/** How long after a process's exit its stdout may stay open, in milliseconds. */
const DRAIN_LIMIT = 1000;

export interface SpawnOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Hears stderr as it comes. */
  readonly onStderr?: (chunk: Buffer) => void;
}

/**
 * Starts a program on this machine, as a client of the sandbox, by its path or from the PATH, and never
 * from the current folder. Never throws: a failed start is an exit.
 */
export function startProcess(
  argv: readonly string[],
  { onStderr, ...options }: SpawnOptions = {},
): SandboxProcess {
  const [name = "", ...args] = argv;
  const program = findProgram(name);
  if (program === undefined) return failedStart(notFound(name));
  let child: ChildProcess;
  try {
    child = spawn(program, args, {
      ...options,
      stdio: "pipe",
      windowsHide: true,
      // Its own process group, so that a CLI plugin ends together with the CLI that started it.
      detached: process.platform !== "win32",
    });
  } catch (error) {
    return failedStart(error as NodeJS.ErrnoException);
  }
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) return failedStart(new Error(t("No pipes to {0}.", program)));

  // A pipe to a process that is gone breaks; the exit tells of it.
  stdin.on("error", () => {});
  stdout.on("error", () => {});
  const said: Buffer[] = [];
  let saidBytes = 0;
  stderr.on("data", (chunk: Buffer) => {
    onStderr?.(chunk);
    said.push(chunk);
    saidBytes += chunk.length;
    while (said[0] && saidBytes - said[0].length >= STDERR_LIMIT)
      saidBytes -= said.shift()?.length ?? 0;
  });

  const exited = new Promise<Exit>((resolve) => {
    const end = (code: number | null, signal: string | null, failure?: NodeJS.ErrnoException) =>
      resolve({
        code,
        signal,
        stderr: Buffer.concat(said).toString("utf8").slice(-STDERR_LIMIT),
        ...(failure && { failure }),
      });
    child.on("error", (error) => end(null, null, error));
    child.on("close", end);
    child.on("exit", () => {
      // A grandchild that survives holds the pipes open, and "close" would never come.
      const drained = setTimeout(() => stdout.destroy(), DRAIN_LIMIT);
      const extend = () => drained.refresh();
      stdout.on("data", extend);
      child.on("close", () => clearTimeout(drained));
      setTimeout(() => stderr.destroy(), DRAIN_LIMIT).unref();
    });
  });

  return {
    stdout: stdout as AsyncIterable<Uint8Array>,
    write: (text) =>
      new Promise((resolve) => {
        if (stdin.writable) stdin.write(text, () => resolve());
        else resolve();
      }),
    end: () => stdin.end(),
    kill: () => killGroup(child),
    exited,
  };
}

/**
 * What a short command printed. Never rejects; the command is killed after `timeout` milliseconds, and
 * when it prints more than anybody asks for, of which the beginning is kept.
 */
export async function collect(
  process: SandboxProcess,
  timeout: number,
): Promise<Exit & { readonly stdout: string; readonly timedOut: boolean }> {
  process.end();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    process.kill();
  }, timeout);
  const chunks: Uint8Array[] = [];
  let room = OUTPUT_LIMIT;
  try {
    for await (const chunk of process.stdout) {
      chunks.push(chunk.subarray(0, room));
      room -= chunk.length;
      if (room < 0) break;
    }
  } catch {
    // A destroyed pipe ends early; what came before it counts.
  }
  if (room < 0) process.kill();
  const exit = await process.exited;
  clearTimeout(timer);
  return { ...exit, stdout: Buffer.concat(chunks).toString("utf8"), timedOut };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    // Windows has no groups; its own program ends a process with all that it has started.
    if (process.platform === "win32")
      spawn(
        `${process.env["SystemRoot"] ?? "C:\\Windows"}\\System32\\taskkill.exe`,
        ["/pid", String(child.pid), "/t", "/f"],
        { windowsHide: true },
      ).on("error", () => child.kill());
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // It ended by itself meanwhile.
  }
}

const notFound = (program: string): NodeJS.ErrnoException =>
  Object.assign(new Error(t("“{0}” is not on this machine, or not on the PATH.", program)), {
    code: "ENOENT",
  });

const failedStart = (failure: NodeJS.ErrnoException): SandboxProcess => ({
  stdout: (async function* (): AsyncGenerator<Uint8Array> {})(),
  write: () => Promise.resolve(),
  end: () => {},
  kill: () => {},
  exited: Promise.resolve({ code: null, signal: null, stderr: "", failure }),
});
