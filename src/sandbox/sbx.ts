import { t } from "@vscode/l10n";
import { canClone, cloneRemote, listNow } from "./clone";
import { dockerExec } from "./dockerExec";
import type { DockerOptions } from "./dockerSandbox";
import type { Sandbox } from "./sandbox";

export interface SbxOptions extends Omit<DockerOptions, "dockerPath"> {
  readonly sbxPath: string;
  /** Whether it knows `--no-input`, by which it never waits for an answer that nobody gives. */
  readonly noInput?: boolean;
  /** Whether it was made with a clone. */
  readonly clone?: boolean;
}

/** `sbx`, the program that follows `docker sandbox`. It starts a sandbox that is stopped by itself. */
export function sbx(options: SbxOptions): Sandbox {
  const { sbxPath, name, workspace, hostWorkspace, noInput, clone } = options;
  const client = noInput ? [sbxPath, "--no-input"] : [sbxPath];
  const { exec } = dockerExec({ client, name, workspace });
  return {
    kind: "sbx",
    label: clone ? t("sbx sandbox {0} (clone)", name) : t("sbx sandbox {0}", name),
    program: sbxPath,
    ...dockerExec({ client: [sbxPath], name, workspace }),
    exec,
    create: { argv: [...client, "create", "--name", name, "claude", hostWorkspace] },
    createClone: async () => {
      const named = async () => (await listNow(client))?.filter((one) => one.name === name);
      // One that is there already must not be taken for what was made.
      if ((await named())?.length !== 0 || !(await canClone(sbxPath, hostWorkspace)))
        return undefined;
      return {
        argv: [...client, "create", "--clone", "--name", name, "claude", hostWorkspace],
        remote: cloneRemote(name),
        madeId: async () => (await named())?.[0]?.id,
      };
    },
    ...(clone && { cloneRemote: cloneRemote(name) }),
    // Its versions differ in how they attach to a sandbox, but each starts it for a command.
    start: { argv: [sbxPath, "exec", name, "true"] },
    signIn: { argv: [sbxPath, "login"] },
    network: t("what “{0}” lists, through Docker’s proxy on your machine", "sbx policy ls"),
    networkLog: { argv: [...client, "policy", "log", name] },
  };
}
