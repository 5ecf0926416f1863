import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/** No checkpoint takes so long, in milliseconds. */
const LONGEST = 60_000;

/**
 * Takes the right to rewrite the database file, and returns how to give it back; undefined while
 * somebody else has it. A holder that is gone has none.
 */
export function lockCheckpoint(folder: string): (() => void) | undefined {
  const path = join(folder, "threads.checkpoint");
  const mine = `${owner()}/${randomUUID()}`;
  if (!create(path, mine) && !(removeStale(path) && create(path, mine))) return undefined;
  return () => {
    if (holder(path) === mine) rmSync(path, { force: true });
  };
}

/** This process, in words that another one can judge by `isGone`. */
export const owner = (): string => `${hostname()}/${process.pid}`;

/** Whether an owner's process ran on this machine, and does not any more. */
export function isGone(owner: string): boolean {
  const [host, pid] = owner.split("/");
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function create(path: string, mine: string): boolean {
  try {
    writeFileSync(path, mine, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** A rename moves one lock for one process, so that of two who find it stale only one removes it. */
function removeStale(path: string): boolean {
  const stale = holder(path);
  if (stale === undefined) return true;
  if (!isGone(stale) && age(path) < LONGEST) return false;
  const aside = `${path}-${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch {
    return false;
  }
  const moved = holder(aside);
  if (moved !== stale) renameSync(aside, path);
  else rmSync(aside, { force: true });
  return moved === stale;
}

function holder(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function age(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
