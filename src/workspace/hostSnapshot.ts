/** What the programs of this machine would run of a workspace, as it is now. */
import { realpath } from "node:fs/promises";
import { type Config, GitLook } from "./gitLook";
import {
  canonicalName,
  type Child,
  type HostEntry,
  type HostSnapshot,
  isSettled,
  type Lead,
  Look,
  stateOf,
} from "./hostLook";
import { HOST_RULES, type HostRule } from "./hostPrograms";

/** What git would run, and what leads it there. */
export interface GitSnapshot {
  readonly entries: HostSnapshot;
  readonly leads: readonly Lead[];
}

/** How far below the workspace's folder other projects and repositories are looked for. */
const DEPTH = 2;
/** How far below a folder such as `.vscode` its files are looked at. */
const DEPTH_INSIDE = 6;
/** In so many folders projects are looked for. */
const FOLDERS = 3000;
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

/** Whether a file of this path may be one of them, as far as its names tell. */
export const mayBeRun = (path: string): boolean =>
  path
    .split("/")
    .map(canonicalName)
    .some((name) => name === ".git" || RULES.some(({ first }) => first.test(name)));

/** Looks again and again at a workspace, and takes from the look before what has not changed since. */
export class HostScanner {
  /** What was found at each path so far. */
  readonly #files = new Map<string, HostEntry>();
  readonly #folders = new Map<string, Folder>();
  readonly #configs = new Map<string, Config>();

  constructor(private readonly folder: string) {}

  /**
   * Looks at all that its user's programs would run. `nested` are folders, from the workspace's, in which
   * repositories are known to be, however deep. Never rejects: what cannot be read is there by its name.
   */
  async scan(nested: Iterable<string> = []): Promise<HostSnapshot> {
    const { look, git } = await this.#begin(nested);
    await new ProjectLook(look, git, this.#folders).directory("", 0);
    await git.finish();
    // What is gone may have been there for a moment only, and there may be others each time.
    for (const known of [this.#files, this.#folders, this.#configs])
      for (const path of known.keys()) if (!look.seen.has(path)) known.delete(path);
    return look.entries;
  }

  /** The same, of the repositories alone in these folders. */
  async scanGit(repositories: Iterable<string>): Promise<GitSnapshot> {
    const { look, git } = await this.#begin(repositories);
    await git.finish();
    return look;
  }

  async #begin(repositories: Iterable<string>): Promise<{ look: Look; git: GitLook }> {
    const root = await realpath(this.folder).catch(() => this.folder);
    const look = new Look(root, this.#files);
    const git = new GitLook(look, this.#configs);
    for (const path of repositories) await git.repositoryIn(path);
    return { look, git };
  }
}

/** What of a folder's names counts, at one state of it. */
interface Folder {
  readonly state: string;
  readonly children: readonly Child[];
  /** Whether it has more. */
  readonly isCut: boolean;
}

/** Looks for projects in a workspace, and for what programs run of them. */
class ProjectLook {
  #folders = FOLDERS;

  /** `known` are the folders that earlier looks have found. */
  constructor(
    private readonly look: Look,
    private readonly git: GitLook,
    private readonly known: Map<string, Folder>,
  ) {}

  /** A folder of the workspace, and those below it in which there may be a project. */
  async directory(path: string, depth: number): Promise<void> {
    if (--this.#folders < 0) {
      this.look.tooMany("folders");
      return;
    }
    const children = await this.#project(path, depth);
    const has = (name: string) => children.some(({ canonical }) => canonical === name);
    // Git takes a folder that looks like one of its own for a repository, whatever its name is.
    if (has("head") && has("objects") && has("refs")) await this.git.bare(path);
    await Promise.all(children.map((child) => this.#child(child, path === "", depth)));
  }

  /** What counts in such a folder, as it was found before if nothing in it was added or removed since. */
  async #project(path: string, depth: number): Promise<readonly Child[]> {
    const stats = await this.look.stat(path);
    const state = stats && stateOf(stats);
    const known = this.known.get(path);
    this.look.seen.add(path);
    if (known && known.state === state) {
      if (known.isCut) this.look.tooMany("names");
      return known.children;
    }
    const all = await this.look.children(path, this.look.other);
    const isCut = this.look.other.names < 0;
    const children = all.filter(
      ({ canonical, isDirectory }) =>
        GIT_NAMES.has(canonical) ||
        (isDirectory && depth < DEPTH && !PASSED.has(canonical)) ||
        rulesFor(canonical, path === "").length > 0,
    );
    if (stats && state !== undefined && isSettled(stats))
      this.known.set(path, { state, children, isCut });
    return children;
  }

  async #child(child: Child, isAtRoot: boolean, depth: number): Promise<void> {
    const { path, canonical, isDirectory } = child;
    if (canonical === ".git") return this.git.dotGit(path);
    const rules = rulesFor(canonical, isAtRoot);
    const named = rules.find(({ isName }) => isName);
    const below = rules.filter(({ isName }) => !isName);
    if (named && !isDirectory) await this.look.file(path, named.rule);
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
        this.look.tooMany("depth");
        return;
      }
      for (const child of await this.look.children(path, this.look.other))
        await this.#below(child, `${name}/${child.canonical}`, rules, depth + 1);
      return;
    }
    // In the place of the folder itself there may be a link.
    const [first] = rules;
    const fitting =
      rules.find(({ whole }) => whole.test(name)) ?? (depth === 0 ? first : undefined);
    if (fitting) await this.look.file(path, fitting.rule);
    const target = await this.look.targetOf(path);
    if (!target || !this.look.visits(`link:${target}`)) return;
    const leadsToFolder = (await this.look.stat(target))?.isDirectory() ?? false;
    await this.#below({ path: target, isDirectory: leadsToFolder }, name, rules, depth + 1);
  }
}

/** Names by which a repository is told. */
const GIT_NAMES = new Set([".git", "head", "objects", "refs"]);

const rulesFor = (canonical: string, isAtRoot: boolean): readonly Rules[] =>
  RULES.filter(({ first, atRoot }) => (isAtRoot || !atRoot) && first.test(canonical));
