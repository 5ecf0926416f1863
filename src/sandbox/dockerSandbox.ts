import { t } from "@vscode/l10n";
import { dockerExec } from "./dockerExec";
import { startEngine } from "./engine";
import type { Sandbox } from "./sandbox";

export interface DockerOptions {
  /** The `docker` program, or one that answers like it. */
  readonly dockerPath: string;
  readonly name: string;
  /** The workspace's path inside. */
  readonly workspace: string;
  /** The workspace's path on this machine. */
  readonly hostWorkspace: string;
}

/** `docker sandbox`: the sandboxes of Docker Desktop, or any CLI plugin that answers like them. */
export const dockerSandbox = ({
  dockerPath,
  name,
  workspace,
  hostWorkspace,
}: DockerOptions): Sandbox => ({
  kind: "docker-sandbox",
  label: t("Docker sandbox {0}", name),
  program: dockerPath,
  ...dockerExec({ client: [dockerPath, "sandbox"], name, workspace }),
  create: { argv: [dockerPath, "sandbox", "create", "--name", name, "claude", hostWorkspace] },
  start: { argv: [dockerPath, "sandbox", "run", name] },
  network: t("what this sandbox’s policy allows, through Docker’s proxy on your machine"),
  networkLog: { argv: [dockerPath, "sandbox", "network", "log"] },
  ...startEngine(dockerPath),
});
