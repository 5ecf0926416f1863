import { join } from "node:path";
import * as vscode from "vscode";
import { unlinked } from "../shared/plain";
import { storageFolder } from "../store/storageFolder";
import { findStorage, type Storage } from "../store/storageRegistry";

/** The key of the storage that this workspace has, in the workspace's state. */
const STORAGE = "storage";

/** Where this window's threads are kept, and the folder whose they are; none where no folder is open. */
export interface ThreadStorage {
  readonly folder: string;
  readonly home?: vscode.Uri;
}

/** How long the folders of a workspace file may take to be known, in milliseconds. */
const FOLDERS_WITHIN = 5000;

/** Finds the storage of this window's threads, and says so when it is another than it should be. */
export async function threadStorage(context: vscode.ExtensionContext): Promise<ThreadStorage> {
  await foldersKnown();
  const { workspaceState, storageUri, globalStorageUri } = context;
  const own = storageFolder((storageUri ?? globalStorageUri).fsPath);
  const [first, ...more] = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) =>
    uri.toString(),
  );
  if (first === undefined) return { folder: own };
  const remembered = workspaceState.get<Storage>(STORAGE);
  const { folder, home, lost } = findStorage({
    remembered,
    folders: [first, ...more],
    own,
    registry: join(globalStorageUri.fsPath, "folders"),
  });
  if (remembered?.folder !== folder || remembered.home !== home)
    void workspaceState.update(STORAGE, { folder, home } satisfies Storage);
  if (lost !== undefined)
    void vscode.window.showWarningMessage(
      unlinked(
        `The threads of this workspace were kept in ${lost}, which is not there any more. From now on they are kept in ${folder}; copy the old files there while no window is open to have them back.`,
      ),
    );
  return { folder, home: vscode.Uri.parse(home) };
}

/** In a browser, the folders that a workspace file names can come later than the extension does. */
function foldersKnown(): Promise<void> {
  const { workspaceFile, workspaceFolders } = vscode.workspace;
  if (!workspaceFile || (workspaceFolders?.length ?? 0) > 0) return Promise.resolve();
  return new Promise((resolve) => {
    const known = () => {
      clearTimeout(late);
      listening.dispose();
      resolve();
    };
    const listening = vscode.workspace.onDidChangeWorkspaceFolders(known);
    const late = setTimeout(known, FOLDERS_WITHIN);
  });
}
