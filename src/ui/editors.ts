/** Files and code that a reader of the chat asks for, in VS Code's own editors. */
import { relative } from "node:path";
import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import { readWorkspaceFile } from "../workspace/workspaceFiles";
import { workspacePath } from "../session/workspacePath";
import type { ChatFrame } from "./chatFrame";

/** A place in a file that Claude named; lines and columns are from 1. */
export interface FilePlace {
  readonly path: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** Opens a file that Claude named. Rejects with a sentence for people where there is none. */
export async function openFile(
  { path, line, column = 1 }: FilePlace,
  inside: string | undefined,
  chat: Standing,
): Promise<void> {
  const uri = await workspaceFile(path, inside);
  if (!uri) throw new Error(t("“{0}” is not a file in this workspace.", path));
  const at = line === undefined ? undefined : new vscode.Position(line - 1, column - 1);
  // Not as text alone: a picture has an editor of its own.
  await vscode.commands.executeCommand("vscode.open", uri, {
    viewColumn: besideChat(chat),
    ...(at && { selection: new vscode.Range(at, at) }),
  } satisfies vscode.TextDocumentShowOptions);
}

/** The file of the workspace that Claude means by a path; undefined for none, or one that is not there. */
export async function workspaceFile(
  path: string,
  inside: string | undefined,
): Promise<vscode.Uri | undefined> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) return undefined;
  const relative = workspacePath(path, [folder.uri.fsPath, ...(inside ? [inside] : [])]);
  if (relative === undefined) return undefined;
  const uri = vscode.Uri.joinPath(folder.uri, relative);
  if (await isFile(uri, folder)) return uri;
  // Compilers and people name a file without its folder, too.
  if (/[*?{}[\]]/.test(relative)) return undefined;
  const [found, another] = await vscode.workspace.findFiles(
    new vscode.RelativePattern(folder, `**/${relative}`),
    "**/node_modules/**",
    2,
  );
  return found && !another && (await isFile(found, folder)) ? found : undefined;
}

/** Whether there is a file that is in the folder itself: a link in there may lead out of it. */
async function isFile(uri: vscode.Uri, folder: vscode.WorkspaceFolder): Promise<boolean> {
  try {
    if (uri.scheme !== "file")
      return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
    await readWorkspaceFile(folder.uri.fsPath, relative(folder.uri.fsPath, uri.fsPath), 0);
    return true;
  } catch {
    return false;
  }
}

/** Opens code as a new file that is not saved, in its language where VS Code knows it. */
export async function openCode(content: string, language: string, chat: Standing): Promise<void> {
  const known = languageId(language, await vscode.languages.getLanguages());
  const document = await vscode.workspace.openTextDocument({
    content,
    ...(known && { language: known }),
  });
  await vscode.window.showTextDocument(document, { viewColumn: besideChat(chat) });
}

/** How Markdown's writers call languages that VS Code calls otherwise. */
const LANGUAGES: Readonly<Record<string, string>> = {
  bash: "shellscript",
  "c++": "cpp",
  "c#": "csharp",
  cs: "csharp",
  golang: "go",
  js: "javascript",
  jsx: "javascriptreact",
  md: "markdown",
  ps1: "powershell",
  py: "python",
  rb: "ruby",
  rs: "rust",
  sh: "shellscript",
  shell: "shellscript",
  ts: "typescript",
  tsx: "typescriptreact",
  yml: "yaml",
  zsh: "shellscript",
};

function languageId(name: string, known: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  const id = Object.hasOwn(LANGUAGES, lower) ? LANGUAGES[lower] : lower;
  return known.find((candidate) => candidate === id);
}

/** The group of editors that a chat is in, and everything else stands beside; undefined for none. */
export type Standing = Pick<ChatFrame, "viewColumn">;

/** Where a file is opened so that the chat stays in sight. */
export function besideChat(chat: Standing): vscode.ViewColumn {
  if (chat.viewColumn === undefined) return vscode.ViewColumn.Active;
  const other = vscode.window.tabGroups.all.find(
    ({ viewColumn }) => viewColumn !== chat.viewColumn,
  );
  return other?.viewColumn ?? vscode.ViewColumn.Beside;
}

/** The text editor that was used last: while the chat has the focus, VS Code names none. */
export class LastEditor implements vscode.Disposable {
  #last = vscode.window.activeTextEditor;
  readonly #listening = vscode.window.onDidChangeActiveTextEditor((editor) => {
    if (editor) this.#last = editor;
  });

  /** Puts text at the cursor, in place of what is selected. Rejects with a sentence for people. */
  async insert(text: string): Promise<void> {
    const visible = vscode.window.visibleTextEditors;
    // A hidden editor's object is no longer the one that shows its document.
    const editor =
      visible.find((candidate) => candidate === this.#last) ??
      visible.find(({ document }) => document === this.#last?.document) ??
      visible[0];
    if (!editor)
      throw new Error(t("Open a file first, and put the cursor where the code should go."));
    const inserted = await editor.edit((edit) => {
      for (const selection of editor.selections) edit.replace(selection, text);
    });
    if (!inserted) throw new Error(t("The file in the editor cannot be changed."));
  }

  dispose(): void {
    this.#listening.dispose();
  }
}
