/** One look at a workspace: what is found, and how much more is looked at. */
import { createHash } from "node:crypto";
import type { BigIntStats, Dirent } from "node:fs";
import { constants, lstat, open, opendir, readlink, realpath } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import type { GitSetting } from "./gitConfig";
import { GIT_RULES, type HostRule } from "./hostPrograms";

/** A file or a link that the programs of this machine would run or obey. */
export interface HostEntry {
  /** From the workspace's folder, with `/`, as it is written on the disk. */
  readonly path: string;
  readonly rule: HostRule;
  /** Tells whether it is still the same. */
  readonly print: string;
  /** By which it is known to be that without being read; undefined for what was written a moment ago. */
  readonly state?: string;
  /** Its permissions; undefined for a link, or where they are not known any more. */
  readonly mode?: number;
  /** The whole, up to a limit; undefined for what is longer, is no file, or need not be kept. */
  readonly content?: Buffer;
  /** The settings in a configuration of git's for which it runs something, or obeys other files. */
  readonly settings?: readonly GitSetting[];
}

/** How git comes to a path. */
export interface Lead {
  readonly to: string;
  /** What it is in, or what names it; undefined for a repository in its own place. */
  readonly from?: string;
  /** Where `from` is a file or a link that names it: by which of its settings, or as a whole. */
  readonly by?: { readonly setting?: string };
}

/** All of what was found, by path. */
export type HostSnapshot = ReadonlyMap<string, HostEntry>;

/** What git has of a repository, which it runs or obeys. */
export const GIT: ReadonlySet<HostRule> = new Set(Object.values(GIT_RULES));

/** In the place of those that were not looked at. */
export const TOO_MANY: HostEntry = { path: "…", rule: GIT_RULES.repository, print: "…" };

/** What is longer is known by its size and times alone, in bytes. */
const CONTENT_LIMIT = 256 * 1024;
/** The same for a configuration of git's, which has a section for each branch, and for a hook. */
export const GIT_LIMIT = 1024 * 1024;
/** So many names are looked at; a hostile workspace may have any number. The same in git's own folders. */
const NAMES = 100_000;
const GIT_NAMES = 20_000;
/** So many files are, besides git's, and so many bytes of contents; the same of git's. */
const ENTRIES = 5000;
const BYTES = 16 * 1024 * 1024;
/** Times of files are only so exact, in nanoseconds: what was read so soon after may have changed since. */
const RACY = 2_000_000_000n;

export interface Child {
  readonly path: string;
  /** Its name as the least strict file system takes it. */
  readonly canonical: string;
  readonly isDirectory: boolean;
}

/** How much more is looked at. What there is too much of must not hide what git runs, so that counts apart. */
export class Budget {
  bytes = BYTES;

  constructor(public names: number) {}
}

export class Look {
  readonly entries = new Map<string, HostEntry>();
  readonly leads: Lead[] = [];
  /** The paths of all that was looked at. */
  readonly seen = new Set<string>();
  readonly git = new Budget(GIT_NAMES);
  readonly other = new Budget(NAMES);
  readonly #visited = new Set<string>();
  readonly #exhausted = new Set<string>();
  #files = ENTRIES;

  /** `known` are the files that earlier looks have found. */
  constructor(
    readonly root: string,
    private readonly known: Map<string, HostEntry>,
  ) {}

  /** A file or a link. Where neither is, nothing is added. */
  async file(path: string, rule: HostRule): Promise<void> {
    const stats = await this.stat(path);
    if (!stats || stats.isDirectory()) return;
    if (stats.isSymbolicLink()) {
      const target = await readlink(join(this.root, path)).catch(() => "");
      this.add({ path, rule, print: `link:${target}` });
      return;
    }
    const isOfGit = GIT.has(rule);
    const state = stateOf(stats);
    const known = this.known.get(path);
    // A page that is mapped is written without a new time: what git runs is read each time.
    if (!isOfGit && known?.rule === rule && known.state === state) {
      this.add(known);
      return;
    }
    const content = isOfGit
      ? await this.readOfGit(path, stats)
      : this.other.bytes > 0
        ? await this.read(path, stats, CONTENT_LIMIT)
        : undefined;
    const runs = (stats.mode & 0o111n) !== 0n ? "x" : "";
    const print = `${runs}:${content ? hash(relevant(path, content)) : state}`;
    this.add({
      path,
      rule,
      print,
      mode: permissionsOf(stats),
      ...(isSettled(stats) && { state }),
      ...(rule.kind === "silent" && content && { content }),
    });
  }

  add(entry: HostEntry): void {
    const { path } = entry;
    const isOfGit = GIT.has(entry.rule);
    if (!isOfGit && --this.#files < 0) return this.tooMany("files");
    this.seen.add(path);
    const found = this.entries.get(path);
    const kept = this.#shared(found ? bothOf(found, entry) : entry, isOfGit);
    this.entries.set(path, kept);
    this.known.set(path, kept);
  }

  /** With the content that is kept already, if it is the same. */
  #shared(entry: HostEntry, isOfGit: boolean): HostEntry {
    const known = this.known.get(entry.path);
    const isSame = known?.print === entry.print && known.content && entry.content;
    const content = isSame && known.content.equals(entry.content) ? known.content : entry.content;
    if (!isOfGit) this.other.bytes -= content?.length ?? 0;
    return content && (isOfGit || this.other.bytes >= 0)
      ? { ...entry, content }
      : withoutContent(entry);
  }

