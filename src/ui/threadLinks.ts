/** Links from outside of VS Code to a thread, such as `vscode://sandbox-chat.sandbox-chat/thread/ID`. */
import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import { isId } from "../shared/protocol";
import { messageOf } from "./messageOf";

const PATH = "/thread/";

/** The link to a thread, for the VS Code that is running. */
export const threadLink = (extension: string, thread: string): string =>
  `${vscode.env.uriScheme}://${extension}${PATH}${thread}`;

/**
 * Shows the thread that a link leads to, and does nothing else: anybody can have written the link. `show`
 * rejects, in a sentence for the user, for a thread that is not there.
 */
export const threadLinks = (show: (thread: string) => Promise<void>): vscode.UriHandler => ({
  async handleUri({ path }) {
    const thread = path.startsWith(PATH) ? path.slice(PATH.length) : undefined;
    if (!isId(thread)) {
      void vscode.window.showErrorMessage(
        t(
          "This link is not to a thread, so nothing was opened. A thread’s menu copies one that is.",
        ),
      );
      return;
    }
    try {
      await show(thread);
    } catch (error) {
      void vscode.window.showErrorMessage(
        t(
          "The thread of this link could not be opened: {0} Threads are kept with their folder: if it is about another one, open that, and follow the link again.",
          messageOf(error),
        ),
      );
    }
  },
});
