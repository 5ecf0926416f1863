import * as vscode from "vscode";
import type { ClaudeOptions } from "../claude/argv";
import type { ClaudeLimits } from "../session/claudePool";
import type { SandboxSettings } from "../sandbox/runtimes";

const SECTION = "sandboxChat";

const MINUTE = 60_000;
/** What a timer can count, in milliseconds: 24 days. */
const LONGEST = 2 ** 31 - 1;
/** Processes that wait for the next message: each takes about 150 MB in the sandbox. */
const IDLE_PROCESSES = 3;

const read = <Value>(name: string, fallback: Value): Value =>
  vscode.workspace.getConfiguration(SECTION).get<Value>(name, fallback);

/** The extension's settings as they are now; the manifest has their defaults and descriptions. */
export const settings = {
  sandbox: (): SandboxSettings => ({
    runtime: read("sandbox.runtime", "auto"),
    name: read("sandbox.name", ""),
    workspace: read("sandbox.workspace", ""),
    dockerPath: read("sandbox.dockerPath", "docker"),
    sbxPath: read("sandbox.sbxPath", "sbx"),
    command: read<unknown>("sandbox.command", []),
  }),
  claude: (): ClaudeOptions => ({
    path: read("claude.path", "claude"),
    model: read("claude.model", ""),
    permissionMode: read("claude.permissionMode", "bypassPermissions"),
    extraArgs: read("claude.extraArgs", []),
  }),
  claudeLimits: (): ClaudeLimits => ({
    turns: Math.max(1, read("claude.parallelTurns", 4)),
    idle: IDLE_PROCESSES,
  }),
  /** In milliseconds. */
  idleTimeout: () => Math.min(read("claude.idleTimeout", 10) * MINUTE, LONGEST),
  /** In milliseconds; 0 for ever. */
  inactivityTimeout: () => Math.min(read("claude.inactivityTimeout", 10) * MINUTE, LONGEST),
  /** What stands in the setting; nothing has checked it yet. */
  sandboxEnv: () => read<object>("sandbox.env", {}),
  allowApiKey: () => read("claude.allowApiKey", false),
  maxMessages: () => read("threads.maxMessages", 200),
  includeFile: () => read("context.includeFile", true),

  /** Chooses the demo for this workspace, or for everything where no folder is open. */
  chooseDemo: () =>
    vscode.workspace
      .getConfiguration(SECTION)
      .update(
        "sandbox.runtime",
        "demo",
        vscode.workspace.workspaceFolders
          ? vscode.ConfigurationTarget.Workspace
          : vscode.ConfigurationTarget.Global,
      ),

  /** Chooses the model of the turns to come, where it is set now; else for all workspaces. */
  chooseModel: (model: string) => {
    const configuration = vscode.workspace.getConfiguration(SECTION);
    const set = configuration.inspect("claude.model");
    const inWorkspace = set?.workspaceFolderValue ?? set?.workspaceValue;
    return configuration.update(
      "claude.model",
      model,
      inWorkspace === undefined
        ? vscode.ConfigurationTarget.Global
        : vscode.ConfigurationTarget.Workspace,
    );
  },

  open: () =>
    vscode.commands.executeCommand(
      "workbench.action.openSettings",
      "@ext:sandbox-chat.sandbox-chat",
    ),

  onDidChange: (listener: () => void): vscode.Disposable =>
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(SECTION)) listener();
    }),
};
