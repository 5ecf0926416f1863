import { startProcess } from "./childProcess";
import type { SandboxRuntime } from "./runtime";
import type { HostCommand, Sandbox } from "./sandbox";
import { isSecret, withoutSecrets } from "./variables";

export interface DockerLike {
  /** What stands before `exec`: `docker sandbox`, `sbx`, `docker`, `podman`. */
  readonly client: readonly string[];
  readonly name: string;
  /** The workspace's path inside. */
  readonly workspace: string;
}

/** What the client itself reads: the sandbox's value must not change where the client looks. */
const CLIENTS_OWN =
  /^(PATH|HOME|USERPROFILE|TMPDIR|TEMP|TMP|(LD|DYLD|DOCKER|CONTAINER|CONTAINERS|XDG|NODE|ELECTRON)_.*)$/i;

/**
 * `exec` of any client that takes Docker's options. A variable that is named without a value is taken
 * from the client's environment, which keeps tokens off the command line, where every user of the
 * machine could read them.
 */
function execCommand(
  { client, name, workspace }: DockerLike,
  flags: "-i" | "-it",
  argv: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): HostCommand {
  const byValue = (key: string) => CLIENTS_OWN.test(key) && !isSecret(key);
  const options = Object.entries(variables).flatMap(([key, value]) => [
    "-e",
    byValue(key) ? `${key}=${value}` : key,
  ]);
  return {
    argv: [...client, "exec", flags, ...options, "-w", workspace, name, ...argv],
    env: Object.fromEntries(Object.entries(variables).filter(([key]) => !byValue(key))),
  };
}

/** The parts of a sandbox that all such clients have in common. */
export const dockerExec = (
  where: DockerLike,
): Pick<SandboxRuntime, "workspace" | "exec"> & Required<Pick<Sandbox, "terminal">> => ({
  workspace: where.workspace,
  exec(argv, { env } = {}) {
    const command = execCommand(where, "-i", argv, env);
    return startProcess(command.argv, { env: { ...process.env, ...command.env } });
  },
  terminal: (argv, env) => execCommand(where, "-it", argv, withoutSecrets(env)),
});
