import * as vscode from "vscode";
import { messageOf } from "./messageOf";

/** Lets work go on by itself. Its user is told what it rejects with. */
export function orSay(work: Promise<unknown>): void {
  work.catch((error: unknown) => void vscode.window.showErrorMessage(messageOf(error)));
}
