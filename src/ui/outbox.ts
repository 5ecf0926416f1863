import type { ThreadEvent } from "../shared/thread";

/** What streams is posted this often, in milliseconds: as often as is good to read, since each costs a frame. */
const POST_EVERY = 50;

/** Events of a thread on their way to its page, of which many go in one post. */
export class Outbox {
  #events: ThreadEvent[] = [];
  #revision = 0;
  #posting: NodeJS.Timeout | undefined;
  #postedAt = 0;

  /** `post` is given events, and the thread's revision after them. */
  constructor(private readonly post: (events: readonly ThreadEvent[], revision: number) => void) {}

  push(events: readonly ThreadEvent[], revision: number): void {
    // There may be more than a call has arguments.
    for (const event of events) this.#events.push(event);
    this.#revision = revision;
    // The first after a pause goes at once.
    this.#posting ??= setTimeout(
      () => this.flush(),
      Math.max(0, this.#postedAt + POST_EVERY - Date.now()),
    );
  }

  /** Posts what waits. */
  flush(): void {
    const events = this.#events;
    this.clear();
    if (events.length === 0) return;
    this.#postedAt = Date.now();
    this.post(events, this.#revision);
  }

  /** Lets go what waits. */
  clear(): void {
    clearTimeout(this.#posting);
    this.#posting = undefined;
    this.#events = [];
  }
}
