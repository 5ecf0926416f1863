import * as vscode from "vscode";

/** Says something that the conditions of the manifest's commands and views ask for, as `sandboxChat.NAME`. */
export const setContext = (name: string, value: unknown): void =>
  void vscode.commands.executeCommand("setContext", `sandboxChat.${name}`, value);
