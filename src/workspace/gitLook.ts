/** What git would run or obey of the repositories in a workspace, and what leads it there. */
import type { BigIntStats } from "node:fs";
import { realpath } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type GitSetting, identityOf, isDangerous, parseGitConfig } from "./gitConfig";
import { GIT_RULES } from "./hostPrograms";
import { hash, type Lead, type Look, permissionsOf } from "./hostLook";

/** So many configurations are known, and so many bytes of those are read that have changed. */
const CONFIGS = 2000;
const CONFIG_BYTES = 4 * 1024 * 1024;
/** So many dangerous settings may a configuration have to be told one by one. */
const SETTINGS = 1000;
/** A file that names the place of a repository is no longer, in bytes. */
const NAMED_LIMIT = 8 * 1024;
/** So many ways are gone. */
const VISITS = 20_000;
/** How far below each other folders of submodules are looked at, and how far git follows what is included. */
const DEPTH = 6;
const INCLUDES = 10;

/** What git runs by itself or with a command, see `githooks(5)`. */
const HOOKS = [
  "applypatch-msg",
  "commit-msg",
  "fsmonitor-watchman",
  "p4-changelist",
  "p4-post-changelist",
  "p4-pre-submit",
  "p4-prepare-changelist",
  "post-applypatch",
  "post-checkout",
  "post-commit",
  "post-index-change",
  "post-merge",
  "post-receive",
  "post-rewrite",
  "post-update",
  "pre-applypatch",
  "pre-auto-gc",
  "pre-commit",
  "pre-merge-commit",
  "pre-push",
  "pre-rebase",
  "pre-receive",
  "prepare-commit-msg",
  "proc-receive",
  "push-to-checkout",
  "reference-transaction",
  "sendemail-validate",
  "update",
];

/** What a configuration says. */
export interface Config {
  readonly content: Buffer;
  readonly dangerous: readonly GitSetting[];
  /** Those that name other files. */
  readonly pointers: readonly GitSetting[];
}

/** How git came to something; `to` is that. */
type From = Omit<Lead, "to">;

/** A configuration that is looked at for a repository. */
interface Place {
  readonly path: string;
  readonly gitDirectory: string;
  /** The absolute path of the folder that relative names count from. */
  readonly top: string;
}

export class GitLook {
  /** What others could make any number of is looked at when all else is. */
  readonly #later: (() => Promise<void>)[] = [];
  readonly #parsed = new Map<string, Promise<Config | undefined>>();
  #configBytes = CONFIG_BYTES;
  #visits = VISITS;

  /** `configs` are those that earlier looks have read. */
  constructor(
    private readonly look: Look,
    private readonly configs: Map<string, Config>,
  ) {}

  /** A repository in a folder of the workspace, if there is one. */
  async repositoryIn(folder: string): Promise<void> {
    await this.dotGit(below(folder, ".git"));
    const has = (name: string) => this.look.stat(below(folder, name));
    if (folder !== "" && (await has("HEAD")) && (await has("objects"))) await this.bare(folder);
  }

