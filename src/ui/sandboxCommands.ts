import { t } from "@vscode/l10n";
import { homedir } from "node:os";
import * as vscode from "vscode";
import { collect, startProcess } from "../sandbox/childProcess";
import { findProgram } from "../sandbox/findProgram";
import type { HostCommand, Sandbox } from "../sandbox/sandbox";
import { spelledOut } from "../shared/invisible";
import { oneLine, unlinked } from "../shared/plain";
import type { SandboxState } from "../shared/protocol";
import type { Mask } from "../session/mask";
import { chooseCreation } from "./createSandbox";
import type { Log } from "./log";
import { orSay } from "./orSay";
import { setContext } from "./setContext";
import { settings } from "./settings";

/** What the commands about the sandbox act on. */
export interface SandboxCommandServices {
  /** Looks at the sandbox anew. */
  readonly checkSandbox: () => Promise<SandboxState>;
  /** The sandbox of this workspace. Rejects where there is none, with a sentence for people. */
  readonly sandbox: () => Promise<Sandbox>;
  /** Has a place for Claude that was refused asked for again, with the next look. */
  readonly allowSandbox: () => void;
  /** Keeps in mind that the sandbox of this id was made with a clone. */
  readonly rememberClone: (id: string) => Promise<void>;
  /** The variables for Claude. Rejects for one that cannot be. */
  readonly environment: () => Promise<Readonly<Record<string, string>>>;
  readonly secrets: vscode.SecretStorage;
  readonly mask: Mask;
  readonly log: Log;
}

/** Where Claude's token is kept, and the variable that Claude reads it from. */
export const TOKEN = "CLAUDE_CODE_OAUTH_TOKEN";

/** The commands that make a sandbox ready, by their names. */
export function sandboxCommands(services: SandboxCommandServices): Record<string, () => unknown> {
  const underWay = new Set<string>();
  /** A second click while the first is at work does nothing. */
  const once = async (title: string, work: (title: string) => Promise<void>) => {
    if (underWay.has(title)) return;
    underWay.add(title);
    await work(title).finally(() => underWay.delete(title));
  };
  return {
    "sandboxChat.checkSandbox": () => checkSandbox(services),
    "sandboxChat.allowSandbox": () => {
      services.allowSandbox();
      orSay(services.checkSandbox());
    },
    "sandboxChat.showNetworkLog": () =>
      withCommand(services, "networkLog", (command) => showNetworkLog(services, command)),
    "sandboxChat.createSandbox": () =>
      withCommand(services, "create", (command, sandbox) =>
        once(t("Creating the sandbox"), (title) => create(services, title, sandbox, command)),
      ),
    "sandboxChat.startDocker": () =>
      withCommand(services, "startEngine", (command) =>
        once(t("Starting Docker"), (title) => run(services, title, command)),
      ),
    "sandboxChat.startSandbox": () =>
      withCommand(services, "start", (command) =>
        inTerminal(services, t("Start Sandbox"), command),
      ),
    "sandboxChat.signIn": () =>
      withCommand(services, "signIn", (command) =>
        inTerminal(services, t("Sign In to Docker…"), command),
      ),
    "sandboxChat.logIn": () => logIn(services),
    "sandboxChat.setToken": () => setToken(services),
    "sandboxChat.useDemo": useDemo,
    "sandboxChat.openSandboxSettings": () => settings.open(),
  };
}

/** Tells the conditions of the commands which sandbox there is, if one is, and what it lacks. */
export function tellAbilities(sandbox: Sandbox | undefined): void {
  setContext("runtime", sandbox?.kind);
  setContext("cannotCreate", sandbox?.create === undefined);
  setContext("cannotStart", sandbox?.start === undefined);
  setContext("cannotStartDocker", sandbox?.startEngine === undefined);
  setContext("cannotSignIn", sandbox?.signIn === undefined);
  setContext("noNetworkLog", sandbox?.networkLog === undefined);
  setContext("cannotLogIn", sandbox?.terminal === undefined);
}

/** Resolves with the state as `sandboxChat.checkSandbox` gives it to other extensions. */
async function checkSandbox(services: SandboxCommandServices): Promise<SandboxState["state"]> {
  const state = await services.checkSandbox();
  orSay(tellState(state));
  return state.state;
}

async function tellState(state: SandboxState): Promise<void> {
  if (state.state !== "offline") {
    void vscode.window.showInformationMessage(
      unlinked(t("{0} is ready, and Claude is logged in.", state.label)),
    );
    return;
  }
  const { message, next } = state;
  if ((await vscode.window.showWarningMessage(unlinked(message), next.label)) === next.label)
    await vscode.commands.executeCommand(`sandboxChat.${next.step}`);
}

type CommandName = "create" | "start" | "startEngine" | "signIn" | "networkLog";

/** That a sandbox lacks one of the commands. */
function missing(name: CommandName, label: string): string {
  switch (name) {
    case "create":
      return t("{0} cannot be made from here.", label);
    case "start":
      return t("{0} cannot be started from here.", label);
    case "startEngine":
      return t("{0} cannot be given an engine from here.", label);
    case "signIn":
      return t("{0} cannot be signed in to from here.", label);
    case "networkLog":
      return t("{0} has no log of its network.", label);
  }
}

/** Does something with one of the sandbox's commands, or says that this sandbox has none. */
async function withCommand(
  { sandbox: find }: SandboxCommandServices,
  name: CommandName,
  use: (command: HostCommand, sandbox: Sandbox) => unknown,
): Promise<void> {
  try {
    const sandbox = await find();
    const command = sandbox[name];
    if (command) await use(command, sandbox);
    else await refuse(missing(name, sandbox.label));
  } catch (error) {
    await refuse(error instanceof Error ? error.message : String(error));
  }
}

