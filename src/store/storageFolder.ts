import { basename, dirname, join } from "node:path";

/**
 * The one folder for all windows of a workspace. While a window holds the lock on a workspace's
 * storage, VS Code gives the next one a sibling, `<hash>-1` up to `<hash>-9`, so that each would have
 * threads of its own, and a reload could seem to have lost them. `storage` is the extension's folder
 * in there: `.../workspaceStorage/<hash>-1/<extension>`.
 */
export function storageFolder(storage: string): string {
  const workspace = dirname(storage);
  const shared = basename(workspace).replace(/^(.*[0-9a-f]{4})-[1-9]$/i, "$1");
  return join(dirname(workspace), shared, basename(storage));
}
