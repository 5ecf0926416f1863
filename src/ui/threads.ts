import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import type { SandboxState } from "../shared/protocol";
import { offlineSentence } from "../shared/sandboxDetails";
import type { ListedThread } from "../shared/thread";
import { setContext } from "./setContext";
import type { MoreRow, Row } from "./threadRows";
import { ThreadsView, type ThreadsViewServices } from "./threadsView";

/** How often "5 min ago" is looked at anew, and whether other windows still work, in milliseconds. */
const MINUTE = 60_000;

export interface ThreadsServices extends ThreadsViewServices {
  /** Has the threads shown anew. */
  readonly refresh: () => void;
  /** Looks at the sandbox, unless it is known to be ready. */
  readonly checkSandbox: () => void;
}

/** The view "Threads" in its container: its rows, its badge, and what it says above or in place of them. */
export class Threads implements vscode.Disposable {
  readonly #rows: ThreadsView;
  readonly #tree: vscode.TreeView<Row>;
  readonly #clock: NodeJS.Timeout;
  #offline = false;
  #empty = true;

  constructor(private readonly services: ThreadsServices) {
    this.#rows = new ThreadsView(services);
    this.#tree = vscode.window.createTreeView("sandboxChat.threads", {
      treeDataProvider: this.#rows,
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.#tree.onDidChangeVisibility(({ visible }) => {
      if (!visible) return;
      this.#tick();
      services.checkSandbox();
    });
    this.#clock = setInterval(() => {
      if (this.#tree.visible) this.#tick();
    }, MINUTE).unref();
  }

  /** The ids of the threads whose rows are selected. */
  get selected(): readonly string[] {
    return this.#tree.selection.flatMap((row) => (row.type === "thread" ? row.id : []));
  }

  show(threads: readonly ListedThread[]): void {
    this.#rows.show(threads);
    const unread = threads.filter((thread) => thread.unread).length;
    const tooltip = unread === 1 ? t("1 unread thread") : t("{0} unread threads", unread);
    this.#tree.badge = unread > 0 ? { value: unread, tooltip } : undefined;
    this.#empty = threads.length === 0;
    setContext("noThreads", this.#empty);
    // The walkthrough's steps are done by these, which must not hold before anybody has looked.
    setContext("hasThreads", !this.#empty);
    setContext(
      "hasFileThreads",
      threads.some(({ scope }) => scope.type === "file"),
    );
    this.#say();
  }

  /** Says anew how long ago the threads changed, and looks whether they have. */
  #tick(): void {
    this.regroup();
    this.services.refresh();
  }

  regroup(): void {
    this.#rows.regroup();
  }

  showMore(row: MoreRow): void {
    this.#rows.showMore(row);
  }

  sandboxChanged(state: SandboxState): void {
    this.#offline = state.state === "offline";
    setContext("sandbox", state.state);
    setContext("step", state.state === "offline" ? state.next.step : undefined);
    this.#say();
  }

  /** Where there are no threads, the welcome says it. */
  #say(): void {
    this.#tree.message = this.#offline && !this.#empty ? offlineSentence() : "";
  }

  dispose(): void {
    clearInterval(this.#clock);
    this.#tree.dispose();
  }
}
