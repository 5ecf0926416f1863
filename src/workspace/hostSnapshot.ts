/** What the programs of this machine would run of a workspace, as it is now. */
import { createHash } from "node:crypto";
import type { BigIntStats, Dirent } from "node:fs";
import { constants, lstat, open, opendir, readlink, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { type GitSetting, isDangerous, parseGitConfig } from "./gitConfig";
import { GIT_RULES, HOST_RULES, type HostRule } from "./hostPrograms";

/** One of them. */
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
  /** What leads to it by naming it, where it is not in its place by itself: the path of another of them. */
  readonly through?: string;
  /** The whole, up to a limit; undefined for what is longer, is no file, or need not be kept. */
  readonly content?: Buffer;
  /** The settings in a configuration of git's for which it runs something, or obeys other files. */
  readonly settings?: readonly GitSetting[];
}

/** In the place of those that were not looked at. */
export const TOO_MANY: HostEntry = { path: "…", rule: GIT_RULES.repository, print: "…" };

/** All of them, by path. */
export type HostSnapshot = ReadonlyMap<string, HostEntry>;

/** What is longer is known by its size and times alone, in bytes. */
const CONTENT_LIMIT = 256 * 1024;
/** The same for a configuration of git's, which has a section for each branch, and for a hook. */
const GIT_LIMIT = 1024 * 1024;
/** So many configurations are looked at, and so many bytes of those that have changed. */
const CONFIGS = 2000;
const CONFIG_BYTES = 4 * 1024 * 1024;
/** A file that names the place of a repository is no longer, in bytes. */
const NAMED_LIMIT = 8 * 1024;
/** How far below the workspace's folder other projects and repositories are looked for. */
const DEPTH = 2;
/** How far below a folder such as `.vscode` its files are looked at. */
const DEPTH_INSIDE = 6;
/** So many names are looked at, and so many files besides git's; a hostile workspace may have any number. */
const NAMES = 100_000;
const ENTRIES = 5000;
const BYTES = 16 * 1024 * 1024;
/** So many dangerous settings may a configuration have to be told one by one. */
const SETTINGS = 1000;
/** In so many folders projects are looked for. */
const FOLDERS = 3000;
/** Times of files are only so exact, in nanoseconds: what was read so soon after may have changed since. */
const RACY = 2_000_000_000n;
/** Folders of others' code, of which there are many. */
const PASSED = new Set(["node_modules", ".venv", "venv", "target", "vendor"]);

interface Rules {
  readonly first: RegExp;
  readonly whole: RegExp;
  /** Whether `first` is all of it. */
  readonly isName: boolean;
  readonly atRoot: boolean;
  readonly rule: HostRule;
}

const RULES: readonly Rules[] = HOST_RULES.map((rule) => {
  const atRoot = rule.path.startsWith("/");
  const path = atRoot ? rule.path.slice(1) : rule.path;
  const [first = ""] = path.split("/");
  return { first: glob(first), whole: glob(path), isName: first === path, atRoot, rule };
});

/** `*` is any part of a name, `{a,b}` one of two, and `**` at the end any path below. */
function glob(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^$()|[\]\\]/g, "\\$&")
    .replace(/\{([^}]*)\}/g, (_, names: string) => `(?:${names.replaceAll(",", "|")})`)
    .replace(/\*\*$/, ".+")
    .replace(/\*/g, "[^/]*");
  return new RegExp(`^${source}$`, "s");
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

/** Whether a file of this path may be one of them, as far as its names tell. */
export const mayBeRun = (path: string): boolean =>
  path
    .split("/")
    .map(canonicalName)
    .some((name) => name === ".git" || RULES.some(({ first }) => first.test(name)));

/** Looks again and again at a workspace, and takes from the look before what has not changed since. */
export class HostScanner {
  /** What was found at each path so far. */
  readonly #known: Known = { files: new Map(), folders: new Map(), configs: new Map() };

  constructor(private readonly folder: string) {}

