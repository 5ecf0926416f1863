/** The sandbox of this window: which one the settings mean, with what it is started, how it is asked. */
import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import type { Target } from "../sandbox/monitor";
import type { Sandbox } from "../sandbox/sandbox";
import { Sandboxes, type SandboxesServices } from "../sandbox/sandboxes";
import { SettingError } from "../sandbox/settingError";
import { checkVariables } from "../sandbox/variables";
import { Clones } from "./createSandbox";
import { SandboxConsent } from "./sandboxConsent";
import { tellAbilities, TOKEN } from "./sandboxCommands";
import { settings } from "./settings";

export interface WindowSandboxServices {
  readonly secrets: vscode.SecretStorage;
  /** Of all windows, and out of the reach of workspaces. */
  readonly globalState: vscode.Memento;
  /** The program that plays Claude in the demo. */
  readonly demoScript: string;
  readonly log: SandboxesServices["log"];
}

export class WindowSandbox {
  readonly #secrets: vscode.SecretStorage;
  readonly #consent: SandboxConsent;
  readonly #clones: Clones;
  readonly #sandboxes: Sandboxes;

  constructor({ secrets, globalState, demoScript, log }: WindowSandboxServices) {
    this.#secrets = secrets;
    this.#consent = new SandboxConsent(globalState);
    this.#clones = new Clones(globalState);
    this.#sandboxes = new Sandboxes({
      settings: () => {
        settings.check();
        return settings.sandbox();
      },
      workspace: () => ({ hostWorkspace: openFolder(), demoScript }),
      allowed: (question) => this.#consent.allowed(question),
      isClone: (id) => this.#clones.has(id),
      log,
    });
  }

  /** What Claude works in. Rejects with a `SettingError` or a `NoSandboxError`. */
  current(): Promise<Sandbox> {
    return this.#sandboxes.current();
  }

  /** Has a place that was refused in this window asked for again, with the next look. */
  askAgain(): void {
    this.#consent.askAgain();
  }

  /** Whether Claude works on a clone, and cannot write to the folder. Never rejects. */
  worksOnClone(): Promise<boolean> {
    return this.#sandboxes.worksOnClone();
  }

  /** Keeps in mind that the sandbox of this id was made with a clone. */
  rememberClone(id: string): Promise<void> {
    return this.#clones.add(id);
  }

  /** The sandbox that was chosen last, for sentences about it. */
  get last(): Sandboxes["last"] {
    return this.#sandboxes.last;
  }

  /** The workspace's path inside; until a sandbox was chosen, what nearly all will say. */
  get workspace(): string | undefined {
    return (
      this.#sandboxes.workspace ??
      (settings.sandbox().workspace || vscode.workspace.workspaceFolders?.[0]?.uri.fsPath)
    );
  }

  /** The workspace's path inside. Rejects with a `SettingError` where no folder is open. */
  async findWorkspace(): Promise<string> {
    // Without a sandbox there is no turn either; the turn says why.
    return this.current().then((sandbox) => sandbox.workspace, openFolder);
  }

  /** The variables that Claude is started with, the token among them. */
  async environment(): Promise<Record<string, string>> {
    const token = await this.#secrets.get(TOKEN);
    return checkVariables({ ...settings.sandboxEnv(), ...(token && { [TOKEN]: token }) });
  }

  /** What is to be asked whether it is ready. It is looked for anew. Rejects as `current` does. */
  async target(): Promise<Target> {
    return {
      sandbox: await this.#find(),
      options: {
        claudePath: settings.claude().path,
        env: await this.environment(),
        allowApiKey: settings.allowApiKey(),
      },
      auto: settings.sandbox().runtime === "auto",
    };
  }

  async #find(): Promise<Sandbox> {
    try {
      const sandbox = await this.#sandboxes.current(true);
      tellAbilities(sandbox);
      return sandbox;
    } catch (error) {
      tellAbilities(undefined);
      throw error;
    }
  }
}

/** The folder that Claude works on. Throws a `SettingError` where none is open. */
function openFolder(): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder) return folder.uri.fsPath;
  throw new SettingError(t("Open a folder first: Claude works on the folder that is open."), {
    step: "openFolder",
    label: t("Open Folder…"),
  });
}
