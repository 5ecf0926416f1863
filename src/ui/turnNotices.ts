/** Tells of turns that end where nobody looks. */
import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import type { ChatSession } from "../session/chatSession";
import { quoted } from "../shared/title";

export interface TurnNoticeServices {
  readonly enabled: () => boolean;
  /** Whether a thread is to be seen in this window. */
  readonly onShow: (thread: string) => boolean;
  readonly showThread: (session: ChatSession) => Promise<void>;
}

/** Turns that end within this time are told of together, in milliseconds. */
const TOGETHER = 500;

export class TurnNotices implements vscode.Disposable {
  readonly #services: TurnNoticeServices;
  readonly #working = new WeakSet<ChatSession>();
  #unseen = new Set<ChatSession>();
  #soon: NodeJS.Timeout | undefined;

  constructor(services: TurnNoticeServices) {
    this.#services = services;
  }

  /** Looks at a session whose thread or turn is not as it was. */
  changed(session: ChatSession): void {
    // What another window does, that window tells of.
    if (session.turn.phase === "working" || session.turn.phase === "stopping")
      this.#working.add(session);
    else if (this.#working.delete(session)) this.#end(session);
  }

  #end(session: ChatSession): void {
    // Who stopped Claude, or deleted the thread, knows.
    if (session.thread.deletedAt !== null || endOf(session) === undefined) return;
    if (vscode.window.state.focused && this.#services.onShow(session.id)) return;
    this.#unseen.add(session);
    this.#soon ??= setTimeout(() => void this.#tell(), TOGETHER);
  }

  async #tell(): Promise<void> {
    this.#soon = undefined;
    const { enabled, showThread } = this.#services;
    const unseen = [...this.#unseen];
    this.#unseen = new Set();
    const [session] = unseen;
    if (!session || !enabled()) return;
    const show = t("Show");
    if (unseen.length > 1) {
      const sentence = t("Claude’s turns in {0} threads are over.", unseen.length);
      if ((await vscode.window.showInformationMessage(sentence, show)) === show)
        await vscode.commands.executeCommand("sandboxChat.threads.focus");
      return;
    }
    const title = quoted(session.thread.title);
    const chosen =
      endOf(session) === "failed"
        ? await vscode.window.showWarningMessage(t("Claude’s turn in {0} has failed.", title), show)
        : await vscode.window.showInformationMessage(t("Claude is done in {0}.", title), show);
    if (chosen === show) await showThread(session);
  }

  dispose(): void {
    clearTimeout(this.#soon);
  }
}

/** How the last answer of a thread ended by itself; undefined for one that was stopped, or is none. */
function endOf(session: ChatSession): "complete" | "failed" | undefined {
  const last = session.view().conversation.messages.at(-1);
  if (last?.role !== "assistant") return undefined;
  return last.status === "complete" || last.status === "failed" ? last.status : undefined;
}
