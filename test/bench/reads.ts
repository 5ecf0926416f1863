/** Which files of a folder are read, by whomever, as the file system knows it. */
import { readdir, readFile, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { Unavailable } from "../support/requirement";

export interface ReadFile {
  /** Relative to the folder. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
}

/** So long ago that a file system that writes access times seldom writes the next one too. */
const NEVER = 0;

/**
 * Forgets what was read until now.
 * @throws {Unavailable} Where the file system keeps no access times.
 */
export async function forgetReads(folder: string): Promise<void> {
  const files = await filesBelow(folder);
  const [one] = files;
  if (one === undefined) throw new Error(`There is nothing in ${folder}.`);
  await forget([one]);
  await readFile(one);
  if ((await stat(one)).atimeMs === NEVER)
    throw new Unavailable("this file system keeps no access times (noatime)");
  await forget(files);
}

/** What was read since then, the largest first. */
export async function readFiles(folder: string): Promise<ReadFile[]> {
  const found: ReadFile[] = [];
  for (const file of await filesBelow(folder)) {
    const { atimeMs, size } = await stat(file);
    if (atimeMs !== NEVER) found.push({ name: path.relative(folder, file), size });
  }
  return found.sort((a, b) => b.size - a.size);
}

async function forget(files: readonly string[]): Promise<void> {
  for (const file of files) await utimes(file, NEVER, (await stat(file)).mtime);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
