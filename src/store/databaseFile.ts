/** The database file on the disk: read whole, and only ever replaced whole. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { threadId } from "node:worker_threads";

/** The bytes of a file, or undefined where there is none. */
export const readWhole = (path: string): Uint8Array | undefined =>
  existsSync(path) ? readFileSync(path) : undefined;

/** Where the file before the present one is kept. */
export const previousOf = (path: string): string => `${path}.previous`;

/**
 * Replaces a file, and keeps the one before: a crash at any instant leaves either the old one or the
 * new one, whole. `stillWanted` is asked at the last moment; false leaves all as it is.
 */
export function replaceFile(path: string, bytes: Uint8Array, stillWanted: () => boolean): boolean {
  const aside = `${path}.new-${process.pid}-${threadId}`;
  try {
    const file = openSync(aside, "w", 0o600);
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
  if (!stillWanted()) {
    rmSync(aside, { force: true });
    return false;
  }
  if (existsSync(path)) {
    rmSync(previousOf(path), { force: true });
    linkSync(path, previousOf(path));
  }
  renameSync(aside, path);
  syncFolder(dirname(path));
  return true;
}

/** Puts a damaged file out of the way, never away. Returns its new path. */
export function setAside(path: string): string {
  const stamp = new Date().toISOString().replace(/[:.]/g, "-");
  const aside = `${path}.damaged-${stamp}`;
  renameSync(path, aside);
  return aside;
}

/** A rename is on the disk once its folder is. Windows does that by itself, and cannot open folders. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
