import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import type { ChatSession } from "../session/chatSession";
import { outcomeOf } from "../session/unseenTurns";
import { quoted } from "../shared/title";

/** Tells of turns that ended where nobody looked, in one notification. */
export async function tellOfTurns(
  ended: readonly ChatSession[],
  showThread: (thread: string) => Promise<void>,
): Promise<void> {
  const show = t("Show");
  const [session, ...more] = ended;
  if (!session) return;
  if (more.length > 0) {
    const sentence = t("Claude’s turns in {0} threads are over.", ended.length);
    if ((await vscode.window.showInformationMessage(sentence, show)) === show)
      await vscode.commands.executeCommand("sandboxChat.threads.focus");
    return;
  }
  const title = quoted(session.thread.title);
  const chosen =
    outcomeOf(session) === "failed"
      ? await vscode.window.showWarningMessage(t("Claude’s turn in {0} has failed.", title), show)
      : await vscode.window.showInformationMessage(t("Claude is done in {0}.", title), show);
  if (chosen === show) await showThread(session.id);
}
