import { lastSettings } from "./gitConfig";
import type { HostEntry } from "./hostLook";

/** So many bytes of contents and settings are kept of a turn. */
const BYTES = 16 * 1024 * 1024;

/** Entries that are kept of a turn by their paths: a hostile one may make others each time. */
export class BoundedEntries {
  readonly #entries = new Map<string, HostEntry | undefined>();
  #bytes = 0;

  /** At most so many. */
  constructor(private readonly most: number) {}

  get isFull(): boolean {
    return this.#entries.size >= this.most;
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  get(path: string): HostEntry | undefined {
    return this.#entries.get(path);
  }

  [Symbol.iterator](): Iterator<[string, HostEntry | undefined]> {
    return this.#entries.entries();
  }

  /** Keeps an entry, without what there is no more room for. False where there are too many. */
  set(path: string, entry: HostEntry | undefined): boolean {
    if (this.isFull && !this.has(path)) return false;
    this.delete(path);
    const whole = entry?.settings ? { ...entry, settings: lastSettings(entry.settings) } : entry;
    const kept = whole && this.#bytes + sizeOf(whole) > BYTES ? bare(whole) : whole;
    this.#bytes += kept ? sizeOf(kept) : 0;
    this.#entries.set(path, kept);
    return true;
  }

  delete(path: string): void {
    const known = this.#entries.get(path);
    this.#bytes -= known ? sizeOf(known) : 0;
    this.#entries.delete(path);
  }
}

const bare = ({ path, rule, print }: HostEntry): HostEntry => ({ path, rule, print });

function sizeOf({ content, settings = [] }: HostEntry): number {
  const length = settings.reduce((sum, { key, value = "" }) => sum + key.length + value.length, 0);
  return (content?.length ?? 0) + length;
}