  /** What is to be looked at when all repositories are known. */
  async finish(): Promise<void> {
    for (let next; (next = this.#later.shift());) await next();
  }

  /** A repository without files of its own. */
  bare(path: string): Promise<void> {
    return this.#directory(path, this.#absolute(path), {});
  }

  /** A folder of a workspace has this for its repository, or for what leads to it. */
  async dotGit(path: string): Promise<void> {
    const { look } = this;
    const stats = await look.stat(path);
    if (!stats || !this.#goes("dotGit", path)) return;
    const top = this.#absolute(dirname(path));
    if (stats.isDirectory()) {
      // Another folder of that name is another repository.
      look.add({ path, rule: GIT_RULES.repository, print: `${stats.dev}:${stats.ino}` });
      return this.#directory(path, top, {});
    }
    look.lead({ to: path });
    await look.file(path, GIT_RULES.repository);
    const target = await look.targetOf(path);
    // A file names where the repository is: of a worktree, or of a submodule.
    const text = (await this.#named(target ?? path)) ?? "";
    const named = text.startsWith("gitdir:") ? text.slice("gitdir:".length).trim() : "";
    const inside = named === "" ? target : look.inside(resolve(top, named));
    if (inside) await this.#directory(inside, top, { from: path, by: {} });
  }

  /** A folder in which git keeps a repository; `top` is where its files are. */
  async #directory(path: string, top: string, from: From): Promise<void> {
    const { look } = this;
    look.lead({ to: path, ...from });
    const isIn = { from: path };
    const place = (name: string) => ({ path: below(path, name), gitDirectory: path, top });
    if (this.#goes("top", path, top)) {
      await this.#config(place("config"), isIn);
      await this.#config(place("config.worktree"), isIn);
      await this.#commonDirectory(path, top);
    }
    if (!this.#goes("directory", path)) return;
    const attributes = below(path, "info/attributes");
    look.lead({ to: attributes, ...isIn });
    await look.file(attributes, GIT_RULES.attributes);
    await this.#hooks(below(path, "hooks"), isIn);
    this.#later.push(
      () => this.#worktrees(path),
      () => this.#modules(below(path, "modules"), 0, isIn),
    );
  }

  /** The folders that a repository keeps for its linked worktrees. */
  async #worktrees(gitDirectory: string): Promise<void> {
    const { look } = this;
    for (const { path } of await look.children(below(gitDirectory, "worktrees"), look.git)) {
      const named = await this.#named(below(path, "gitdir"));
      const top = named ? dirname(resolve(this.#absolute(path), named)) : this.#absolute(path);
      look.lead({ to: path, from: gitDirectory });
      await this.#config(
        { path: below(path, "config.worktree"), gitDirectory: path, top },
        { from: path },
      );
      await this.#commonDirectory(path, top);
    }
  }

  /** A file by which a repository has its configuration and hooks from another. */
  async #commonDirectory(gitDirectory: string, top: string): Promise<void> {
    const { look } = this;
    const path = below(gitDirectory, "commondir");
    const named = await this.#named(path);
    const inside = named && look.inside(resolve(this.#absolute(gitDirectory), named));
    // That of a linked worktree leads to the repository that it is in.
    const isOwn = inside !== undefined && inside === dirname(dirname(gitDirectory));
    look.lead({ to: path, from: gitDirectory });
    await look.file(path, isOwn ? GIT_RULES.repository : GIT_RULES.commonDirectory);
    if (inside) await this.#directory(inside, top, { from: path, by: {} });
  }

  /** The repositories of submodules, which have folders for names. */
  async #modules(path: string, depth: number, from: From): Promise<void> {
    if (depth > DEPTH) return;
    const { look } = this;
    const children = await look.children(path, look.git);
    look.lead({ to: path, ...from });
    if (children.some(({ canonical }) => canonical === "head"))
      return this.#directory(path, this.#absolute(path), from);
    for (const child of children)
      if (child.isDirectory) await this.#modules(child.path, depth + 1, { from: path });
  }

  /** A configuration, what it includes, and the hooks that it names, as far as the sandbox has them. */
  async #config(place: Place, from: From, depth = 0): Promise<void> {
    const { look } = this;
    const { path, gitDirectory } = place;
    const stats = await look.stat(path);
    if (!stats) return;
    look.lead({ to: path, ...from });
    if (!this.#goes("config", path, place.top)) return;
    const config = await this.#read(path, stats);
    // Of more settings, so many have been made to be many: the file counts as a whole.
    if (!config || config.dangerous.length > SETTINGS) {
      await look.file(path, GIT_RULES.config);
      const target = await look.targetOf(path);
      if (target) await this.#config({ ...place, path: target }, { from: path, by: {} }, depth + 1);
      return;
    }
    const { content, dangerous, pointers } = config;
    // A submodule's repository says where its files are.
    const worktree = dangerous.findLast(({ key }) => key === "core.worktree")?.value;
    const top =
      worktree === undefined ? place.top : resolve(this.#absolute(gitDirectory), worktree);
    if (look.visits(`settings:${path}`)) {
      const isInside = worktree !== undefined && (await this.#isInside(top));
      const settings = dangerous.filter(({ key }) => key !== "core.worktree" || !isInside);
      const print = hash(JSON.stringify(settings.map(({ key, value }) => [key, value ?? null])));
      const rule = settings.some(({ key }) => key === "core.fsmonitor")
        ? GIT_RULES.fsmonitor
        : GIT_RULES.config;
      look.add({ path, rule, print, mode: permissionsOf(stats), content, settings });
    }
    if (depth > INCLUDES) return;
    for (const pointer of pointers) {
      if (pointer.value === undefined) continue;
      if (--this.#visits < 0) {
        look.tooMany("git");
        return;
      }
      const isHooks = pointer.key === "core.hookspath";
      const inside = look.inside(
        resolve(isHooks ? top : dirname(this.#absolute(path)), pointer.value),
      );
      const named = { from: path, by: { setting: identityOf(pointer) } };
      if (inside === undefined) continue;
      if (isHooks) await this.#hooks(inside, named);
      else await this.#config({ path: inside, gitDirectory, top }, named, depth + 1);
    }
  }

  /** What a configuration says; undefined for what is too long, is no file, or is one of too many. */
  #read(path: string, stats: BigIntStats): Promise<Config | undefined> {
    const reading = this.#parsed.get(path) ?? this.#parse(path, stats);
    this.#parsed.set(path, reading);
    return reading;
  }

  async #parse(path: string, stats: BigIntStats): Promise<Config | undefined> {
    const { look, configs } = this;
    const known = configs.get(path);
    look.seen.add(path);
    // A page that is mapped is written without a new time.
    const content = await look.readOfGit(path, stats);
    if (!content || known?.content.equals(content)) return content && known;
    this.#configBytes -= content.length;
    if (this.#configBytes < 0 || (!known && configs.size >= CONFIGS)) {
      look.tooMany("git");
      return undefined;
    }
    const all = parseGitConfig(content.toString("latin1"));
    const config: Config = {
      content,
      dangerous: all.filter(isDangerous),
      pointers: all.filter(({ key }) => /^(core\.hookspath|include(if\..*)?\.path)$/s.test(key)),
    };
    configs.set(path, config);
    return config;
  }

  /** What git would run of a folder of hooks: elsewhere than on Windows, only what is executable. */
  async #hooks(path: string, from: From): Promise<void> {
    const { look } = this;
    look.lead({ to: path, ...from });
    if (!this.#goes("hooks", path)) return;
    const stats = await look.stat(path);
    if (stats?.isSymbolicLink()) {
      await look.file(path, GIT_RULES.hook);
      const target = await look.targetOf(path);
      if (target) await this.#hooks(target, { from: path, by: {} });
    }
    if (!stats?.isDirectory()) return;
    const children = await look.children(path, look.git);
    // No hook of git's begins with a dot; what is written there has such a name until it is whole.
    const found = children
      .filter(({ canonical }) => !canonical.endsWith(".sample") && !canonical.startsWith("."))
      .map((child) => child.path);
    const known = look.git.names < 0 ? HOOKS.map((name) => below(path, name)) : [];
    for (const hook of new Set([...found, ...known])) await this.#hook(hook, { from: path });
  }

  async #hook(path: string, from: From): Promise<void> {
    const { look } = this;
    const stats = await look.stat(path);
    if (!stats) return;
    const runs = process.platform === "win32" || (stats.mode & 0o111n) !== 0n;
    if (!stats.isSymbolicLink() && !(stats.isFile() && runs)) return;
    look.lead({ to: path, ...from });
    await look.file(path, GIT_RULES.hook);
    const target = await look.targetOf(path);
    if (!target) return;
    look.lead({ to: target, from: path, by: {} });
    if (this.#goes("target", target)) await look.file(target, GIT_RULES.hook);
  }

  /** What a short file names; undefined where there is none. */
  async #named(path: string): Promise<string | undefined> {
    const stats = await this.look.stat(path);
    const text = stats && (await this.look.read(path, stats, NAMED_LIMIT));
    return text?.toString().trim();
  }

  /** Whether nobody was there yet. */
  #goes(...what: string[]): boolean {
    if (this.#visits < 0) {
      this.look.tooMany("git");
      return false;
    }
    const isNew = this.look.visits(what.join("\0"));
    if (isNew) this.#visits--;
    return isNew;
  }

  /** Whether a path really leads to something in the workspace. */
  async #isInside(path: string): Promise<boolean> {
    const real = await realpath(path).catch(() => undefined);
    return real !== undefined && this.look.inside(real) !== undefined;
  }

  #absolute(path: string): string {
    return resolve(this.look.root, path);
  }
}

const below = (folder: string, name: string): string =>
  folder === "" ? name : `${folder}/${name}`;
