import * as vscode from "vscode";
import { spelledOut } from "../shared/invisible";
import { withoutIcons } from "../shared/plain";
import { relativeTime } from "../shared/relativeTime";
import type { Thread } from "../shared/thread";
import { shownTitle } from "../shared/title";

/** Has one of these threads chosen. `asked` is what the list says above them, `none` where there is none. */
export async function pickThread(
  threads: readonly Thread[],
  asked: string,
  none: string,
  describe: (thread: Thread) => string = ({ updatedAt }) => relativeTime(updatedAt, Date.now()),
): Promise<Thread | undefined> {
  const rows = threads.map((thread) => ({
    thread,
    label: withoutIcons(shownTitle(thread.title)),
    description: describe(thread),
    ...(thread.scope.type === "file" && { detail: withoutIcons(spelledOut(thread.scope.id)) }),
  }));
  const placeHolder = rows.length > 0 ? asked : none;
  return (await vscode.window.showQuickPick(rows, { placeHolder, matchOnDetail: true }))?.thread;
}
