/** How the transcript scrolls: it stays where its reader is, whatever grows around that. */
import type { Place } from "./saved";

/** Within so many pixels of the end counts as there: positions are fractions on some screens. */
const END = 4;
/** What far-off messages are high is known only once they were near; that takes so long, in milliseconds. */
const SETTLED = 1000;
/** What scrolls so long after its reader did something is their doing, in milliseconds. */
const BY_READER = 1000;
/** Scrolling rests when nothing of it came for so long, in milliseconds. */
const REST = 100;

/** Told to an empty page of messages that is in sight. */
export const FILL = "fill";

export interface ScrollListener {
  /** Whether it stays at the end. */
  pinned(pinned: boolean): void;
  /** Where its reader has come to rest; undefined at the end. */
  rested(place: Place | undefined): void;
  /** Has a message rendered, if there is such a one, before the next task. */
  wanted(message: string): void;
}

/** The scrolling of one element, in which messages have the attribute `data-message`. */
export class TranscriptScroll {
  /** What scrolls. */
  readonly scroller: HTMLElement;
  readonly #content: HTMLElement;
  readonly #listener: ScrollListener;
  readonly #sizes = new ResizeObserver(() => this.#aim?.());
  readonly #stop = new AbortController();
  #pinned = true;
  /** Brings about the position that is wanted, each time that a size has changed. */
  #aim: (() => void) | undefined;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #top = 0;
  #inputAt = -Infinity;
  #held = false;

