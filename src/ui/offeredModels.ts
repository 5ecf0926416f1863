import * as vscode from "vscode";
import type { ModelInfo } from "../claude/claudeProcess";

/** What Claude offers to this account, as the last process that told of any models has it. */
export class OfferedModels implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  #models: readonly ModelInfo[] = [];

  readonly onDidChange = this.#changed.event;

  /** None until Claude has told. */
  get all(): readonly ModelInfo[] {
    return this.#models;
  }

  /** Takes what a process that starts tells of; most tell what is known. */
  tell(models: readonly ModelInfo[]): void {
    if (models.length === 0 || JSON.stringify(models) === JSON.stringify(this.#models)) return;
    this.#models = models;
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
