import type { Exit } from "./runtime";

/** Why the sandbox cannot be used, in the order in which one thing needs another. */
export type Problem =
  | "cliMissing"
  | "pluginMissing"
  | "accessDenied"
  | "engineDown"
  | "signedOut"
  | "sandboxMissing"
  | "sandboxStopped"
  | "badWorkspace"
  | "claudeMissing"
  | "loggedOut"
  | "apiKeyNotAllowed"
  | "wrongProvider"
  | "timeout"
  | "unknown";

/**
 * The words of Docker, sbx, Podman, kubectl, ssh and the shells for what is wrong, each as it is
 * printed. The first that matches counts, so what nothing works without comes first. None may go on
 * without a limit where its beginning can come again, which would take the square of a line's length.
 */
const WORDS: readonly (readonly [RegExp, Problem])[] = [
  [/unknown command: docker sandbox|'sandbox' is not a docker command/i, "pluginMissing"],
  [/unrecognized command `?[\w-]+ sandbox|check feature is enabled/i, "pluginMissing"],
  // Its sentence ends as that of an engine which is down does.
  [/permission denied while trying to connect to/i, "accessDenied"],
  [/Permission denied \(\w+|Host key verification failed/, "accessDenied"],
  [/Error from server \(Forbidden\)/, "accessDenied"],
  [/Cannot connect to (the Docker daemon|Podman)|error during connect/i, "engineDown"],
  [/docker daemon is not running|unable to connect to Podman/i, "engineDown"],
  [/failed to (create sandbox|start VM)|no sandbox executor available/i, "engineDown"],
  [/The connection to the server \S+ was refused|Unable to connect to the server/, "engineDown"],
  [/ssh: (connect to host|Could not resolve hostname)/, "engineDown"],
  [
    /sandbox '[^']*' (does not exist|not found)|No such (container|sandbox)|sandbox not found/i,
    "sandboxMissing",
  ],
  [/Error from server \(NotFound\)|container not found/, "sandboxMissing"],
  [/is not running|is paused|container state improper|in a completed pod/i, "sandboxStopped"],
  [
    /chdir to (cwd )?.{0,999} no such file or directory|: cd: .{0,999}(No such file|can't cd)/i,
    "badWorkspace",
  ],
  [
    /executable file .{0,999}not found in \$PATH|no such file or directory: unknown/i,
    "claudeMissing",
  ],
  [/exec: .{0,999}: not found/, "claudeMissing"],
  [/Not authenticated to Docker|please sign in to Docker|\bsbx login\b/i, "signedOut"],
  [/You must be logged in to the server/, "signedOut"],
];

/** Who fails says so at the beginning of what it prints, or at its end, in UTF-16 units. */
const ENDS = 16 * 1024;

const endsOf = (text: string): string =>
  text.length <= 2 * ENDS ? text : `${text.slice(0, ENDS)}\n${text.slice(-ENDS)}`;

/** What kept a command from running inside, as far as its exit tells. Some of it is said on stdout. */
export function problemOf(exit: Exit, stdout = ""): Problem | undefined {
  if (exit.failure) return exit.failure.code === "ENOENT" ? "cliMissing" : "unknown";
  const said = `${endsOf(exit.stderr)}\n${endsOf(stdout)}`;
  return WORDS.find(([words]) => words.test(said))?.[1];
}
