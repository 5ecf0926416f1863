import { RENEW_EVERY, type TurnLease } from "./turnLease";

/** Looks whether the window that writes a thread's last answer is still there. */
export class OtherWindow {
  readonly #lease: TurnLease;
  readonly #gone: () => Promise<void>;
  #looking: NodeJS.Timeout | undefined;

  /** `gone` is called once that window is gone, with the lease in our hands. */
  constructor(lease: TurnLease, gone: () => Promise<void>) {
    this.#lease = lease;
    this.#gone = gone;
  }

  /** Looks now and then, until `rest` or until the window is gone. */
  watch(): void {
    this.rest();
    this.#looking = setInterval(() => void this.#look(), RENEW_EVERY);
    this.#looking.unref();
  }

  rest(): void {
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  async #look(): Promise<void> {
    // A disk that refuses the claim is asked again.
    if (!(await this.#lease.take().catch(() => false))) return;
    this.rest();
    await this.#gone();
  }
}
