import * as vscode from "vscode";
import type { ClaudeOptions } from "../claude/argv";
import type { SandboxSettings } from "../sandbox/runtimes";

const SECTION = "sandboxChat";

const read = <Value>(name: string, fallback: Value): Value =>
  vscode.workspace.getConfiguration(SECTION).get<Value>(name, fallback);

/** The extension's settings as they are now; the manifest has their defaults and descriptions. */
export const settings = {
  sandbox: (): SandboxSettings => ({
    runtime: read("sandbox.runtime", "auto"),
    name: read("sandbox.name", ""),
    workspace: read("sandbox.workspace", ""),
    dockerPath: read("sandbox.dockerPath", "docker"),
  }),
  claude: (): ClaudeOptions => ({
    path: read("claude.path", "claude"),
    model: read("claude.model", ""),
    permissionMode: read("claude.permissionMode", "bypassPermissions"),
    extraArgs: read("claude.extraArgs", []),
  }),
  sandboxEnv: () => read<Record<string, string>>("sandbox.env", {}),
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

  open: () => vscode.commands.executeCommand("workbench.action.openSettings", `${SECTION}.sandbox`),

  onDidChange: (listener: () => void): vscode.Disposable =>
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(SECTION)) listener();
    }),
};
