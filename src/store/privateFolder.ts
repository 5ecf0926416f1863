/** Folders and files that are their user’s alone. Windows keeps those of a user to that user by itself. */
import { chmodSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** All rights that others than its user can have. */
const OTHERS = 0o077;

/**
 * Makes a folder, with those around it that are not there yet, which only its user may look into. One
 * that is there, and its files, are made so. Throws as the disk does where the folder cannot be made.
 */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.platform === "win32") return;
  keepOthersOut(folder);
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isFile()) keepOthersOut(join(folder, entry.name));
}

/** A file that is gone by now, or somebody else’s, is no reason not to go on. */
function keepOthersOut(path: string): void {
  try {
    const { mode } = statSync(path);
    if ((mode & OTHERS) !== 0) chmodSync(path, mode & ~OTHERS & 0o777);
  } catch {
    return;
  }
}
