import { dirname, relative } from "node:path";
import * as vscode from "vscode";
import type { ClaudeOptions } from "../claude/argv";
import type { ClaudeLimits } from "../session/claudePool";
import type { SandboxSettings } from "../sandbox/runtimes";
import { refuseLink } from "../workspace/workspaceFiles";
import { SettingError } from "../sandbox/settingError";
import type { GuardMode } from "../workspace/hostGuard";
import { type SettingSchema, settingProblem } from "./settingSchema";

const SECTION = "sandboxChat";
const EXTENSION = "sandbox-chat.sandbox-chat";

/** Where VS Code keeps the settings of a folder. */
const SETTINGS = ".vscode/settings.json";

const MINUTE = 60_000;
/** Processes that wait for the next message: each takes about 150 MB in the sandbox. */
const IDLE_PROCESSES = 3;

interface Manifest {
  readonly contributes: {
    readonly configuration: readonly {
      readonly properties: Readonly<Record<string, SettingSchema>>;
    }[];
  };
}

let known: ReadonlyMap<string, SettingSchema> | undefined;

/** Every setting in the manifest, by its name without our section. */
export function settingSchemas(): ReadonlyMap<string, SettingSchema> {
  const manifest = vscode.extensions.getExtension(EXTENSION)?.packageJSON as Manifest | undefined;
  return (known ??= new Map(
    manifest?.contributes.configuration.flatMap(({ properties }) =>
      Object.entries(properties).map(([key, schema]) => [key.slice(SECTION.length + 1), schema]),
    ),
  ));
}

const configuration = () => vscode.workspace.getConfiguration(SECTION);

/** What the manifest says that each setting holds. */
interface Values {
  readonly "sandbox.runtime": SandboxSettings["runtime"];
  readonly "sandbox.name": string;
  readonly "sandbox.workspace": string;
  readonly "sandbox.dockerPath": string;
  readonly "sandbox.sbxPath": string;
  readonly "sandbox.command": readonly string[];
  readonly "sandbox.env": object;
  readonly guard: GuardMode;
  readonly "claude.path": string;
  readonly "claude.model": string;
  readonly "claude.permissionMode": string;
  readonly "claude.extraArgs": readonly string[];
  readonly "claude.inactivityTimeout": number;
  readonly "claude.idleTimeout": number;
  readonly "claude.parallelTurns": number;
  readonly "claude.allowApiKey": boolean;
  readonly "threads.maxMessages": number;
  readonly "context.includeFile": boolean;
  readonly "chat.location": "editor" | "sideBar";
  readonly "notifications.turnEnded": boolean;
}

/** A setting's value; its default while the value is none that it may have. */
function read<Name extends keyof Values>(name: Name): Values[Name] {
  const value = configuration().get<unknown>(name);
  const schema = settingSchemas().get(name);
  const wrong = schema && settingProblem(name, schema, value) !== undefined;
  return (wrong ? schema.default : value) as Values[Name];
}

/** Whether it is the workspace, and not its user, that says this of a setting. */
function ofWorkspace(name: string): boolean {
  const set = configuration().inspect(name);
  const value = set?.workspaceFolderValue ?? set?.workspaceValue;
  return value !== undefined && value !== (set?.globalValue ?? set?.defaultValue);
}

/** The first setting whose value is none that it may have, and what is wrong with it, for people. */
function unusable(): { readonly setting: string; readonly problem: string } | undefined {
  for (const [setting, schema] of settingSchemas()) {
    const problem = settingProblem(setting, schema, configuration().get(setting));
    if (problem !== undefined) return { setting, problem };
  }
  return undefined;
}

/** Writes a setting. Rejects with a sentence for people. */
async function update(
  name: keyof Values,
  value: string,
  target: vscode.ConfigurationTarget,
): Promise<void> {
  if (target === vscode.ConfigurationTarget.Workspace) await refuseLinkedSettings();
  await configuration().update(name, value, target);
}