  /** Something leads git to a path. */
  lead(lead: Lead): void {
    this.leads.push(lead);
  }

  /** Whether this was not looked at yet. */
  visits(what: string): boolean {
    if (this.#visited.has(what)) return false;
    this.#visited.add(what);
    return true;
  }

  /** Not all of it was looked at. */
  tooMany(what: "depth" | "files" | "folders" | "git" | "names"): void {
    this.#exhausted.add(what);
    const print = `…${[...this.#exhausted].sort().join()}`;
    this.entries.set(TOO_MANY.path, { ...TOO_MANY, print });
  }

  /** What a link leads to, if that is in the workspace: what is elsewhere, nobody in the sandbox writes. */
  async targetOf(path: string): Promise<string | undefined> {
    if (!(await this.stat(path))?.isSymbolicLink()) return undefined;
    const target = await realpath(join(this.root, path)).catch(() => undefined);
    return target === undefined ? undefined : this.inside(target);
  }

  /** A path from the workspace's folder, if it is in there. */
  inside(path: string): string | undefined {
    const from = relative(this.root, path);
    if (from === ".." || from.startsWith(`..${sep}`) || isAbsolute(from)) return undefined;
    return from.replaceAll(sep, "/");
  }

  stat(path: string): Promise<BigIntStats | undefined> {
    return lstat(join(this.root, path), { bigint: true }).catch(() => undefined);
  }

  /** What is in a folder, as far as the budget reaches. */
  async children(path: string, budget: Budget): Promise<Child[]> {
    const children: Child[] = [];
    try {
      const folder = await opendir(join(this.root, path), { bufferSize: 1024 });
      for await (const entry of folder) {
        if (--budget.names < 0) {
          this.tooMany(budget === this.git ? "git" : "names");
          break;
        }
        children.push(childOf(path, entry));
      }
    } catch {
      // What is no folder, or is gone, has none.
    }
    return children;
  }

  /** All of a file of git's, as far as the budget reaches. */
  async readOfGit(path: string, stats: BigIntStats): Promise<Buffer | undefined> {
    if (this.git.bytes < Number(stats.size)) return undefined;
    const content = await this.read(path, stats, GIT_LIMIT);
    this.git.bytes -= content?.length ?? 0;
    return content;
  }

  /** All of a short file. Neither a link nor what blocks is opened. */
  async read(path: string, stats: BigIntStats, limit: number): Promise<Buffer | undefined> {
    if (!stats.isFile()) return undefined;
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    try {
      const file = await open(join(this.root, path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      try {
        // By now it may be another file than that of `stats`, and it may grow while it is read.
        for (let size; (size = (await file.stat()).size) <= limit;) {
          const buffer = Buffer.alloc(size + 1);
          const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
          if (bytesRead < buffer.length) return buffer.subarray(0, bytesRead);
        }
        return undefined;
      } finally {
        await file.close();
      }
    } catch {
      return undefined;
    }
  }
}

/**
 * A path that was found twice, as what is both a configuration and a hook: it counts as a whole then, and
 * not by its settings.
 */
function bothOf(found: HostEntry, entry: HostEntry): HostEntry {
  if ((found.settings === undefined) === (entry.settings === undefined)) return found;
  const whole = found.settings ? entry : found;
  return { ...whole, print: [found.print, entry.print].sort().join("+") };
}

const withoutContent = ({ path, rule, print, state, mode }: HostEntry): HostEntry => ({
  path,
  rule,
  print,
  ...(state !== undefined && { state }),
  ...(mode !== undefined && { mode }),
});

/** Whether it was changed long enough ago that a change from now on shows in its times. */
export const isSettled = ({ ctimeNs }: BigIntStats): boolean =>
  BigInt(Date.now()) * 1_000_000n - ctimeNs > RACY;

export const permissionsOf = ({ mode }: BigIntStats): number => Number(mode) & 0o777;

const childOf = (folder: string, entry: Dirent): Child => ({
  path: folder === "" ? entry.name : `${folder}/${entry.name}`,
  canonical: canonicalName(entry.name),
  isDirectory: entry.isDirectory(),
});

export const stateOf = ({ dev, ino, mode, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, mode, size, mtimeNs, ctimeNs].join(",");

export const hash = (content: string | Buffer): string =>
  createHash("sha256").update(content).digest("base64url").slice(0, 22);

/** What counts of a file's content: of a package's manifest only the scripts that it has run. */
function relevant(path: string, content: Buffer): string | Buffer {
  if (!/(^|\/)package\.json$/i.test(path)) return content;
  try {
    const { scripts } = JSON.parse(content.toString()) as { scripts?: unknown };
    return JSON.stringify(scripts ?? {});
  } catch {
    return content;
  }
}

/**
 * A name as the least strict file system takes it: without case, invisible characters (HFS+), and dots,
 * spaces or a stream at its end (NTFS).
 */
export function canonicalName(name: string): string {
  const plain = name
    .normalize("NFKC")
    .replace(/[\u200c-\u200f\u202a-\u202e\u2060\u206a-\u206f\ufeff]/g, "")
    .toLowerCase()
    .replace(/:.*$/s, "")
    .replace(/[. ]+$/, "");
  return plain === "git~1" ? ".git" : plain;
}
