import * as vscode from "vscode";

/**
 * The file that is open before the user: that of the active tab. While the chat or another tab without
 * a file is active, it stays the one before, for as long as a tab still has it.
 */
export class OpenFile implements vscode.Disposable {
  readonly #listening: readonly vscode.Disposable[];
  #uri: vscode.Uri | undefined;

  /** `changed` is told which it is, and when it is another. */
  constructor(changed: (file: vscode.Uri | undefined) => void) {
    this.#uri = fileOf(vscode.window.tabGroups.activeTabGroup.activeTab);
    changed(this.#uri);
    const look = () => {
      const uri = this.#current();
      if (uri?.toString() === this.#uri?.toString()) return;
      this.#uri = uri;
      changed(uri);
    };
    const { tabGroups } = vscode.window;
    this.#listening = [tabGroups.onDidChangeTabs(look), tabGroups.onDidChangeTabGroups(look)];
  }

  get uri(): vscode.Uri | undefined {
    return this.#uri;
  }

  #current(): vscode.Uri | undefined {
    const { activeTabGroup, all } = vscode.window.tabGroups;
    const last = this.#uri?.toString();
    const tabs = () => all.flatMap((group) => group.tabs);
    return (
      fileOf(activeTabGroup.activeTab) ??
      (tabs().some((tab) => fileOf(tab)?.toString() === last) ? this.#uri : undefined)
    );
  }

  dispose(): void {
    for (const listening of this.#listening) listening.dispose();
  }
}

/** The file in a tab, whatever editor it has; of a comparison, the side that is there to be edited. */
function fileOf(tab: vscode.Tab | undefined): vscode.Uri | undefined {
  const input = tab?.input;
  if (
    input instanceof vscode.TabInputText ||
    input instanceof vscode.TabInputCustom ||
    input instanceof vscode.TabInputNotebook
  )
    return input.uri;
  if (input instanceof vscode.TabInputTextDiff) return input.modified;
  return undefined;
}
