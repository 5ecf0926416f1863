/** What a container has of its machine, besides the workspace: from what `inspect` says of it. */
import { homedir } from "node:os";
import { posix } from "node:path";
import { t } from "@vscode/l10n";
import * as v from "valibot";
import { oneLine } from "../shared/plain";
import { holds, hostFolder } from "./paths";

/** Something that a sandbox has besides the workspace. */
export interface Reach {
  /** In words for people; one line. */
  readonly what: string;
  /** Whether it leads out of the sandbox, or to other files, so that its user is asked first. */
  readonly ask: boolean;
}

const names = v.nullish(v.array(v.string()), []);
const word = v.optional(v.string(), "");

/** The fields that are read, in the words of Docker, which Podman and nerdctl take over. */
const containersSchema = v.array(
  v.object({
    Id: v.pipe(v.string(), v.regex(/^[0-9a-f]{12,64}$/)),
    Name: word,
    Config: v.optional(v.object({ Labels: v.nullish(v.record(v.string(), v.string()), {}) })),
    HostConfig: v.object({
      Privileged: v.boolean(),
      PidMode: word,
      IpcMode: word,
      UTSMode: word,
      NetworkMode: word,
      CapAdd: names,
      Devices: v.nullish(v.array(v.object({ PathOnHost: v.string() })), []),
      DeviceCgroupRules: names,
      SecurityOpt: names,
      MaskedPaths: v.nullish(v.array(v.string())),
    }),
    Mounts: v.nullish(
      v.array(
        v.object({
          Type: v.string(),
          Name: word,
          Source: word,
          Destination: v.string(),
          RW: v.optional(v.boolean(), true),
        }),
      ),
      [],
    ),
  }),
);

export type Container = v.InferOutput<typeof containersSchema>[number];

/** The containers that `inspect` has printed; undefined for what says too little of them. */
export function parseContainers(printed: string): readonly Container[] | undefined {
  try {
    const parsed = v.safeParse(containersSchema, JSON.parse(printed));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** A folder of this machine, and where it should be inside. */
export interface WorkspaceMount {
  readonly hostWorkspace: string;
  readonly workspace: string;
}

/** Whether a container has the workspace where it should be. */
export function hasWorkspace(
  { Mounts }: Container,
  { hostWorkspace, workspace }: WorkspaceMount,
): boolean {
  const wanted = hostFolder(hostWorkspace);
  // In the one spelling, a path of Windows has lost which of its letters are capitals.
  const spelled = (path: string) =>
    (/^[a-z]:/.test(wanted) ? path.toLowerCase() : path).replace(/(?<=.)\/$/, "");
  const inside = spelled(posix.normalize(workspace));
  return Mounts.some(({ Type, Source, Destination }) => {
    if (Type !== "bind") return false;
    // Docker Desktop has the folders of WSL under a number, so their place inside must do.
    if (Source.includes("/docker-desktop-bind-mounts/")) return holds(spelled(Destination), inside);
    const from = hostFolder(Source);
    return (
      holds(from, wanted) && spelled(posix.join(Destination, wanted.slice(from.length))) === inside
    );
  });
}

/** Whether a container has the workspace itself where it should be, and not as a part of another folder. */
export const hasExactly = (container: Container, mount: WorkspaceMount): boolean =>
  hasWorkspace(container, mount) &&
  container.Mounts.some(
    ({ Type, Source }) => Type === "bind" && hostFolder(Source) === hostFolder(mount.hostWorkspace),
  );

/** The places by which an engine is commanded, and what nobody needs from within a container. */
const SOCKETS = [
  ...(process.env["DOCKER_HOST"]?.startsWith("unix://")
    ? [process.env["DOCKER_HOST"].slice("unix://".length)]
    : []),
  "/var/run/docker.sock",
  "/run/docker.sock",
  "/run/podman/podman.sock",
  "/run/containerd/containerd.sock",
  "/run/crio/crio.sock",
  `/run/user/${process.getuid?.() ?? 0}/docker.sock`,
  `/run/user/${process.getuid?.() ?? 0}/podman/podman.sock`,
];
const OF_THE_SYSTEM = ["/proc", "/sys", "/dev", "/etc", "/boot", "/var/lib/docker", "/root"];
/** Any other place of such a socket, and Windows's pipes. */
const SOCKET_NAME = /(docker|podman|containerd|crio)[\w.-]*\.sock$|[\\/]pipe[\\/]/i;

/** Capabilities with each of which the machine is as good as taken. */
const ALL_POWERFUL = /^(CAP_)?(ALL|SYS_ADMIN|SYS_MODULE|SYS_RAWIO|DAC_READ_SEARCH|BPF)$/i;
const DISK = /^\/dev(\/(sd|hd|vd|xvd|nvme|dm-|md|mapper|disk|block|mem|kmem|port|loop).*)?$/;

const MOST = 40;

/** What a container has besides the workspace, what leads out of it first. At most 40 of it. */
export function reachOf(
  container: Container,
  mount: WorkspaceMount,
  home = homedir(),
): readonly Reach[] {
  const { HostConfig: host, Mounts } = container;
  const reach: Reach[] = [];
  const add = (what: string, ask = false) => reach.push({ what: oneLine(what, 200), ask });

  if (!hasWorkspace(container, mount))
    add(t("other files at {0}: this folder is not mounted there", mount.workspace), true);
  if (host.Privileged) add(t("all rights of your machine (privileged)"), true);
  if (host.PidMode === "host") add(t("the processes of your machine"), true);
  if (host.IpcMode === "host") add(t("the shared memory of your machine"));
  if (host.UTSMode === "host") add(t("the name of your machine"));
  if (host.NetworkMode === "host") add(t("the network of your machine, its own services included"));
  for (const capability of host.CapAdd)
    add(t("the capability {0}", capability.replace(/^CAP_/i, "")), ALL_POWERFUL.test(capability));
  for (const { PathOnHost } of host.Devices)
    add(t("the device {0}", PathOnHost), DISK.test(PathOnHost));
  for (const rule of host.DeviceCgroupRules) add(t("devices by the rule {0}", rule), true);
  for (const option of host.SecurityOpt)
    if (/unconfined|disable/i.test(option))
      add(t("no protection by {0}", option.split(/[=:]/)[0] ?? option));
  if (host.MaskedPaths?.length === 0) add(t("no protection by {0}", "systempaths"));
  const workspace = hostFolder(mount.hostWorkspace);
  for (const { Type, Name, Source, Destination, RW } of Mounts) {
    if (Type === "tmpfs") continue;
    if (Type === "volume" || Source === "") {
      // One without a name has a long number for it.
      add(t("the volume {0}", /^[0-9a-f]{64}$|^$/.test(Name) ? Destination : Name));
      continue;
    }
    const leadsOut = isPrecious(Source, home);
    if (hostFolder(Source) === workspace && !leadsOut) continue;
    add(RW ? Source : t("{0} (read-only)", Source), leadsOut);
  }
  return reach.sort((a, b) => Number(b.ask) - Number(a.ask)).slice(0, MOST);
}

/** Whether a mount of this gives the machine away: a socket of an engine, the home folder, or what holds one. */
export function isPrecious(source: string, home = homedir()): boolean {
  if (SOCKET_NAME.test(source)) return true;
  const folder = hostFolder(source);
  return (
    [...SOCKETS, home].some((place) => holds(folder, hostFolder(place))) ||
    OF_THE_SYSTEM.includes(folder)
  );
}
