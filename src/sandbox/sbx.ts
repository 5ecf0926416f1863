import { t } from "@vscode/l10n";
import { dockerExec } from "./dockerExec";
import type { DockerOptions } from "./dockerSandbox";
import type { Sandbox } from "./sandbox";

export interface SbxOptions extends Omit<DockerOptions, "dockerPath"> {
  readonly sbxPath: string;
}

/** `sbx`, the program that follows `docker sandbox`. It starts a sandbox that is stopped by itself. */
export const sbx = ({ sbxPath, name, workspace, hostWorkspace }: SbxOptions): Sandbox => ({
  kind: "sbx",
  label: t("sbx sandbox {0}", name),
  program: sbxPath,
  ...dockerExec({ client: [sbxPath], name, workspace }),
  create: { argv: [sbxPath, "create", "--name", name, "claude", hostWorkspace] },
  start: { argv: [sbxPath, "run", name] },
  signIn: { argv: [sbxPath, "login"] },
});
