import { type FSWatcher, watch } from "node:fs";

/** How often a folder is asked that tells of nothing, in milliseconds. */
const ASK_EVERY = 1000;

/** Calls `look` whenever something in a folder may have changed. Keeps no process alive. */
export function watchFolder(folder: string, look: () => void): void {
  const ask = () => void setInterval(look, ASK_EVERY).unref();
  let watcher: FSWatcher;
  try {
    watcher = watch(folder, look).unref();
  } catch {
    // Some file systems tell of nothing.
    ask();
    return;
  }
  // As of a folder that was removed, on Windows, or of too many watchers.
  watcher.once("error", () => {
    watcher.close();
    ask();
  });
}
