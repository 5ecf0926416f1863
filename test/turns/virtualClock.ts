/** Time that passes only when it is told to, for all timers of this process. */

interface Timer {
  due: number;
  readonly every: number | undefined;
  readonly order: number;
  readonly run: () => void;
}

const real = { setTimeout, setInterval, clearTimeout, clearInterval, setImmediate, now: Date.now };

export class VirtualClock {
  #now = 1_000_000_000_000;
  #count = 0;
  readonly #timers = new Map<number, Timer>();

  /** Takes the place of the process's timers and its clock, until `uninstall`. */
  install(): void {
    const set = (every: boolean) => (run: () => void, milliseconds?: number) => {
      const wait = Math.max(1, milliseconds ?? 0);
      const order = ++this.#count;
      this.#timers.set(order, {
        due: this.#now + wait,
        every: every ? wait : undefined,
        order,
        run,
      });
      const timer = { ref: () => timer, unref: () => timer, [Symbol.toPrimitive]: () => order };
      return timer;
    };
    const clear = (timer: unknown) => {
      if (timer !== undefined && timer !== null) this.#timers.delete(Number(timer));
    };
    Object.assign(globalThis, {
      setTimeout: set(false),
      setInterval: set(true),
      clearTimeout: clear,
      clearInterval: clear,
    });
    Date.now = () => this.#now;
  }

  uninstall(): void {
    const { now, ...timers } = real;
    Object.assign(globalThis, timers);
    Date.now = now;
  }

  /** Lets so much time pass, with all that comes due in it. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    await settled();
    for (let next = this.#next(until); next; next = this.#next(until)) {
      this.#now = Math.max(this.#now, next.due);
      if (next.every === undefined) this.#timers.delete(next.order);
      else next.due = this.#now + next.every;
      next.run();
      await settled();
    }
    this.#now = until;
  }

  /** Lets time pass until something is settled. Rejects after so many milliseconds. */
  async until(work: Promise<unknown>, limit: number): Promise<void> {
    const outcome = { done: false };
    const end = () => (outcome.done = true);
    work.then(end, end);
    await settled();
    for (let passed = 0; !outcome.done; passed += 50) {
      if (passed > limit) throw new Error(`Nothing came of it in ${limit} ms.`);
      await this.advance(50);
    }
  }

  #next(until: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers.values())
      if (timer.due <= until && (!first || timer.due < first.due)) first = timer;
    return first;
  }
}

/** Resolves when all is done that waits for nothing but its turn. */
const settled = (): Promise<void> => new Promise((resolve) => real.setImmediate(resolve));
