import { dirname, join } from "node:path";
import { setTimeout as setTimer } from "node:timers";
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { HostFile } from "../shared/hostFile";
import { inBackground } from "../shared/inBackground";
import { FolderWatchers } from "./folderWatchers";
import { dangerousSettings, type GitSetting, identityOf, withDangerous } from "./gitConfig";
import {
  changedSettings,
  type HostChanges,
  hostChanges,
  knownSettings,
  type Remembered,
  remembered,
} from "./hostChanges";
import { GIT_RULES } from "./hostPrograms";
import {
  canonicalName,
  GIT,
  type HostEntry,
  HostScanner,
  type HostSnapshot,
  mayBeRun,
} from "./hostSnapshot";
import { SingleFlight } from "./singleFlight";
import { TransientChanges } from "./transientChanges";
import { writeWorkspaceFile } from "./workspaceFiles";

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
  /** Told of what has changed while no turn ran; `turn` stands for that time. */
  readonly onChanged: (turn: string, files: readonly HostFile[]) => void;
  readonly log: { warn(message: string): void };
}

/** A file on both sides of a turn; undefined where it was not, or is too long to be kept. */
export interface HostSides {
  readonly before: Buffer | undefined;
  readonly after: Buffer | undefined;
}

/** What is known of a turn: what was there when it began, and what was taken back or came of it. */
interface TurnFiles {
  before: HostSnapshot;
  after: HostSnapshot | undefined;
  readonly held: Map<string, HeldFile>;
  readonly transient: TransientChanges;
  /** What was taken back, and let be there after all. */
  readonly kept: Set<string>;
}

