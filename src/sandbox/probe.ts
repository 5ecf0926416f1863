import { oneLine } from "../shared/plain";
import { isDockersProxy } from "./apiKey";
import { collect } from "./childProcess";
import { type Problem, problemOf } from "./problem";
import type { SandboxRuntime } from "./runtime";

export type Readiness =
  | { readonly state: "ready"; readonly account?: string; readonly version?: string }
  /** `detail` is what was printed, word for word, at most 16 KB of it. */
  | { readonly state: Problem; readonly detail: string };

export interface ProbeOptions {
  /** The `claude` program inside. */
  readonly claudePath: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whether Claude may be billed to an API key, or to an account at another provider. */
  readonly allowApiKey: boolean;
  /** For each of its two or three short commands, in milliseconds. */
  readonly timeout?: number;
}

/** How much is taken of what the sandbox says of itself, in UTF-16 units: of a word about it, and of details. */
const LINE = 100;
const DETAIL = 16 * 1024;

/** Asks the sandbox whether Claude is there and logged in. Never rejects. It wakes a sleeping sandbox. */
export async function probeSandbox(
  runtime: SandboxRuntime,
  { claudePath, env, allowApiKey, timeout = 30_000 }: ProbeOptions,
): Promise<Readiness> {
  const command = runtime.exec([claudePath, "auth", "status", "--json"], { env });
  const { stdout, timedOut, ...exit } = await collect(command, timeout);
  // Stdout comes first: a Claude that is logged out says so in JSON, and then exits with 1.
  const status = authStatus(stdout);
  if (!status) {
    const said = [exit.failure?.message, exit.stderr, stdout].filter(Boolean).join("\n").trim();
    const detail = said.slice(0, DETAIL);
    return { state: timedOut ? "timeout" : (problemOf(exit, stdout) ?? "unknown"), detail };
  }
  const detail = JSON.stringify(status).slice(0, DETAIL);
  if (!status.loggedIn) return { state: "loggedOut", detail };
  if (!allowApiKey) {
    if (status.authMethod === "third_party") return { state: "wrongProvider", detail };
    const isKey = status.authMethod === "api_key" || status.authMethod === "api_key_helper";
    if (isKey && !(await isDockersProxy(runtime, status.apiKeySource, { env }, timeout)))
      return { state: "apiKeyNotAllowed", detail };
  }
  const version = await versionOf(runtime, claudePath, timeout);
  return {
    state: "ready",
    ...(typeof status.email === "string" && { account: oneLine(status.email, LINE) }),
    ...(version && { version }),
  };
}

interface AuthStatus {
  readonly loggedIn: boolean;
  readonly authMethod?: unknown;
  readonly apiKeySource?: unknown;
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

/** It has a command of its own, a fifth as long as the other: `auth status` does not tell it. */
async function versionOf(
  runtime: SandboxRuntime,
  claudePath: string,
  timeout: number,
): Promise<string | undefined> {
  const { stdout } = await collect(runtime.exec([claudePath, "--version"]), timeout);
  return /^\d{1,9}\.\d{1,9}\.\d{1,9}[\w.+-]{0,40}/.exec(stdout)?.[0];
}
