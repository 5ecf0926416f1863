/** Watches that Claude says something now and then. */
export class Inactivity {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    /** How long Claude may be silent, in milliseconds; 0 for ever. */
    private readonly limit: () => number,
    private readonly listener: {
      /** Half of the time is over. `milliseconds` is how long the silence has lasted. */
      quiet(milliseconds: number): void;
      /** All of it is. */
      over(milliseconds: number): void;
    },
  ) {}

  /** Something was said, or a turn began: the time starts anew. */
  heard(): void {
    this.rest();
    const limit = this.limit();
    if (limit <= 0) return;
    const half = limit / 2;
    this.#timer = setTimeout(() => {
      this.listener.quiet(half);
      this.#timer = setTimeout(() => this.listener.over(limit), half);
      this.#timer.unref();
    }, half);
    this.#timer.unref();
  }

  /** Nothing is waited for. */
  rest(): void {
    clearTimeout(this.#timer);
  }
}
