import { collect } from "./childProcess";
import type { ExecOptions, SandboxRuntime } from "./runtime";

/** What Docker's templates put where a key would be: the real one is added outside of the sandbox. */
const PLACEHOLDER = "proxy-managed";

/**
 * Prints whether the key in the environment is the placeholder, never the key, and then each file of
 * Claude's settings, the one that counts most first.
 */
const LOOK = `[ "\${ANTHROPIC_API_KEY-}" = ${PLACEHOLDER} ] && echo placeholder
for f in /etc/claude-code/managed-settings.json .claude/settings.local.json \\
.claude/settings.json "\${CLAUDE_CONFIG_DIR:-$HOME/.claude}/settings.json"; do
printf '\\000'
[ ! -r "$f" ] || cat -- "$f"
done`;

/**
 * Whether what Claude takes for an API key is only Docker's placeholder for one. `source` is Claude's
 * own word for where the key comes from. It asks in the sandbox, for at most `timeout` milliseconds.
 */
export async function isDockersProxy(
  runtime: SandboxRuntime,
  source: unknown,
  options: ExecOptions,
  timeout: number,
): Promise<boolean> {
  const { stdout } = await collect(runtime.exec(["sh", "-c", LOOK], options), timeout);
  const [environment = "", ...files] = stdout.split("\0");
  if (source === "ANTHROPIC_API_KEY") return environment.trim() === "placeholder";
  const helper = files.map(helperIn).find((command) => command !== undefined);
  return source === "apiKeyHelper" && helper === `echo ${PLACEHOLDER}`;
}

function helperIn(settings: string): unknown {
  try {
    return (JSON.parse(settings) as { apiKeyHelper?: unknown } | null)?.apiKeyHelper;
  } catch {
    return undefined;
  }
}
