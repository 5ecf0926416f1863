import { randomUUID } from "node:crypto";
import {
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

const NAME = "threads.checkpoint";

/** No checkpoint takes so long, in milliseconds. */
const LONGEST = 60_000;

/**
 * Takes the right to rewrite the database file, and returns how to give it back; undefined while
 * somebody else has it. A holder that is gone has none.
 */
export function lockCheckpoint(folder: string): (() => void) | undefined {
  const path = join(folder, NAME);
  const mine = `${owner()}/${randomUUID()}`;
  if (!create(path, mine) && !(removeStale(path) && create(path, mine))) return undefined;
  // Of those who were killed while they tried; who still tries comes too late anyway.
  for (const name of readdirSync(folder))
    if (name.startsWith(`${NAME}.`)) rmSync(join(folder, name), { force: true });
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

/**
 * A lock is there with its owner's name or not at all, wherever this one is killed; without the name, it
 * is stale when it has become old.
 */
function create(path: string, mine: string): boolean {
  const aside = `${path}.${randomUUID()}`;
  writeFileSync(aside, mine, { mode: 0o600 });
  try {
    linkSync(aside, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" || code === "ENOENT") return false;
    // A disk without hard links, such as exFAT.
    return createAtOnce(path, mine);
  } finally {
    rmSync(aside, { force: true });
  }
}

function createAtOnce(path: string, mine: string): boolean {
  try {
    writeFileSync(path, mine, { flag: "wx", mode: 0o600 });
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
