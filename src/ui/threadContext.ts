import { posix } from "node:path";
import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import { holdsSecrets } from "../session/secretFiles";
import type { ThreadContext } from "../session/turnContext";
import { spelledOut } from "../shared/invisible";
import { unlinked } from "../shared/plain";
import type { Thread } from "../shared/thread";
import { fileNow } from "./files";

/**
 * What can be told of a thread's file at the beginning of a turn. Where that usually holds secrets, its
 * user is asked, once a thread.
 */
export async function threadContext(
  { scope, metadata }: Thread,
  home: vscode.Uri | undefined,
  workspace: () => Promise<string>,
): Promise<ThreadContext | undefined> {
  if (scope.type !== "file") return undefined;
  const file = await fileNow(scope, home, await workspace());
  if (typeof file.content === "string" || !holdsSecrets(scope.id)) return { file };
  const { sendsSecrets: said } = metadata;
  const sendsSecrets = typeof said === "boolean" ? said : await mayBeSent(scope.id);
  return {
    file: sendsSecrets ? file : { ...file, content: "declined" },
    ...(said === undefined && { sendsSecrets }),
  };
}

async function mayBeSent(path: string): Promise<boolean> {
  const send: vscode.MessageItem = { title: t("Send") };
  const without: vscode.MessageItem = { title: t("Without the File"), isCloseAffordance: true };
  const chosen = await vscode.window.showWarningMessage(
    t("Send the content of “{0}” to Claude?", unlinked(spelledOut(posix.basename(path)))),
    {
      modal: true,
      detail: t(
        "Files of this name usually hold passwords or keys. Without it, Claude is told the file’s name and asked not to read it. This thread remembers what you choose.",
      ),
    },
    send,
    without,
  );
  return chosen === send;
}
