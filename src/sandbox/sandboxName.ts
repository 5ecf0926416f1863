import { t } from "@vscode/l10n";
import { SettingError } from "./settingError";

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/;

/**
 * The name of a workspace's sandbox: the one that is set, or else one derived from the folder. It may
 * stand on a command line, since it begins with no dash and holds no odd character. Throws a
 * `SettingError` for a name that may not.
 */
export function sandboxName(set: string, hostWorkspace: string): string {
  const name = set || derivedName(hostWorkspace);
  if (NAME.test(name)) return name;
  throw new SettingError(
    t(
      "“{0}” cannot be a sandbox’s name: use letters, digits, “-”, “_” and “.”, at most 63 of them.",
      name,
    ),
  );
}

/** `claude-my-app`, for a folder “my app”. */
function derivedName(workspace: string): string {
  const folder = workspace.split(/[\\/]/).findLast((segment) => segment !== "") ?? "";
  const plain = folder.replace(/[^a-zA-Z0-9_.-]+/g, "-").replace(/^[^a-zA-Z0-9]+/, "");
  return `claude-${plain || "workspace"}`.slice(0, 63);
}
