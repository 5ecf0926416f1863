/** What there is on this machine of a folder's sandbox, and what that has. Nothing is run inside for it. */
import { t } from "@vscode/l10n";
import { collect, startProcess } from "./childProcess";
import {
  type Container,
  hasExactly,
  hasWorkspace,
  isPrecious,
  parseContainers,
  type Reach,
  reachOf,
} from "./isolation";
import { hasFolder, type Listed, parseList, sandboxOf } from "./listed";
import { oneLine } from "../shared/plain";
import { hostFolder } from "./paths";
import { type Problem, problemOf } from "./problem";
import type { RuntimeKind } from "./sandbox";
import { derivedName, sharedName } from "./sandboxName";

/** The kinds that can be looked at. */
export type DockerKind = Extract<RuntimeKind, "docker-sandbox" | "sbx" | "docker">;

export interface Wanted {
  /** The programs, by their whole paths; undefined for one that is not there. */
  readonly docker: string | undefined;
  readonly sbx: string | undefined;
  /** The name that is set; empty for whichever has the folder. */
  readonly name: string;
  readonly hostWorkspace: string;
  /** Where the workspace should be inside of each kind. */
  readonly inside: (kind: DockerKind) => string;
  /** For each question to a program, in milliseconds. */
  readonly timeout?: number;
}

/** A way into a sandbox, as it was found. */
export interface Seen {
  readonly kind: DockerKind;
  /** The sandbox's name, or the one that it is to have. */
  readonly name: string;
  /** Whether there is such a sandbox; undefined where the program does not say it. */
  readonly there: boolean | undefined;
  /** The sandbox's or container's own id: another one of the name has not been looked at. */
  readonly id?: string;
  /** Whether the program knows `--no-input`, and then never asks anything. */
  readonly noInput?: boolean;
  readonly reach: readonly Reach[];
  /** A container's kind of network. */
  readonly networkMode?: string;
}

/** `detail` is what was printed, word for word. */
export interface NotFound {
  readonly problem: Problem;
  readonly detail: string;
}

interface Answer extends NotFound {
  readonly answered: boolean;
  readonly stdout: string;
}

const MISSING: Answer = { answered: false, problem: "cliMissing", detail: "", stdout: "" };

async function ask(
  timeout: number,
  program: string | undefined,
  args: readonly string[],
): Promise<Answer> {
  if (program === undefined) return MISSING;
  const process = startProcess([program, ...args]);
  const { stdout, timedOut, ...exit } = await collect(process, timeout);
  return {
    answered: exit.code === 0,
    problem: timedOut ? "timeout" : (problemOf(exit, stdout) ?? "unknown"),
    detail: [exit.failure?.message, exit.stderr, stdout].filter(Boolean).join("\n").trim(),
    stdout,
  };
}

/** Looks at what one kind of sandbox is here. Resolves with what is in the way, if something is. */
export async function lookAt(kind: DockerKind, wanted: Wanted): Promise<Seen | NotFound> {
  switch (kind) {
    case "sbx":
      return lookAtSbx(wanted);
    case "docker-sandbox":
      return lookAtPlugin(wanted);
    case "docker":
      return lookAtContainers(wanted);
  }
}

/**
 * Which way into a sandbox there is: the one that this folder's sandbox is in, or else `sbx`, or else
 * `docker sandbox`, in which one can be made. Never the demo, and never the machine itself.
 */
export async function detect(wanted: Wanted): Promise<Seen | NotFound> {
  const [sbx, plugin, container] = await Promise.all([
    lookAtSbx(wanted),
    lookAtPlugin(wanted),
    lookAtContainers(wanted),
  ]);
  const seen = [sbx, plugin, container].filter((look): look is Seen => "kind" in look);
  const best =
    seen.find(({ there }) => there) ??
    seen.find(({ kind }) => kind !== "docker") ??
    seen.find(({ there }) => there === undefined);
  if (best) return best;
  const { problem, detail } = plugin as NotFound;
  if (problem === "cliMissing") return { problem, detail };
  return "kind" in container || container.problem === "unknown"
    ? { problem: "pluginMissing", detail }
    : container;
}

async function lookAtSbx(wanted: Wanted): Promise<Seen | NotFound> {
  const { sbx, timeout = TIMEOUT } = wanted;
  const newer = await ask(timeout, sbx, ["--no-input", "ls", "--json"]);
  const noInput = newer.answered || newer.problem === "signedOut";
  const list =
    noInput || newer.problem === "cliMissing" ? newer : await ask(timeout, sbx, ["ls", "--json"]);
  // One that misses an account is there.
  const isClear = list.answered || list.problem === "signedOut" || list.problem === "cliMissing";
  const is = isClear ? list : await ask(timeout, sbx, ["version"]);
  if (!is.answered && is.problem !== "signedOut") return is;
  return { kind: "sbx", noInput, ...listed(list, wanted) };
}

