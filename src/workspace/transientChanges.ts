/** What was not as before at some moment of a turn, whatever it is at the turn's end. */
import type { HostFile } from "../shared/hostFile";
import { identityOf } from "./gitConfig";
import { hostChanges, remembered } from "./hostChanges";
import { type HostEntry, type HostSnapshot, TOO_MANY } from "./hostSnapshot";

/** So many files are remembered, and so many bytes of them. A hostile turn may make others each time. */
const FILES = 1000;
const BYTES = 16 * 1024 * 1024;
/** The same of one configuration's settings. */
const SETTINGS = 1000;

export class TransientChanges {
  /** As it was last seen to differ; undefined for what was not there. */
  readonly #seen = new Map<string, HostEntry | undefined>();
  #bytes = 0;

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
    const known = new Set(told.map(({ path }) => path));
    const { files } = hostChanges(remembered(before), during);
    return files.filter(({ path }) => !known.has(path));
  }

  #set(path: string, entry: HostEntry | undefined): void {
    const known = this.#seen.get(path);
    if (known && known.print === entry?.print) return;
    if (!this.#seen.has(path) && this.#seen.size >= FILES) {
      this.#seen.set(TOO_MANY.path, TOO_MANY);
      return;
    }
    this.#seen.set(path, entry && this.#bounded(together(known, entry)));
  }

  #bounded(entry: HostEntry): HostEntry {
    this.#bytes += entry.content?.length ?? 0;
    if (this.#bytes <= BYTES) return entry;
    const { path, rule, print, settings } = entry;
    return { path, rule, print, ...(settings && { settings }) };
  }
}

/** With the settings of both, where it is a configuration of git's that was seen before. */
function together(known: HostEntry | undefined, entry: HostEntry): HostEntry {
  if (!known?.settings || !entry.settings) return entry;
  const now = new Set(entry.settings.map(identityOf));
  const gone = known.settings.filter((setting) => !now.has(identityOf(setting)));
  return { ...entry, settings: [...gone, ...entry.settings].slice(-SETTINGS) };
}
