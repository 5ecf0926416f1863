/** Sandboxes of `sbx` in which Claude works on a private clone of the repository, and not on the folder. */
import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { collect, startProcess } from "./childProcess";
import { type Listed, parseList } from "./listed";

/** The git remote by which the commits in a sandbox's clone come to this machine, as `sbx` names it. */
export const cloneRemote = (name: string): string => `sandbox-${name}`;

/** For each question to the program, in milliseconds. */
const TIMEOUT = 5000;

/** In the list of flags that cobra prints. */
const CLONE_FLAG = /^ +--clone(?= |$)/m;

/**
 * Whether `sbx create --clone` is known to this program, and can be had for this folder. It is the
 * program's help that is asked, which starts nothing.
 */
export async function canClone(
  sbxPath: string,
  hostWorkspace: string,
  timeout = TIMEOUT,
): Promise<boolean> {
  if (!isCloneable(hostWorkspace)) return false;
  const help = await collect(startProcess([sbxPath, "create", "--help"]), timeout);
  return help.code === 0 && CLONE_FLAG.test(help.stdout);
}

/**
 * A repository's own folder, with its whole history: `sbx` refuses a folder further down in one and a
 * linked worktree, and git a shallow repository as the source of such a clone.
 */
function isCloneable(folder: string): boolean {
  const git = join(folder, ".git");
  return (
    lstatSync(git, { throwIfNoEntry: false })?.isDirectory() === true &&
    !existsSync(join(git, "shallow"))
  );
}

/**
 * What `sbx` lists; undefined where it does not. Each has an id, which no other one has that is made
 * under its name later, but for those of programs before 0.35.
 */
export async function listNow(
  client: readonly string[],
  timeout = TIMEOUT,
): Promise<readonly Listed[] | undefined> {
  const { code, stdout } = await collect(startProcess([...client, "ls", "--json"]), timeout);
  return code === 0 ? parseList(stdout) : undefined;
}
