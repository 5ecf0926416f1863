import { collect } from "./childProcess";
import type { Exit, SandboxRuntime } from "./runtime";

/** Why the sandbox cannot be used, in the order in which one thing needs another. */
export type Problem =
  | "cliMissing"
  | "pluginMissing"
  | "engineDown"
  | "sandboxMissing"
  | "sandboxStopped"
  | "badWorkspace"
  | "claudeMissing"
  | "loggedOut"
  | "apiKeyNotAllowed"
  | "timeout"
  | "unknown";

export type Readiness =
  | { readonly state: "ready"; readonly account?: string }
  /** `detail` is what was printed, word for word. */
  | { readonly state: Problem; readonly detail: string };

export interface ProbeOptions {
  /** The `claude` program inside. */
  readonly claudePath: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whether Claude may be billed to an API key. */
  readonly allowApiKey: boolean;
  /** In milliseconds. */
  readonly timeout?: number;
}

/** Asks the sandbox whether Claude is there and logged in. Never rejects. It wakes a sleeping sandbox. */
export async function probeSandbox(
  runtime: SandboxRuntime,
  { claudePath, env, allowApiKey, timeout = 30_000 }: ProbeOptions,
): Promise<Readiness> {
  const command = runtime.exec([claudePath, "auth", "status", "--json"], { env });
  const { stdout, timedOut, ...exit } = await collect(command, timeout);
  // Stdout comes first: a Claude that is logged out says so in JSON, and then exits with 1.
  const status = authStatus(stdout);
  if (status) return readinessOf(status, allowApiKey);
  const detail = [exit.failure?.message, exit.stderr, stdout].filter(Boolean).join("\n").trim();
  if (timedOut) return { state: "timeout", detail };
  return { state: problemOf(exit, stdout) ?? "unknown", detail };
}

interface AuthStatus {
  readonly loggedIn: boolean;
  readonly authMethod?: unknown;
  readonly email?: unknown;
}

function authStatus(stdout: string): AuthStatus | undefined {
  try {
    const status = JSON.parse(stdout) as Partial<AuthStatus> | null;
    return typeof status?.loggedIn === "boolean" ? (status as AuthStatus) : undefined;
  } catch {
    return undefined;
  }
}

function readinessOf(status: AuthStatus, allowApiKey: boolean): Readiness {
  const detail = JSON.stringify(status);
  if (!status.loggedIn) return { state: "loggedOut", detail };
  if (status.authMethod === "api_key" && !allowApiKey) return { state: "apiKeyNotAllowed", detail };
  return { state: "ready", ...(typeof status.email === "string" && { account: status.email }) };
}

/** Docker's words for what is wrong, each as its CLI prints it. The first that matches counts. */
const WORDS: readonly (readonly [RegExp, Problem])[] = [
  [/unknown command: docker sandbox|'sandbox' is not a docker command/i, "pluginMissing"],
  [/check feature is enabled/i, "pluginMissing"],
  [
    /Cannot connect to the Docker daemon|error during connect|docker daemon is not running/i,
    "engineDown",
  ],
  [/failed to (create sandbox|start VM)/i, "engineDown"],
  [
    /sandbox '[^']*' (does not exist|not found)|No such (container|sandbox)|sandbox not found/i,
    "sandboxMissing",
  ],
  [/is not running|is paused/i, "sandboxStopped"],
  [/chdir to cwd .* no such file or directory/i, "badWorkspace"],
  [/executable file not found in \$PATH|no such file or directory: unknown/i, "claudeMissing"],
];

/** What kept a command from running inside, as far as its exit tells. Some of it is said on stdout. */
export function problemOf(exit: Exit, stdout = ""): Problem | undefined {
  if (exit.failure) return exit.failure.code === "ENOENT" ? "cliMissing" : "unknown";
  const said = `${exit.stderr}\n${stdout}`;
  return WORDS.find(([words]) => words.test(said))?.[1];
}
