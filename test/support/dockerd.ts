/** A private dockerd in a folder of its own, which leaves the machine's network alone. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findProgram } from "./findProgram";
import { Unavailable } from "./requirement";
import { run } from "./run";

export interface Dockerd {
  stop(): Promise<void>;
}

/** Where the dockerd of the folder listens. */
export const socketIn = (folder: string) => `unix://${path.join(folder, "docker.sock")}`;

/** @throws {Unavailable} Where it may not be started, or does not come up within 30 s. */
export async function startDockerd(docker: string, folder: string): Promise<Dockerd> {
  // An administrator's program, which need not be on the PATH.
  const dockerd = findProgram("dockerd", "/usr/sbin/dockerd", "/usr/local/sbin/dockerd");
  if (!dockerd) throw new Unavailable("no Docker engine answers, and there is no dockerd to start");
  if (process.getuid?.() !== 0) {
    throw new Unavailable("no Docker engine answers, and only root can start one");
  }
  const logFile = path.join(folder, "dockerd.log");
  const log = openSync(logFile, "w");
  const args = [
    `--data-root=${folder}/data`,
    `--exec-root=${folder}/exec`,
    `--pidfile=${folder}/dockerd.pid`,
    `--host=${socketIn(folder)}`,
    ...["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false"],
  ];
  // It starts containerd and others, which are beside it.
  const searchPath = `${process.env["PATH"] ?? ""}:${path.dirname(dockerd)}`;
  const child = spawn(dockerd, args, {
    env: { ...process.env, PATH: searchPath },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  child.unref();
  const exited = once(child, "exit");
  const isUp = () => child.exitCode === null && child.signalCode === null;
  const stop = async () => {
    if (isUp()) {
      child.ref();
      child.kill();
      await exited;
    }
    await unmountBelow(folder);
  };

  const env = { ...process.env, DOCKER_HOST: socketIn(folder) };
  for (const deadline = Date.now() + 30_000; isUp() && Date.now() < deadline;) {
    if ((await run(docker, ["version"], { env })).code === 0) return { stop };
    await sleep(100);
  }
  await stop();
  const lines = (await readFile(logFile, "utf8")).trimEnd().split("\n");
  throw new Unavailable(`dockerd does not start here: ${lines.slice(-3).join("\n")}`);
}

/**
 * Ends what the dockerd of a crashed run left in its folder. Where it was killed itself, its
 * containers and mounts live on, and the next dockerd on the same folder ends them.
 */
export async function stopLeftDockerd(docker: string, folder: string): Promise<void> {
  if (!existsSync(path.join(folder, "exec"))) return;
  for (const name of ["dockerd.pid", "exec/containerd/containerd.pid"]) {
    const pidFile = path.join(folder, name);
    const pid = Number(await readFile(pidFile, "utf8").catch(() => 0));
    if (await isOf(folder, pid)) process.kill(pid);
    while (await isOf(folder, pid)) await sleep(100);
    // Dockerd believes in the numbers that it finds, whoever has them now.
    await rm(pidFile, { force: true });
  }
  await (await startDockerd(docker, folder)).stop();
}

/** A process that has ended, or another one with its number, does not name the folder. */
async function isOf(folder: string, pid: number): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return commandLine.includes(folder);
}

/** A dockerd leaves one mount behind, and those of a predecessor that was killed. */
async function unmountBelow(folder: string): Promise<void> {
  const mounts = await readFile("/proc/self/mounts", "utf8");
  const points = mounts.split("\n").map((line) => line.split(" ")[1] ?? "");
  const below = points.filter((point) => point.startsWith(`${folder}/`));
  for (const point of below.reverse()) await run("umount", [point]);
}
