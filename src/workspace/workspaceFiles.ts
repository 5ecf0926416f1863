/**
 * Reads and writes files of the workspace, where whatever runs in the sandbox may exchange any file and
 * any folder with a link at any instant. So nothing here goes by what a path has led to before: each
 * folder is entered from the one above it without following a link, and what was opened is what counts.
 *
 * On Linux an entry is reached through the descriptor of its folder, which nobody can exchange. Elsewhere
 * Node has only paths: macOS refuses by itself to follow a link anywhere in one, and what was opened must
 * afterwards be what the path leads to, through folders that are none of them links.
 */
import { randomUUID } from "node:crypto";
import { type BigIntStats, constants, existsSync } from "node:fs";
import {
  chmod,
  type FileHandle,
  lstat,
  mkdir,
  open,
  readlink,
  realpath,
  rename,
  unlink,
} from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { t } from "@vscode/l10n";
import { spelledOut } from "../shared/invisible";

/** What is in the way of reading or writing a file. */
export type Obstacle = "missing" | "link" | "leadsOut" | "notAFile" | "changed";

/** A file of the workspace cannot be read or written for a reason of ours; the message is for people. */
export class WorkspaceFileError extends Error {
  override name = "WorkspaceFileError";
  readonly reason: Obstacle;

  constructor(reason: Obstacle, path: string) {
    super(sentence(reason, spelledOut(path)));
    this.reason = reason;
  }
}

const failure = (reason: Obstacle, path: string) => new WorkspaceFileError(reason, path);

function sentence(reason: Obstacle, path: string): string {
  switch (reason) {
    case "missing":
      return t("“{0}” is not there any more.", path);
    case "link":
      return t("“{0}” is a symbolic link, or in a folder that is one, so it was left alone.", path);
    case "leadsOut":
      return t("“{0}” leads out of its folder.", path);
    case "notAFile":
      return t("“{0}” is not a file.", path);
    case "changed":
      return t("Another program replaced “{0}” in the meantime. Try again.", path);
  }
}

/** What was read of a file. */
export interface FileBytes {
  /** All of it, or its beginning. */
  readonly bytes: Uint8Array;
  /** Of a file that is longer than asked for: its end, and the number of bytes before that. */
  readonly end?: { readonly bytes: Uint8Array; readonly omitted: number };
  /** When it was changed last, in milliseconds since the epoch. */
  readonly changedAt: number;
}

/**
 * Reads a file of the workspace, also through links that stay within it. `path` starts from `folder`. Of a
 * file of more than `limit` bytes, only so much of its beginning and of its end is read as `ends` says.
 * Rejects with a {@link WorkspaceFileError}, or with the system's error.
 */
export async function readWorkspaceFile(
  folder: string,
  path: string,
  limit: number,
  ends: { readonly head: number; readonly tail: number } = { head: limit, tail: 0 },
): Promise<FileBytes> {
  const names = namesIn(path);
  const { root, real } = await resolved(folder, names, path);
  const place = new Place(root, namesIn(relative(root, real)), path);
  try {
    const { file, stats } = await place.openFile();
    try {
      return await bytesOf(file, stats, limit, ends);
    } finally {
      await file.close();
    }
  } catch (error) {
    // There was no link in the real path.
    throw reasonOf(error) === "link" ? failure("changed", path) : error;
  }
}

/** Where a path really leads, which is within the folder. */
async function resolved(
  folder: string,
  names: readonly string[],
  path: string,
): Promise<{ readonly root: string; readonly real: string }> {
  const root = await realpath(folder);
  try {
    const real = await realpath(join(root, names.join(sep)));
    if (real === root) throw failure("notAFile", path);
    if (!isWithin(root, real)) throw failure("leadsOut", path);
    return { root, real };
  } catch (error) {
    if (reasonOf(error) !== undefined) throw error;
    // Nobody is told whether there is what a link is to.
    if ((await linkOnTheWay(root, names)) !== undefined) throw failure("leadsOut", path);
    throw ["ENOENT", "ENOTDIR"].includes(codeOf(error)) ? failure("missing", path) : error;
  }
}

/** Whether a path leads to a folder or to something in it. Rejects where one of them is not there. */
export async function leadsInto(folder: string, path: string): Promise<boolean> {
  return isWithin(await realpath(folder), await realpath(path));
}

