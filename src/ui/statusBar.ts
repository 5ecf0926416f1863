import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import { unmarked } from "../shared/plain";
import type { SandboxState } from "../shared/protocol";
import { statusText } from "./statusText";

const NETWORK_LOG = "sandboxChat.showNetworkLog";

/** The sandbox's state at the bottom of the window; a click opens the chat, or does what is missing. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem(
    "sandboxChat.status",
    vscode.StatusBarAlignment.Right,
  );

  constructor() {
    this.#item.name = "Sandbox Chat";
  }

  /** `working` is the number of threads that Claude works in. */
  show(state: SandboxState, working: number): void {
    const { text, tooltip, command } = statusText(state, working);
    Object.assign(this.#item, { text, command });
    this.#item.tooltip = state.networkLog ? withNetworkLog(tooltip) : tooltip;
    // What a screen reader says would have the marks of Markdown in it.
    this.#item.accessibilityInformation = {
      label: `${text.replace(/^\$\([^)]*\) /, "")}, ${tooltip.replaceAll("\n", ", ")}`,
    };
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}

/** The details as they are, since others have written some of them, and a link behind them. */
function withNetworkLog(details: string): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString().appendText(unmarked(details));
  // VS Code has made each space one at which no line may end.
  tooltip.value = tooltip.value.replaceAll("&nbsp;", " ");
  tooltip.appendMarkdown(`\n\n[${t("Show Network Log")}](command:${NETWORK_LOG})`);
  tooltip.isTrusted = { enabledCommands: [NETWORK_LOG] };
  return tooltip;
}
