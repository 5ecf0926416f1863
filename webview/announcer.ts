import { signal, type ReadonlySignal } from "@preact/signals";

export interface Announcement {
  readonly id: number;
  readonly text: string;
}

/** What a screen reader should say now, besides what is on show. */
export class Announcer {
  readonly #announcements = signal<readonly Announcement[]>([]);
  readonly announcements: ReadonlySignal<readonly Announcement[]> = this.#announcements;
  #count = 0;

  say(text: string): void {
    this.sayAll([text]);
  }

  sayAll(texts: readonly string[]): void {
    if (texts.length === 0) return;
    const news = texts.map((text) => ({ id: ++this.#count, text }));
    this.#announcements.value = [...this.#announcements.peek(), ...news];
  }

  /** Takes away what was announced up to this one, since nobody should come across it later. */
  hush({ id: last }: Announcement): void {
    this.#announcements.value = this.#announcements.peek().filter(({ id }) => id > last);
  }
}
