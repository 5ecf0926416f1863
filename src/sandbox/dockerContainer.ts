import { t } from "@vscode/l10n";
import { dockerExec } from "./dockerExec";
import type { DockerOptions } from "./dockerSandbox";
import { startEngine } from "./engine";
import type { Sandbox } from "./sandbox";

/** A plain container of Docker Engine or Podman. It has no template for agents, so people make it. */
export const dockerContainer = ({ dockerPath, name, workspace }: DockerOptions): Sandbox => ({
  kind: "docker",
  label: t("Container {0}", name),
  program: dockerPath,
  ...dockerExec({ client: [dockerPath], name, workspace }),
  start: { argv: [dockerPath, "start", name] },
  ...startEngine(dockerPath),
});