  /**
   * Looks at all that its user's programs would run. `nested` are folders, from the workspace's, in which
   * repositories are known to be, however deep. Never rejects: what cannot be read is there by its name.
   */
  async scan(nested: Iterable<string> = []): Promise<HostSnapshot> {
    const look = await this.#look(async (look) => {
      for (const path of nested) await look.repositoryIn(path);
      await look.directory("", 0);
    });
    // What is gone may have been there for a moment only, and there may be others each time.
    const { files, folders, configs } = this.#known;
    for (const known of [files, folders, configs])
      for (const path of known.keys()) if (!look.seen.has(path)) known.delete(path);
    return look.entries;
  }

  /** The same, of the repositories alone in these folders. */
  async scanGit(repositories: Iterable<string>): Promise<HostSnapshot> {
    const look = await this.#look(async (look) => {
      for (const path of repositories) await look.repositoryIn(path);
    });
    return look.entries;
  }

  async #look(what: (look: Look) => Promise<void>): Promise<Look> {
    const root = await realpath(this.folder).catch(() => this.folder);
    const look = new Look(root, this.#known);
    await what(look);
    return look;
  }
}

/** What of a folder's names counts, at one state of it. */
interface Folder {
  readonly state: string;
  readonly children: readonly Child[];
}

/** What a configuration says, at one state of it. */
interface Config {
  readonly state: string;
  readonly content: Buffer;
  readonly dangerous: readonly GitSetting[];
  /** Those that name other files. */
  readonly pointers: readonly GitSetting[];
}

/** What was found at each path so far. */
interface Known {
  readonly files: Map<string, HostEntry>;
  readonly folders: Map<string, Folder>;
  readonly configs: Map<string, Config>;
}

class Look {
  readonly entries = new Map<string, HostEntry>();
  /** The paths of all that was looked at. */
  readonly seen = new Set<string>();
  readonly #visited = new Set<string>();
  /** How many more names and files are looked at. */
  #names = NAMES;
  #left = { files: ENTRIES, folders: FOLDERS, configs: CONFIGS, configBytes: CONFIG_BYTES };
  /** How many more bytes of contents are kept. */
  #bytes = BYTES;

  constructor(
    private readonly root: string,
    private readonly known: Known,
  ) {}

  /** A folder of the workspace, and those below it in which there may be a project. */
  async directory(path: string, depth: number): Promise<void> {
    if (--this.#left.folders < 0) {
      this.#tooMany();
      return;
    }
    const children = await this.#project(path, depth);
    const has = (name: string) => children.some(({ canonical }) => canonical === name);
    // Git takes a folder that looks like one of its own for a repository, whatever its name is.
    if (has("head") && has("objects") && has("refs")) await this.#gitDirectory(path);
    await Promise.all(children.map((child) => this.#child(child, path === "", depth)));
  }

  /** What counts in such a folder, as it was found before if nothing in it was added or removed since. */
  async #project(path: string, depth: number): Promise<readonly Child[]> {
    const stats = await this.#stat(path);
    const state = stats && stateOf(stats);
    const known = this.known.folders.get(path);
    this.seen.add(path);
    if (known && known.state === state) return known.children;
    const all = await this.#children(path);
    const children = all.filter(
      ({ canonical, isDirectory }) =>
        GIT_NAMES.has(canonical) ||
        (isDirectory && depth < DEPTH && !PASSED.has(canonical)) ||
        rulesFor(canonical, path === "").length > 0,
    );
    if (stats && state !== undefined && isSettled(stats))
      this.known.folders.set(path, { state, children });
    return children;
  }

  async #child(child: Child, isAtRoot: boolean, depth: number): Promise<void> {
    const { path, canonical, isDirectory } = child;
    if (canonical === ".git") return this.#dotGit(path);
    const rules = rulesFor(canonical, isAtRoot);
    const named = rules.find(({ isName }) => isName);
    const below = rules.filter(({ isName }) => !isName);
    if (named && !isDirectory) await this.#file(path, named.rule);
    if (below[0]) await this.#below(child, canonical, below, 0);
    else if (isDirectory && depth < DEPTH && !PASSED.has(canonical))
      await this.directory(path, depth + 1);
  }