async function lookAtPlugin(wanted: Wanted): Promise<Seen | NotFound> {
  const { docker, timeout = TIMEOUT } = wanted;
  const list = await ask(timeout, docker, ["sandbox", "ls", "--json"]);
  const isMissing = list.problem === "pluginMissing" || list.problem === "cliMissing";
  const is = list.answered || isMissing ? list : await ask(timeout, docker, ["sandbox", "version"]);
  // A plugin that misses its engine is there; docker itself would not have looked for one.
  if (!is.answered && is.problem !== "engineDown") return is;
  const seen = listed(list, wanted);
  if (seen.there === false) return { kind: "docker-sandbox", ...seen };
  // On Linux, and in its first versions, it is a plain container, which may have more than the list says.
  const inspected = await ask(timeout, docker, ["container", "inspect", seen.name]);
  const container = parseContainers(inspected.stdout)?.find(isOfPlugin);
  return {
    kind: "docker-sandbox",
    ...seen,
    ...(container && { reach: reachOf(container, mountOf("docker-sandbox", wanted)) }),
  };
}

async function lookAtContainers(wanted: Wanted): Promise<Seen | NotFound> {
  const { docker, name, hostWorkspace, timeout = TIMEOUT } = wanted;
  const ours = derivedName(hostWorkspace);
  const names = name ? [name] : [ours, sharedName(hostWorkspace)];
  // Of several names, it prints those that there are, and says that the others are missing.
  const inspected = await ask(timeout, docker, ["container", "inspect", ...names]);
  const containers = parseContainers(inspected.stdout);
  const mount = mountOf("docker", wanted);
  const container = name
    ? containers?.[0]
    : (containers?.find((one) => nameOf(one) === ours && hasWorkspace(one, mount)) ??
      // The name of another folder's container may be the same: this must be it, and no folder around it.
      containers?.find((one) => hasExactly(one, mount)) ??
      containers?.find((one) => nameOf(one) === ours));
  if (container)
    return {
      kind: "docker",
      name: name || nameOf(container) || ours,
      there: true,
      id: container.Id,
      reach: reachOf(container, mount),
      networkMode: container.HostConfig.NetworkMode,
    };
  if (!containers && (inspected.answered || /^\s*\[\s*\{/.test(inspected.stdout)))
    return { kind: "docker", name: name || ours, ...UNCLEAR };
  const { problem, detail } = inspected;
  return containers?.length || problem === "sandboxMissing"
    ? { kind: "docker", name: name || ours, there: false, reach: [] }
    : { problem, detail };
}

/** For each question to a program, in milliseconds. */
const TIMEOUT = 10_000;

/** A program that says nothing of its containers, or too little. */
const UNCLEAR = {
  there: undefined,
  get reach(): readonly Reach[] {
    return [{ what: t("what its program does not tell"), ask: true }];
  },
};

const mountOf = (kind: DockerKind, { hostWorkspace, inside }: Wanted) => ({
  hostWorkspace,
  workspace: inside(kind),
});

const isOfPlugin = ({ Config }: Container): boolean =>
  Object.keys(Config?.Labels ?? {}).some((label) => /^(com\.)?docker[./]sandbox/.test(label));

/** What a list says of the folder's sandbox. */
function listed({ stdout, answered }: Answer, { name, hostWorkspace }: Wanted) {
  const list = answered ? parseList(stdout) : [];
  const sandbox = list && sandboxOf(list, name, hostWorkspace);
  return {
    name: sandbox?.name ?? (name || derivedName(hostWorkspace)),
    ...(sandbox?.id !== undefined && { id: sandbox.id }),
    there: list && sandbox !== undefined,
    reach: sandbox ? foldersOf(sandbox, hostWorkspace) : [],
  };
}

const nameOf = ({ Name }: Container): string => Name.replace(/^\//, "");

/** The folders of a sandbox besides the workspace. */
function foldersOf(sandbox: Listed, hostWorkspace: string): readonly Reach[] {
  const workspace = hostFolder(hostWorkspace);
  const others = sandbox.folders.flatMap(({ path, readOnly }): Reach[] => {
    const ask = isPrecious(path);
    if (hostFolder(path) === workspace && !ask) return [];
    return [{ what: oneLine(readOnly ? t("{0} (read-only)", path) : path, 200), ask }];
  });
  return hasFolder(sandbox, hostWorkspace) === false
    ? [
        { what: t("other files than this folder’s, which is not mounted there"), ask: true },
        ...others,
      ]
    : others;
}
