import { realpathSync } from "node:fs";
import { posix, win32 } from "node:path";
import type { RuntimeKind } from "./sandbox";

/** `C:\…`, `\\server\share\…`, `\\wsl$\distro\…`. */
const isWindows = (path: string): boolean => /^([a-zA-Z]:[\\/]|[\\/]{2})/.test(path);

/** A distribution's folder as Windows shows it: the path within the distribution is group 2. */
const WSL = /^[\\/]{2}(?:wsl\$|wsl\.localhost)[\\/]([^\\/]+)([\\/].*)?$/i;

/** One spelling for each path of Windows: without `\\?\`, and of the two names of WSL one. */
function plain(path: string): string {
  const short = path.replace(/^\\\\\?\\(?:UNC\\)?/i, (prefix) => (prefix.length > 4 ? "\\\\" : ""));
  const [, distribution, rest = "\\"] = WSL.exec(short) ?? [];
  return distribution ? `\\\\wsl.localhost\\${distribution.toLowerCase()}${rest}` : short;
}

/**
 * Where a file of the workspace is inside the sandbox. Undefined for one that is outside of it, so
 * that it is not in the sandbox either. All three paths are absolute.
 */
export function pathInside(
  file: string,
  hostWorkspace: string,
  workspace: string,
): string | undefined {
  const windows = isWindows(hostWorkspace);
  if (windows !== isWindows(file) || (!windows && !posix.isAbsolute(file))) return undefined;
  const path = windows ? win32 : posix;
  const [from, to] = windows ? [plain(hostWorkspace), plain(file)] : [hostWorkspace, file];
  const relative = path.relative(from, to);
  if (relative.split(path.sep)[0] === ".." || path.isAbsolute(relative)) return undefined;
  // Windows takes all letters for the same, which a Linux inside of it does not.
  if (WSL.test(from) && !path.normalize(to).startsWith(path.normalize(from).replace(/\\$/, "")))
    return undefined;
  const inside = workspace.replace(/(?<=.)\/+$/, "");
  if (relative === "") return inside;
  return posix.join(inside, windows ? relative.replaceAll("\\", "/") : relative);
}

/**
 * Where a workspace is inside, unless the settings say it: at its own path. A path of Windows cannot
 * be one, and each of Docker's programs has its own substitute; so has `docker sandbox` within WSL.
 */
export function defaultInside(
  kind: RuntimeKind,
  hostWorkspace: string,
  inWsl = process.env["WSL_DISTRO_NAME"] !== undefined,
): string {
  if (kind === "demo") return hostWorkspace;
  if (kind === "docker-sandbox" && (inWsl || isWindows(hostWorkspace)))
    return "/home/agent/workspace";
  if (!isWindows(hostWorkspace)) return hostWorkspace;
  const path = plain(hostWorkspace);
  const within =
    WSL.exec(path)?.[2] ??
    path.replace(/^([a-zA-Z]):/, (_, drive: string) => `/${drive.toLowerCase()}`);
  return within.replaceAll("\\", "/").replace(/(?<=.)\/+$/, "");
}

/** The machine that a folder is on, as far as it decides how engines name the folder. */
export interface HostSystem {
  readonly platform: NodeJS.Platform;
  /** The distribution of WSL that this is, if it is one. */
  readonly distribution: string | undefined;
}

const thisSystem: HostSystem = {
  platform: process.platform,
  distribution: process.env["WSL_DISTRO_NAME"],
};

/** Where Docker Desktop's own machine has the disks of this one. */
const DESKTOP_MOUNT = /^\/(?:host_mnt|run\/desktop\/mnt\/host)(?=\/)/;

/**
 * One spelling, with “/”, for a folder of this machine, whichever way it or an engine names it: by a
 * link, by Windows or by WSL, in letters of either case where these are the same. For comparing alone.
 */
export function hostFolder(folder: string, system: HostSystem = thisSystem): string {
  const { platform, distribution } = system;
  const inWindows = platform === "win32" || distribution !== undefined;
  const path = plain(realPath(folder).replace(DESKTOP_MOUNT, inWindows ? "/mnt" : ""));
  const [, ofDistribution, within = "/"] = WSL.exec(path) ?? [];
  if (ofDistribution !== undefined)
    return (ofDistribution === distribution?.toLowerCase() ? within : path).replaceAll("\\", "/");
  const drive = platform === "win32" ? /^(?:\/mnt)?\/([a-z])(?=\/|$)/i : /^\/mnt\/([a-z])(?=\/|$)/;
  const windows = inWindows ? path.replace(drive, "$1:/").replace(/^(.:\/)\//, "$1") : path;
  const spelled = isWindows(windows) ? windows.replaceAll("\\", "/").toLowerCase() : windows;
  return spelled.replace(/(?<=[^:])\/+$/, "") || "/";
}

/** What is not on this machine, or not in this spelling, stays as it is. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

/** Whether a folder is this one or one above it. Both in the one spelling. */
export const holds = (folder: string, other: string): boolean =>
  folder === other || other.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
