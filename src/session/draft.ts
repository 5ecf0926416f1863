import { inBackground } from "../shared/inBackground";
import type { Thread } from "../shared/thread";
import { ReadOnlyStoreError, type ThreadStore } from "../store/threadStore";
import { maskDeep, type Mask } from "./mask";

/** What a draft works with. */
export interface DraftServices {
  readonly store: ThreadStore;
  readonly mask: Mask;
  readonly log: { warn(message: string): void };
}

/** A draft is stored this long after it was changed, in milliseconds, ... */
const SAVE_WITHIN = 500;
/** ... and a long one so much later that it fills the journal no faster: characters a millisecond. */
const PACE = 50;

/** What is written in a thread and not sent: here as it was typed, on the disk masked. */
export class Draft {
  readonly #listeners = new Set<(text: string) => void>();
  #text = "";
  /** What is on the disk, if nobody else has written there since. */
  #stored = "";
  #changed = false;
  #soon: NodeJS.Timeout | undefined;
  /** Not stored again before this time. */
  #notBefore = 0;
  #refused = false;
  #closed = false;

  constructor(
    private readonly services: DraftServices,
    /** The thread, and whether it is stored. */
    private readonly owner: { readonly thread: Thread; readonly stored: boolean },
    /** Does what writes to the thread, one after another. */
    private readonly run: <Result>(work: () => Promise<Result>) => Promise<Result>,
  ) {}

  get text(): string {
    return this.#text;
  }

  /** Whether there is none, here and on the disk. */
  get isEmpty(): boolean {
    return this.#text === "" && !this.#changed;
  }

  /** Tells each time that it is another text, until the returned function is called. */
  listen(listener: (text: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes what was typed, and stores it soon. */
  write(text: string): void {
    if (text === this.#text) return;
    this.#set(text);
    this.#changed = true;
    this.#saveSoon();
  }

  /** Stores it soon once more, with the thread as it is now. */
  ownerChanged(): void {
    if (this.#text === "") return;
    this.#changed = true;
    this.#saveSoon();
  }

  /** Takes what another window has written since, unless this one has something newer. Never rejects. */
  async open(): Promise<void> {
    try {
      await this.run(async () => {
        const drafts = await this.services.store.drafts();
        const text = drafts.find(({ thread }) => thread === this.owner.thread.id)?.text ?? "";
        if (this.#changed || text === this.#stored) return;
        this.#stored = text;
        this.#set(text);
      });
    } catch (error) {
      this.services.log.warn(`A draft could not be read: ${String(error)}`);
    }
  }

  /** Whether a message is the draft, or what it began with before somebody typed on. */
  beginsWith(message: string): boolean {
    return this.#text.startsWith(message);
  }

  /** Drops what was stored as a message, with which the store has removed the draft. */
  sent(message: string): void {
    this.#stored = "";
    if (this.beginsWith(message)) this.#set(this.#text.slice(message.length));
    this.#changed = this.#text !== "";
    if (this.#changed) this.#saveSoon();
  }

  /** Moves it to another thread. A crash leaves it in one of the two, or in both. */
  async moveTo(other: Draft): Promise<void> {
    other.write(this.#text);
    this.#set("");
    await other.save();
    this.#changed = true;
    this.#saveSoon();
  }

  /** Stores what is not stored yet. What the disk refuses is tried again. Never rejects. */
  async save(): Promise<void> {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    try {
      await this.run(() => this.#save());
      this.#refused = false;
    } catch (error) {
      if (!this.#refused) this.services.log.warn(`A draft is not saved yet: ${String(error)}`);
      this.#refused = true;
      if (error instanceof ReadOnlyStoreError) return;
    }
    if (this.#changed) this.#saveSoon();
  }

  /** Stores it for the last time. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.save();
  }

  #set(text: string): void {
    this.#text = text;
    for (const listener of this.#listeners) listener(text);
  }

  async #save(): Promise<void> {
    if (!this.#changed) return;
    const text = this.#text;
    this.#notBefore = Date.now() + text.length / PACE;
    const { thread, stored } = this.owner;
    const draft = { thread: thread.id, text, unstored: stored ? null : thread };
    const masked = await maskDeep(draft, this.services.mask);
    await this.services.store.saveDraft(masked);
    this.#stored = masked.text;
    this.#changed = this.#text !== text;
  }

  #saveSoon(): void {
    if (this.#closed) return;
    const wait = Math.max(SAVE_WITHIN, this.#notBefore - Date.now());
    this.#soon ??= setTimeout(() => inBackground(this.save(), this.services.log), wait).unref();
  }
}
