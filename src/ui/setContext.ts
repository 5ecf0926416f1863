import * as vscode from "vscode";

/** Says something that the conditions of the manifest's commands and views ask for, as `sandboxChat.NAME`. */
export function setContext(name: string, value: string | boolean | undefined): void {
  // Turns and panels tell of themselves far more often than they change.
  if (told.has(name) && told.get(name) === value) return;
  told.set(name, value);
  void vscode.commands.executeCommand("setContext", `sandboxChat.${name}`, value);
}

const told = new Map<string, unknown>();
