/**
 * A Docker engine with sandboxes in which the real Claude Code works. It needs Linux, Docker's CLI
 * and an engine: one that answers on this machine, or, for root, `dockerd`.
 */
import { chmod, copyFile, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import net from "node:net";
import { hostname } from "node:os";
import path from "node:path";
import { socketIn, startDockerd, stopLeftDockerd, type Dockerd } from "./dockerd";
import { findProgram } from "./findProgram";
import { isRunning } from "./installOnce";
import { root } from "./paths";
import { Unavailable } from "./requirement";
import { run, runOrThrow, type Ended, type RunOptions } from "./run";
import { importSandboxImage } from "./sandboxImage";

export interface SandboxEngine {
  /** What `docker` needs in its environment to find the engine and the `sandbox` plugin. */
  readonly env: { readonly DOCKER_HOST: string; readonly DOCKER_CONFIG: string };
  /** Docker's CLI. */
  readonly docker: string;
  /** A stand-in for `sbx`, on the same sandboxes. */
  readonly sbx: string;
  /** What sandboxes are made of, and the label by which the engine knows what it has to remove. */
  readonly image: string;
  readonly label: string;
  /** The sandbox of the workspace that the engine was started for. */
  readonly name: string;
  /**
   * `docker sandbox create`. Where the tests run as root, the workspace's files become those of
   * the sandbox's user; files that root adds later are not.
   * @throws Where it fails.
   */
  create(name: string, workspace: string): Promise<void>;
  /** `docker sandbox exec -i` of the command, to its end. */
  exec(name: string, argv: readonly string[], options?: RunOptions): Promise<Ended>;
  /** What runs inside the sandbox now. @throws Where it is stopped or missing. */
  processes(name: string): Promise<SandboxedProcess[]>;
  /** Removes its sandboxes, also those that others created through its plugin, and itself. */
  stop(): Promise<void>;
}

export interface SandboxedProcess {
  /** As the sandbox counts. */
  readonly pid: number;
  readonly args: string;
}

/** Each engine has a folder. Not under TMPDIR, since a socket's path has at most 107 bytes. */
const folderOf = (owner: string) => `/tmp/sandbox-chat-engine-${owner}`;
const imageOf = (owner: string) => `sandbox-chat-test:${owner}`;
const labelOf = (owner: string) => `sandbox-chat.owner=${owner}`;
let engines = 0;

/** The sandbox's user, never root, has the files in common with the tests. */
const agent = { uid: process.getuid?.() || 1000, gid: process.getgid?.() || 1000 };

/**
 * Starts an engine, or takes the one that answers, and makes a sandbox of the workspace.
 * @throws {Unavailable} Where no engine is to be had.
 */
export async function startSandboxEngine({
  workspace,
  claude,
}: {
  readonly workspace: string;
  /** The native binary of Claude Code. */
  readonly claude: string;
}): Promise<SandboxEngine> {
  if (process.platform !== "linux") throw new Unavailable("the sandbox tests need Linux");
  const docker = findProgram("docker");
  if (!docker) throw new Unavailable("no docker CLI: apt-get install docker.io, or Docker's own");
  await removeLeftovers(docker);

  const owner = `${process.pid}-${engines++}`;
  const folder = folderOf(owner);
  const config = path.join(folder, "config");
  await installStandIns(config, {
    IMAGE: imageOf(owner),
    CLAUDE: claude,
    AGENT: `${agent.uid}:${agent.gid}`,
    OWNER: owner,
  });
  const present = await presentEngine(docker, config);
  const env = { DOCKER_HOST: present ?? socketIn(folder), DOCKER_CONFIG: config };
  const client = { ...process.env, ...env };
  const succeed = (...args: string[]) => runOrThrow(docker, args, { env: client });

  let dockerd: Dockerd | undefined;
  const engine: SandboxEngine = {
    env,
    docker,
    sbx: path.join(config, "bin/sbx"),
    image: imageOf(owner),
    label: labelOf(owner),
    name: `sandbox-chat-${owner}`,
    create: async (name, at) => {
      await succeed("sandbox", "create", "--name", name, "claude", at);
    },
    exec: (name, argv, options) =>
      run(docker, ["sandbox", "exec", "-i", name, ...argv], {
        ...options,
        env: { ...client, ...options?.env },
      }),
    processes: async (name) => parseProcesses(await succeed("exec", name, ...listProcesses)),
    stop: async () => {
      await removeOwned(docker, client, owner);
      await dockerd?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    if (!present) dockerd = await startDockerd(docker, folder);
    await importSandboxImage(docker, client, { name: imageOf(owner), agent, folder });
    await engine.create(engine.name, workspace);
    return engine;
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

/** Makes `docker sandbox` and `sbx` the stand-in, with these settings. */
async function installStandIns(config: string, settings: Record<string, string>): Promise<void> {
  for (const name of ["cli-plugins/docker-sandbox", "bin/sbx"]) {
    const standIn = path.join(config, name);
    await mkdir(path.dirname(standIn), { recursive: true });
    await copyFile(path.join(root, "test/sandbox/docker-sandbox"), standIn);
    await chmod(standIn, 0o755);
  }
  const quoted = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`;
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${quoted(value)}\n`);
  await writeFile(path.join(config, "sandbox.conf"), lines.join(""));
}

/** The address of an engine that answers, if its containers share this machine's disk and network. */
async function presentEngine(docker: string, config: string): Promise<string | undefined> {
  const host = process.env["DOCKER_HOST"] || "unix:///var/run/docker.sock";
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_CONFIG: config };
  const format = "{{.Name}} {{.SecurityOptions}}";
  const info = await run(docker, ["info", "--format", format], { env, timeout: 5000 });
  const isHere = info.stdout.startsWith(`${hostname()} `) && !info.stdout.includes("name=rootless");
  return info.code === 0 && isHere ? host : undefined;
}

/** Prints each process but itself. */
const listProcesses = [
  "sh",
  "-c",
  `for p in /proc/[0-9]*; do
    [ "$p" = /proc/$$ ] || { printf '%s ' "\${p#/proc/}"; tr '\\0' ' ' <"$p/cmdline"; echo; }
  done`,
];

function parseProcesses(lines: string): SandboxedProcess[] {
  return [...lines.matchAll(/^(\d+) (.*?) *$/gm)].map(([, pid, args]) => ({
    pid: Number(pid),
    args: args ?? "",
  }));
}

/**
 * Removes what runs left behind that were killed. One process at a time does it: an abstract socket
 * is a lock that its holder's death releases.
 */
async function removeLeftovers(docker: string): Promise<void> {
  const lock = net.createServer();
  const locked = await new Promise<boolean>((resolve) => {
    lock.once("error", () => resolve(false)).listen("\0sandbox-chat-engine", () => resolve(true));
  });
  if (!locked) return;
  try {
    for (const entry of await readdir("/tmp")) {
      const [, owner, pid] = /^sandbox-chat-engine-((\d+)-\d+)$/.exec(entry) ?? [];
      if (owner === undefined || isRunning(Number(pid)) || !(await isOurs(folderOf(owner))))
        continue;
      await stopLeftDockerd(docker, folderOf(owner));
      await removeOwned(docker, process.env, owner);
      await rm(folderOf(owner), { recursive: true, force: true });
    }
  } finally {
    lock.close();
  }
}

async function isOurs(folder: string): Promise<boolean> {
  const us = process.getuid?.();
  return us === 0 || us === (await stat(folder)).uid;
}

async function removeOwned(docker: string, env: NodeJS.ProcessEnv, owner: string): Promise<void> {
  const filter = `label=${labelOf(owner)}`;
  const { stdout } = await run(docker, ["ps", "--all", "--quiet", "--filter", filter], { env });
  const containers = stdout.split("\n").filter(Boolean);
  if (containers.length > 0)
    await run(docker, ["rm", "--force", "--volumes", ...containers], { env });
  await run(docker, ["image", "rm", imageOf(owner)], { env });
}
