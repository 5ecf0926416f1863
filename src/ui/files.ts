import { posix } from "node:path";
import * as vscode from "vscode";
import { pathInside } from "../sandbox/paths";
import type { FileSnapshot } from "../session/context";
import type { Scope } from "../shared/thread";

/**
 * The scope of a file's threads, or undefined for what is no file of the folder in the sandbox. Its
 * path starts from the folder whose the threads are, whatever other folders are open beside it.
 */
export function fileScope(uri: vscode.Uri, home: vscode.Uri | undefined): Scope | undefined {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (!folder || !home || insideOf(uri, "/") === undefined) return undefined;
  // VS Code compares as the disk does: on some, case does not count.
  const path = vscode.workspace.asRelativePath(uri, false).replaceAll("\\", "/");
  return { type: "file", id: posix.join(posix.relative(home.path, folder.uri.path), path) };
}

/** A file's path in the sandbox, where the first of the open folders is at `workspace`. */
function insideOf(uri: vscode.Uri, workspace: string): string | undefined {
  const folder = vscode.workspace.workspaceFolders?.[0];
  return folder && pathInside(uri.fsPath, folder.uri.fsPath, workspace);
}

/** The file of a scope as it is now; undefined if it is missing, no text, or not in the sandbox. */
export async function snapshot(
  scope: Scope,
  home: vscode.Uri | undefined,
  workspace: string,
): Promise<FileSnapshot | undefined> {
  const uri = home && vscode.Uri.joinPath(home, scope.id);
  const path = uri && insideOf(uri, workspace);
  if (!uri || path === undefined) return undefined;
  const open = vscode.workspace.textDocuments.find(
    (document) => document.uri.toString() === uri.toString(),
  );
  if (open) return { path, language: open.languageId, text: open.getText(), unsaved: open.isDirty };
  try {
    const bytes = await vscode.workspace.fs.readFile(uri);
    if (bytes.includes(0)) return undefined;
    const text = new TextDecoder().decode(bytes);
    return { path, language: "", text, unsaved: false };
  } catch {
    return undefined;
  }
}
