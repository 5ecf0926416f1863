/** The database file on the disk: read whole, and only ever replaced whole. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/** As much as is read or written at once, in bytes: Node takes no file of more than 2 GB whole. */
const PIECE = 256 * 1024 * 1024;

/** The bytes of a file, or undefined where there is none. */
export function readWhole(path: string): Uint8Array | undefined {
  // What is no file, such as a pipe, could keep its reader waiting.
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.allocUnsafeSlow(fstatSync(file).size);
    let at = 0;
    for (let got = 1; got > 0; at += got)
      got = readSync(file, bytes, at, Math.min(PIECE, bytes.length - at), at);
    return bytes.subarray(0, at);
  } finally {
    closeSync(file);
  }
}

/** Tells the present file from those before and after it, without reading it. Undefined where there is none. */
export function stampOf(path: string): string | undefined {
  const file = statSync(path, { throwIfNoEntry: false });
  return file && `${file.ino}/${file.size}/${file.mtimeMs}`;
}

/** Where the file before the present one is kept. */
export const previousOf = (path: string): string => `${path}.previous`;

/**
 * Replaces a file, and keeps the one before: a crash at any instant leaves either the old one or the
 * new one, whole. One process at a time may do this.
 */
export function replaceFile(path: string, bytes: Uint8Array): void {
  const aside = `${path}.new`;
  try {
    const file = openSync(aside, "w", 0o600);
    try {
      for (let at = 0; at < bytes.length; at += PIECE)
        writeFileSync(file, bytes.subarray(at, at + PIECE));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (existsSync(path)) keep(path);
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** There is a previous file at every instant, the one before or this one. */
function keep(path: string): void {
  const link = `${previousOf(path)}.new`;
  rmSync(link, { force: true });
  linkOrCopy(path, link);
  renameSync(link, previousOf(path));
  // Where a crash has left both names to one file, a rename of the one to the other does nothing.
  rmSync(link, { force: true });
}

function linkOrCopy(path: string, to: string): void {
  try {
    linkSync(path, to);
  } catch {
    // A disk without hard links, such as exFAT.
    copyFileSync(path, to);
  }
}

/** Puts a damaged file out of the way, never away. Returns its new path. */
export function setAside(path: string): string {
  const stamp = new Date().toISOString().replace(/[:.]/g, "-");
  const aside = `${path}.damaged-${stamp}`;
  renameSync(path, aside);
  return aside;
}

/** Keeps a file as it is now under another name as well, once however often it is asked for. Returns its path. */
export function keepCopy(path: string): string {
  const stamp = statSync(path).mtime.toISOString().replace(/[:.]/g, "-");
  const copy = `${path}.damaged-${stamp}`;
  if (!existsSync(copy)) linkOrCopy(path, copy);
  return copy;
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
