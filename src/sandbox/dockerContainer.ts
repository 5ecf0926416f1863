import { t } from "@vscode/l10n";
import { dockerExec } from "./dockerExec";
import type { DockerOptions } from "./dockerSandbox";
import { startEngine } from "./engine";
import type { Sandbox } from "./sandbox";

export interface ContainerOptions extends DockerOptions {
  /** Of the container that was looked at: another one that takes its name is not entered. */
  readonly id?: string;
  readonly networkMode?: string;
}

/** A plain container of Docker Engine or Podman. It has no template for agents, so people make it. */
export const dockerContainer = ({
  dockerPath,
  name,
  id = name,
  workspace,
  networkMode,
}: ContainerOptions): Sandbox => ({
  kind: "docker",
  label: t("Container {0}", name),
  program: dockerPath,
  ...dockerExec({ client: [dockerPath], name: id, workspace }),
  start: { argv: [dockerPath, "start", id] },
  ...(networkMode !== undefined && { network: reachable(networkMode) }),
  ...startEngine(dockerPath),
});

/** The networks that engines make by themselves, which lead everywhere. */
const OPEN = /^(default|bridge|podman|slirp4netns|pasta)?(:|$)/;

function reachable(networkMode: string): string {
  if (networkMode === "none") return t("nothing");
  if (networkMode === "host")
    return t("everything that your machine reaches, its own services included");
  if (networkMode.startsWith("container:")) return t("what another container reaches");
  if (OPEN.test(networkMode))
    return t("the internet, your local network, and what your machine serves to it");
  return t("what is in Docker’s network “{0}”, and beyond, unless that is internal", networkMode);
}
