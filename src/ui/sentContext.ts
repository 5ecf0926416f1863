import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import { contextOf } from "../session/turnContext";
import type { Conversation } from "../shared/thread";
import { besideChat, type Standing } from "./editors";

const SCHEME = "sandbox-chat-context";

/** What Claude was told with a message, as a document to read. It is as it is stored: masked. */
export class SentContext implements vscode.Disposable {
  readonly #registered: vscode.Disposable;

  /** `load` reads a thread, as after a reload of the window too. */
  constructor(load: (thread: string) => Promise<Conversation>) {
    this.#registered = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: async ({ path }) => {
        const [, thread = "", message = ""] = path.split("/");
        try {
          return contextOf((await load(thread)).messages, message);
        } catch {
          return t("What was sent with this message cannot be read any more.");
        }
      },
    });
  }

  /** Opens it beside the chat. */
  async open(thread: string, message: string, chat: Standing): Promise<void> {
    const path = `/${thread}/${message}/${t("Context sent")}.md`;
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.from({ scheme: SCHEME, path }), {
      viewColumn: besideChat(chat),
    } satisfies vscode.TextDocumentShowOptions);
  }

  dispose(): void {
    this.#registered.dispose();
  }
}