/** Of two real paths, whether the second is that of the first or of something in it. */
function isWithin(root: string, real: string): boolean {
  const way = relative(root, real);
  return way.split(sep)[0] !== ".." && !isAbsolute(way);
}

/** What is at a path, of which no link is followed. */
export type Entry =
  | { readonly kind: "missing" }
  /** It, or a folder on the way to it, is a link to this target. */
  | { readonly kind: "link"; readonly target: string }
  /** A folder, a socket and the like. */
  | { readonly kind: "other" }
  | {
      readonly kind: "file";
      /** Its beginning, as far as asked for. */
      readonly bytes: Uint8Array;
      /** In bytes. */
      readonly size: number;
      /** The bits of its permissions. */
      readonly mode: number;
    };

/**
 * What is at a path that starts from `folder`, and at most `limit` bytes of it. Rejects with the system's
 * error, or with a {@link WorkspaceFileError} for a path that leads out and for what is being exchanged.
 */
export async function readEntry(folder: string, path: string, limit: number): Promise<Entry> {
  const place = new Place(await realpath(folder), namesIn(path), path);
  try {
    const { file, stats } = await place.openFile();
    try {
      const { bytes } = await bytesOf(file, stats, limit, { head: limit, tail: 0 });
      return { kind: "file", bytes, size: Number(stats.size), mode: permissionsOf(stats) };
    } finally {
      await file.close();
    }
  } catch (error) {
    switch (reasonOf(error)) {
      case "missing":
        return { kind: "missing" };
      case "notAFile":
        return { kind: "other" };
      case "link": {
        const target = await linkOnTheWay(place.root, place.names);
        if (target === undefined) throw failure("changed", path);
        return { kind: "link", target };
      }
      default:
        throw error;
    }
  }
}

/**
 * Rejects with a {@link WorkspaceFileError} where a path is that of a link, or of what is in a folder that
 * is one. For what somebody else writes, who follows links.
 */
export async function refuseLink(folder: string, path: string): Promise<void> {
  if ((await readEntry(folder, path, 0)).kind === "link") throw failure("link", path);
}

/**
 * Writes a file of the workspace, or with `undefined` removes it. `path` starts from `folder`; folders
 * that are missing on the way are made. The file is written beside and renamed, so whoever reads it finds
 * the old one or the new one, whole. It keeps its permissions unless `mode` says others.
 *
 * No link is followed: one in the place of the file or of a folder on the way is refused, but the file's
 * own is removed as itself. Rejects with a {@link WorkspaceFileError}, or with the system's error.
 */
export async function writeWorkspaceFile(
  folder: string,
  path: string,
  content: Uint8Array | undefined,
  mode?: number,
): Promise<void> {
  const place = new Place(await realpath(folder), namesIn(path), path);
  if (content !== undefined) return place.write(content, mode);
  try {
    await place.remove();
  } catch (error) {
    if (reasonOf(error) !== "missing") throw error;
  }
}

/** Lets its user write in the folder that a file is in. Rejects as the system does. */
export async function makeWritable(folder: string, path: string): Promise<void> {
  await new Place(await realpath(folder), namesIn(path), path).makeWritable();
}

/** Takes from a file that it can be executed. Rejects with a `WorkspaceFileError`, and as the system does. */
export async function makeNotExecutable(folder: string, path: string): Promise<void> {
  const place = new Place(await realpath(folder), namesIn(path), path);
  const { file, stats } = await place.openFile();
  try {
    await file.chmod(permissionsOf(stats) & ~0o111);
  } finally {
    await file.close();
  }
}

/** A folder that was entered without following a link. */
interface Entered {
  /** The path by which an entry of it is reached. */
  readonly entry: (name: string) => string;
  readonly close: () => Promise<void>;
}

/** What no link may be in the place of when it is opened. */
function noLinks(): number {
  // In no part of the path; a macOS that does not know it leaves it to the look afterwards.
  const O_NOFOLLOW_ANY = 0x20000000;
  // Windows has none of these, and TypeScript does not know that.
  const { O_NOFOLLOW } = constants as Partial<typeof constants>;
  return process.platform === "darwin" ? O_NOFOLLOW_ANY : (O_NOFOLLOW ?? 0);
}

