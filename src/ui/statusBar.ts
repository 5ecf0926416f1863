import * as vscode from "vscode";
import type { SandboxState } from "../shared/protocol";

/** The sandbox's state at the bottom of the window; a click opens the chat. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem(
    "sandboxChat.status",
    vscode.StatusBarAlignment.Right,
  );

  constructor() {
    this.#item.name = "Sandbox Chat";
    this.#item.command = "sandboxChat.open";
  }

  /** `working` is the number of threads that Claude works in. */
  show(state: SandboxState, working: number): void {
    this.#item.text = `${icon(state, working)} ${words(state, working)}`;
    this.#item.tooltip = state.state === "offline" ? state.message : state.label;
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}

function icon(state: SandboxState, working: number): string {
  if (state.state === "checking") return "$(sync~spin)";
  if (state.state === "offline") return "$(circle-slash)";
  return working > 0 ? "$(loading~spin)" : "$(comment-discussion)";
}

function words({ state, label }: SandboxState, working: number): string {
  if (state === "offline") return "Sandbox offline";
  if (state === "checking") return "Sandbox…";
  if (working === 0) return label;
  return working === 1 ? "Claude is working" : `Claude is working in ${working} threads`;
}
