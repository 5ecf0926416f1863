/** What was not as before at some moment of a turn, whatever it is at the turn's end. */
import type { HostFile } from "../shared/hostFile";
import { BoundedEntries } from "./boundedEntries";
import { withSettingsOf } from "./gitConfig";
import { hostChanges, remembered } from "./hostChanges";
import { type HostEntry, type HostSnapshot, TOO_MANY } from "./hostLook";

/** So many files are remembered. */
const FILES = 1000;

export class TransientChanges {
  /** As it was last seen to differ; undefined for what was not there. */
  readonly #seen = new BoundedEntries(FILES);
  #isCut = false;

  /** Remembers what of a look during the turn is not as it was before. */
  note(before: HostSnapshot, now: HostSnapshot): void {
    for (const [path, entry] of now)
      if (entry.rule.kind === "silent" && before.get(path)?.print !== entry.print)
        this.#set(path, entry);
    for (const path of before.keys())
      if (!now.has(path) && !this.#seen.has(path)) this.#set(path, undefined);
  }

  /** Its user has changed it. */
  forget(path: string): void {
    this.#seen.delete(path);
  }

  /** A file as it was seen to differ. */
  get(path: string): HostEntry | undefined {
    return this.#seen.get(path);
  }

  /** What was seen to differ, besides what is told already. */
  files(before: HostSnapshot, told: readonly HostFile[]): HostFile[] {
    const during = new Map(before);
    for (const [path, entry] of this.#seen)
      if (entry) during.set(path, entry);
      else during.delete(path);
    if (this.#isCut) during.set(TOO_MANY.path, TOO_MANY);
    const known = new Set(told.map(({ path }) => path));
    const { files } = hostChanges(remembered(before), during);
    return files.filter(({ path }) => !known.has(path));
  }

  #set(path: string, entry: HostEntry | undefined): void {
    const known = this.#seen.get(path);
    if (known && known.print === entry?.print) return;
    this.#isCut ||= !this.#seen.set(path, entry && withSettingsOf(known, entry));
  }
}
