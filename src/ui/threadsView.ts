import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import { spelledOut } from "../shared/invisible";
import { languageTag } from "../shared/language";
import { relativeTime } from "../shared/relativeTime";
import type { Thread } from "../shared/thread";
import { shownTitle } from "../shared/title";

/** The tree view "Threads": every thread of the workspace, the last changed first. */
export class ThreadsView implements vscode.TreeDataProvider<Thread> {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #threads: () => Promise<readonly Thread[]>;

  constructor(threads: () => Promise<readonly Thread[]>) {
    this.#threads = threads;
  }

  refresh(): void {
    this.#changed.fire();
  }

  async getChildren(parent?: Thread): Promise<Thread[]> {
    return parent ? [] : [...(await this.#threads())];
  }

  getTreeItem(thread: Thread): vscode.TreeItem {
    const item = new vscode.TreeItem(shownTitle(thread.title));
    item.id = thread.id;
    item.contextValue = "thread";
    item.iconPath = new vscode.ThemeIcon(
      thread.scope.type === "file" ? "file" : "comment-discussion",
    );
    item.description = relativeTime(thread.updatedAt, Date.now());
    item.tooltip = [
      shownTitle(thread.title),
      ...(thread.scope.type === "file" ? [t("About {0}", spelledOut(thread.scope.id))] : []),
      new Date(thread.updatedAt).toLocaleString(languageTag()),
    ].join("\n");
    item.command = {
      command: "sandboxChat.resumeThread",
      title: t("Resume Thread…"),
      arguments: [thread.id],
    };
    return item;
  }
}
