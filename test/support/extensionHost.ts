/** The extension host of a server, which tests kill and VS Code starts again. */
import { cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "./paths";

/** The extension as it is installed for a user. */
export const installIn = (home: string): void =>
  copyExtension(join(home, "extensions/sandbox-chat.sandbox-chat"));

/** A copy of the extension that has no more than its package. */
export function copyExtension(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(root))
    if (/^(package(\.nls.*)?\.json|l10n|dist|media)$/.test(name))
      cpSync(join(root, name), join(folder, name), { recursive: true });
}

/** The extension hosts among what a process has started, and what that has started. */
export function extensionHosts(ancestor: number): number[] {
  const processes = new Map(
    readdirSync("/proc").flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const parent = Number(stat.slice(stat.lastIndexOf(")")).split(" ")[2]);
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8");
        return [[Number(name), { parent, command }] as const];
      } catch {
        return []; // No process, or none any more.
      }
    }),
  );
  const descends = (pid: number): boolean => {
    const parent = processes.get(pid)?.parent;
    return parent !== undefined && (parent === ancestor || descends(parent));
  };
  const isHost = (pid: number): boolean =>
    processes.get(pid)?.command.includes("--type=extensionHost") === true;
  // What a host is just starting has the host's command line until it has its own.
  return [...processes].flatMap(([pid, { parent }]) =>
    isHost(pid) && !isHost(parent) && descends(pid) ? [pid] : [],
  );
}

/** Resolves when a server has started another extension host than this one. */
export async function another(host: number, server: number): Promise<void> {
  while (!extensionHosts(server).some((pid) => pid !== host)) await sleep(50);
}

/** Resolves when the hosts of a server have ended, as they do after their windows are closed. */
export async function noExtensionHost(server: number): Promise<void> {
  while (extensionHosts(server).length > 0) await sleep(50);
}
