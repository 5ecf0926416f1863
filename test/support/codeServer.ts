/** Starts VS Code's workbench as a web server: a real VS Code on a machine without a display. */
import { execFile, spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createWriteStream } from "node:fs";
import type { Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { installCodeServer } from "./installCodeServer";

export { installCodeServer } from "./installCodeServer";

export type Settings = Readonly<Record<string, unknown>>;

export interface CodeServerOptions {
  /** The folder that is opened when `openWorkbench` names none. */
  folder?: string;
  /** Packaged extensions (`.vsix`) to install. One in development is for `openWorkbench` to name. */
  extensions?: readonly string[];
  settings?: Settings;
  /** What the extension host has in its environment beside HOME, PATH and the locale. */
  env?: Readonly<Record<string, string>>;
  /** A fixed port lets a second start have the first one's workspace storage, which is named by it. */
  port?: number;
  /** A folder of an earlier start, to start again from; else a new one, removed by `stop`. */
  home?: string;
}

export interface CodeServer {
  url: string;
  /** `127.0.0.1:PORT`, the authority of its `vscode-remote:` URIs. */
  host: string;
  port: number;
  /** Of its process group, too. */
  pid: number;
  folder: string | undefined;
  userDataDir: string;
  /** Changes settings while it runs; the workbench takes them over within a moment. */
  change(settings: Settings): Promise<void>;
  /**
   * Has these settings, and no others beside those of a quiet workbench and the title by which a window
   * shows that it has them. Resolves with false where they were the same.
   */
  resetSettings(settings: Settings): Promise<boolean>;
  /** Ends the server with all that it started. */
  stop(): Promise<void>;
}

const longestStart = 60_000;

/** The setting that is to be seen. */
export const TITLE = "window.title";

/** Keys for what is put right before each test: by the palette it would take ten times as long. */
export const KEYS = {
  clearNotifications: { key: "Alt+Shift+F1", command: "notifications.clearAll" },
  closeAllEditors: { key: "Alt+Shift+F2", command: "workbench.action.closeAllEditors" },
} as const;

/** Nothing is told by pointing at it. */
export const NO_TOOLTIPS: Settings = { "workbench.hover.delay": 1_000_000 };

/** A workbench that is quiet, asks nothing and fetches nothing, and covers nothing with tooltips. */
const quiet: Settings = {
  ...NO_TOOLTIPS,
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "extensions.verifySignature": false,
  "extensions.webWorker": false,
  "git.enabled": false,
  "json.schemaDownload.enable": false,
  "npm.fetchOnlinePackageInfo": false,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "typescript.disableAutomaticTypeAcquisition": true,
  "update.mode": "none",
  "window.commandCenter": false,
  "window.confirmBeforeClose": "never",
  "window.menuBarVisibility": "classic",
  "workbench.editor.enablePreview": false,
  "workbench.editor.useModal": "off",
  "workbench.enableExperiments": false,
  // VS Code looks only now and then whether a webview has the focus, and a list that has just been
  // opened would lose it to a click of before.
  "workbench.quickOpen.closeOnFocusLost": false,
  "workbench.reduceMotion": "on",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.settings.enableNaturalLanguageSearch": false,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/**
 * Runs "$@" for as long as standard input is open, which is as long as the starter lives, however
 * it ends. Then the whole process group gets SIGTERM, and what is left of it SIGKILL.
 */
const whileStdinIsOpen = `
trap : TERM
(trap : TERM; "$@" </dev/null; kill -KILL 0) &
read -r _
kill -TERM 0
sleep 5
kill -KILL 0`;

/**
 * Installs the server when needed and starts it, on the loopback interface and a free port.
 * @throws {Unavailable} Where there is none for this machine.
 */
export async function startCodeServer(options: CodeServerOptions = {}): Promise<CodeServer> {
  const { node, entry } = await installCodeServer();
  // Sockets are made in here, and a socket's path has 107 characters at most.
  const home = options.home ?? (await mkdtemp(path.join(os.tmpdir(), "sandbox-chat-")));
  const userDataDir = path.join(home, "data");
  const run = path.join(home, "run");
  await mkdir(run, { recursive: true, mode: 0o700 });
  await writeFile(path.join(home, "config.yaml"), "");
  const reset = (settings: Settings = {}) =>
    writeSettings(userDataDir, ({ [TITLE]: title }) => ({
      ...quiet,
      ...settings,
      ...(title !== undefined && { [TITLE]: title }),
    }));
  await reset(options.settings);
  const keys = JSON.stringify(Object.values(KEYS));
  await writeFile(path.join(userDataDir, "User/keybindings.json"), keys);

  const env = {
    HOME: home,
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    LANG: "C.UTF-8",
    TMPDIR: run,
    XDG_RUNTIME_DIR: run,
    EXTENSIONS_GALLERY: "{}",
    ...options.env,
  };
  const places = ["--config", path.join(home, "config.yaml"), "--user-data-dir", userDataDir];
  places.push("--extensions-dir", path.join(home, "extensions"));
  for (const vsix of options.extensions ?? []) {
    await promisify(execFile)(node, [entry, ...places, "--install-extension", vsix], { env });
  }

  const args = [entry, ...places, "--auth", "none"];
  args.push("--bind-addr", `127.0.0.1:${options.port ?? 0}`);
  args.push("--disable-telemetry", "--disable-update-check", "--disable-workspace-trust");
  args.push("--disable-getting-started-override", "--ignore-last-opened", "--disable-proxy");
  // So long the extension host of a closed window waits for it to come back; 3 hours unless told.
  args.push("--reconnection-grace-time", "10");
  // Without the driver a page's payload is ignored, and with it the extension under development.
  args.push("--vscode-option", "enable-smoke-test-driver");
  const child = spawn("/bin/sh", ["-c", whileStdinIsOpen, "sh", node, ...args], {
    env,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => undefined);
  const ended = once(child, "exit");
  const log = createWriteStream(path.join(home, "server.log"), { flags: "a" });
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  const url = await addressOf(child);

  // It does not keep its starter alive, so a forgotten one cannot either.
  child.unref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) (pipe as Socket).unref();
  const { host, port } = new URL(url);
  return {
    url,
    host,
    port: Number(port),
    pid: child.pid ?? 0,
    folder: options.folder,
    userDataDir,
    async change(settings) {
      await writeSettings(userDataDir, (before) => ({ ...before, ...settings }));
    },
    resetSettings: reset,
    async stop() {
      child.ref();
      child.stdin.end();
      await ended;
      if (!options.home) await rm(home, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** What the server says it listens on. @throws When it does not say so, or ends. */
function addressOf(child: ChildProcessWithoutNullStreams): Promise<string> {
  const outputs = [child.stdout, child.stderr];
  let said = "";
  return new Promise((resolve, reject) => {
    const fail = (what: string) => {
      child.stdin.end();
      reject(new Error(`the workbench server ${what}:\n${said}`));
    };
    const read = (chunk: Buffer) => {
      said += chunk.toString();
      const address = /HTTP server listening on (http:\/\/[^\s/]+)\//.exec(said)?.[1];
      if (!address) return;
      for (const output of outputs) output.off("data", read);
      clearTimeout(timer);
      resolve(address);
    };
    const timer = setTimeout(fail, longestStart, "does not say where it listens");
    for (const output of outputs) output.on("data", read);
    child.once("exit", () => {
      clearTimeout(timer);
      fail("ended");
    });
  });
}

/**
 * Writes what becomes of the settings: to the machine's, which in a remote window count before the
 * user's. A window is not always told that the user's have changed, so those stay what a quiet
 * workbench has, some of which count only there. Resolves with false where nothing is to be written.
 */
async function writeSettings(
  userDataDir: string,
  become: (before: Settings) => Settings,
): Promise<boolean> {
  let written = false;
  for (const [folder, becomes] of [
    ["User", () => quiet],
    ["Machine", become],
  ] as const) {
    const file = path.join(userDataDir, folder, "settings.json");
    await mkdir(path.dirname(file), { recursive: true });
    const before = await readFile(file, "utf8").catch(() => "{}");
    const after = JSON.stringify(becomes(JSON.parse(before) as Settings), null, 2);
    // Nobody need be told of nothing.
    if (after === before) continue;
    // At once, since VS Code would take half a file for one without the other settings.
    const whole = path.join(userDataDir, "settings.json.new");
    await writeFile(whole, after);
    await rename(whole, file);
    written = true;
  }
  return written;
}