async function refuse(sentence: string): Promise<void> {
  const open = t("Open Settings");
  if ((await vscode.window.showErrorMessage(unlinked(sentence), open)) === open)
    await settings.open();
}

/** Makes the sandbox as its user chooses. */
async function create(
  services: SandboxCommandServices,
  title: string,
  sandbox: Sandbox,
  command: HostCommand,
): Promise<void> {
  const chosen = await chooseCreation(sandbox, command);
  if (!chosen) return;
  await run(services, title, chosen, async () => {
    if (!("madeId" in chosen)) return;
    const id = await chosen.madeId();
    if (id === undefined) services.log.warn("sbx does not tell the id of the clone it has made.");
    else await services.rememberClone(id);
  });
}

/**
 * Runs a command with a progress that can be cancelled; what it says goes to the log. When it has
 * succeeded, `succeeded` is waited for before the sandbox is looked at anew.
 */
async function run(
  { log, checkSandbox: check }: SandboxCommandServices,
  title: string,
  { argv, env }: HostCommand,
  succeeded?: () => Promise<void>,
): Promise<void> {
  const location = vscode.ProgressLocation.Notification;
  const failure = await vscode.window.withProgress(
    { location, title, cancellable: true },
    async (progress, token) => {
      let last = "";
      const hear = (chunk: Uint8Array) => {
        const lines = Buffer.from(chunk)
          .toString("utf8")
          .split(/[\r\n]+/);
        for (const line of lines.filter((text) => text.trim() !== "")) {
          log.info(line);
          progress.report({ message: unlinked((last = line)) });
        }
      };
      const child = startProcess(argv, {
        env: { ...process.env, ...env },
        cwd: homedir(),
        onStderr: hear,
      });
      child.end();
      // The whole group: a plugin that its CLI has started would go on without it.
      token.onCancellationRequested(() => child.kill());
      try {
        for await (const chunk of child.stdout) hear(chunk);
      } catch {
        // A destroyed pipe ends early; the exit tells the rest.
      }
      const exit = await child.exited;
      if (exit.code === 0) await succeeded?.();
      if (exit.code === 0 || token.isCancellationRequested) return undefined;
      return exit.failure?.message ?? last;
    },
  );
  if (failure !== undefined)
    void vscode.window.showErrorMessage(
      unlinked(
        failure ? t("{0} failed: {1}", title, failure) : t("{0} failed: nothing was said.", title),
      ),
    );
  await check();
}

/**
 * Runs an interactive command in a terminal, and looks again when that is closed. VS Code would look
 * for a program in the current folder, too, which may be a workspace, and would bring the terminal back
 * with its environment after a reload.
 */
function inTerminal(
  { checkSandbox: check }: SandboxCommandServices,
  name: string,
  { argv, env = {} }: HostCommand,
): void {
  const [program = "", ...shellArgs] = argv;
  const shellPath = findProgram(program);
  if (shellPath === undefined)
    throw new Error(t("“{0}” is not on this machine, or not on the PATH.", program));
  const terminal = vscode.window.createTerminal({
    name,
    shellPath,
    shellArgs,
    env,
    cwd: homedir(),
    isTransient: true,
  });
  terminal.show();
  const closing = vscode.window.onDidCloseTerminal((closed) => {
    if (closed !== terminal) return;
    closing.dispose();
    orSay(check());
  });
}

/** How long the log may take, in milliseconds, and how much of its end is shown, in UTF-16 units. */
const NETWORK_LOG = { time: 15_000, length: 200_000 };

let networkLog: vscode.OutputChannel | undefined;

/** Shows what the sandbox has asked for on the network, masked as our own log is. */
async function showNetworkLog(
  { mask }: SandboxCommandServices,
  { argv, env }: HostCommand,
): Promise<void> {
  const asked = startProcess(argv, { env: { ...process.env, ...env }, cwd: homedir() });
  const { code, stdout, stderr, failure } = await collect(asked, NETWORK_LOG.time);
  const said = (code === 0 ? stdout : failure?.message || stderr || stdout).trim();
  if (code !== 0)
    throw new Error(t("The log of the network cannot be had: {0}", oneLine(said, 400)));
  networkLog ??= vscode.window.createOutputChannel("Sandbox Chat Network");
  networkLog.replace(
    spelledOut(await mask(said.slice(-NETWORK_LOG.length))) || t("Nothing was asked for yet."),
  );
  networkLog.show(true);
}

async function logIn(services: SandboxCommandServices): Promise<void> {
  try {
    const sandbox = await services.sandbox();
    const login = [settings.claude().path, "/login"];
    const command = sandbox.terminal?.(login, await services.environment());
    if (command) inTerminal(services, t("Log In to Claude…"), command);
    else
      void vscode.window.showInformationMessage(unlinked(t("{0} needs no login.", sandbox.label)));
  } catch (error) {
    await refuse(error instanceof Error ? error.message : String(error));
  }
}

async function useDemo(): Promise<void> {
  try {
    await settings.chooseDemo();
  } catch (error) {
    await refuse(error instanceof Error ? error.message : String(error));
  }
}

async function setToken({ secrets, checkSandbox: check }: SandboxCommandServices): Promise<void> {
  const token = await vscode.window.showInputBox({
    title: t("Set Claude Token…"),
    prompt: t(
      "The token that “{0}” prints. Leave it empty to forget the one that is set.",
      "claude setup-token",
    ),
    password: true,
    ignoreFocusOut: true,
  });
  if (token === undefined) return;
  if (token.trim()) await secrets.store(TOKEN, token.trim());
  else await secrets.delete(TOKEN);
  await check();
}
