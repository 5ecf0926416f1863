import { spawn } from "node:child_process";
import * as vscode from "vscode";
import type { Step } from "../shared/protocol";
import type { Scope, Thread } from "../shared/thread";
import { relativeTime } from "../shared/relativeTime";
import { fileScope } from "./files";
import type { Log } from "./log";
import { searchThreads, type SearchServices } from "./searchThreads";
import { settings } from "./settings";
import { threadIdOf } from "./threadId";

/** What the commands act on. */
export interface CommandServices extends SearchServices {
  readonly open: () => Promise<void>;
  readonly newThread: (scope: Scope) => Promise<void>;
  /** Rejects for a thread that is not there. */
  readonly resumeThread: (thread: string) => Promise<void>;
  readonly continueInNewThread: () => Promise<void>;
  /** The folder that the paths of files' scopes start from. */
  readonly home: vscode.Uri | undefined;
  readonly stop: () => void;
  /** Looks at the sandbox anew; resolves with what is wrong, or undefined. */
  readonly checkSandbox: () => Promise<string | undefined>;
  /** Docker's words to make, start and log in to the sandbox of this workspace. Throws a `SettingError`. */
  readonly sandboxCommands: () => { create: string[]; start: string[]; logIn: string[] };
  readonly secrets: vscode.SecretStorage;
  readonly log: Log;
}

/** Where Claude's token is kept, and the variable that Claude reads it from. */
export const TOKEN = "CLAUDE_CODE_OAUTH_TOKEN";

/** Every command of the extension, by its name. */
export function commands(
  services: CommandServices,
): Record<string, (argument?: unknown) => unknown> {
  return {
    "sandboxChat.open": () => services.open(),
    "sandboxChat.newThread": () => services.newThread({ type: "workspace", id: "" }),
    "sandboxChat.newThreadForFile": (uri) => newThreadForFile(services, uri),
    "sandboxChat.resumeThread": (thread) => resumeThread(services, thread),
    "sandboxChat.searchThreads": async () => {
      const thread = await searchThreads(services);
      if (thread !== undefined) await resumeThread(services, thread);
    },
    "sandboxChat.stop": () => services.stop(),
    "sandboxChat.checkSandbox": () => checkSandbox(services),
    "sandboxChat.createSandbox": () => createSandbox(services),
    "sandboxChat.startSandbox": () =>
      inTerminal(services, "Start Sandbox", services.sandboxCommands().start),
    "sandboxChat.logIn": () =>
      inTerminal(services, "Log In to Claude", services.sandboxCommands().logIn),
    "sandboxChat.setToken": () => setToken(services),
    "sandboxChat.continueInNewThread": () => services.continueInNewThread(),
    "sandboxChat.useDemo": () => settings.chooseDemo(),
    "sandboxChat.openFolder": () =>
      vscode.commands.executeCommand("workbench.action.files.openFolder"),
    "sandboxChat.openSandboxSettings": () => settings.open(),
    "sandboxChat.showLog": () => services.log.show(),
  };
}

/** Does what the button of an error or of an unready sandbox says. */
export const takeStep = (step: Step): void =>
  void vscode.commands.executeCommand(`sandboxChat.${step}`);

async function newThreadForFile(services: CommandServices, argument: unknown): Promise<void> {
  const uri =
    argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
  const scope = uri && fileScope(uri, services.home);
  if (scope) return services.newThread(scope);
  void vscode.window.showErrorMessage(
    uri
      ? "This file is not in the open folder, so it is not in the sandbox either."
      : "Open the file first that the thread should be about.",
  );
}

async function resumeThread(services: CommandServices, argument: unknown): Promise<void> {
  try {
    const thread = threadIdOf(argument) ?? (await pickThread(await services.threads()));
    if (thread !== undefined) await services.resumeThread(thread);
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}

async function pickThread(threads: readonly Thread[]): Promise<string | undefined> {
  const rows = threads.map(({ id, title, scope, updatedAt }) => ({
    id,
    label: title,
    description: relativeTime(updatedAt, Date.now()),
    ...(scope.type === "file" && { detail: scope.id }),
  }));
  const placeHolder = rows.length > 0 ? "Resume which thread?" : "There are no threads yet.";
  return (await vscode.window.showQuickPick(rows, { placeHolder, matchOnDetail: true }))?.id;
}

async function checkSandbox(services: CommandServices): Promise<void> {
  const problem = await services.checkSandbox();
  if (problem) void vscode.window.showWarningMessage(problem);
  else void vscode.window.showInformationMessage("The sandbox is ready, and Claude is logged in.");
}

/** Makes the sandbox with a progress that can be cancelled; what Docker says goes to the log. */
async function createSandbox(services: CommandServices): Promise<void> {
  const [docker = "", ...args] = services.sandboxCommands().create;
  const title = "Creating the Docker sandbox";
  const location = vscode.ProgressLocation.Notification;
  const failure = await vscode.window.withProgress(
    { location, title, cancellable: true },
    (progress, token) =>
      new Promise<string | undefined>((resolve) => {
        const child = spawn(docker, args, { stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
        let last = "";
        const hear = (chunk: Buffer) => {
          for (const line of chunk
            .toString("utf8")
            .split(/[\r\n]+/)
            .filter(Boolean)) {
            services.log.info(line);
            progress.report({ message: (last = line) });
          }
        };
        child.stdout.on("data", hear);
        child.stderr.on("data", hear);
        child.on("error", (error) => resolve(error.message));
        child.on("close", (code) =>
          resolve(code === 0 || token.isCancellationRequested ? undefined : last),
        );
        token.onCancellationRequested(() => child.kill());
      }),
  );
  if (failure !== undefined)
    void vscode.window.showErrorMessage(`The sandbox could not be created: ${failure}`);
  await services.checkSandbox();
}

/** Runs one of Docker's interactive commands in a terminal, and looks again when the user closes it. */
function inTerminal(services: CommandServices, name: string, argv: string[]): void {
  const [shellPath = "", ...shellArgs] = argv;
  const terminal = vscode.window.createTerminal({ name, shellPath, shellArgs });
  terminal.show();
  const closing = vscode.window.onDidCloseTerminal((closed) => {
    if (closed !== terminal) return;
    closing.dispose();
    void services.checkSandbox();
  });
}

async function setToken({ secrets, checkSandbox: check }: CommandServices): Promise<void> {
  const token = await vscode.window.showInputBox({
    title: "Set Claude Token",
    prompt:
      "The token that “claude setup-token” prints. Leave it empty to forget the one that is set.",
    password: true,
    ignoreFocusOut: true,
  });
  if (token === undefined) return;
  if (token.trim()) await secrets.store(TOKEN, token.trim());
  else await secrets.delete(TOKEN);
  await check();
}
