import { t } from "@vscode/l10n";
import { startProcess } from "./childProcess";
import { usersProgram } from "./findProgram";
import type { OfWorkspace, Sandbox } from "./sandbox";
import { SettingError } from "./settingError";
import { withoutSecrets } from "./variables";

export interface CustomOptions {
  /** The setting as it stands there; nothing has checked it yet. */
  readonly command: unknown;
  /** Which settings of the sandbox it is the workspace that says, and not its user. */
  readonly ofWorkspace: readonly OfWorkspace[];
  readonly name: string;
  readonly workspace: string;
  /** The workspace's path on this machine. */
  readonly hostWorkspace: string;
}

/**
 * Reads variables from the first lines of stdin, so that no token is on a command line: `NAME=value`,
 * then a line that begins with `+` for each further line of the value, and an empty line at the end.
 * A shell reads a pipe byte by byte, so what follows is still there for the command.
 */
const WITH_VARIABLES = `while IFS= read -r __line && [ -n "$__line" ]; do
case $__line in +*) __entry=$__entry'
'\${__line#+} ;; *) __entry=$__line ;; esac
export "$__entry"
done
unset __line __entry
cd -- "$1" || exit 126
shift
exec "$@"`;

const IN_WORKSPACE = 'cd -- "$1" || exit 126; shift; exec "$@"';

/**
 * Any command that runs another one elsewhere and hands its stdin, stdout and stderr through: a
 * template of an argv, such as `kubectl exec -i ${name} --` or `ssh box ${command}`. Throws a
 * `SettingError` for what is none.
 */
export function customSandbox({
  command,
  ofWorkspace,
  name,
  workspace,
  hostWorkspace,
}: CustomOptions): Sandbox {
  const template = templateOf(command);
  mustBeOfUser(ofWorkspace, template);
  mustBePlain(workspace, template);
  const commandFor = (entries: readonly string[], argv: readonly string[]) =>
    fill(entries, { name, workspace }, argv);
  const withProgram = (entries: readonly string[], argv: readonly string[]) => {
    const [program = "", ...args] = commandFor(entries, argv);
    return [usersProgram(program, hostWorkspace), ...args];
  };
  return {
    kind: "custom",
    label: commandFor(
      template.filter((entry) => entry !== "--" && !entry.includes(COMMAND)),
      [],
    )
      .join(" ")
      .slice(0, 80),
    program: commandFor(template.slice(0, 1), [])[0] ?? "",
    network: t("what your command leads to; nothing is known of it"),
    workspace,
    exec(argv, { env = {} } = {}) {
      const inside = ["sh", "-c", WITH_VARIABLES, "sh", workspace, ...argv];
      const child = startProcess(withProgram(template, inside));
      child.write(variableLines(env)).catch(() => {
        // One that is gone says so by its exit.
      });
      return child;
    },
    // What is typed goes to stdin, so variables are named before the command.
    terminal: (argv, variables) => ({
      argv: withProgram(withTerminal(template), [
        ...["sh", "-c", IN_WORKSPACE, "sh", workspace, "env"],
        ...Object.entries(withoutSecrets(variables)).map(([name, value]) => `${name}=${value}`),
        ...argv,
      ]),
    }),
  };
}

const COMMAND = "${command}";

function templateOf(command: unknown): readonly string[] {
  const isTemplate =
    Array.isArray(command) && command.every((entry): entry is string => typeof entry === "string");
  if (isTemplate && command[0]?.trim()) return command;
  throw new SettingError(
    t(
      "The setting “{0}” must be a list that begins with a program, such as {1}.",
      "sandbox.command",
      '["kubectl", "exec", "-i", "my-pod", "--"]',
    ),
  );
}

/**
 * The command may lead to another machine, with a token: a workspace, which may come from anybody, and
 * which Claude itself can write to, does not say that it is used, nor what it leads to.
 */
function mustBeOfUser(
  ofWorkspace: CustomOptions["ofWorkspace"],
  template: readonly string[],
): void {
  const named = template.some((entry) => entry.includes("${name}"));
  const [wrong] = ofWorkspace.filter(
    (setting) => setting === "runtime" || (setting === "name" && named),
  );
  if (wrong === undefined) return;
  throw new SettingError(
    t(
      "With the runtime “{0}”, the setting “{1}” counts only in your own settings, since your command may lead to another machine. This workspace’s settings have it: remove it there.",
      "custom",
      `sandbox.${wrong}`,
    ),
  );
}

/** A template may be read by a shell, here or there, which would take part of such a path as a command. */
function mustBePlain(workspace: string, template: readonly string[]): void {
  if (
    !template.some((entry) => entry.includes("${workspace}")) ||
    !/[\p{Cc}"'`$\\;&|<>()]/u.test(workspace)
  )
    return;
  throw new SettingError(
    t(
      "“{0}” cannot be filled into “{1}”, since a shell could take part of it as a command. Name another path in “{2}”.",
      workspace.slice(0, 80),
      "sandbox.command",
      "sandbox.workspace",
    ),
  );
}

/**
 * Fills in a template, each entry once, so that nothing in a value is filled in again. The command
 * takes its place as one string, quoted for a remote shell, or else stands behind the last entry.
 */
function fill(
  template: readonly string[],
  values: Readonly<Record<"name" | "workspace", string>>,
  argv: readonly string[],
): string[] {
  const quoted = argv.map((arg) => `'${arg.replaceAll("'", `'\\''`)}'`).join(" ");
  const filled = template.map((entry) =>
    entry.replace(/\$\{(name|workspace|command)\}/g, (_, key: "name" | "workspace" | "command") =>
      key === "command" ? quoted : values[key],
    ),
  );
  return template.some((entry) => entry.includes(COMMAND)) ? filled : [...filled, ...argv];
}

const variableLines = (env: Readonly<Record<string, string>>): string =>
  Object.entries(env)
    .map(([name, value]) => `${name}=${value.replaceAll("\n", "\n+")}\n`)
    .join("") + "\n";

/** Asks for a terminal as `docker`, `kubectl` and `ssh` are asked for one. */
function withTerminal([program = "", ...args]: readonly string[]): string[] {
  if (/(^|[\\/])ssh(\.exe)?$/i.test(program)) return [program, "-t", ...args];
  return [program, ...args.map((arg) => (arg === "-i" ? "-it" : arg))];
}
