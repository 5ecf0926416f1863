import { dirname, join } from "node:path";
import { setTimeout as setTimer } from "node:timers";
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { HostFile } from "../shared/hostFile";
import { inBackground } from "../shared/inBackground";
import { FolderWatchers } from "./folderWatchers";
import { GitAllowance } from "./gitAllowance";
import { replaceSettings } from "./gitConfig";
import {
  type HostChanges,
  hostChanges,
  knownSettings,
  type Remembered,
  remembered,
} from "./hostChanges";
import { canonicalName, type HostEntry, type HostSnapshot } from "./hostLook";
import { GIT_RULES } from "./hostPrograms";
import { HostScanner, mayBeRun } from "./hostSnapshot";
import { SingleFlight } from "./singleFlight";
import { type HostSides, TurnFiles, withEntry } from "./turnFiles";
import { makeNotExecutable, makeWritable, writeWorkspaceFile } from "./workspaceFiles";

/** `block` takes back at once what git would run; `tell` only says what has changed. */
export type GuardMode = "block" | "tell" | "off";

/** Something that was taken back while a turn ran. */
export interface HeldBack {
  /** The turn's answer. */
  readonly turn: string;
  readonly file: HostFile;
  /** Which content of it this is. */
  readonly print: string;
}

export interface HostGuardServices {
  /** The folder that the sandbox has. */
  readonly folder: string;
  readonly mode: () => GuardMode;
  /** What the last look has found, also that of an earlier window; undefined where there was none. */
  readonly recall: () => Promise<Remembered | undefined>;
  readonly remember: (found: Remembered) => Promise<void>;
  /** The folders in which there are repositories, from `folder` and with `/`, however deep. */
  readonly findRepositories: () => Promise<readonly string[]>;
  /** Told of what was taken back. */
  readonly onHeldBack: (held: HeldBack) => void;
  /** Told of what a turn has made and could not be taken back. */
  readonly onStuck: (file: HostFile) => void;
  /** Told of what has changed while no turn ran; `turn` stands for that time. */
  readonly onChanged: (turn: string, files: readonly HostFile[]) => void;
  readonly log: { warn(message: string): void };
}

/** The files of so many turns can be shown and taken back; of earlier ones it is only known what they were. */
const TURNS = 20;

/** How often it is looked at while a turn runs, whatever tells of a change, in milliseconds. */
const EVERY = 500;
/** A file is saved after so long at most, in milliseconds. */
const SAVED = 5000;
/** So long after git's files have changed between turns it is looked at, in milliseconds. */
const SETTLED = 2000;
/** So long a turn waits for it at its beginning and its end, in milliseconds. */
const PATIENCE = 1000;
/** So many repositories are known at most. */
const REPOSITORIES = 2000;
/** In so many repositories what git would run is taken back at once; in others it is told. */
const WATCHED = 50;

/** Why a file of a turn can be neither shown nor put back: more than its names is not kept for so long. */
export class NotAtHandError extends Error {}
/** A file is not any more as the turn has left it. */
export class ChangedSinceError extends Error {}

/**
 * Looks after what the programs of this machine run of a workspace, while an agent may write there. It is
 * no boundary: who looks soon enough after a file was written may still run it.
 */
