/** What is known of a turn: what was there when it began, what came of it, and what was taken back. */
import { isDeepStrictEqual } from "node:util";
import type { HostFile } from "../shared/hostFile";
import { BoundedEntries } from "./boundedEntries";
import { type GitSetting, withSettingsOf } from "./gitConfig";
import { changedSettings, type HostChanges, hostChanges, remembered } from "./hostChanges";
import type { HostEntry, HostSnapshot } from "./hostLook";
import { TransientChanges } from "./transientChanges";

/** So many files that were taken back are known. */
const HELD = 200;

/** A file on both sides of a turn; undefined where it was not, or is too long to be kept. */
export interface HostSides {
  readonly before: Buffer | undefined;
  readonly after: Buffer | undefined;
}

export class TurnFiles {
  /** Those that were taken back, as Claude made them. */
  readonly #held = new BoundedEntries(HELD);
  readonly #told = new Map<string, HostFile>();
  /** What was taken back, and let be there after all. */
  readonly #kept = new Set<string>();
  /** Which of those that could not be taken back were told. */
  readonly #stuck = new Map<string, string>();
  readonly transient = new TransientChanges();

  constructor(
    public before: HostSnapshot,
    public after?: HostSnapshot,
  ) {}

  /** Remembers what was taken back. Returns what is to be told of it; undefined if that was told already. */
  hold(entry: HostEntry, change: HostFile["change"]): HostFile | undefined {
    const { path } = entry;
    const before = this.#held.get(path);
    const whole = withSettingsOf(before, entry);
    if (!this.#held.set(path, whole)) return undefined;
    const file: HostFile = { ...fileOf(whole, change), outcome: "heldBack" };
    const isNews = before?.print !== entry.print || !isDeepStrictEqual(this.#told.get(path), file);
    this.#told.set(path, file);
    return isNews ? file : undefined;
  }

  /** What could not be taken back, if that is to be told. */
  stuck(entry: HostEntry, change: HostFile["change"]): HostFile | undefined {
    if (this.#stuck.get(entry.path) === entry.print || this.#stuck.size >= HELD) return undefined;
    this.#stuck.set(entry.path, entry.print);
    return fileOf(entry, change);
  }

  held(path: string): HostEntry | undefined {
    return this.#held.get(path);
  }

  isKept(path: string): boolean {
    return this.#kept.has(path);
  }

  /** What was taken back is there again. */
  keep(path: string): void {
    if (!this.#told.delete(path)) return;
    this.#held.delete(path);
    this.#kept.add(path);
  }

  /** What its user has changed is none of the turn's changes. */
  rebase(path: string, entry: HostEntry | undefined): void {
    this.before = withEntry(this.before, path, entry);
    this.transient.forget(path);
  }

  /** What has changed when the turn has ended; undefined for nothing. */
  end(after: HostSnapshot): HostChanges | undefined {
    this.after = after;
    const { files, usual } = hostChanges(remembered(this.before), after);
    const changed = files.map((file) =>
      this.isKept(file.path) ? { ...file, outcome: "kept" as const } : file,
    );
    const told = [...this.#told.values(), ...changed];
    const reverted = this.transient.files(this.before, told);
    const all = [...told, ...reverted.map((file) => ({ ...file, outcome: "reverted" as const }))];
    return all.length + usual.length > 0 ? { files: all, usual } : undefined;
  }

  sides(path: string): HostSides {
    const before = this.before.get(path);
    const after = this.after?.get(path);
    const isBack = !this.after || after?.print === before?.print;
    const shown = this.held(path) ?? (isBack ? this.transient.get(path) : undefined) ?? after;
    return { before: before?.content, after: shown?.content };
  }
}

export function withEntry(
  snapshot: HostSnapshot,
  path: string,
  entry: HostEntry | undefined,
): HostSnapshot {
  const changed = new Map(snapshot);
  if (entry) changed.set(path, entry);
  else changed.delete(path);
  return changed;
}

/** As it is told; of a configuration, `settings` are those that count. */
function fileOf({ path, rule, settings }: HostEntry, change: HostFile["change"]): HostFile {
  const { program, moment } = rule;
  const keys = (all: readonly GitSetting[]) => [...new Set(all.map(({ key }) => key))];
  return settings
    ? changedSettings(path, keys(settings), change)
    : { path, change, program, moment };
}
