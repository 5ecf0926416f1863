import * as vscode from "vscode";
import { relativeTime } from "../shared/relativeTime";
import type { Thread } from "../shared/thread";

/** Has one of these threads chosen. `asked` is what the list says above them, `none` where there is none. */
export async function pickThread(
  threads: readonly Thread[],
  asked: string,
  none: string,
  describe: (thread: Thread) => string = ({ updatedAt }) => relativeTime(updatedAt, Date.now()),
): Promise<Thread | undefined> {
  const rows = threads.map((thread) => ({
    thread,
    label: thread.title,
    description: describe(thread),
    ...(thread.scope.type === "file" && { detail: thread.scope.id }),
  }));
  const placeHolder = rows.length > 0 ? asked : none;
  return (await vscode.window.showQuickPick(rows, { placeHolder, matchOnDetail: true }))?.thread;
}
