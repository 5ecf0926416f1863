/** How many of Claude's processes there may be in this window, and who waits for one. */
export interface ClaudeLimits {
  /** Turns at once. */
  readonly turns: number;
  /** Processes that are kept without anything to do. */
  readonly idle: number;
}

interface Waiting {
  readonly admit: () => void;
  readonly moved: (ahead: number) => void;
}

/** Shared by all sessions of a window: turns beyond the limit wait in line, and the longest idle go. */
export class ClaudePool {
  readonly #limits: () => ClaudeLimits;
  #turns = 0;
  readonly #waiting: Waiting[] = [];
  /** The longest idle first. */
  readonly #idle = new Set<{ retire(): void }>();

  constructor(limits: () => ClaudeLimits) {
    this.#limits = limits;
  }

  /**
   * Waits until one more turn may run. `moved` is told how many are ahead in the line, as often as that
   * changes, and not at all if nobody is. Resolves with how to leave; undefined if `signal` came first.
   */
  enter(moved: (ahead: number) => void, signal: AbortSignal): Promise<(() => void) | undefined> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(undefined);
      const waiting: Waiting = {
        admit: () => {
          signal.removeEventListener("abort", giveUp);
          this.#turns++;
          resolve(once(() => this.#leave()));
        },
        moved,
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        resolve(undefined);
        this.#tell();
      };
      signal.addEventListener("abort", giveUp, { once: true });
      this.#waiting.push(waiting);
      this.#admit();
    });
  }

  /** A process has nothing to do from here on. Beyond the limit, the one that was idle longest goes. */
  rests(claude: { retire(): void }): void {
    this.#idle.delete(claude);
    this.#idle.add(claude);
    const beyond = Math.max(0, this.#idle.size - this.#limits().idle);
    for (const longest of [...this.#idle].slice(0, beyond)) longest.retire();
  }

  /** A process works, or is no more. */
  restsNoMore(claude: { retire(): void }): void {
    this.#idle.delete(claude);
  }

  /** Lets those in that a raised limit has room for. */
  limitsChanged(): void {
    this.#admit();
  }

  #leave(): void {
    this.#turns--;
    this.#admit();
  }

  #admit(): void {
    while (this.#turns < this.#limits().turns) {
      const first = this.#waiting.shift();
      if (!first) return;
      first.admit();
    }
    this.#tell();
  }

  #tell(): void {
    for (const [ahead, { moved }] of this.#waiting.entries()) moved(ahead);
  }
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}
