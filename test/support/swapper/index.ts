/** A process that exchanges a path with another while a test goes on, as one in the sandbox can. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { findProgram } from "../findProgram";

/** So many exchanges are made at least, unless a test says less. */
const ENOUGH = 10_000;

/**
 * The ways to exchange two paths that this machine has: at once in the kernel, and by renaming. `root` is
 * this project's folder.
 */
export function swappers(root: string): Readonly<Record<string, readonly string[] | undefined>> {
  const program = (name: string) => path.join(root, "test/support/swapper", name);
  const python = process.platform === "linux" ? findProgram("python3") : undefined;
  return {
    "exchanged at once": python === undefined ? undefined : [python, program("exchange.py")],
    "renamed over": [process.execPath, program("rename.mjs")],
  };
}

/**
 * Does something again and again while a program exchanges two paths, until both have been at it for long
 * enough: `least` exchanges, and `enough` says so. Afterwards each path is what it was.
 */
export async function whileSwapped(
  [program = "", ...args]: readonly string[],
  one: string,
  other: string,
  act: () => Promise<void>,
  enough: () => boolean,
  least = ENOUGH,
): Promise<void> {
  const child = spawn(program, [...args, one, other, String(least)], {
    stdio: ["pipe", "pipe", "inherit"],
    // In a desktop VS Code, what runs this is no plain Node.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
  });
  const closed = once(child, "close");
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  try {
    while (child.exitCode === null && !(said.includes("enough") && enough())) await act();
  } finally {
    child.stdin.end();
    await closed;
  }
  assert.equal(child.exitCode, 0, said);
  assert.ok(Number(said.split("\n").at(-2)) >= least, said);
}