const DESCRIPTORS = "/proc/self/fd";
const hasDescriptors = (): boolean => process.platform === "linux" && existsSync(DESCRIPTORS);

/** A place below a folder, whose every name is that of an entry in the one before. */
class Place {
  /** The folder's real path. */
  readonly root: string;
  readonly names: readonly string[];
  /** As it is told to people. */
  readonly #path: string;

  constructor(root: string, names: readonly string[], path: string) {
    this.root = root;
    this.names = names;
    this.#path = path;
  }

  /** Opens the file to be read, and has looked that it is one and is here. */
  openFile(): Promise<{ readonly file: FileHandle; readonly stats: BigIntStats }> {
    return this.#within(async ({ entry }, name) => {
      // What is no file is not opened, since that alone may do something.
      this.#mustBeFile(await this.#look(entry(name)));
      // A pipe that took its place would have the opening wait for who writes to it.
      const { O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
      const file = await this.#open(entry(name), constants.O_RDONLY | noLinks() | O_NONBLOCK);
      try {
        const stats = await file.stat({ bigint: true });
        if (!stats.isFile()) throw this.#error("notAFile");
        await this.#mustStillHave(stats);
        return { file, stats };
      } catch (error) {
        await file.close();
        throw error;
      }
    });
  }

  write(content: Uint8Array, mode: number | undefined): Promise<void> {
    return this.#within(async ({ entry }, name) => {
      const before = await this.#look(entry(name)).catch(unlessMissing);
      if (before) this.#mustBeFile(before);
      const permissions = mode ?? (before && permissionsOf(before));
      const aside = new Place(
        this.root,
        [...this.names.slice(0, -1), `.${randomUUID()}.tmp`],
        this.#path,
      );
      const path = entry(aside.names.at(-1) ?? "");
      const { O_WRONLY, O_CREAT, O_EXCL } = constants;
      const file = await this.#open(path, O_WRONLY | O_CREAT | O_EXCL | noLinks(), permissions);
      try {
        let stats;
        try {
          await file.writeFile(content);
          // What the process masks is set too.
          if (permissions !== undefined) await file.chmod(permissions);
          await file.sync();
          stats = await file.stat({ bigint: true });
        } finally {
          await file.close();
        }
        await aside.#mustStillHave(stats);
        await rename(path, entry(name)).catch(this.#exchanged);
        await this.#mustStillHave(stats);
      } catch (error) {
        await unlink(path).catch(() => undefined);
        throw error;
      }
    }, true);
  }

  /** Removes what is there, if that is no folder. */
  remove(): Promise<void> {
    return this.#within(async ({ entry }, name) => {
      const there = await this.#look(entry(name));
      if (there.isDirectory()) throw this.#error("notAFile");
      await this.#mustStillHave(there);
      await unlink(entry(name)).catch(this.#exchanged);
    });
  }

  makeWritable(): Promise<void> {
    return this.#within(async ({ entry }) => {
      const there = entry(".");
      await chmod(there, permissionsOf(await this.#look(there)) | 0o700);
    });
  }

  /** Does something in the folder that the place is in, with the place's name there. */
  async #within<Value>(
    act: (folder: Entered, name: string) => Promise<Value>,
    makesFolders = false,
  ): Promise<Value> {
    const name = this.names.at(-1);
    if (name === undefined) throw this.#error("notAFile");
    let folder = await this.#enter(this.root);
    try {
      for (const part of this.names.slice(0, -1)) {
        const path = folder.entry(part);
        if (makesFolders) await mkdir(path).catch(unlessThere);
        const below = await this.#enter(path);
        await folder.close();
        folder = below;
      }
      return await act(folder, name);
    } finally {
      await folder.close();
    }
  }

  async #enter(path: string): Promise<Entered> {
    const stats = await this.#look(path);
    if (stats.isSymbolicLink()) throw this.#error("link");
    // There is nothing below what is no folder.
    if (!stats.isDirectory()) throw this.#error("missing");
    if (!hasDescriptors())
      return { entry: (name) => join(path, name), close: () => Promise.resolve() };
    const { O_RDONLY, O_DIRECTORY } = constants;
    const handle = await this.#open(path, O_RDONLY | O_DIRECTORY | noLinks());
    return {
      entry: (name) => `${DESCRIPTORS}/${handle.fd}/${name}`,
      close: () => handle.close(),
    };
  }

  async #look(path: string): Promise<BigIntStats> {
    try {
      return await lstat(path, { bigint: true });
    } catch (error) {
      throw ["ENOENT", "ENOTDIR"].includes(codeOf(error)) ? this.#error("missing") : error;
    }
  }

  /** Opens what has just been looked at. */
  async #open(path: string, flags: number, mode?: number): Promise<FileHandle> {
    try {
      return await open(path, flags, mode);
    } catch (error) {
      return this.#exchanged(error);
    }
  }

  /** Of what was there a moment ago: it became a link, is gone, or is of another kind by now. */
  readonly #exchanged = (error: unknown): never => {
    const codes = ["ELOOP", "ENOENT", "ENOTDIR", "EISDIR", "ENXIO"];
    throw codes.includes(codeOf(error)) ? this.#error("changed") : error;
  };

  #mustBeFile(stats: BigIntStats): void {
    if (stats.isSymbolicLink()) throw this.#error("link");
    if (!stats.isFile()) throw this.#error("notAFile");
  }

  /** Goes there once more: without a link on the way, the names must lead to the very same. */
  async #mustStillHave(known: BigIntStats): Promise<void> {
    let there;
    try {
      there = await this.#within(({ entry }, name) => this.#look(entry(name)));
    } catch (error) {
      throw reasonOf(error) === undefined ? error : this.#error("changed");
    }
    // On Windows, a device has not the same number in each of Node's ways to ask for it.
    const sameDevice = process.platform === "win32" || there.dev === known.dev;
    if (there.ino !== known.ino || !sameDevice) throw this.#error("changed");
  }

  #error(reason: Obstacle): WorkspaceFileError {
    return failure(reason, this.#path);
  }
}

