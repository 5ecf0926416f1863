/** The real Claude Code CLI, from npm, in a folder of its own below the cache. */
import { existsSync, readFileSync } from "node:fs";
import { cp, readdir } from "node:fs/promises";
import path from "node:path";
import { installOnce } from "./installOnce";
import { cache, root } from "./paths";
import { Unavailable } from "./requirement";
import { run } from "./run";

export interface ClaudeCli {
  /** The native binary. */
  readonly path: string;
  readonly version: string;
}

const packageName = "@anthropic-ai/claude-code";
const manifest = path.join(root, "test/claude/cli");
const installs = path.join(cache, "claude-cli");

const locked = lockedVersion();

/** The version that the tests run: that of CLAUDE_CLI_VERSION, else the one that is locked. */
export const claudeVersion = process.env["CLAUDE_CLI_VERSION"] || locked;

/** Whether this version comes before one of which it is known that it differs. */
export const isBefore = (version: string): boolean =>
  claudeVersion.localeCompare(version, "en", { numeric: true }) < 0;

/**
 * The CLI, installed first when it is not there yet: about 10 s and 365 MB, once a version.
 * @throws {Unavailable} Where npm fails, or there is no CLI for this machine. An Error, where npm fails
 * with a version that is not the one locked.
 */
export async function installClaudeCli(): Promise<ClaudeCli> {
  const folder = path.join(installs, claudeVersion);
  await installOnce(folder, async (aside) => {
    process.stderr.write(
      `Installing Claude Code ${claudeVersion} for the tests (once, 10 s) ...\n`,
    );
    await cp(manifest, aside, { recursive: true });
    const what = claudeVersion === locked ? ["ci"] : ["install", `${packageName}@${claudeVersion}`];
    // The package's install script would only copy the binary, which is used where npm puts it.
    const args = [...what, "--prefix", aside, "--ignore-scripts", "--loglevel=error"];
    const { code, stdout, stderr } = await run("npm", args, { cwd: aside });
    if (code !== 0) {
      const why = `npm cannot install Claude Code ${claudeVersion}:\n${stdout}${stderr}`;
      // A version that was asked for by name must not be passed over.
      throw claudeVersion === locked ? new Unavailable(why) : new Error(why);
    }
  });
  return { path: await nativeBinary(folder), version: claudeVersion };
}

function lockedVersion(): string {
  const file = readFileSync(path.join(manifest, "package.json"), "utf8");
  const { dependencies } = JSON.parse(file) as { dependencies: Record<string, string> };
  const version = dependencies[packageName];
  if (version === undefined) throw new Error(`${manifest} does not name ${packageName}`);
  return version;
}

/** npm installs the one platform package that fits this machine. */
async function nativeBinary(folder: string): Promise<string> {
  const scope = path.join(folder, "node_modules/@anthropic-ai");
  const name = process.platform === "win32" ? "claude.exe" : "claude";
  for (const installed of await readdir(scope)) {
    const binary = path.join(scope, installed, name);
    if (existsSync(binary)) return binary;
  }
  throw new Unavailable(`Claude Code has no binary for ${process.platform}-${process.arch}`);
}

export interface ClaudeEnvironmentOptions {
  /** How often the CLI repeats a request that failed; 10 by default, which takes three minutes. */
  readonly maxRetries?: number;
}

/** What a CLI needs in its environment to know this API, and no other. */
export function apiEnvironment(
  api: { readonly url: string },
  { maxRetries }: ClaudeEnvironmentOptions = {},
): Record<string, string> {
  return {
    ANTHROPIC_BASE_URL: api.url,
    CLAUDE_CODE_OAUTH_TOKEN: "dummy",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
    DISABLE_ERROR_REPORTING: "1",
    DISABLE_TELEMETRY: "1",
    ...(maxRetries === undefined ? {} : { CLAUDE_CODE_MAX_RETRIES: String(maxRetries) }),
  };
}

/** The whole environment of a CLI outside a sandbox, with a home folder of its own. */
export function claudeEnvironment(
  home: string,
  api: { readonly url: string },
  options?: ClaudeEnvironmentOptions,
): Record<string, string> {
  return {
    ...apiEnvironment(api, options),
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: home,
    // Without it the CLI refuses bypassPermissions to root.
    IS_SANDBOX: "1",
  };
}
