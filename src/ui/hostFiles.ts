/** What VS Code shows of the guard: what it took back, what has changed, and what its user wants of that. */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import type { ChatSession } from "../session/chatSession";
import { hostFilesOf } from "../session/hostFiles";
import { type HostFile, hostFileName, momentText } from "../shared/hostFile";
import { inBackground } from "../shared/inBackground";
import { quoted } from "../shared/title";
import type { Remembered } from "../workspace/hostChanges";
import {
  ChangedSinceError,
  type GuardMode,
  type HeldBack,
  HostGuard,
  NotAtHandError,
  repositoryOf,
} from "../workspace/hostGuard";
import type { Diffs } from "./diffs";
import { openFile, type Standing } from "./editors";
import { messageOf } from "./messageOf";
import { orSay } from "./orSay";

export interface HostFilesServices {
  /** Where the last look is kept, which no sandbox can reach. */
  readonly storage: string;
  readonly mode: () => GuardMode;
  readonly diffs: Diffs;
  readonly showThread: (thread: string) => Promise<void>;
  readonly log: { warn(message: string): void };
}

export type HostFileAction = "show" | "undo" | "keep";

/** Of more files than so many, a notification only counts. */
const NAMED = 3;

/** So many questions stand at once; a hostile turn may give cause for any number. */
const ASKED = 3;

/** So many files by which repositories are told are looked for, and for so long, in milliseconds. */
const REPOSITORIES = 2000;
const SEARCH_TIMEOUT = 30_000;

/** The chat is nowhere: a notification was answered. */
const ANYWHERE: Standing = { viewColumn: undefined };

