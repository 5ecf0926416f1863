import { signal, type ReadonlySignal } from "@preact/signals";

/** The host hears of what was typed this long after, in milliseconds, ... */
const TELL_WITHIN = 250;
/** ... and of a long text so much later that typing stays as quick: characters a millisecond. */
const PACE = 1000;

/** What is written in the thread on show and not sent, and its way to the host, which keeps it. */
export class Draft {
  readonly #text = signal("");
  readonly text: ReadonlySignal<string> = this.#text;

  readonly #tell: (thread: string, text: string) => Promise<void>;
  #thread = "";
  /** Whether what the host has for the thread is still to come: what is typed waits for it. */
  #awaited = false;
  #untold = false;
  /** How often the host was told and has not answered. */
  #unanswered = 0;
  #soon: ReturnType<typeof setTimeout> | undefined;

  /** `tell` tells the host, and never rejects. */
  constructor(tell: (thread: string, text: string) => Promise<void>) {
    this.#tell = tell;
  }

  write(text: string): void {
    if (text === this.#text.peek()) return;
    this.#text.value = text;
    if (this.#awaited) return;
    this.#untold = true;
    this.#soon ??= setTimeout(() => this.flush(), TELL_WITHIN + text.length / PACE);
  }

  /** Tells the host at once what it has not heard of. */
  flush(): void {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    if (!this.#untold) return;
    this.#untold = false;
    this.#unanswered++;
    void this.#tell(this.#thread, this.#text.peek()).then(() => this.#unanswered--);
  }

  /** From here on what is typed belongs to a thread of which the host has still to say what it has. */
  await(thread: string): void {
    this.flush();
    // What was typed for one that never came into sight is kept.
    if (!this.#awaited) this.#text.value = "";
    this.#thread = thread;
    this.#awaited = true;
  }

  /**
   * Shows what the host has for a thread, but never over what it did not know when it said so. What was
   * typed while that was awaited comes behind it.
   */
  show(thread: string, text: string): void {
    const same = thread === this.#thread;
    if (this.#awaited) {
      this.#awaited = false;
      this.#thread = thread;
      const typed = this.#text.peek();
      this.#text.value = text;
      this.write(text + typed);
      return;
    }
    if (same && (this.#untold || this.#unanswered > 0)) return;
    this.flush();
    this.#thread = thread;
    this.#text.value = text;
  }

  /** Drops what was sent. What was typed meanwhile is the beginning of the next message. */
  sent(thread: string, message: string): void {
    const text = this.#text.peek();
    if (thread !== this.#thread || !text.startsWith(message)) return;
    this.write(text.slice(message.length));
    this.flush();
  }
}
