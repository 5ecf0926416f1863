import { createHash } from "node:crypto";
import { t } from "@vscode/l10n";
import { hostFolder } from "./paths";
import { SettingError } from "./settingError";

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/;

/** Whether this may stand on a command line as a name: it begins with no dash and holds no odd character. */
export const isSandboxName = (name: string): boolean => NAME.test(name);

/**
 * The name of a workspace's sandbox: the one that is set, or else one derived from the folder. Throws a
 * `SettingError` for a name that cannot be one.
 */
export function sandboxName(set: string, hostWorkspace: string): string {
  const name = set || derivedName(hostWorkspace);
  if (isSandboxName(name)) return name;
  throw new SettingError(
    t(
      "“{0}” cannot be a sandbox’s name: use letters, digits, “-”, “_” and “.”, at most 63 of them.",
      name,
    ),
  );
}

/**
 * `claude-my-app-1b2c3d4e`, for a folder “my app”. The hash is the folder's, so that no two share a
 * sandbox. All programs take such a name: `sbx` knows no “_”, and Docker Desktop no “.”.
 */
export function derivedName(hostWorkspace: string): string {
  const plain = baseName(hostWorkspace)
    .replace(/[^a-zA-Z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  const hash = createHash("sha256").update(hostFolder(hostWorkspace)).digest("hex").slice(0, 8);
  return `claude-${plain.slice(0, 40) || "workspace"}-${hash}`;
}

/** The name without a hash that `sbx run`, and this extension before 0.2, give: other folders may have it, too. */
export function sharedName(hostWorkspace: string): string {
  const plain = baseName(hostWorkspace)
    .replace(/[^a-zA-Z0-9_.-]+/g, "-")
    .replace(/^[^a-zA-Z0-9]+/, "");
  return `claude-${plain || "workspace"}`.slice(0, 63);
}

const baseName = (folder: string): string =>
  folder.split(/[\\/]/).findLast((segment) => segment !== "") ?? "";
