import { dirname, posix, relative } from "node:path";
import * as vscode from "vscode";
import type { Move } from "../session/followed";
import { type Place, TrackedFiles } from "../session/trackedFiles";

/** A file that vanishes is the one that appears elsewhere within this time, in milliseconds. */
const MOMENT = 3000;
/** What happens to files is looked at so much later, once for all of it, in milliseconds. */
const SETTLE = 300;
/** So many new files are kept in mind for a moment. */
const MOST_NEW = 10_000;

export interface ThreadFilesServices {
  /** The folder that the paths of scopes start from. */
  readonly home: vscode.Uri | undefined;
  /** Has the threads go on about files that were moved. */
  readonly follow: (moves: readonly Move[]) => Promise<void>;
  readonly log: { warn(message: string): void };
}

/**
 * Keeps an eye on the files that threads are about: leads the threads after those that are moved, by
 * VS Code or by any other program, and knows which are not there. Nothing is watched without any.
 */
export class ThreadFiles implements vscode.Disposable {
  readonly #services: ThreadFilesServices;
  readonly #files: TrackedFiles;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #renaming: vscode.Disposable;
  #watcher: vscode.Disposable | undefined;
  #wanted: ReadonlySet<string> = new Set();
  /** When what vanished and what appeared did so. */
  readonly #gone = new Map<string, number>();
  readonly #come = new Map<string, number>();
  readonly #touched = new Set<string>();
  #soon: NodeJS.Timeout | undefined;
  #due = Infinity;
  /** One thing after another, as each takes a while. */
  #last: Promise<unknown> = Promise.resolve();

  /** Some file has vanished, or is back. */
  readonly onDidChange = this.#changed.event;

  constructor(services: ThreadFilesServices) {
    this.#services = services;
    this.#files = new TrackedFiles((path) => this.#placeOf(path));
    this.#renaming = vscode.workspace.onDidRenameFiles(({ files }) => {
      const moves = files.flatMap(({ oldUri, newUri }) => {
        const [from, to] = [this.#pathOf(oldUri), this.#pathOf(newUri)];
        // What is moved out of the workspace is gone from it.
        return from === undefined || to === undefined ? [] : { from, to };
      });
      if (moves.length > 0) this.#run(() => this.#follow(moves));
    });
  }

  /** Whether the file of a scope is known not to be there. */
  isMissing(path: string): boolean {
    return this.#files.isMissing(path);
  }

  /** The files that threads are about by now. */
  show(paths: ReadonlySet<string>): void {
    if (!this.#services.home || same(paths, this.#wanted)) return;
    this.#wanted = paths;
    this.#run(() => this.#telling(() => this.#files.track(paths)));
    if (paths.size > 0) this.#watcher ??= this.#watch();
    else {
      this.#watcher?.dispose();
      this.#watcher = undefined;
    }
  }

  #watch(): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher("**/*");
    watcher.onDidChange((uri) => {
      const path = this.#pathOf(uri);
      if (path !== undefined && this.#files.concerns(path)) this.#touch(path);
    });
    watcher.onDidDelete((uri) => {
      const path = this.#pathOf(uri);
      if (path === undefined || !this.#files.concerns(path)) return;
      this.#gone.set(path, Date.now());
      this.#touch(path);
    });
    watcher.onDidCreate((uri) => {
      const path = this.#pathOf(uri);
      if (path === undefined) return;
      if (this.#come.size < MOST_NEW) this.#come.set(path, Date.now());
      if (this.#gone.size > 0 || this.#files.concerns(path)) this.#touch(path);
      // They are forgotten after a moment, without a look at anything.
      else this.#settle(MOMENT);
    });
    return watcher;
  }

  #touch(path: string): void {
    this.#touched.add(path);
    this.#settle(SETTLE);
  }

  /** Looks within this time, in milliseconds. */
  #settle(wait: number): void {
    const due = Date.now() + wait;
    if (due >= this.#due) return;
    this.#due = due;
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => {
      this.#due = Infinity;
      this.#run(() => this.#look());
    }, wait).unref();
  }

  /** Follows what was moved meanwhile, and sees what is there. */
  async #look(): Promise<void> {
    const touched = new Set(this.#touched);
    this.#touched.clear();
    if (this.#gone.size > 0 && this.#come.size > 0) {
      const moves = await this.#files.moves(new Set(this.#gone.keys()), [...this.#come.keys()]);
      if (moves.length > 0) await this.#follow(moves);
    }
    // What vanished is looked for as it was, until its moment is over.
    const over = Date.now() - MOMENT;
    for (const known of [this.#gone, this.#come])
      for (const [path, at] of known) if (at < over) known.delete(path);
    if (this.#gone.size + this.#come.size > 0) this.#settle(MOMENT);
    await this.#telling(() => this.#files.look(touched));
  }

  async #follow(moves: readonly Move[]): Promise<void> {
    this.#files.follow(moves);
    try {
      await this.#services.follow(moves);
    } catch (error) {
      // The next list of threads says what they are about.
      this.#wanted = new Set();
      this.#services.log.warn(`Threads could not follow their files: ${String(error)}`);
    }
  }

  /** Does something, and tells when other files are missing than before. */
  async #telling(work: () => Promise<void>): Promise<void> {
    const before = this.#files.missing;
    await work();
    if (!same(this.#files.missing, before)) this.#changed.fire();
  }

  #run(work: () => Promise<void>): void {
    this.#last = this.#last.then(work).catch((error: unknown) => {
      this.#services.log.warn(`The files of threads could not be looked at: ${String(error)}`);
    });
  }

  /** Where the file of a scope is; one of a folder that is not open is alone in its place. */
  #placeOf(path: string): Place {
    // Without a folder, no thread is about a file.
    const uri = vscode.Uri.joinPath(this.#services.home ?? vscode.Uri.file("/"), path);
    const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? dirname(uri.fsPath);
    return { folder, path: relative(folder, uri.fsPath) };
  }

  /** A path as in a scope; undefined for what is in none of the open folders. */
  #pathOf(uri: vscode.Uri): string | undefined {
    const { home } = this.#services;
    if (!home || uri.scheme !== home.scheme || !vscode.workspace.getWorkspaceFolder(uri))
      return undefined;
    return posix.relative(home.path, uri.path);
  }

  dispose(): void {
    clearTimeout(this.#soon);
    this.#renaming.dispose();
    this.#watcher?.dispose();
    this.#changed.dispose();
  }
}

const same = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one.size === other.size && [...one].every((path) => other.has(path));
