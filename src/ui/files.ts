import type { Stats } from "node:fs";
import { open, realpath, stat } from "node:fs/promises";
import { posix, sep } from "node:path";
import * as vscode from "vscode";
import { pathInside } from "../sandbox/paths";
import {
  type FileNow,
  type FileProblem,
  type FileText,
  HEAD,
  TAIL,
  type Withheld,
} from "../session/context";
import type { Scope } from "../shared/thread";

/** A larger file is not opened for its text, in bytes. */
const LARGE = 1024 * 1024;

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

/** A scope's file as it is now. `workspace` is where the first of the open folders is in the sandbox. */
export async function fileNow(
  { id }: Scope,
  home: vscode.Uri | undefined,
  workspace: string,
): Promise<FileNow> {
  const uri = home && vscode.Uri.joinPath(home, id);
  const path = uri && insideOf(uri, workspace);
  if (!uri || path === undefined) return { path: id, content: "notInSandbox", problems: [] };
  const content = await contentOf(uri);
  return { path, content, problems: problemsOf(uri) };
}

async function contentOf(uri: vscode.Uri): Promise<FileText | Withheld> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const file = await statistics(uri);
  const document = vscode.workspace.textDocuments.find(
    (one) => one.uri.toString() === uri.toString(),
  );
  // What is written in an editor is there, whether its file is or not.
  if (!file && !document?.isDirty) return "missing";
  if (file && !file.isFile()) return "unreadable";
  if (file && folder && !(await staysIn(uri, folder))) return "leadsOut";
  const changedAt = file?.mtimeMs ?? 0;
  if (!document && file && file.size > LARGE) return ends(uri, file.size, changedAt);
  try {
    const shown = document ?? (await vscode.workspace.openTextDocument(uri));
    const { languageId: language, isDirty: unsaved } = shown;
    return { language, text: shown.getText(), unsaved, changedAt };
  } catch {
    return (await startsAsBinary(uri)) ? "binary" : "unreadable";
  }
}

async function statistics(uri: vscode.Uri): Promise<Stats | undefined> {
  try {
    return await stat(uri.fsPath);
  } catch {
    return undefined;
  }
}

/** The beginning and the end of a file that is too large to be read whole. */
async function ends(
  uri: vscode.Uri,
  size: number,
  changedAt: number,
): Promise<FileText | Withheld> {
  try {
    const [head, tail] = await Promise.all([
      bytesOf(uri, 0, HEAD),
      bytesOf(uri, size - TAIL, TAIL),
    ]);
    if (head.includes(0) || tail.includes(0)) return "binary";
    // A character that a cut divides is left out.
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const end = {
      text: text(tail).replace(/^\uFFFD+/, ""),
      omitted: size - head.length - tail.length,
    };
    const beginning = text(head).replace(/\uFFFD+$/, "");
    return { language: "", text: beginning, end, unsaved: false, changedAt };
  } catch {
    return "unreadable";
  }
}

async function startsAsBinary(uri: vscode.Uri): Promise<boolean> {
  try {
    return (await bytesOf(uri, 0, 1024)).includes(0);
  } catch {
    return false;
  }
}

async function bytesOf(uri: vscode.Uri, position: number, length: number): Promise<Uint8Array> {
  const file = await open(uri.fsPath);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const SEVERITIES = ["Error", "Warning", "Information", "Hint"] as const;

const problemsOf = (uri: vscode.Uri): readonly FileProblem[] =>
  vscode.languages.getDiagnostics(uri).map(({ severity, range, message, source }) => ({
    severity: SEVERITIES[severity],
    line: range.start.line + 1,
    message,
    source,
  }));

/** Whether a file is in the folder itself, and not behind a link that leads out of it. Rejects for none. */
export async function staysIn(uri: vscode.Uri, folder: vscode.WorkspaceFolder): Promise<boolean> {
  const root = await realpath(folder.uri.fsPath);
  return (await realpath(uri.fsPath)).startsWith(root.endsWith(sep) ? root : root + sep);
}
