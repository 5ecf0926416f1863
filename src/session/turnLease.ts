import type { ThreadStore } from "../store/threadStore";
import { inBackground } from "../shared/inBackground";

/** How long a window that says nothing more keeps the right to a thread's turns, in milliseconds. */
export const LEASE = 15_000;

/** How often a lease is renewed, and somebody else's looked at, in milliseconds. */
export const RENEW_EVERY = LEASE / 3;

export interface TurnLeaseServices {
  readonly store: ThreadStore;
  readonly now: () => number;
  readonly log: { warn(message: string): void };
}

/** The right to run a thread's turns, which one window has at a time. */
export class TurnLease {
  /** Whether it is to be kept, once it is ours. */
  #wanted = false;
  #renewing: NodeJS.Timeout | undefined;
  /** When it ends unless it is renewed. */
  #until = 0;

  constructor(
    private readonly services: TurnLeaseServices,
    private readonly thread: string,
    /** Told that a renewal was refused: another window has it now. */
    private readonly lost: () => void,
  ) {}

  /**
   * Acquires the right, and keeps it until `release`. Resolves with false while another window has it,
   * or when it was released meanwhile. Rejects as the disk does; it is then acquired by the first
   * `ensure` that the disk does not refuse.
   */
  async acquire(): Promise<boolean> {
    this.#wanted = true;
    return (await this.#claim()) && this.#wanted;
  }

  /** Whether it is ours, as far as can be told without asking. */
  get held(): boolean {
    return this.services.now() < this.#until;
  }

  /**
   * Whether something may be written under it. One that was not renewed in time, as after the machine
   * slept, is asked for once more. A disk that refuses refuses every window.
   */
  async ensure(): Promise<boolean> {
    if (!this.#wanted) return false;
    return this.held || this.#claim().catch(() => true);
  }

  release(): void {
    if (!this.#wanted) return;
    this.#drop();
    this.services.store.release(this.thread).catch(() => {
      // It ends by itself.
    });
  }

  #drop(): void {
    this.#wanted = false;
    clearInterval(this.#renewing);
    this.#renewing = undefined;
    this.#until = 0;
  }

  async #claim(): Promise<boolean> {
    const asked = this.services.now();
    const ours = await this.services.store.claim(this.thread, LEASE);
    if (!this.#wanted) return ours;
    if (ours) {
      this.#until = asked + LEASE;
      this.#renewing ??= setInterval(
        () => inBackground(this.#renew(), this.services.log),
        RENEW_EVERY,
      ).unref();
    } else this.#drop();
    return ours;
  }

  async #renew(): Promise<void> {
    try {
      if (!(await this.#claim())) this.lost();
    } catch (error) {
      this.services.log.warn(`A lease was not renewed: ${String(error)}`);
    }
  }
}