export class HostFiles implements vscode.Disposable {
  #guard: HostGuard | undefined;
  #folder: string | undefined;
  readonly #registered = [
    vscode.workspace.onDidChangeWorkspaceFolders(() => this.#follow()),
    vscode.workspace.onWillSaveTextDocument(({ document }) => this.#saving(document)),
    vscode.workspace.onDidSaveTextDocument((document) => this.#saved(document)),
  ];
  #watcher: vscode.FileSystemWatcher | undefined;
  readonly #working = new WeakSet<ChatSession>();
  #asking = 0;

  constructor(private readonly services: HostFilesServices) {
    this.#follow();
  }

  /** The guard of the folder that the sandbox has; undefined where none is open. */
  get guard(): HostGuard | undefined {
    return this.#guard;
  }

  /** Has the first of the open folders guarded. */
  #follow(): void {
    const [first] = vscode.workspace.workspaceFolders ?? [];
    const folder = first?.uri.scheme === "file" ? first.uri.fsPath : undefined;
    if (folder === this.#folder) return;
    this.#guard?.dispose();
    this.#watcher?.dispose();
    this.#folder = folder;
    this.#guard = undefined;
    this.#watcher = undefined;
    if (!first || folder === undefined) return;
    const file = join(this.services.storage, `host-files-${nameOf(folder)}.json`);
    const guard = new HostGuard({
      folder,
      mode: this.services.mode,
      recall: () => recall(file),
      remember: (found) => remember(file, found),
      findRepositories: () => findRepositories(first),
      onHeldBack: (held) => {
        // The answer has all of them, with what can be done.
        if (this.#asking < ASKED) orSay(this.#askOnce(held));
      },
      onStuck: (file) => {
        if (this.#asking < ASKED) orSay(this.#tellStuck(file));
      },
      onChanged: (time, files) => orSay(this.#tellChanged(time, files)),
      log: this.services.log,
    });
    this.#guard = guard;
    // VS Code's own git hears of repositories by the same.
    const pattern = new vscode.RelativePattern(
      first,
      "**/{.git,.git/config,.git/config.worktree,.git/commondir,.git/hooks/*,HEAD}",
    );
    this.#watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const touched = (uri: vscode.Uri) => guard.touched(pathIn(first, uri));
    this.#watcher.onDidCreate(touched);
    this.#watcher.onDidChange(touched);
    inBackground(guard.opened(), this.services.log);
  }

  #saving({ uri }: vscode.TextDocument): void {
    const path = this.#pathOf(uri);
    if (path !== undefined) this.#guard?.saving(path);
  }

  #saved(document: vscode.TextDocument): void {
    const path = this.#pathOf(document.uri);
    const { guard } = this;
    if (guard && path !== undefined)
      inBackground(guard.saved(path, document.getText()), this.services.log);
  }

  /** A path from the folder that is guarded; undefined for one elsewhere. */
  #pathOf(uri: vscode.Uri): string | undefined {
    const [first] = vscode.workspace.workspaceFolders ?? [];
    const isInside = first && vscode.workspace.getWorkspaceFolder(uri) === first;
    return isInside ? pathIn(first, uri) : undefined;
  }

  /** Says of a turn that has ended here that it has changed what this machine runs, if it has. */
  changed(session: ChatSession): void {
    const { phase } = session.turn;
    if (phase === "working" || phase === "stopping") this.#working.add(session);
    else if (this.#working.delete(session)) {
      const answer = session.view().conversation.messages.at(-1);
      // Of what was taken back its user was told at once.
      const isNew = ({ outcome }: HostFile) => outcome === undefined || outcome === "reverted";
      const files = answer ? hostFilesOf(answer).filter(isNew) : [];
      if (files.length > 0) orSay(this.#tellTurn(session, files));
    }
  }

  /**
   * Does what its user wants of a file that an answer tells of, and notes there what became of it.
   * Rejects, in a sentence for people.
   */
  async act(
    session: ChatSession,
    message: string,
    path: string,
    action: HostFileAction,
    chat: Standing,
  ): Promise<void> {
    await this.#act(message, path, action, chat);
    if (action !== "show")
      await session.noteHostFile(message, path, action === "undo" ? "undone" : "kept");
  }

  async #act(
    turn: string,
    path: string,
    action: HostFileAction,
    chat: Standing,
    print?: string,
  ): Promise<void> {
    const { guard } = this;
    try {
      if (!guard) throw new NotAtHandError();
      if (action === "undo") await guard.undo(turn, path);
      else if (action === "keep") await guard.keep(turn, path, print);
      else await this.#show(guard, turn, path, chat);
    } catch (error) {
      throw problemOf(error, path);
    }
  }

  async #show(guard: HostGuard, turn: string, path: string, chat: Standing): Promise<void> {
    try {
      const { before, after } = guard.sides(turn, path);
      const sides = { before: textOf(before), after: textOf(after) };
      await this.services.diffs.show(path, sides, t("{0} (what your machine runs)", path), chat);
    } catch (error) {
      if (!(error instanceof NotAtHandError)) throw error;
      await openFile({ path }, undefined, chat);
    }
  }

  async #askOnce(held: HeldBack): Promise<void> {
    this.#asking++;
    try {
      await this.#ask(held);
    } finally {
      this.#asking--;
    }
  }

