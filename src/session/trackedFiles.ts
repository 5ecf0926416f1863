/** The files that threads are about: whether each is there, and where one is that was moved. */
import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { followed, type Move } from "./followed";
import { readWorkspaceFile } from "../workspace/workspaceFiles";

/** Where a file is on this machine: a path that starts from a folder, which it does not leave. */
export interface Place {
  readonly folder: string;
  readonly path: string;
}

/** What tells a file from others, wherever it is. */
interface Identity {
  /** Its number on its disk, with its birth, since numbers are given again; null on disks without. */
  readonly number: string | null;
  readonly size: number;
  /** Of its content; null for one that is empty or large. */
  readonly hash: string | null;
}

interface Known {
  readonly there: boolean;
  /** Of a file that is not there, what it was; null if it never was while somebody looked. */
  readonly identity: Identity | null;
}

/** The content of a larger file does not tell where it is, in bytes: it would be read each time it changes. */
const LARGE = 1024 * 1024;

/** Among more new files than this, a file is looked for in those that have its name first. */
const MOST = 1000;

export class TrackedFiles {
  #known: ReadonlyMap<string, Known> = new Map();
  /** The tracked files, and all folders that they are in. */
  #named: ReadonlySet<string> = new Set();
  readonly #placeOf: (path: string) => Place;

  /** `placeOf` says where on this machine a path is; all paths here are as in a scope. */
  constructor(placeOf: (path: string) => Place) {
    this.#placeOf = placeOf;
  }

  /** The tracked files that are not there. */
  get missing(): ReadonlySet<string> {
    return new Set([...this.#known.keys()].filter((path) => this.isMissing(path)));
  }

  /** Whether a tracked file is not there. */
  isMissing(path: string): boolean {
    return this.#known.get(path)?.there === false;
  }

  /** Whether a path is that of a tracked file, or of a folder that one is in. */
  concerns(path: string): boolean {
    return this.#named.has(path);
  }

  /** Tracks these files and no others. */
  async track(paths: ReadonlySet<string>): Promise<void> {
    const before = this.#known;
    const known = new Map<string, Known>();
    for (const path of paths) known.set(path, before.get(path) ?? (await this.#know(path)));
    this.#set(known);
  }

  /** Tracks files where they were moved, at once: the next move may be on its way already. */
  follow(moves: readonly Move[]): void {
    const moved = [...this.#known].map(([path, known]): [string, Known] => {
      const to = followed({ type: "file", id: path }, moves)?.id;
      return to === undefined ? [path, known] : [to, { ...known, there: true }];
    });
    this.#set(new Map(moved));
  }

  #set(known: ReadonlyMap<string, Known>): void {
    this.#known = known;
    this.#named = new Set([...known.keys()].flatMap(withFolders));
  }

  /** Looks anew at those tracked files that are among these paths, or within one of them. */
  async look(paths: ReadonlySet<string>): Promise<void> {
    const known = new Map(this.#known);
    for (const path of known.keys())
      if (withFolders(path).some((part) => paths.has(part)))
        known.set(path, await this.#know(path));
    this.#known = known;
  }

  /**
   * Where the tracked files are that vanished with one of the paths in `gone`, if they are at one of
   * those in `come`, or in a folder there. A path that still has a file keeps its threads, whichever
   * file that is: so it is with what git checks out and with editors that write a file anew.
   */
  async moves(gone: ReadonlySet<string>, come: readonly string[]): Promise<readonly Move[]> {
    const moves: Move[] = [];
    let all: readonly string[] | undefined;
    for (const [path, { identity }] of this.#known) {
      const vanished = withFolders(path).filter((part) => gone.has(part));
      if (!identity || vanished.length === 0) continue;
      let candidates = candidatesFor(path, vanished, (all ??= await this.#withContents(come)));
      if (await this.#isThere(path))
        candidates = candidates.filter((other) => differInCase(path, other));
      const to = await this.#find(identity, candidates);
      if (to !== undefined) moves.push({ from: path, to });
    }
    return moves;
  }

  /** New paths, and what is in those that are folders: of that, a watcher tells no more than it saw. */
  async #withContents(come: readonly string[]): Promise<readonly string[]> {
    const all = new Set(come);
    const most = all.size + MOST;
    for (const path of all) {
      if (all.size >= most) break;
      // Nearly all of them are files, which have no contents of this kind.
      const names = await readdir(this.#absolute(path)).catch(() => []);
      for (const name of names) all.add(`${path}/${name}`);
    }
    return [...all];
  }

  async #find(identity: Identity, candidates: readonly string[]): Promise<string | undefined> {
    const alike: string[] = [];
    for (const path of candidates) {
      const found = await this.#statistics(path);
      if (!found) continue;
      if (found.number !== null && found.number === identity.number) return path;
      if (found.size !== identity.size || identity.hash === null) continue;
      if ((await this.#hash(path)) === identity.hash) alike.push(path);
    }
    // Among several copies, none is the one.
    return alike.length === 1 ? alike[0] : undefined;
  }

  async #isThere(path: string): Promise<boolean> {
    return (await this.#statistics(path)) !== undefined;
  }

  async #know(path: string): Promise<Known> {
    const identity = await this.#identify(path);
    // What has just vanished may still be found elsewhere.
    return identity
      ? { there: true, identity }
      : { there: false, identity: this.#known.get(path)?.identity ?? null };
  }

  async #identify(path: string): Promise<Identity | null> {
    const found = await this.#statistics(path);
    if (!found) return null;
    const { number, size } = found;
    return { number, size, hash: size > 0 && size <= LARGE ? await this.#hash(path) : null };
  }

  /** Also of what a link leads to: nothing of this is told to anybody. */
  async #statistics(path: string): Promise<Pick<Identity, "number" | "size"> | undefined> {
    try {
      const file = await stat(this.#absolute(path), { bigint: true });
      if (!file.isFile()) return undefined;
      const { dev, ino, birthtimeNs, size } = file;
      return {
        number: ino > 0n && birthtimeNs > 0n ? `${dev}:${ino}:${birthtimeNs}` : null,
        size: Number(size),
      };
    } catch {
      return undefined;
    }
  }

  #absolute(path: string): string {
    const place = this.#placeOf(path);
    return join(place.folder, place.path);
  }

  async #hash(path: string): Promise<string | null> {
    try {
      const place = this.#placeOf(path);
      const { bytes, end } = await readWorkspaceFile(place.folder, place.path, LARGE);
      return end ? null : createHash("sha256").update(bytes).digest("base64");
    } catch {
      return null;
    }
  }
}

/** A path, and those of the folders that it is in. */
const withFolders = (path: string): readonly string[] => {
  const folder = posix.dirname(path);
  return folder === "." || folder === ".." || folder === path
    ? [path]
    : [path, ...withFolders(folder)];
};

/** Where a file may be now: at a new path, or, where that is a folder, in there under its own name. */
function candidatesFor(
  path: string,
  vanished: readonly string[],
  come: readonly string[],
): readonly string[] {
  const name = posix.basename(path);
  const within = new Set([`/${name}`, ...vanished.map((part) => path.slice(part.length))]);
  const named = come.filter((other) => posix.basename(other) === name);
  const all = come.flatMap((other) => [other, ...[...within].map((rest) => other + rest)]);
  const each = new Set([...named, ...all]);
  each.delete(path);
  return [...each].slice(0, MOST);
}

const differInCase = (one: string, other: string): boolean =>
  one !== other && one.toLowerCase() === other.toLowerCase();
