import { type FSWatcher, watch } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";

/** Watches folders that may be made, moved away and replaced meanwhile. */
export class FolderWatchers {
  readonly #watchers = new Map<string, { readonly watcher: FSWatcher; readonly inode: bigint }>();
  #generation = 0;

  /**
   * `onChange` is told the name of what has changed in a folder; null where that is not known, as of all
   * that came before a folder was watched.
   */
  constructor(
    private readonly root: string,
    private readonly onChange: (folder: string, name: string | null) => void,
    private readonly log: { warn(message: string): void },
  ) {}

  /** Watches what is at these paths by now, from the root. */
  async follow(paths: Iterable<string>): Promise<void> {
    const generation = this.#generation;
    for (const path of paths) {
      const inode = await stat(join(this.root, path), { bigint: true }).then(
        ({ ino }) => ino,
        () => undefined,
      );
      if (this.#generation !== generation) return;
      this.#watch(path, inode);
    }
  }

  #watch(path: string, inode: bigint | undefined): void {
    const watched = this.#watchers.get(path);
    if (watched && watched.inode === inode) return;
    watched?.watcher.close();
    this.#watchers.delete(path);
    if (inode === undefined) return;
    try {
      const watcher = watch(join(this.root, path), (_, name) => this.onChange(path, name));
      watcher.on("error", () => watcher.close());
      this.#watchers.set(path, { watcher, inode });
      this.onChange(path, null);
    } catch (error) {
      this.log.warn(`${path} cannot be watched: ${String(error)}`);
    }
  }

  close(): void {
    this.#generation++;
    for (const { watcher } of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }
}