interface HeldFile {
  readonly file: HostFile;
  /** As Claude made it. */
  readonly entry: HostEntry;
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
/** Of a turn, so many files that were taken back are known, and so many settings of each. */
const HELD = 200;
const HELD_SETTINGS = 1000;
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
  /** What of git's may be there while turns run. */
  #allowed = new Map<string, HostEntry>();
  readonly #watchers: FolderWatchers;
  readonly #enforcing = new SingleFlight(() => this.#takeBackAll(), 1);
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
    if (this.#running.size === 0) this.#allow(before);
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
    files.after = after;
    const { files: changed, usual } = hostChanges(remembered(files.before), after);
    const told = [
      ...[...files.held.values()].map(({ file }) => file),
      ...changed.map((file) =>
        files.kept.has(file.path) ? { ...file, outcome: "kept" as const } : file,
      ),
    ];
    const reverted = files.transient.files(files.before, told);
    const all = [...told, ...reverted.map((file) => ({ ...file, outcome: "reverted" as const }))];
    inBackground(this.#searching.request(), this.services.log);
    return all.length + usual.length > 0 ? { files: all, usual } : undefined;
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
    const before = files.before.get(path);
    const held = files.held.get(path)?.entry;
    const after = files.after?.get(path);
    const isBack = !files.after || after?.print === before?.print;
    const shown = held ?? (isBack ? files.transient.get(path) : undefined) ?? after;
    return { before: before?.content, after: shown?.content };
  }

  /**
   * Puts a file that a turn has changed back to what it was. Rejects with a `NotAtHandError` where that
   * is not known any more, with a `ChangedSinceError`, and as `writeWorkspaceFile` does.
   */
  async undo(turn: string, path: string): Promise<void> {
    const files = this.#turns.get(turn);
    if (!files?.after) throw new NotAtHandError();
    const [before, after] = [files.before.get(path), files.after.get(path)];
    await this.#inTurn(async () => {
      // Not taken back again from the turns that run now.
      const allowed = this.#allowed.get(path);
      this.#permit(path, before);
      await this.#restore(path, before, after).catch((error: unknown) => {
        this.#permit(path, allowed);
        throw error;
      });
      this.#rebase(path, await this.#accept(path));
    });
  }

  /** Lets be there what was taken back, if that is still what `print` says. Otherwise as `undo`. */
  async keep(turn: string, path: string, print?: string): Promise<void> {
    const files = this.#turns.get(turn);
    // It may be said twice.
    if (files?.kept.has(path)) return;
    const held = files?.held.get(path);
    if (!held) throw new NotAtHandError();
    if (print !== undefined && print !== held.entry.print) throw new ChangedSinceError();
    await this.#inTurn(async () => {
      await this.#putBack(path, held.entry);
      await this.#accept(path);
    });
    for (const { held, kept } of this.#turns.values()) if (held.delete(path)) kept.add(path);
  }

  /** Puts back what was taken back, and allows it. */
  async #putBack(path: string, entry: HostEntry): Promise<void> {
    const allowed = this.#allowed.get(path);
    const now = (await this.#snapshot()).get(path);
    const both = (one: HostEntry | undefined) => [
      ...(one?.settings ?? []),
      ...(entry.settings ?? []),
    ];
    if (entry.settings) {
      this.#allowed.set(path, { ...entry, settings: both(allowed) });
      const text = now?.content?.toString("latin1") ?? "";
      await this.#write(path, rewritten(text, now, both(now)));
    } else {
      if (!entry.content) throw new NotAtHandError();
      if (now?.print !== allowed?.print) throw new ChangedSinceError();
      this.#allowed.set(path, entry);
      await this.#write(path, entry.content, modeOf(entry));
    }
  }

  /** Its user is about to save a file. Nothing of it is taken back until that is known to be saved. */
  saving(path: string): void {
    clearTimeout(this.#saving.get(path));
    this.#saving.set(path, setTimer(() => this.#saving.delete(path), SAVED).unref());
  }

  /** Its user has saved this in a file, so that is none of a sandbox's changes. Never rejects. */
  async saved(path: string, text: string): Promise<void> {
    if (this.services.mode() !== "off" && this.#looked && mayBeRun(path))
      await this.#inTurn(async () => {
        const entry = (await this.#snapshot()).get(path);
        // Something else may have been written behind it.
        const isUsual = entry?.rule.kind === "usual";
        if (!isUsual && !entry?.content?.equals(Buffer.from(text))) return;
        this.#rebase(path, entry);
        await this.#keepEntry(path, entry);
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
    const entries = await this.#scanner.scanGit(unknown);
    for (const [path, entry] of entries) {
      if (!this.#allowed.has(path)) this.#allowed.set(path, entry);
      for (const files of isFirst ? this.#runningTurns() : [])
        if (!files.before.has(path)) files.before = withEntry(files.before, path, entry);
    }
    for (const path of unknown.slice(0, REPOSITORIES)) this.#repositories.add(path);
    return unknown.length > 0;
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
    const transient = new TransientChanges();
    this.#turns.set(turn, { before, after, held: new Map(), kept: new Set(), transient });
    for (const old of [...this.#turns.keys()].slice(0, -TURNS))
      if (!this.#running.has(old)) this.#turns.delete(old);
  }

  /** Takes a file as it is by now. */
  async #accept(path: string): Promise<HostEntry | undefined> {
    const entry = (await this.#snapshot()).get(path);
    await this.#keepEntry(path, entry);
    return entry;
  }

  async #keepEntry(path: string, entry: HostEntry | undefined): Promise<void> {
    this.#last = withEntry(this.#last, path, entry);
    await this.services
      .remember(remembered(this.#last))
      .catch((error: unknown) => this.services.log.warn(`A look is not kept: ${String(error)}`));
  }

  /** What its user has done to a file is nothing that the turns have changed which run. */
  #rebase(path: string, entry: HostEntry | undefined): void {
    this.#permit(path, entry);
    for (const files of this.#runningTurns()) {
      files.before = withEntry(files.before, path, entry);
      files.transient.forget(path);
    }
  }

  /** From now on a file may be as it is here. */
  #permit(path: string, entry: HostEntry | undefined): void {
    if (entry && GIT.has(entry.rule)) this.#allowed.set(path, entry);
    else this.#allowed.delete(path);
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
      return this.#write(path, rewritten(text, now, wanted?.settings ?? []));
    }
    if (wanted && !wanted.content) throw new NotAtHandError();
    // No link is written over.
    if (now && isLink(now)) await this.#write(path, undefined);
    await this.#write(path, wanted?.content, wanted && modeOf(wanted));
  }

  /** `mode` are the permissions; else it keeps those that it has. */
  #write(path: string, content: Buffer | string | undefined, mode?: number): Promise<void> {
    const bytes = typeof content === "string" ? Buffer.from(content, "latin1") : content;
    return writeWorkspaceFile(this.services.folder, path, bytes, mode);
  }

  /** From now on what git would run may be there as it is in this look, and no other. */
  #allow(snapshot: HostSnapshot): void {
    this.#allowed = new Map([...snapshot].filter(([, { rule }]) => GIT.has(rule)));
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
    const found = repositoriesIn([...this.#allowed.values(), ...this.#last.values()]);
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
    const now = await this.#scanner.scanGit(this.#watched());
    const wanted = new Set(
      [...now.values()]
        .filter((entry) => this.#isToTakeBack(entry))
        // What is behind a way that is new may have been there all along: it is the way that goes.
        .map((entry) => this.#changedPointer(entry, now) ?? entry),
    );
    for (const entry of wanted)
      await this.#takeBack(entry).catch((error: unknown) =>
        this.services.log.warn(`${entry.path} could not be taken back: ${String(error)}`),
      );
    await this.#watchers.follow(this.#watchedFolders());
  }

  /** Whether git would run something of it that was not there when the turns began. */
  #isToTakeBack(entry: HostEntry): boolean {
    const { path, rule, print, settings } = entry;
    if (this.#allowed.get(path)?.print === print || this.#saving.has(path)) return false;
    if (settings) return this.#extraSettings(entry).length > 0;
    return rule === GIT_RULES.hook || rule === GIT_RULES.config || isShared(path);
  }

  #extraSettings({ path, settings = [] }: HostEntry): readonly GitSetting[] {
    const known = new Set(this.#allowed.get(path)?.settings?.map(identityOf));
    return settings.filter((setting) => !known.has(identityOf(setting)));
  }

  /** The first on the way to a file that is not as it was when the turns began. */
  #changedPointer(entry: HostEntry, now: HostSnapshot): HostEntry | undefined {
    const passed = new Set<string>();
    let changed: HostEntry | undefined;
    for (let path = entry.through; path !== undefined && !passed.has(path);) {
      passed.add(path);
      const pointer = now.get(path);
      if (pointer && pointer.print !== this.#allowed.get(path)?.print) changed = pointer;
      path = pointer?.through;
    }
    return changed;
  }

  /** Takes back what git would run of a file, or what leads to that, if it was not there when the turns began. */
  async #takeBack(entry: HostEntry): Promise<void> {
    const { path, rule, settings, content, through } = entry;
    const allowed = this.#allowed.get(path);
    const change = allowed ? "changed" : "added";
    if (settings && content) {
      const extra = this.#extraSettings(entry);
      if (extra.length === 0) return;
      const keys = [...new Set(extra.map(({ key }) => key))];
      const wanted = [
        ...settings.filter((setting) => !extra.includes(setting)),
        ...(allowed?.settings?.filter(({ key }) => keys.includes(key)) ?? []),
      ];
      await this.#write(path, rewritten(content.toString("latin1"), entry, wanted));
      this.#hold({ ...entry, settings: extra }, changedSettings(path, keys, change));
    } else if (!settings) {
      // What could not be given back is left where it may have been all along.
      if (through !== undefined && !content && !isLink(entry)) return;
      // A configuration that cannot be read, such as a link, goes as a whole.
      if (isLink(entry)) await this.#write(path, undefined);
      if (allowed?.content || !isLink(entry))
        await this.#write(path, allowed?.content, allowed && modeOf(allowed));
      this.#hold(entry, { path, change, program: rule.program, moment: rule.moment });
    }
  }

  /** Remembers what was taken back, and tells of it unless the same has been told. */
  #hold(entry: HostEntry, file: HostFile): void {
    for (const turn of this.#running) {
      const held = this.#turns.get(turn)?.held;
      const before = held?.get(file.path);
      const now = new Set(entry.settings?.map(identityOf));
      const settings = before?.entry.settings?.filter((one) => !now.has(identityOf(one)));
      const keys = file.keys && [...new Set([...(before?.file.keys ?? []), ...file.keys])];
      const whole: HostFile = { ...file, ...(keys && { keys }), outcome: "heldBack" };
      const all = entry.settings && [...(settings ?? []), ...entry.settings].slice(-HELD_SETTINGS);
      if (!held || (!before && held.size >= HELD)) continue;
      held.set(file.path, { file: whole, entry: { ...entry, ...(all && { settings: all }) } });
      const { print } = entry;
      if (!isDeepStrictEqual(before?.file, whole) || before?.entry.print !== print)
        this.services.onHeldBack({ turn, file: whole, print });
    }
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

/** A configuration of git's with these dangerous settings, and those that are none where they stand. */
const rewritten = (
  text: string,
  entry: HostEntry | undefined,
  wanted: readonly Pick<GitSetting, "key" | "value">[],
): string => {
  const known = new Set(entry?.settings?.map(identityOf));
  const harmless = dangerousSettings(text).filter((setting) => !known.has(identityOf(setting)));
  return withDangerous(text, [...harmless, ...wanted]);
};

function withEntry(
  snapshot: HostSnapshot,
  path: string,
  entry: HostEntry | undefined,
): HostSnapshot {
  const changed = new Map(snapshot);
  if (entry) changed.set(path, entry);
  else changed.delete(path);
  return changed;
}

/** The file by which a repository has its configuration from elsewhere. */
const isShared = (path: string): boolean => path.endsWith("/commondir");

const isLink = ({ print }: HostEntry): boolean => print.startsWith("link:");

/** Its permissions; where they are not known any more, those that keep others out. */
const modeOf = ({ print, mode }: HostEntry): number =>
  mode ?? (print.startsWith("x:") ? 0o700 : 0o600);
