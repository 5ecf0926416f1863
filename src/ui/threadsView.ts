import { isDeepStrictEqual } from "node:util";
import * as vscode from "vscode";
import type { ListedThread, ThreadSummary } from "../shared/thread";
import { itemOf } from "./threadItems";
import { type Branch, firstRows, type MoreRow, type Row, rowId, threadRows } from "./threadRows";
import { threadTooltip } from "./threadTooltip";

/** How many rows a group or a file shows at first, and how many more each time that more are wanted. */
const PAGE = 100;

export interface ThreadsViewServices {
  readonly threads: () => Promise<readonly ListedThread[]>;
  readonly summary: (thread: string) => Promise<ThreadSummary>;
  /** The path of the open file as in a scope; undefined where none is open. */
  readonly openFile: () => string | undefined;
  /** Whether a file, by its path as in a scope, is known not to be there. */
  readonly isMissing: (path: string) => boolean;
}

/** The tree view "Threads": every thread of the workspace in its group, the last changed first. */
export class ThreadsView implements vscode.TreeDataProvider<Row> {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #services: ThreadsViewServices;
  /** What all rows are made of until the next refresh, so that none is there twice. */
  #threads: readonly ListedThread[] | undefined;
  readonly #limits = new Map<string, number>();

  constructor(services: ThreadsViewServices) {
    this.#services = services;
  }

  /**
   * Shows these threads. Where they are as before nothing happens: a refresh closes the tooltip that is
   * being read, and a click on a row that is just made anew would be about none.
   */
  show(threads: readonly ListedThread[]): void {
    const same = isDeepStrictEqual(threads, this.#threads);
    this.#threads = threads;
    if (!same) this.#changed.fire();
  }

  /** Shows the same threads again: it is later, another file is open, or a file has vanished or is back. */
  regroup(): void {
    if (this.#threads) this.#changed.fire();
  }

  showMore({ of }: MoreRow): void {
    this.#limits.set(of, (this.#limits.get(of) ?? PAGE) + PAGE);
    this.#changed.fire();
  }

  async getChildren(parent?: Row): Promise<Row[]> {
    if (parent) return "children" in parent ? [...this.#rowsOf(parent)] : [];
    const threads = await this.#listed();
    const { openFile, isMissing } = this.#services;
    return [...threadRows(threads, openFile(), isMissing)];
  }

  #rowsOf(branch: Branch): readonly Row[] {
    return firstRows(branch, this.#limits.get(rowId(branch)) ?? PAGE);
  }

  async #listed(): Promise<readonly ListedThread[]> {
    if (this.#threads) return this.#threads;
    const threads = await this.#services.threads();
    // A refresh may have been faster, and knows more.
    return (this.#threads ??= threads);
  }

  getTreeItem(row: Row): vscode.TreeItem {
    return itemOf(row);
  }

  async resolveTreeItem(item: vscode.TreeItem, row: Row): Promise<vscode.TreeItem> {
    if (row.type !== "thread") return item;
    try {
      const summary = await this.#services.summary(row.id);
      item.tooltip = threadTooltip(row, summary);
    } catch {
      // It was purged a moment ago, and its row goes with the next refresh.
    }
    return item;
  }
}
