/** Links that Claude wrote, which open only once their reader can know where they lead. */
import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import { linkTarget } from "../session/linkTarget";

/** Longer addresses are cut where they are shown, in UTF-16 units. */
const SHOWN_LENGTH = 400;

/**
 * Opens a link of the kinds that only ever lead to a browser or a mail program. VS Code asks for each
 * host that its user does not trust yet; what is doubtful is asked for in any case, with the reason.
 */
export async function openLink(url: string, text: string): Promise<void> {
  const { href, title, doubts } = linkTarget(url, text);
  if (doubts.length > 0) {
    const shown = href.length > SHOWN_LENGTH ? `${href.slice(0, SHOWN_LENGTH)}…` : href;
    const detail = [shown, ...doubts].join("\n\n");
    const chosen = await vscode.window.showWarningMessage(
      title,
      { modal: true, detail },
      t("Open Link"),
    );
    if (chosen === undefined) return;
  }
  // The string that was checked: VS Code would write a Uri anew, and an escaped character another way
  // (https://github.com/microsoft/vscode/issues/85930). It takes strings, though its types do not tell.
  await vscode.env.openExternal(href as unknown as vscode.Uri);
}
