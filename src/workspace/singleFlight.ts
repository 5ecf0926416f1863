import { setTimeout } from "node:timers/promises";

/** In milliseconds. */
const LONGEST_PAUSE = 100;

/** Work that is never done twice at a time, and once more if it was asked for while it was done. */
export class SingleFlight {
  #requested = false;
  #flight: Promise<void> | undefined;
  #restsUntil = 0;

  /**
   * Who asks again and again must not have all of the machine: between two times is a pause, of `rest`
   * times as long as the work took at least.
   */
  constructor(
    private readonly work: () => Promise<void>,
    private readonly rest: number,
  ) {}

  /** Resolves when nobody asks any more; rejects as the work does. */
  request(): Promise<void> {
    this.#requested = true;
    this.#flight ??= this.#fly().finally(() => (this.#flight = undefined));
    return this.#flight;
  }

  async #fly(): Promise<void> {
    for (let pause = 0; this.#requested; pause = Math.min(2 * pause + 1, LONGEST_PAUSE)) {
      await setTimeout(Math.max(pause, this.#restsUntil - performance.now()));
      this.#requested = false;
      const begun = performance.now();
      try {
        await this.work();
      } finally {
        const now = performance.now();
        this.#restsUntil = now + this.rest * (now - begun);
      }
    }
  }
}
