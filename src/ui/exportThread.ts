import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, posix, relative } from "node:path";
import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import { threadMarkdown } from "../session/threadMarkdown";
import { leadsInto, writeWorkspaceFile } from "../workspace/workspaceFiles";
import { fileName } from "../shared/fileName";
import { unlinked } from "../shared/plain";
import type { Conversation, Thread } from "../shared/thread";
import { quoted } from "../shared/title";
import { toUIMessages } from "../shared/uiMessages";
import { isSelection } from "./threadId";

export interface ExportServices {
  /** A thread with all that is stored of it. */
  readonly whole: (thread: string) => Promise<Conversation>;
  /** Remembers where threads are exported to. */
  readonly globalState: Pick<vscode.Memento, "get" | "update">;
}

/** The key of the folder that a thread was exported to last, in the global state. */
const FOLDER = "exportFolder";

/**
 * Writes a thread to the file `target`, or to one that is asked for; its ending says in which form.
 * Rejects with a sentence for people.
 */
export async function exportThread(
  { whole, globalState }: ExportServices,
  { id, title }: Pick<Thread, "id" | "title">,
  target: unknown,
): Promise<void> {
  if (!(target === undefined || isSelection(target) || target instanceof vscode.Uri))
    throw new Error(t("What the command was given to write to is not the Uri of a file."));
  const file =
    target instanceof vscode.Uri
      ? target
      : await vscode.window.showSaveDialog({
          title: t("Export Thread"),
          saveLabel: t("Export"),
          filters: { Markdown: ["md"], [t("JSON (UIMessage[] of the AI SDK)")]: ["json"] },
          defaultUri: vscode.Uri.file(
            join(await proposedFolder(globalState), `${fileName(title)}.md`),
          ),
        });
  if (!file) return;
  const thread = await whole(id);
  const text = file.path.toLowerCase().endsWith(".json")
    ? `${JSON.stringify(toUIMessages(thread), null, 2)}\n`
    : threadMarkdown(thread);
  await write(file, new TextEncoder().encode(text));
  if (target instanceof vscode.Uri) return;
  if (file.scheme === "file") await globalState.update(FOLDER, dirname(file.fsPath));
  const open = t("Open");
  const said = t("{0} was exported to {1}.", quoted(title), unlinked(posix.basename(file.path)));
  void vscode.window.showInformationMessage(said, open).then((chosen) => {
    if (chosen === open) void vscode.commands.executeCommand("vscode.open", file);
  });
}

/**
 * The folder of the last export, else that of documents, else the home folder: one that is not in the
 * workspace, where the sandbox could have a link wait for the name that is proposed.
 */
async function proposedFolder(globalState: ExportServices["globalState"]): Promise<string> {
  const last = globalState.get<unknown>(FOLDER);
  const folders = [join(homedir(), "Documents")];
  if (typeof last === "string") folders.unshift(last);
  for (const folder of folders)
    try {
      if (!(await isInWorkspace(folder))) return folder;
    } catch {
      // It is not there.
    }
  return homedir();
}

async function isInWorkspace(folder: string): Promise<boolean> {
  for (const { uri } of vscode.workspace.workspaceFolders ?? [])
    if (uri.scheme === "file" && (await leadsInto(uri.fsPath, folder))) return true;
  return false;
}

/** VS Code would write through a link that takes the place of the file. */
async function write(file: vscode.Uri, content: Uint8Array): Promise<void> {
  if (file.scheme !== "file") return vscode.workspace.fs.writeFile(file, content);
  const folder = vscode.workspace.getWorkspaceFolder(file)?.uri.fsPath ?? dirname(file.fsPath);
  await mkdir(folder, { recursive: true });
  await writeWorkspaceFile(folder, relative(folder, file.fsPath), content);
}
