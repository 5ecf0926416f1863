/** What a sandbox is made with: the folder itself, or a clone of its repository, where that can be had. */
import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import type { CloneCommand, HostCommand, Sandbox } from "../sandbox/sandbox";

const MADE = "sandbox.clones";
/** So many are remembered; an older one is taken for a sandbox that has the folder. */
const KEPT = 200;

/** The sandboxes that were made with a clone, by their ids: what lists them does not say so. */
export class Clones {
  /** Of all windows, and out of the reach of workspaces and sandboxes. */
  constructor(private readonly state: vscode.Memento) {}

  has(id: string): boolean {
    return this.#ids().includes(id);
  }

  async add(id: string): Promise<void> {
    await this.state.update(MADE, [...this.#ids(), id].slice(-KEPT));
  }

  #ids(): readonly string[] {
    return this.state.get<readonly string[]>(MADE, []);
  }
}

interface Choice extends vscode.QuickPickItem {
  readonly command: HostCommand | CloneCommand;
}

/**
 * The command that makes this sandbox. Asks what it should be made with only where there is a choice;
 * resolves with undefined when its user makes none.
 */
export async function chooseCreation(
  sandbox: Sandbox,
  create: HostCommand,
): Promise<HostCommand | CloneCommand | undefined> {
  const clone = await sandbox.createClone?.();
  if (!clone) return create;
  const choices: readonly Choice[] = [
    {
      iconPath: new vscode.ThemeIcon("folder"),
      label: t("This Folder"),
      description: t("your machine may run what Claude writes"),
      detail: t("Claude changes your files themselves, and you see it at once."),
      command: create,
    },
    {
      iconPath: new vscode.ThemeIcon("repo-clone"),
      label: t("A Clone of Its Repository"),
      description: t("without uncommitted and ignored files"),
      detail: t("Your files stay as they are. Commits come by “{0}”.", `git fetch ${clone.remote}`),
      command: clone,
    },
  ];
  const chosen = await vscode.window.showQuickPick(choices, {
    title: t("Create Sandbox…"),
    placeHolder: t("What should Claude work on?"),
  });
  return chosen?.command;
}