  constructor(scroller: HTMLElement, content: HTMLElement, listener: ScrollListener) {
    this.scroller = scroller;
    this.#content = content;
    this.#listener = listener;
    const options = { passive: true, signal: this.#stop.signal };
    scroller.addEventListener("scroll", () => this.#onScroll(), options);
    const onInput = (): void => {
      this.#inputAt = performance.now();
      // Whoever scrolls knows better where to be.
      this.#letGo();
    };
    for (const name of ["wheel", "touchmove", "keydown"])
      scroller.addEventListener(name, onInput, options);
    // A scroll bar tells of nothing but of its being taken.
    const held = (): void => {
      onInput();
      this.#held = true;
    };
    scroller.addEventListener("pointerdown", held, options);
    const { signal } = this.#stop;
    scroller.addEventListener("keydown", (event) => this.#onKeyDown(event), { signal });
    for (const name of ["pointerup", "pointercancel"])
      window.addEventListener(name, () => (this.#held = false), options);
    this.#sizes.observe(scroller);
    this.#sizes.observe(content);
  }

  /** Goes to the end and stays there. */
  toEnd(): void {
    clearTimeout(this.#settling);
    this.#pin(true);
    this.#aim = () => {
      this.scroller.scrollTop = this.scroller.scrollHeight;
      // A reader may scroll up before the browser tells of it, and by less than what came.
      this.#top = this.scroller.scrollTop;
    };
    this.#aim();
  }

  /** Goes to where a reader was. Returns whether that is there. */
  toPlace({ message, offset }: Place): boolean {
    const element = this.message(message);
    if (!element) return false;
    // Were its height a guess, the place could be so far beyond it that it would stay one.
    element.style.contentVisibility = "visible";
    this.aimAt(() => element.getBoundingClientRect(), -offset);
    return true;
  }

  /**
   * Brings what is at `rectOf` to so many pixels below the top, and keeps it there until the heights
   * around it are known or its reader scrolls.
   */
  aimAt(rectOf: () => DOMRect, below: number): void {
    this.#aimBy(() => {
      const { top } = this.scroller.getBoundingClientRect();
      this.scroller.scrollTop += rectOf().top - top - below;
    });
  }

  /** The element of a message, which is rendered for that. Undefined where there is none. */
  async reveal(id: string): Promise<HTMLElement | undefined> {
    if (!this.message(id)) {
      this.#listener.wanted(id);
      await new Promise((resolve) => setTimeout(resolve));
    }
    return this.message(id);
  }

  /** The element of a message, if it is rendered. */
  message(id: string): HTMLElement | undefined {
    return this.#messages().find((element) => element.dataset["message"] === id);
  }

  /** The messages that are in sight, from above. */
  inSight(): readonly HTMLElement[] {
    const messages = this.#messages();
    const box = this.scroller.getBoundingClientRect();
    const bottomOf = (index: number): number =>
      messages[index]?.getBoundingClientRect().bottom ?? Infinity;
    let [first, end] = [0, messages.length];
    while (first < end) {
      const middle = (first + end) >> 1;
      if (bottomOf(middle) <= box.top) first = middle + 1;
      else end = middle;
    }
    const rest = messages.slice(first);
    const below = rest.findIndex((message) => message.getBoundingClientRect().top >= box.bottom);
    return below < 0 ? rest : rest.slice(0, below);
  }

  dispose(): void {
    clearTimeout(this.#settling);
    if (this.#resting !== undefined) this.#rest();
    this.#stop.abort();
    this.#sizes.disconnect();
  }

  #aimBy(scroll: () => void): void {
    this.#pin(false);
    this.#aim = scroll;
    this.#aim();
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#letGo(), SETTLED);
  }

  /**
   * Goes to the very top or end where a key asks for it. The browser would glide there, and miss it by
   * what messages grow that are rendered on the way.
   */
  #onKeyDown(event: KeyboardEvent): void {
    if (event.target !== this.scroller || event.shiftKey || event.altKey || event.metaKey) return;
    if (event.key === "End") this.toEnd();
    else if (event.key === "Home") this.#aimBy(this.#toTop);
    else return;
    event.preventDefault();
  }

  #messages(): HTMLElement[] {
    return [...this.#content.querySelectorAll<HTMLElement>(":scope > .messages > [data-message]")];
  }

  readonly #toTop = (): void => {
    this.scroller.scrollTop = 0;
  };

  #onScroll(): void {
    // The browser may still have been gliding somewhere else.
    if (this.#aim === this.#toTop) this.#toTop();
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    if (this.#pinned || !this.#aim) {
      if (scrollHeight - clientHeight - scrollTop <= END) {
        if (!this.#pinned) this.toEnd();
      } else if (scrollTop < this.#top && this.#isByReader()) {
        // Content leaves the end by itself when it grows, and goes up when it shrinks.
        this.#aim = undefined;
        this.#pin(false);
      }
    }
    this.#top = scrollTop;
    // The end is always rendered.
    if (!this.#pinned) this.#fill();
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#rest(), REST);
  }

  /** Has what came into sight rendered in this frame; the browser tells of it a frame later. */
  #fill(): void {
    const { left, width, top, bottom } = this.scroller.getBoundingClientRect();
    for (const y of [top + 1, bottom - 1])
      document
        .elementFromPoint(left + width / 2, y)
        ?.closest(".messages:empty")
        ?.dispatchEvent(new Event(FILL));
  }

  #isByReader(): boolean {
    return this.#held || performance.now() - this.#inputAt < BY_READER;
  }

  #letGo(): void {
    if (this.#pinned || !this.#aim) return;
    clearTimeout(this.#settling);
    this.#aim = undefined;
    // It may be the end.
    this.#onScroll();
  }

  #rest(): void {
    clearTimeout(this.#resting);
    this.#resting = undefined;
    if (this.#pinned) return this.#listener.rested(undefined);
    const [first] = this.inSight();
    const message = first?.dataset["message"];
    if (!first || message === undefined) return;
    const top = this.scroller.getBoundingClientRect().top;
    const offset = Math.round(top - first.getBoundingClientRect().top);
    this.#listener.rested({ message, offset });
  }

  #pin(pinned: boolean): void {
    this.#pinned = pinned;
    this.#listener.pinned(pinned);
  }
}
