import { t } from "@vscode/l10n";
import { dockerExec } from "./dockerExec";
import type { DockerOptions } from "./dockerSandbox";
import type { Sandbox } from "./sandbox";

export interface SbxOptions extends Omit<DockerOptions, "dockerPath"> {
  readonly sbxPath: string;
  /** Whether it knows `--no-input`, by which it never waits for an answer that nobody gives. */
  readonly noInput?: boolean;
}

/** `sbx`, the program that follows `docker sandbox`. It starts a sandbox that is stopped by itself. */
export function sbx({ sbxPath, name, workspace, hostWorkspace, noInput }: SbxOptions): Sandbox {
  const client = noInput ? [sbxPath, "--no-input"] : [sbxPath];
  const { exec } = dockerExec({ client, name, workspace });
  return {
    kind: "sbx",
    label: t("sbx sandbox {0}", name),
    program: sbxPath,
    ...dockerExec({ client: [sbxPath], name, workspace }),
    exec,
    create: { argv: [...client, "create", "--name", name, "claude", hostWorkspace] },
    // Its versions differ in how they attach to a sandbox, but each starts it for a command.
    start: { argv: [sbxPath, "exec", name, "true"] },
    signIn: { argv: [sbxPath, "login"] },
    network: t("what “{0}” lists, through Docker’s proxy on your machine", "sbx policy ls"),
    networkLog: { argv: [...client, "policy", "log", name] },
  };
}
