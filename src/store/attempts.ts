/**
 * What a process is at work on, in a small file of its own: who finds that of a process that is gone
 * knows what it ended at. A record that no process survives is so told from one that a process was at
 * when its user ended it: the next who comes to the same step of the same record tries it again, and
 * counts. Windows that are ended together count as one, since each counts on from those before it.
 */
import {
  closeSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import { isGone } from "./checkpointLock";

/** The steps of a line of the journal: to read and apply it, and to index the messages that it has changed. */
export type Step = "apply" | "index";

/** What is smaller can exhaust nothing, and is not written down, in bytes: most commits are. */
const SMALL = 16 * 1024;

const NAME = /^threads\.applying-(.+)-(\d+)-(\d+)-\d+$/;
/** What stands in such a file while something is done: the step, the line's checksum, and the count. */
const CONTENT = /^(apply|index) ([0-9a-f]{16}) (\d{1,6})$/;
/** Of a process of another machine only its age tells that it is gone, in milliseconds. */
const OLD = 24 * 60 * 60 * 1000;

/** What a process that is gone has left: the step of a line that it ended at, and which one in a row it was. */
interface Death {
  readonly path: string;
  readonly key: string;
  readonly count: number;
}

let made = 0;

export class Attempts {
  readonly #path: string;
  readonly #deaths: readonly Death[];
  readonly #counts = new Map<string, number>();
  /** The steps that were come to here and had ended others. */
  readonly #met = new Set<string>();
  #file: number | undefined;
  #begun = false;
  #writes = true;

  constructor(folder: string) {
    this.#path = join(folder, `threads.applying-${host()}-${process.pid}-${threadId}-${made++}`);
    this.#deaths = deathsIn(folder);
    for (const { key, count } of this.#deaths)
      this.#counts.set(key, Math.max(count, this.#counts.get(key) ?? 0));
  }

  /**
   * How many processes, one after the other, have ended at a step of a line, which is begun now. `size` is
   * that of what is worked on.
   */
  begin(step: Step, line: string, size: number): number {
    if (size < SMALL) return 0;
    const key = `${step} ${line}`;
    const count = this.#counts.get(key) ?? 0;
    if (count > 0) this.#met.add(key);
    this.#write(`${key} ${count + 1}`);
    return count;
  }

  /** Nothing is at work any more. */
  end(): void {
    if (!this.#begun || this.#file === undefined) return;
    this.#begun = false;
    if (this.#writes) ftruncateSync(this.#file, 0);
  }

  /**
   * Forgets what is left of processes that are gone, when the journal was read: what is held against a
   * line, from `blamed` on, is kept for as long as the line is there.
   */
  settle(blamed: number): void {
    if (!this.#writes) return;
    for (const { path, key, count } of this.#deaths)
      if (count < blamed || !this.#met.has(key)) rmSync(path, { force: true });
  }

  /** From now on nothing is written here. */
  stopWriting(): void {
    this.#writes = false;
  }

  close(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
    if (this.#writes) rmSync(this.#path, { force: true });
  }

  /** It need not survive the machine, so it is not synced. A disk that refuses it keeps nobody from reading. */
  #write(content: string): void {
    if (!this.#writes) return;
    try {
      this.#file ??= openSync(this.#path, "w", 0o600);
      this.#begun = true;
      // The longest first, so that the end of one is never read behind another.
      writeSync(this.#file, content.padEnd(32), 0);
    } catch {
      this.#writes = this.#file !== undefined;
    }
  }
}

/** What processes that are gone have left in a folder. */
function deathsIn(folder: string): Death[] {
  return readdirSync(folder).flatMap((name): Death[] => {
    const path = join(folder, name);
    const [, machine, pid, thread] = NAME.exec(name) ?? [];
    if (machine === undefined || !hasEnded(machine, Number(pid), Number(thread), path)) return [];
    const [, step = "", line = "", count = 0] = CONTENT.exec(beginningOf(path)) ?? [];
    return [{ path, key: `${step} ${line}`, count: Number(count) }];
  });
}

function hasEnded(machine: string, pid: number, thread: number, path: string): boolean {
  // An earlier worker of this process is not there any more, or this one would not have been started.
  if (machine === host() && pid === process.pid) return thread !== threadId;
  return isGone(`${machine === host() ? hostname() : ""}/${pid}`) || isOld(path);
}

const host = (): string => encodeURIComponent(hostname());

function isOld(path: string): boolean {
  const file = statSync(path, { throwIfNoEntry: false });
  return file !== undefined && Date.now() - file.mtimeMs > OLD;
}

function beginningOf(path: string): string {
  try {
    return readFileSync(path, "latin1").slice(0, 100).trimEnd();
  } catch {
    return "";
  }
}
