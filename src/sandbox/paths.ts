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
