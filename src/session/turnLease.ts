import type { ThreadStore } from "../store/threadStore";

/** How long a window that says nothing more keeps the right to a thread's turns, in milliseconds. */
const LEASE = 15_000;

/** How often a lease is renewed, and somebody else's looked at, in milliseconds. */
export const RENEW_EVERY = LEASE / 3;

/** The right to run a thread's turns, which one window has at a time. */
export class TurnLease {
  #renewing: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: ThreadStore,
    private readonly thread: string,
    private readonly log: { warn(message: string): void },
  ) {}

  /** Takes the right, and keeps it until `release`. Resolves with false while another window has it. */
  async take(): Promise<boolean> {
    if (!(await this.store.claim(this.thread, LEASE))) return false;
    clearInterval(this.#renewing);
    this.#renewing = setInterval(() => {
      this.store
        .claim(this.thread, LEASE)
        .catch((error: unknown) => this.log.warn(`A lease was not renewed: ${String(error)}`));
    }, RENEW_EVERY);
    this.#renewing.unref();
    return true;
  }

  release(): void {
    clearInterval(this.#renewing);
    this.store.release(this.thread).catch(() => {
      // It ends by itself.
    });
  }
}
