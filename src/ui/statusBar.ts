import * as vscode from "vscode";
import type { SandboxState } from "../shared/protocol";
import { statusText } from "./statusText";

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
    Object.assign(this.#item, statusText(state, working));
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
