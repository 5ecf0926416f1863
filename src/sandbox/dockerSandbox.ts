import { startProcess } from "./childProcess";
import type { SandboxRuntime } from "./runtime";

export interface DockerSandboxOptions {
  readonly dockerPath: string;
  readonly name: string;
  /** The workspace's path inside the sandbox. Docker mounts it at the host's own path, if it can. */
  readonly workspace: string;
}

/** What the docker client itself reads: the sandbox's value must not change where the client looks. */
const CLIENTS_OWN = /^(PATH|HOME|USERPROFILE|TMPDIR|TEMP|LD_|DYLD_|DOCKER_|NODE_|ELECTRON_)/i;

/** `docker sandbox exec`: Docker's own sandboxes, or any CLI plugin that answers like them. */
export const dockerSandbox = ({
  dockerPath,
  name,
  workspace,
}: DockerSandboxOptions): SandboxRuntime => ({
  label: `Docker sandbox ${name}`,
  workspace,
  exec(argv, { env = {} } = {}) {
    // A variable that is named without a value is taken from the client's environment, which keeps
    // tokens off the command line, where every user of the machine could read them.
    const byName = Object.entries(env).filter(([key]) => !CLIENTS_OWN.test(key));
    const byValue = Object.entries(env).filter(([key]) => CLIENTS_OWN.test(key));
    const variables = [
      ...byName.flatMap(([key]) => ["-e", key]),
      ...byValue.flatMap(([key, value]) => ["-e", `${key}=${value}`]),
    ];
    return startProcess(
      [dockerPath, "sandbox", "exec", "-i", ...variables, "-w", workspace, name, ...argv],
      { env: { ...process.env, ...Object.fromEntries(byName) } },
    );
  },
});

/** The command that makes a sandbox for a folder of this machine. */
export const createSandboxArgv = (dockerPath: string, name: string, folder: string): string[] => [
  dockerPath,
  ...["sandbox", "create"],
  ...["--name", name],
  "claude",
  folder,
];

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/;

/** Whether a name may stand on Docker's command line: it begins with no dash and holds no odd character. */
export const isSandboxName = (name: string): boolean => NAME.test(name);

/** The name that a workspace's sandbox has unless the settings say otherwise: `claude-my-app`. */
export function sandboxNameFor(workspace: string): string {
  const folder = workspace.split(/[\\/]/).findLast((segment) => segment !== "") ?? "";
  const plain = folder.replace(/[^a-zA-Z0-9_.-]+/g, "-").replace(/^[^a-zA-Z0-9]+/, "");
  return `claude-${plain || "workspace"}`.slice(0, 63);
}