/** The names in a path, each that of an entry in the folder before. */
function namesIn(path: string): readonly string[] {
  const windows = process.platform === "win32";
  const names = path.split(windows ? /[\\/]/ : "/");
  // Windows takes what has a colon for a drive, or for a stream of a file.
  const isName = (name: string) =>
    !["", ".", ".."].includes(name) && !name.includes("\0") && !(windows && name.includes(":"));
  if (!names.every(isName)) throw failure("leadsOut", path);
  return names;
}

/** What the first link is to among a place and the folders on the way to it; undefined for none. */
async function linkOnTheWay(root: string, names: readonly string[]): Promise<string | undefined> {
  for (const [index] of names.entries()) {
    const place = join(root, names.slice(0, index + 1).join(sep));
    const target = await readlink(place).catch(() => undefined);
    if (target !== undefined) return target;
  }
  return undefined;
}

async function bytesOf(
  file: FileHandle,
  { size: bigSize, mtimeNs }: BigIntStats,
  limit: number,
  { head, tail }: { readonly head: number; readonly tail: number },
): Promise<FileBytes> {
  const size = Number(bigSize);
  const changedAt = Number(mtimeNs) / 1e6;
  if (size <= limit) return { bytes: await bytesAt(file, 0, size), changedAt };
  const [bytes, last] = [
    await bytesAt(file, 0, head),
    await bytesAt(file, Math.max(head, size - tail), tail),
  ];
  const omitted = size - bytes.length - last.length;
  return { bytes, end: { bytes: last, omitted }, changedAt };
}

/** As many bytes as there are, up to `length`. */
async function bytesAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(length);
  let at = 0;
  for (let got = 1; got > 0 && at < length; at += got)
    got = (await file.read(bytes, at, length - at, position + at)).bytesRead;
  return bytes.subarray(0, at);
}

const permissionsOf = ({ mode }: BigIntStats): number => Number(mode) & 0o777;

const reasonOf = (error: unknown): Obstacle | undefined =>
  error instanceof WorkspaceFileError ? error.reason : undefined;

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";

function unlessMissing(error: unknown): undefined {
  if (reasonOf(error) !== "missing") throw error;
}

function unlessThere(error: unknown): undefined {
  if (codeOf(error) !== "EEXIST") throw error;
}