export class HostGuard {
  #last: HostSnapshot = new Map();
  #looked = false;
  #count = 0;
  #lastLook: Promise<unknown> = Promise.resolve();
  readonly #running = new Set<string>();
  readonly #turns = new Map<string, TurnFiles>();
  /** Folders of the workspace with a repository that were heard of, besides those that a look finds. */
  readonly #repositories = new Set<string>([""]);
  /** The same, heard of while they are still searched for. */
  #heard: Set<string> | undefined;
  readonly #allowance = new GitAllowance();
  /** What takes back, and what its user does meanwhile, comes one after the other. */
  #lastChange: Promise<unknown> = Promise.resolve();
  readonly #watchers: FolderWatchers;
  readonly #enforcing = new SingleFlight(() => this.#alone(() => this.#takeBackAll()), 1);
  readonly #noting = new SingleFlight(() => this.#note(), 10);
  /** VS Code does not hear of all that a turn makes deep below. */
  readonly #searching = new SingleFlight(async () => {
    if (await this.#search(false)) await this.#looking.request();
  }, 10);
  readonly #looking = new SingleFlight(async () => {
    await this.#look();
  }, 10);
  /** While a turn runs. */
  #clock: NodeJS.Timeout | undefined;
  /** What its user is saving, and until when that is waited for. */
  readonly #saving = new Map<string, NodeJS.Timeout>();
  /** While none does, and git's files have changed. */
  #soon: NodeJS.Timeout | undefined;

  readonly #scanner: HostScanner;

  constructor(private readonly services: HostGuardServices) {
    const { folder, log } = services;
    this.#scanner = new HostScanner(folder);
    this.#watchers = new FolderWatchers(folder, (path, name) => this.#changed(path, name), log);
  }

  /** Tells what has changed since the last look of an earlier window. Never rejects. */
  async opened(): Promise<void> {
    const { mode, recall } = this.services;
    if (mode() === "off") return;
    const isFirst = (await recall().catch(() => undefined)) === undefined;
    this.#heard = new Set();
    await this.#search(isFirst);
    this.#heard = undefined;
    await this.#look(isFirst);
  }

  /** A turn begins, which writes into this answer. Resolves when it is known what was there before. Never rejects. */
  async begin(turn: string): Promise<void> {
    const mode = this.services.mode();
    if (mode === "off" || this.#turns.has(turn)) return;
    const before = await this.#look();
    this.#addTurn(turn, before);
    if (this.#running.size === 0) this.#allowance.reset(before);
    this.#running.add(turn);
    await this.#watch();
  }

  /** A turn has ended. Resolves with what it has changed; undefined for nothing. Never rejects. */
  async end(turn: string): Promise<HostChanges | undefined> {
    const files = this.#turns.get(turn);
    if (!files || !this.#running.has(turn)) return undefined;
    // What was written last may not have been told yet.
    await this.#enforceSoon();
    const after = await this.#look();
    this.#running.delete(turn);
    if (this.#running.size === 0) this.#unwatch();
    inBackground(this.#searching.request(), this.services.log);
    return files.end(after);
  }

  /** Another window goes on with a turn: what comes of it is told there. */
  leave(turn: string): void {
    this.#running.delete(turn);
    if (this.#running.size === 0) this.#unwatch();
  }

  /** Something at a path of the workspace has changed, in which there may be a repository. */
  touched(path: string): void {
    const repository = repositoryOf(path);
    if (repository === undefined || this.services.mode() === "off") return;
    // While it is not known yet what was there before, nothing can be taken back.
    const heard = this.#heard ?? this.#repositories;
    if (heard.size < REPOSITORIES) heard.add(repository);
    if (this.#running.size > 0) this.#enforce();
    else if (this.#looked) this.#soon ??= setTimer(() => this.#lookAgain(), SETTLED).unref();
  }

  /** What was in a file before a turn and after it, or what was taken back. Throws a `NotAtHandError`. */
  sides(turn: string, path: string): HostSides {
    const files = this.#turns.get(turn);
    if (!files) throw new NotAtHandError();
    return files.sides(path);
  }

  /**
   * Puts a file that a turn has changed back to what it was. Rejects with a `NotAtHandError` where that
   * is not known any more, with a `ChangedSinceError`, and as `writeWorkspaceFile` does.
   */
  async undo(turn: string, path: string): Promise<void> {
    const files = this.#turns.get(turn);
    if (!files?.after) throw new NotAtHandError();
    const [before, after] = [files.before.get(path), files.after.get(path)];
    await this.#act(async () => {
      await this.#restore(path, before, after);
      const entry = (await this.#snapshot()).get(path);
      await this.#accept(path, entry, before);
      this.#rebase(path, entry);
    });
  }

  /** Lets be there what was taken back, if that is still what `print` says. Otherwise as `undo`. */
  async keep(turn: string, path: string, print?: string): Promise<void> {
    const files = this.#turns.get(turn);
    // It may be said twice.
    if (files?.isKept(path)) return;
    const held = files?.held(path);
    if (!held) throw new NotAtHandError();
    if (print !== undefined && print !== held.print) throw new ChangedSinceError();
    await this.#act(async () => {
      await this.#putBack(path, held);
      const known = this.#allowance.get(path)?.settings ?? [];
      const allowed = held.settings ? { ...held, settings: [...known, ...held.settings] } : held;
      await this.#accept(path, (await this.#snapshot()).get(path), allowed);
    });
    for (const other of this.#turns.values()) other.keep(path);
  }

  /** Puts back what was taken back. */
  async #putBack(path: string, held: HostEntry): Promise<void> {
    const now = (await this.#snapshot()).get(path);
    if (held.settings) {
      const text = now?.content?.toString("latin1") ?? "";
      const there = now?.settings ?? [];
      return this.#write(path, replaceSettings(text, there, [...there, ...held.settings]));
    }
    if (!held.content) throw new NotAtHandError();
    if (now?.print !== this.#allowance.get(path)?.print) throw new ChangedSinceError();
    await this.#write(path, held.content, modeOf(held));
  }

  /** Its user is about to save a file. Nothing of it is taken back until that is known to be saved. */
  saving(path: string): void {
    clearTimeout(this.#saving.get(path));
    this.#saving.set(path, setTimer(() => this.#saving.delete(path), SAVED).unref());
  }

  /** Its user has saved this in a file, so that is none of a sandbox's changes. Never rejects. */
  async saved(path: string, text: string): Promise<void> {
    if (this.services.mode() !== "off" && this.#looked && mayBeRun(path))
      await this.#act(async () => {
        const entry = (await this.#snapshot()).get(path);
        // Something else may have been written behind it.
        const isSaved = entry?.content && isText(entry.content, text);
        if (entry?.rule.kind !== "usual" && !isSaved) return;
        await this.#accept(path, entry, entry);
        this.#rebase(path, entry);
      });
    clearTimeout(this.#saving.get(path));
    this.#saving.delete(path);
  }

  dispose(): void {
    clearTimeout(this.#soon);
    this.#unwatch();
  }

  #snapshot(): Promise<HostSnapshot> {
    return this.#scanner.scan(this.#repositories);
  }

  /** Something that its user does, while nothing is looked at or taken back. */
  #act(change: () => Promise<void>): Promise<void> {
    return this.#inTurn(() => this.#alone(change));
  }

  /** One change comes after the other. */
  #alone(change: () => Promise<void>): Promise<void> {
    const changed = this.#lastChange.then(change);
    this.#lastChange = changed.catch(() => undefined);
    return changed;
  }

  /** One look comes after the other. */
  #inTurn<Found>(look: () => Promise<Found>): Promise<Found> {
    const looked = this.#lastLook.then(look);
    this.#lastLook = looked.catch(() => undefined);
    return looked;
  }

  /** Looks, and tells what has changed while no turn ran, unless all is taken as it is. */
  #look(isFirst = false): Promise<HostSnapshot> {
    return this.#inTurn(async () => {
      await this.#recallRepositories();
      const now = await this.#snapshot();
      this.#forgetRepositories(now);
      await this.#compare(now, isFirst);
      this.#last = now;
      return now;
    });
  }

  #lookAgain(): void {
    this.#soon = undefined;
    if (this.#running.size === 0) inBackground(this.#looking.request(), this.services.log);
  }

  /** Remembers what is not as it was when the turns began, since it may be put back before they end. */
  async #note(): Promise<void> {
    if (this.#running.size === 0) return;
    await this.#inTurn(async () => {
      const now = await this.#snapshot();
      for (const files of this.#runningTurns()) files.transient.note(files.before, now);
      const known = this.#known();
      const found = repositoriesIn(now.values()).filter((path) => !known.has(path));
      for (const path of found.slice(0, REPOSITORIES)) this.#repositories.add(path);
      if (found.length > 0) this.#enforce();
    });
    await this.#watchers.follow(this.#watchedFolders());
  }

  /** Searches for repositories. Whether one is found that was not known. Never rejects. */
  async #search(isFirst: boolean): Promise<boolean> {
    try {
      const found = await this.services.findRepositories();
      return await this.#inTurn(() => this.#learn([...found, ...(this.#heard ?? [])], isFirst));
    } catch (error) {
      this.services.log.warn(`Repositories deep below are not known: ${String(error)}`);
      return false;
    }
  }

  /**
   * Takes in repositories that were searched for. What is in those that were not known is not taken back
   * from the turns that run already, and told with them unless it is the first look at all.
   */
  async #learn(found: readonly string[], isFirst: boolean): Promise<boolean> {
    await this.#recallRepositories();
    const known = this.#known();
    const unknown = found.filter((path) => !known.has(path));
    if (unknown.length === 0) return false;
    const there = await this.#scanner.scanGit(unknown);
    this.#allowance.add(there, await this.#scanner.scanGit(known));
    for (const [path, entry] of isFirst ? there.entries : [])
      for (const files of this.#runningTurns())
        if (!files.before.has(path)) files.before = withEntry(files.before, path, entry);
    for (const path of unknown.slice(0, REPOSITORIES)) this.#repositories.add(path);
    return true;
  }

  /** Those that are gone. */
  #forgetRepositories(now: HostSnapshot): void {
    const there = new Set([...now.keys()].map((path) => repositoryOf(path) ?? dirname(path)));
    for (const path of this.#repositories)
      if (path !== "" && !there.has(path)) this.#repositories.delete(path);
  }

  /** Before the first look of this window: those that earlier ones knew, however deep they are. */
  async #recallRepositories(): Promise<void> {
    if (this.#looked) return;
    const before = await this.services.recall().catch(() => undefined);
    for (const path of Object.keys(before ?? {})) {
      const repository = repositoryOf(path) ?? (path.endsWith("/config") ? dirname(path) : "");
      this.#repositories.add(repository);
    }
  }

  #runningTurns(): TurnFiles[] {
    return [...this.#running].flatMap((turn) => this.#turns.get(turn) ?? []);
  }

  #addTurn(turn: string, before: HostSnapshot, after?: HostSnapshot): void {
    this.#turns.set(turn, new TurnFiles(before, after));
    for (const old of [...this.#turns.keys()].slice(0, -TURNS))
      if (!this.#running.has(old)) this.#turns.delete(old);
  }

  /** Takes a file as it is by now. While turns run, so may be what is `allowed`, and what that leads to. */
  async #accept(
    path: string,
    entry: HostEntry | undefined,
    allowed: HostEntry | undefined,
  ): Promise<void> {
    const look = await this.#scanner.scanGit(this.#watched());
    this.#allowance.extend(look, () => this.#allowance.set(path, allowed));
    this.#last = withEntry(this.#last, path, entry);
    await this.services
      .remember(remembered(this.#last))
      .catch((error: unknown) => this.services.log.warn(`A look is not kept: ${String(error)}`));
  }

  /** What its user has done to a file is nothing that the turns have changed which run. */
  #rebase(path: string, entry: HostEntry | undefined): void {
    for (const files of this.#runningTurns()) files.rebase(path, entry);
  }

  async #compare(now: HostSnapshot, isFirst: boolean): Promise<void> {
    const { recall, remember, onChanged, log } = this.services;
    try {
      // Another window may have looked, and told of it.
      const before = (await recall()) ?? (this.#looked ? remembered(this.#last) : undefined);
      this.#looked = true;
      const after = remembered(now);
      if (isDeepStrictEqual(before, after)) return;
      // Told all the same, where it cannot be kept.
      await remember(after).catch((error: unknown) =>
        log.warn(`A look is not kept: ${String(error)}`),
      );
      // What changes while turns run is told with them.
      if (before === undefined || isFirst || this.#running.size > 0) return;
      const { files } = hostChanges(before, now);
      if (files.length === 0) return;
      const since = `since-${++this.#count}`;
      this.#addTurn(since, recalled(before, this.#last, now), now);
      onChanged(since, files);
    } catch (error) {
      log.warn(`What has changed of what this machine runs is not known: ${String(error)}`);
    }
  }

  /** Puts a file back, if it still is as it is expected. */
  async #restore(
    path: string,
    wanted: HostEntry | undefined,
    expected: HostEntry | undefined,
  ): Promise<void> {
    const now = (await this.#snapshot()).get(path);
    if (now?.print === wanted?.print) return;
    if (now?.print !== expected?.print) throw new ChangedSinceError();
    if (now?.settings && now.content) {
      const text = now.content.toString("latin1");
      return this.#write(path, replaceSettings(text, now.settings, wanted?.settings ?? []));
    }
    if (wanted && !wanted.content) throw new NotAtHandError();
    // No link is written over.
    if (now && isLink(now)) await this.#write(path, undefined);
    await this.#write(path, wanted?.content, wanted && modeOf(wanted));
  }

  /** `mode` are the permissions; else it keeps those that it has. */
  async #write(path: string, content: Buffer | string | undefined, mode?: number): Promise<void> {
    const { folder } = this.services;
    const bytes = typeof content === "string" ? Buffer.from(content, "latin1") : content;
    const write = () => writeWorkspaceFile(folder, path, bytes, mode);
    try {
      await write();
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (!["EACCES", "EPERM"].includes(code)) throw error;
      await makeWritable(folder, path);
      await write();
    }
  }

  /** Looks each time that something changes, from now on. */
  async #watch(): Promise<void> {
    // What is deeper down tells of no change.
    this.#clock ??= setInterval(() => {
      this.#enforce();
      inBackground(this.#noting.request(), this.services.log);
    }, EVERY).unref();
    await this.#watchers.follow(this.#watchedFolders());
    await this.#enforceSoon();
  }

  #changed(folder: string, name: string | null): void {
    const isOfGit = /(^|[\\/])(\.git|hooks)$/.test(folder);
    if (isOfGit || name === null || canonicalName(name) === ".git") this.#enforce();
    if (!isOfGit && name !== null && mayBeRun(`${folder}/${name}`))
      inBackground(this.#noting.request(), this.services.log);
  }

  /** The folders with a repository, those first that were there when the turns began. */
  #known(): Set<string> {
    const found = repositoriesIn([...this.#allowance.entries, ...this.#last.values()]);
    return new Set(["", ...found, ...this.#repositories]);
  }

  #watched(): string[] {
    return [...this.#known()].slice(0, WATCHED);
  }

  #watchedFolders(): string[] {
    const inside = (repository: string) => [".git", ".git/hooks"].map((at) => join(repository, at));
    return [".vscode", ...this.#watched().flatMap((path) => [path, ...inside(path)])];
  }

  #unwatch(): void {
    clearInterval(this.#clock);
    this.#clock = undefined;
    this.#watchers.close();
  }

  #enforce(): void {
    inBackground(this.#enforcing.request(), this.services.log);
  }

  /** Resolves when what git would run is taken back, or that goes on for longer than anybody should wait. */
  async #enforceSoon(): Promise<void> {
    if (this.services.mode() !== "block") return;
    const waiting = new AbortController();
    const { signal } = waiting;
    const limit = setTimeout(PATIENCE, undefined, { signal, ref: false }).catch(() => undefined);
    const enforced = this.#enforcing
      .request()
      .catch((error: unknown) =>
        this.services.log.warn(`What git runs is not looked after: ${String(error)}`),
      );
    await Promise.race([enforced, limit]);
    waiting.abort();
  }

  /** Takes back what git would run and was not there before. */
  async #takeBackAll(): Promise<void> {
    if (this.services.mode() !== "block" || this.#running.size === 0) return;
    const look = await this.#scanner.scanGit(this.#watched());
    for (const entry of this.#allowance.violations(look, (path) => this.#saving.has(path)))
      await this.#takeBack(entry).catch((error: unknown) => {
        this.services.log.warn(`${entry.path} could not be taken back: ${String(error)}`);
        this.#tellStuck(entry);
      });
    await this.#watchers.follow(this.#watchedFolders());
  }

  /** Takes back what git would run of a file, or what leads to that. Rejects where it cannot be. */
  async #takeBack(entry: HostEntry): Promise<void> {
    const { path, settings } = entry;
    const allowed = this.#allowance.get(path);
    if (settings) {
      const extra = this.#allowance.extraSettings(entry);
      await this.#write(path, this.#allowance.withoutExtra(entry, extra));
      this.#hold({ ...entry, settings: extra });
      return;
    }
    // No link is written over.
    if (isLink(entry)) await this.#write(path, undefined);
    if (allowed?.content) await this.#write(path, allowed.content, modeOf(allowed));
    else if (!isLink(entry) && (!allowed || isLink(allowed))) await this.#write(path, undefined);
    else if (!isLink(entry)) {
      // Nobody knows any more what was there.
      if (entry.rule !== GIT_RULES.hook || process.platform === "win32") throw new NotAtHandError();
      await makeNotExecutable(this.services.folder, path);
    }
    this.#hold(entry);
  }

  /** Remembers what was taken back, and tells of it unless the same has been told. */
  #hold(entry: HostEntry): void {
    const change = this.#allowance.get(entry.path) ? "changed" : "added";
    for (const turn of this.#running) {
      const file = this.#turns.get(turn)?.hold(entry, change);
      if (file) this.services.onHeldBack({ turn, file, print: entry.print });
    }
  }

  #tellStuck(entry: HostEntry): void {
    const change = this.#allowance.get(entry.path) ? "changed" : "added";
    const [file] = this.#runningTurns().flatMap((files) => files.stuck(entry, change) ?? []);
    if (file) this.services.onStuck(file);
  }
}

