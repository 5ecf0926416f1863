/** Runs a program to its end. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

export interface Ended {
  /** `null` where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** The whole environment; that of this process unless given. */
  readonly env?: NodeJS.ProcessEnv;
  /** What it reads from stdin, which is empty unless given. */
  readonly input?: string;
  /** Milliseconds, after which it is killed. */
  readonly timeout?: number;
}

/** @throws Only where the program cannot be started; a failure is a value. */
export async function run(
  command: string,
  args: readonly string[],
  { cwd, env, input = "", timeout }: RunOptions = {},
): Promise<Ended> {
  const child = spawn(command, args, { cwd, env, timeout, killSignal: "SIGKILL" });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  // A program that ends without reading its input is not a failure of ours.
  child.stdin.on("error", () => undefined).end(input);
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

/** What it printed. @throws With all of its output, where it fails. */
export async function runOrThrow(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code === 0) return stdout;
  throw new Error(`${command} ${args.join(" ")} ended with ${code}\n${stdout}${stderr}`);
}
