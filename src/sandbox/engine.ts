import { existsSync } from "node:fs";
import type { Sandbox } from "./sandbox";

/** What Docker Desktop starts with, by platform: a file that must be there, and the command. */
const DESKTOP: Partial<Record<NodeJS.Platform, { file: string; argv: readonly string[] }>> = {
  darwin: { file: "/Applications/Docker.app", argv: ["/usr/bin/open", "-a", "Docker"] },
  win32: {
    file: "C:\\Program Files\\Docker\\Docker\\Docker Desktop.exe",
    argv: ["C:\\Program Files\\Docker\\Docker\\Docker Desktop.exe"],
  },
  linux: {
    file: "/usr/lib/systemd/user/docker-desktop.service",
    argv: ["/usr/bin/systemctl", "--user", "start", "docker-desktop"],
  },
};

/**
 * How the engine behind a client is started without an administrator, where that is known: Docker
 * Desktop, where it is installed, and the machine that Podman runs in on macOS and Windows.
 */
export function startEngine(
  dockerPath: string,
  platform: NodeJS.Platform = process.platform,
  exists: (file: string) => boolean = existsSync,
): Pick<Sandbox, "startEngine"> {
  if (/podman(\.exe)?$/i.test(dockerPath))
    return platform === "linux" ? {} : { startEngine: { argv: [dockerPath, "machine", "start"] } };
  const desktop = DESKTOP[platform];
  return desktop && exists(desktop.file) ? { startEngine: { argv: desktop.argv } } : {};
}