/** The folder in which there may be a repository, by the path of something in it; undefined for others. */
export function repositoryOf(path: string): string | undefined {
  const names = path.split("/");
  const git = names.findIndex((name) => canonicalName(name) === ".git");
  // A folder that has a HEAD may be a repository by itself.
  const isHead = canonicalName(names.at(-1) ?? "") === "head";
  return git < 0 && !isHead ? undefined : names.slice(0, git < 0 ? -1 : git).join("/");
}

const repositoriesIn = (entries: Iterable<HostEntry>): string[] =>
  [...entries].flatMap(({ path, rule }) =>
    rule === GIT_RULES.repository && path.endsWith(".git") ? (repositoryOf(path) ?? []) : [],
  );

/** A look that was kept: with its contents as far as the last one of this window knows them. */
const recalled = (before: Remembered, last: HostSnapshot, now: HostSnapshot): HostSnapshot =>
  new Map(
    Object.entries(before).map(([path, known]): [string, HostEntry] => {
      const entry = last.get(path);
      if (entry?.print === known.print) return [path, entry];
      const settings = knownSettings(known, now.get(path)?.settings ?? []);
      const rule = { ...known, path, source: "" };
      return [path, { path, rule, print: known.print, ...(known.settings && { settings }) }];
    }),
  );

const isLink = ({ print }: HostEntry): boolean => print.startsWith("link:");

/** Its permissions; where they are not known any more, those that keep others out. */
const modeOf = ({ print, mode }: HostEntry): number =>
  mode ?? (print.startsWith("x:") ? 0o700 : 0o600);

/** Whether a file has this text, in whatever encoding an editor has saved it. */
const isText = (content: Buffer, text: string): boolean =>
  ["utf-8", "utf-16le", "utf-16be", "latin1"].some(
    (encoding) => new TextDecoder(encoding).decode(content) === text,
  );
