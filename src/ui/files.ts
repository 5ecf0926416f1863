import { posix, relative } from "node:path";
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
import { type FileBytes, readWorkspaceFile, WorkspaceFileError } from "../workspace/workspaceFiles";
import type { Scope } from "../shared/thread";

/** Of a larger file, Claude is told the beginning and the end as they are on the disk, in bytes. */
const LARGE = 1024 * 1024;

/** A larger file is not read for what people see, in bytes. */
const LARGEST = 16 * 1024 * 1024;

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
  const document = documentOf(uri);
  const file = await bytesOf(uri, LARGE, { head: HEAD, tail: TAIL });
  const changedAt = typeof file === "string" ? 0 : file.changedAt;
  // What is written in an editor is there, whether its file is or not.
  if (document?.isDirty && file !== "leadsOut") {
    const { languageId: language, isDirty: unsaved } = document;
    return { language, text: document.getText(), unsaved, changedAt };
  }
  if (typeof file === "string") return file;
  if (file.end) return ends(file.bytes, file.end, changedAt);
  const text = await decoded(file.bytes, uri);
  if (text === undefined) return "binary";
  return { language: await languageOf(uri, text), text, unsaved: false, changedAt };
}

/** A file's text as its reader sees it now; undefined for one that cannot be read or is no text. */
export async function textNow(uri: vscode.Uri): Promise<string | undefined> {
  const document = documentOf(uri);
  if (document?.isDirty) return document.getText();
  const file = await bytesOf(uri, LARGEST);
  return typeof file === "string" || file.end ? undefined : decoded(file.bytes, uri);
}

const documentOf = (uri: vscode.Uri): vscode.TextDocument | undefined =>
  vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());

/** What is on the disk. VS Code would follow a link that takes the file's place while it reads. */
async function bytesOf(
  uri: vscode.Uri,
  limit: number,
  ofLarger?: { readonly head: number; readonly tail: number },
): Promise<FileBytes | "missing" | "leadsOut" | "unreadable"> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) return "unreadable";
  const { fsPath } = folder.uri;
  try {
    return await readWorkspaceFile(fsPath, relative(fsPath, uri.fsPath), limit, ofLarger);
  } catch (error) {
    const reason = error instanceof WorkspaceFileError ? error.reason : undefined;
    return reason === "missing" || reason === "leadsOut" ? reason : "unreadable";
  }
}

/** The beginning and the end of a file that is too large to be read whole. */
function ends(
  head: Uint8Array,
  { bytes: tail, omitted }: { readonly bytes: Uint8Array; readonly omitted: number },
  changedAt: number,
): FileText | Withheld {
  if (head.includes(0) || tail.includes(0)) return "binary";
  // A character that a cut divides is left out.
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const end = { text: text(tail).replace(/^\uFFFD+/, ""), omitted };
  const beginning = text(head).replace(/\uFFFD+$/, "");
  return { language: "", text: beginning, end, unsaved: false, changedAt };
}

/** By VS Code's settings from 1.100 on, which has `decode`; as UTF-8 before. Undefined for no text. */
async function decoded(bytes: Uint8Array, uri: vscode.Uri): Promise<string | undefined> {
  const { workspace } = vscode as typeof vscode & {
    readonly workspace: {
      decode?(content: Uint8Array, options: { readonly uri: vscode.Uri }): Thenable<string>;
    };
  };
  try {
    if (workspace.decode) return await workspace.decode(bytes, { uri });
    return bytes.includes(0) ? undefined : new TextDecoder().decode(bytes);
  } catch {
    return undefined;
  }
}

/** VS Code knows it of a document only, and of none of another text is anything told. */
async function languageOf(uri: vscode.Uri, text: string): Promise<string> {
  try {
    const document = documentOf(uri) ?? (await vscode.workspace.openTextDocument(uri));
    return inLines(document.getText()) === inLines(text) ? document.languageId : "";
  } catch {
    return "";
  }
}

/** A document has the same line break everywhere. */
const inLines = (text: string): string => text.replace(/\r\n?/g, "\n");

const SEVERITIES = ["Error", "Warning", "Information", "Hint"] as const;

const problemsOf = (uri: vscode.Uri): readonly FileProblem[] =>
  vscode.languages.getDiagnostics(uri).map(({ severity, range, message, source }) => ({
    severity: SEVERITIES[severity],
    line: range.start.line + 1,
    message,
    source,
  }));