/** VS Code writes through a link to wherever it leads, and Claude can put one there. */
async function refuseLinkedSettings(): Promise<void> {
  const { workspaceFile, workspaceFolders } = vscode.workspace;
  const [folder] = workspaceFolders ?? [];
  const file = workspaceFile ?? (folder && vscode.Uri.joinPath(folder.uri, SETTINGS));
  if (file?.scheme !== "file") return;
  const from = vscode.workspace.getWorkspaceFolder(file)?.uri.fsPath ?? dirname(file.fsPath);
  await refuseLink(from, relative(from, file.fsPath));
}

/** The extension's settings as they are now; the manifest has their defaults and descriptions. */
export const settings = {
  /** Throws a `SettingError` if one cannot be used: nothing runs on a guess. */
  check: (): void => {
    const found = unusable();
    if (found) throw new SettingError(found.problem);
  },

  sandbox: (): SandboxSettings => ({
    runtime: read("sandbox.runtime"),
    name: read("sandbox.name"),
    workspace: read("sandbox.workspace"),
    dockerPath: read("sandbox.dockerPath"),
    sbxPath: read("sandbox.sbxPath"),
    command: read("sandbox.command"),
    ofWorkspace: (["runtime", "name", "workspace"] as const).filter((name) =>
      ofWorkspace(`sandbox.${name}`),
    ),
  }),
  /** Throws a `SettingError`: the default of one of these may allow more than was meant. */
  claude: (): ClaudeOptions => {
    settings.check();
    return {
      path: read("claude.path"),
      model: read("claude.model"),
      permissionMode: read("claude.permissionMode"),
      extraArgs: read("claude.extraArgs"),
    };
  },
  model: () => read("claude.model"),
  claudeLimits: (): ClaudeLimits => ({ turns: read("claude.parallelTurns"), idle: IDLE_PROCESSES }),
  /** In milliseconds. */
  idleTimeout: () => read("claude.idleTimeout") * MINUTE,
  /** In milliseconds; 0 for ever. */
  inactivityTimeout: () => read("claude.inactivityTimeout") * MINUTE,
  /** What stands in the setting; nothing has checked its variables yet. */
  sandboxEnv: () => read("sandbox.env"),
  guard: () => read("guard"),
  allowApiKey: () => read("claude.allowApiKey"),
  maxMessages: () => read("threads.maxMessages"),
  includeFile: () => read("context.includeFile"),
  location: () => read("chat.location"),
  notifyTurnEnded: () => read("notifications.turnEnded"),

  /** What differs from its default; of the variables for Claude, the names alone. */
  changed: (): Readonly<Record<string, unknown>> =>
    Object.fromEntries(
      [...settingSchemas()].flatMap(([name, schema]) => {
        const value = configuration().get<unknown>(name);
        if (JSON.stringify(value) === JSON.stringify(schema.default)) return [];
        const secret = schema.type === "object" && typeof value === "object" && value !== null;
        return [[name, secret ? Object.keys(value) : value]];
      }),
    ),

  /** Chooses the demo, for this workspace where one is open. Rejects with a sentence for people. */
  chooseDemo: () =>
    update(
      "sandbox.runtime",
      "demo",
      vscode.workspace.workspaceFolders
        ? vscode.ConfigurationTarget.Workspace
        : vscode.ConfigurationTarget.Global,
    ),

  /** Chooses the model of the turns to come, where it is set now; else for all workspaces. */
  chooseModel: (model: string) => {
    const set = configuration().inspect("claude.model");
    const inWorkspace = set?.workspaceFolderValue ?? set?.workspaceValue;
    return update(
      "claude.model",
      model,
      inWorkspace === undefined
        ? vscode.ConfigurationTarget.Global
        : vscode.ConfigurationTarget.Workspace,
    );
  },

  /** Opens a setting, else the one that cannot be used, or else all of ours. */
  open: (setting = unusable()?.setting) =>
    vscode.commands.executeCommand(
      "workbench.action.openSettings",
      setting ? `@id:${SECTION}.${setting}` : `@ext:${EXTENSION}`,
    ),

  onDidChange: (listener: () => void): vscode.Disposable =>
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(SECTION)) listener();
    }),
};