  /** What fits one of these rules in a folder; `name` is its path from where they count. */
  async #below(
    { path, isDirectory }: Pick<Child, "path" | "isDirectory">,
    name: string,
    rules: readonly Rules[],
    depth: number,
  ): Promise<void> {
    if (isDirectory) {
      if (depth > DEPTH_INSIDE) {
        this.#tooMany();
        return;
      }
      for (const child of await this.#children(path))
        await this.#below(child, `${name}/${child.canonical}`, rules, depth + 1);
      return;
    }
    // In the place of the folder itself there may be a link.
    const [first] = rules;
    const fitting =
      rules.find(({ whole }) => whole.test(name)) ?? (depth === 0 ? first : undefined);
    if (fitting) await this.#file(path, fitting.rule);
    await this.#behindLink(path, async (target) => {
      const isDirectory = (await this.#stat(target))?.isDirectory() ?? false;
      await this.#below({ path: target, isDirectory }, name, rules, depth + 1);
    });
  }

  /** A repository's `.git` in a folder of the workspace, if it has one. */
  async repositoryIn(path: string): Promise<void> {
    const at = (name: string) => (path === "" ? name : `${path}/${name}`);
    // Before its folder is listed, in which there may be any number of names.
    await this.#dotGit(at(".git"));
    if ((await this.#stat(at("HEAD"))) && (await this.#stat(at("objects"))) && path !== "")
      await this.#gitDirectory(path);
    for (const child of await this.#children(path))
      if (child.canonical === ".git" && child.path !== at(".git")) await this.#dotGit(child.path);
  }

  async #dotGit(path: string): Promise<void> {
    const stats = await this.#stat(path);
    if (!stats) return;
    if (stats.isDirectory()) {
      // Another folder of that name is another repository.
      this.#add({ path, rule: GIT_RULES.repository, print: `${stats.dev}:${stats.ino}` });
      await this.#gitDirectory(path);
      return;
    }
    await this.#file(path, GIT_RULES.repository);
    await this.#behindLink(path, (target) => this.#gitDirectory(target, path));
    // A file names where the repository is: of a worktree, or of a submodule.
    const text = (await this.#read(path, stats, NAMED_LIMIT))?.toString() ?? "";
    if (!text.startsWith("gitdir:")) return;
    const named = text.slice("gitdir:".length).trim();
    const inside = this.#inside(resolve(this.root, dirname(path), named));
    if (named !== "" && inside !== undefined && inside !== "")
      await this.#gitDirectory(inside, path);
  }

  /** A folder in which git keeps a repository. */
  async #gitDirectory(path: string, through?: string): Promise<void> {
    if (!this.#visits(path, through)) return;
    for (const name of ["config", "config.worktree"])
      await this.#config(`${path}/${name}`, path, through);
    await this.#commonDirectory(path, through);
    await this.#file(`${path}/info/attributes`, GIT_RULES.attributes, through);
    await this.#hooks(`${path}/hooks`, through);
    for (const worktree of await this.#children(`${path}/worktrees`)) {
      await this.#config(`${worktree.path}/config.worktree`, path, through);
      await this.#commonDirectory(worktree.path, through);
    }
    await this.#modules(`${path}/modules`, 0, through);
  }

  /** A file by which a repository has its configuration and hooks from another. */
  async #commonDirectory(gitDirectory: string, through?: string): Promise<void> {
    const path = `${gitDirectory}/commondir`;
    const stats = await this.#stat(path);
    if (!stats) return;
    await this.#file(path, GIT_RULES.repository, through);
    const named = (await this.#read(path, stats, NAMED_LIMIT))?.toString().trim();
    const inside = named && this.#inside(resolve(this.root, gitDirectory, named));
    if (inside) await this.#gitDirectory(inside, path);
  }

  /** The repositories of submodules, which have folders for names. */
  async #modules(path: string, depth: number, through?: string): Promise<void> {
    if (depth > DEPTH_INSIDE) return;
    const children = await this.#children(path);
    if (children.some(({ canonical }) => canonical === "head"))
      return this.#gitDirectory(path, through);
    for (const child of children)
      if (child.isDirectory) await this.#modules(child.path, depth + 1, through);
  }

  /** A configuration, what it includes, and the hooks that it names, as far as the sandbox has them. */
  async #config(path: string, gitDirectory: string, through?: string, depth = 0): Promise<void> {
    const stats = await this.#stat(path);
    if (!stats || !this.#visits(path, through)) return;
    if (--this.#left.configs < 0) {
      this.#tooMany();
      return;
    }
    const config = await this.#parsed(path, stats);
    // Of more settings, so many have been made to be many: the file counts as a whole.
    if (!config || config.dangerous.length > SETTINGS) {
      await this.#file(path, GIT_RULES.config, through);
      return this.#behindLink(path, (target) =>
        this.#config(target, gitDirectory, path, depth + 1),
      );
    }
    const { content, dangerous, pointers } = config;
    // A submodule's repository says where its files are.
    const worktree = dangerous.findLast(({ key }) => key === "core.worktree")?.value;
    const isInside = worktree !== undefined && (await this.#isInside(join(gitDirectory, worktree)));
    const settings = dangerous.filter(({ key }) => key !== "core.worktree" || !isInside);
    const print = JSON.stringify(settings.map(({ key, value }) => [key, value ?? null]));
    const rule = settings.some(({ key }) => key === "core.fsmonitor")
      ? GIT_RULES.fsmonitor
      : GIT_RULES.config;
    const mode = permissionsOf(stats);
    this.#add({ path, rule, print: hash(print), mode, content, settings, ...from(through) });
    if (depth > DEPTH_INSIDE) return;
    for (const { key, value } of pointers) {
      if (value === undefined) continue;
      if (key === "core.hookspath") {
        const hooks = this.#inside(resolve(this.root, dirname(gitDirectory), value));
        if (hooks !== undefined && hooks !== "") await this.#hooks(hooks, path);
      } else {
        const included = this.#inside(resolve(this.root, dirname(path), value));
        if (included) await this.#config(included, gitDirectory, path, depth + 1);
      }
    }
  }

  /** What a configuration says; undefined for what is too long, is no file, or is one of too many. */
  async #parsed(path: string, stats: BigIntStats): Promise<Config | undefined> {
    const state = stateOf(stats);
    const known = this.known.configs.get(path);
    this.seen.add(path);
    if (known?.state === state) return known;
    if (this.#left.configBytes <= 0) {
      this.#tooMany();
      return undefined;
    }
    const content = await this.#read(path, stats, GIT_LIMIT);
    if (!content) return undefined;
    this.#left.configBytes -= content.length;
    const all = parseGitConfig(content.toString("latin1"));
    const config: Config = {
      state,
      content,
      dangerous: all.filter(isDangerous),
      pointers: all.filter(({ key }) => /^(core\.hookspath|include(if\..*)?\.path)$/s.test(key)),
    };
    if (isSettled(stats)) this.known.configs.set(path, config);
    return config;
  }

  /** What git would run of a folder of hooks: elsewhere than on Windows, only what is executable. */
  async #hooks(path: string, through?: string): Promise<void> {
    for (const { path: hook, canonical } of await this.#children(path)) {
      const stats = await this.#stat(hook);
      // No hook of git's begins with a dot; what is written there has such a name until it is whole.
      if (!stats || canonical.endsWith(".sample") || canonical.startsWith(".")) continue;
      const runs = process.platform === "win32" || (stats.mode & 0o111n) !== 0n;
      if (stats.isSymbolicLink() || (stats.isFile() && runs))
        await this.#file(hook, GIT_RULES.hook, through);
      await this.#behindLink(hook, (target) => this.#file(target, GIT_RULES.hook, hook));
    }
    await this.#behindLink(path, async (target) => {
      await this.#file(path, GIT_RULES.hook, through);
      await this.#hooks(target, path);
    });
  }

  /** A file or a link. Where neither is, nothing is added. */
  async #file(path: string, rule: HostRule, through?: string): Promise<void> {
    const stats = await this.#stat(path);
    if (!stats || stats.isDirectory()) return;
    if (stats.isSymbolicLink()) {
      const target = await readlink(join(this.root, path)).catch(() => "");
      this.#add({ path, rule, print: `link:${target}`, ...from(through) });
      return;
    }
    const state = stateOf(stats);
    const known = this.known.files.get(path);
    if (known?.rule === rule && known.state === state && known.through === through) {
      this.#add(known);
      return;
    }
    const limit = GIT.has(rule) ? GIT_LIMIT : CONTENT_LIMIT;
    const content = this.#bytes > 0 ? await this.#read(path, stats, limit) : undefined;
    const print = `${(stats.mode & 0o111n) !== 0n ? "x" : ""}:${content ? hash(relevant(path, content)) : state}`;
    this.#add({
      path,
      rule,
      print,
      mode: permissionsOf(stats),
      ...from(through),
      ...(isSettled(stats) && { state }),
      ...(rule.kind === "silent" && content && { content }),
    });
  }

  #add(entry: HostEntry): void {
    const isOfGit = GIT.has(entry.rule);
    // What there are too many of must not hide what git runs.
    if (!isOfGit && --this.#left.files < 0) return this.#tooMany();
    // What is in its place by itself counts as that, whatever else leads there.
    const found = this.entries.get(entry.path);
    if (found && found.through === undefined && entry.through !== undefined) return;
    const { content, ...rest } = entry;
    this.#bytes -= content?.length ?? 0;
    const kept = this.#bytes >= 0 ? entry : rest;
    this.entries.set(entry.path, kept);
    this.known.files.set(entry.path, kept);
    this.seen.add(entry.path);
  }

  /** Whether it was not looked at yet, or only since something led there. */
  #visits(path: string, through: string | undefined): boolean {
    const visit = through === undefined ? path : `through:${path}`;
    if (this.#visited.has(path) || this.#visited.has(visit)) return false;
    this.#visited.add(visit);
    return true;
  }

  /** Not all of it was looked at. */
  #tooMany(): void {
    this.entries.set(TOO_MANY.path, TOO_MANY);
  }

  async #behindLink(path: string, look: (target: string) => Promise<void>): Promise<void> {
    if (!(await this.#stat(path))?.isSymbolicLink()) return;
    const target = await realpath(join(this.root, path)).catch(() => undefined);
    const inside = target && this.#inside(target);
    // What is elsewhere, nobody in the sandbox writes.
    if (!inside || this.#visited.has(`link:${inside}`)) return;
    this.#visited.add(`link:${inside}`);
    await look(inside);
  }

  /** Whether a path really leads to something in the workspace. */
  async #isInside(path: string): Promise<boolean> {
    const real = await realpath(resolve(this.root, path)).catch(() => undefined);
    return real !== undefined && this.#inside(real) !== undefined;
  }

  /** A path from the workspace's folder, if it is in there. */
  #inside(path: string): string | undefined {
    const from = relative(this.root, path);
    if (from === ".." || from.startsWith(`..${sep}`) || isAbsolute(from)) return undefined;
    return from.replaceAll(sep, "/");
  }

  #stat(path: string): Promise<BigIntStats | undefined> {
    return lstat(join(this.root, path), { bigint: true }).catch(() => undefined);
  }

  async #children(path: string): Promise<Child[]> {
    const children: Child[] = [];
    try {
      const folder = await opendir(join(this.root, path), { bufferSize: 1024 });
      for await (const entry of folder) {
        if (--this.#names < 0) {
          this.#tooMany();
          break;
        }
        children.push(childOf(path, entry));
      }
    } catch {
      // What is no folder, or is gone, has none.
    }
    return children;
  }

  /** All of a short file. Neither a link nor what blocks is opened. */
  async #read(
    path: string,
    stats: BigIntStats,
    limit = CONTENT_LIMIT,
  ): Promise<Buffer | undefined> {
    if (!stats.isFile() || stats.size > limit) return undefined;
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    try {
      const file = await open(join(this.root, path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      try {
        // It may have grown since.
        const buffer = Buffer.alloc(Number(stats.size) + 1);
        const { bytesRead } = await file.read(buffer, 0);
        return bytesRead === buffer.length ? undefined : buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    } catch {
      return undefined;
    }
  }
}

/** What git has of a repository, which it runs or obeys. */
export const GIT: ReadonlySet<HostRule> = new Set(Object.values(GIT_RULES));

/** Names by which a repository is told. */
const GIT_NAMES = new Set([".git", "head", "objects", "refs"]);

const rulesFor = (canonical: string, isAtRoot: boolean): readonly Rules[] =>
  RULES.filter(({ first, atRoot }) => (isAtRoot || !atRoot) && first.test(canonical));

/** Whether it was changed long enough ago that a change from now on shows in its times. */
const isSettled = ({ ctimeNs }: BigIntStats): boolean =>
  BigInt(Date.now()) * 1_000_000n - ctimeNs > RACY;

const permissionsOf = ({ mode }: BigIntStats): number => Number(mode) & 0o777;

const from = (through: string | undefined): Pick<HostEntry, "through"> =>
  through === undefined ? {} : { through };

interface Child {
  readonly path: string;
  /** Its name as the least strict file system takes it. */
  readonly canonical: string;
  readonly isDirectory: boolean;
}

const childOf = (folder: string, entry: Dirent): Child => ({
  path: folder === "" ? entry.name : `${folder}/${entry.name}`,
  canonical: canonicalName(entry.name),
  isDirectory: entry.isDirectory(),
});

const stateOf = ({ dev, ino, mode, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, mode, size, mtimeNs, ctimeNs].join(",");

const hash = (content: string | Buffer): string =>
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
