import * as vscode from "vscode";
import type { FileSnapshot } from "../session/context";
import type { Scope } from "../shared/thread";

/** The scope of a file's threads, or undefined for what is no file of this workspace. */
export function fileScope(uri: vscode.Uri): Scope | undefined {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  // With several folders open, a path alone would not tell whose it is: its folder's name comes first.
  return folder && { type: "file", id: vscode.workspace.asRelativePath(uri).replaceAll("\\", "/") };
}

function uriOf({ id }: Scope): vscode.Uri | undefined {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const [only] = folders;
  if (folders.length === 1 && only) return vscode.Uri.joinPath(only.uri, id);
  const [name, ...path] = id.split("/");
  const folder = folders.find((candidate) => candidate.name === name);
  return folder && vscode.Uri.joinPath(folder.uri, ...path);
}

/** The file of a scope as it is now; undefined if it is missing, or no text. */
export async function snapshot(scope: Scope, workspace: string): Promise<FileSnapshot | undefined> {
  const uri = uriOf(scope);
  if (!uri) return undefined;
  const path = `${workspace.replace(/[\\/]$/, "")}/${scope.id}`;
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
