import { join } from "node:path";
import { t } from "@vscode/l10n";
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

/** Finds the storage of this window's threads, and says so when it is another than it should be. */
export function threadStorage(context: vscode.ExtensionContext): ThreadStorage {
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
        t(
          "The threads of this workspace were kept in {0}, which is not there any more. From now on they are kept in {1}; copy the old files there while no window is open to have them back.",
          lost,
          folder,
        ),
      ),
    );
  return { folder, home: vscode.Uri.parse(home) };
}