  async #ask(held: HeldBack): Promise<void> {
    const { turn, file, print } = held;
    const [show, keep, leaveOut] = [t("Show"), t("Keep"), t("Leave Out")];
    const said = t(
      "{0} was taken back: {1} would run it on your own machine, {2}.",
      hostFileName(file),
      file.program,
      momentText(file.moment),
    );
    const chosen = await vscode.window.showWarningMessage(said, show, keep, leaveOut);
    if (chosen === keep) await this.#act(turn, file.path, "keep", ANYWHERE, print);
    if (chosen !== show) return;
    await this.#act(turn, file.path, "show", ANYWHERE);
    // Who has looked still has to decide.
    await this.#ask(held);
  }

  async #tellStuck(file: HostFile): Promise<void> {
    this.#asking++;
    try {
      const said = t(
        "{0} could not be taken back: {1} runs it on your own machine, {2}.",
        hostFileName(file),
        file.program,
        momentText(file.moment),
      );
      const show = t("Show");
      const chosen = await vscode.window.showErrorMessage(said, show);
      if (chosen === show) await openFile({ path: file.path }, undefined, ANYWHERE);
    } finally {
      this.#asking--;
    }
  }

  async #tellTurn(session: ChatSession, files: readonly HostFile[]): Promise<void> {
    const said = t(
      "Claude’s turn in {0} changed what your own machine runs: {1}.",
      quoted(session.thread.title),
      listOf(files),
    );
    const show = t("Show");
    if ((await vscode.window.showWarningMessage(said, show)) === show)
      await this.services.showThread(session.id);
  }

  async #tellChanged(time: string, files: readonly HostFile[]): Promise<void> {
    const [show, undo] = [t("Show"), t("Undo")];
    const said = t(
      "What your own machine runs has changed: {0}. If that was not you, undo it.",
      listOf(files),
    );
    const chosen = await vscode.window.showWarningMessage(said, show, undo);
    if (chosen === undefined) return;
    for (const { path } of files.slice(0, NAMED))
      if (chosen === show) await this.#act(time, path, "show", ANYWHERE);
    if (chosen === show) return this.#tellChanged(time, files);
    const problems: string[] = [];
    for (const { path } of files)
      await this.#act(time, path, "undo", ANYWHERE).catch((error: unknown) =>
        problems.push(messageOf(error)),
      );
    if (problems.length > 0) throw new Error(problems.join(" "));
  }

  dispose(): void {
    for (const registered of this.#registered) registered.dispose();
    this.#watcher?.dispose();
    this.#guard?.dispose();
  }
}

/** What is in the way, in a sentence for people. */
function problemOf(error: unknown, path: string): unknown {
  if (error instanceof NotAtHandError)
    return new Error(
      t("What “{0}” was before is known only until the window is closed or reloaded.", path),
    );
  if (error instanceof ChangedSinceError)
    return new Error(t("“{0}” has changed since. Look at it before you decide.", path));
  return error;
}

function listOf(files: readonly HostFile[]): string {
  const names = files.slice(0, NAMED).map(hostFileName);
  const more = files.length - names.length;
  return more > 0 ? t("{0} and {1} more", names.join(", "), more) : names.join(", ");
}

const textOf = (bytes: Buffer | undefined): string => bytes?.toString() ?? "";

const pathIn = (folder: vscode.WorkspaceFolder, uri: vscode.Uri): string =>
  vscode.workspace.asRelativePath(uri, false).replaceAll("\\", "/") || folder.name;

/** The folders of a workspace's in which there are repositories, those that git ignores among them. */
async function findRepositories(folder: vscode.WorkspaceFolder): Promise<string[]> {
  const pattern = new vscode.RelativePattern(folder, "**/{.git,HEAD}");
  const cancellation = new vscode.CancellationTokenSource();
  const limit = setTimeout(() => cancellation.cancel(), SEARCH_TIMEOUT);
  try {
    const { token } = cancellation;
    const found = await vscode.workspace.findFiles(pattern, null, REPOSITORIES, token);
    return [...new Set(found.flatMap((uri) => repositoryOf(pathIn(folder, uri)) ?? []))];
  } finally {
    clearTimeout(limit);
    cancellation.dispose();
  }
}

const nameOf = (folder: string): string =>
  createHash("sha256").update(folder).digest("hex").slice(0, 16);

async function recall(file: string): Promise<Remembered | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Remembered;
  } catch {
    return undefined;
  }
}

async function remember(file: string, found: Remembered): Promise<void> {
  await mkdir(join(file, ".."), { recursive: true, mode: 0o700 });
  // Another window may write it just now.
  const written = `${file}.${randomUUID()}`;
  await writeFile(written, JSON.stringify(found), { mode: 0o600 });
  await rename(written, file);
}
