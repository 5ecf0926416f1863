/**
 * Which storage folder holds the threads of which workspace folder. VS Code gives each workspace a
 * storage folder of its own, and a window that gets a second folder is another workspace: without
 * this, its threads would seem to be gone. So threads belong to a folder, their *home*, and the
 * registry, one small file for each home, leads every workspace with that folder to them.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { makePrivateFolder } from "./privateFolder";

/** Where threads are kept, and the URI of the workspace folder whose they are. */
export interface Storage {
  readonly folder: string;
  readonly home: string;
}

export interface StorageQuestion {
  /** The storage that this very workspace has had before, if that is what it is. */
  readonly remembered: unknown;
  /** The URIs of the workspace's folders, the first first. */
  readonly folders: readonly [string, ...string[]];
  /** The storage folder that VS Code gives this workspace. */
  readonly own: string;
  /** The folder of the registry. */
  readonly registry: string;
}

/**
 * The storage of a workspace: the one that it had before, or that of the first of its folders that has
 * one, or its own, which from then on is that of its first folder. `lost` is a storage folder that
 * should have been taken, and is not there any more. Never throws.
 */
export function findStorage(question: StorageQuestion): Storage & { readonly lost?: string } {
  const { remembered, folders, own, registry } = question;
  const known = [
    ...(isStorage(remembered) ? [remembered] : []),
    ...folders.flatMap((home) => registered(registry, home) ?? []),
  ];
  const found = known.find(({ folder }) => existsSync(folder));
  const first = register(registry, found ?? { folder: own, home: folders[0] });
  const storage = found ?? first;
  const [wanted] = known;
  return wanted && wanted !== found ? { ...storage, lost: wanted.folder } : storage;
}

function isStorage(value: unknown): value is Storage {
  const { folder, home } = (value ?? {}) as Partial<Record<keyof Storage, unknown>>;
  return typeof folder === "string" && isAbsolute(folder) && typeof home === "string";
}

const entry = (registry: string, home: string): string =>
  join(registry, createHash("sha256").update(home).digest("hex"));

function registered(registry: string, home: string): Storage | undefined {
  try {
    const storage = { folder: readFileSync(entry(registry, home), "utf8"), home };
    return isStorage(storage) ? storage : undefined;
  } catch {
    return undefined;
  }
}

/** Registers a storage for its home, unless that has one. Returns the one that it has then. */
function register(registry: string, storage: Storage): Storage {
  const { folder, home } = storage;
  const path = entry(registry, home);
  const wasThere = existsSync(path);
  tryTo(() => makePrivateFolder(registry));
  if (!isThere(registered(registry, home))) {
    tryTo(() => {
      // It is made now, so that one that is not there is known to be lost.
      makePrivateFolder(folder);
      // Only what leads nowhere is removed, not what another window has written since we looked.
      if (wasThere) rmSync(path, { force: true });
      writeFirst(path, folder);
    });
  }
  const winner = registered(registry, home);
  return isThere(winner) ? winner : storage;
}

/** Where another window was first, or the disk refuses it, the next activation tries again. */
function tryTo(work: () => void): void {
  try {
    work();
  } catch {
    return;
  }
}

/** Writes a file whole, and only where there is none: of two windows at once, the first has its way. */
function writeFirst(path: string, text: string): void {
  const aside = `${path}.${randomUUID()}`;
  writeFileSync(aside, text, { mode: 0o600 });
  try {
    linkSync(aside, path);
  } finally {
    rmSync(aside);
  }
}

const isThere = (storage: Storage | undefined): storage is Storage =>
  storage !== undefined && existsSync(storage.folder);
