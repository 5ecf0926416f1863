/** Marks matches in the document: those in sight, and the current one, which it brings there. */
import type { TranscriptScroll } from "../scroll";
import type { Find, Match } from "./find";
import { partOf, rangesIn } from "./ranges";

const MATCHES = "find-match";
const CURRENT = "find-current";

/** The current match is so far below the top, as a share of the height. */
const SHARE = 1 / 3;

/** The marks of one search. */
export class Marks {
  readonly #find: Find;
  readonly #scroll: TranscriptScroll;
  readonly #changes = new MutationObserver(() => this.#soon());
  readonly #stop: (() => void)[];
  #frame: number | undefined;

  constructor(find: Find, scroll: TranscriptScroll) {
    this.#find = find;
    this.#scroll = scroll;
    const { scroller } = scroll;
    const soon = (): void => this.#soon();
    scroller.addEventListener("scroll", soon, { passive: true });
    this.#changes.observe(scroller, { subtree: true, childList: true, characterData: true });
    this.#stop = [
      () => scroller.removeEventListener("scroll", soon),
      () => this.#changes.disconnect(),
      find.pattern.subscribe(soon),
      find.current.subscribe(soon),
    ];
  }

  /** Opens what the current match is in, and brings it into sight. */
  async showCurrent(): Promise<void> {
    const match = this.#find.current.peek();
    const message = match && (await this.#scroll.reveal(match.message));
    if (!match || !message) return;
    for (const part of match.within) await this.#unfold(elementOf(message, part));
    let range = this.#rangeOf(match);
    // Some of its part's matches are not in the document yet, so it may be another one than it seems.
    for (let tries = 0; tries < 3 && this.#rangesOf(match).length < match.count; tries++) {
      if (!(await this.#unfold(elementOf(message, match.part)))) break;
      range = this.#rangeOf(match);
    }
    const code = range?.startContainer.parentElement?.closest(".folded");
    if (code && (await this.#unfold(code))) range = this.#rangeOf(match);
    if (!range || this.#find.current.peek() !== match) return;
    this.#bringIntoSight(range, match);
  }

  dispose(): void {
    this.#stop.forEach((stop) => stop());
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#clear();
  }

  #clear(): void {
    CSS.highlights.delete(MATCHES);
    CSS.highlights.delete(CURRENT);
  }

  #soon(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#mark();
    });
  }

  #mark(): void {
    const pattern = this.#find.pattern.peek();
    if (!pattern) return this.#clear();
    const match = this.#find.current.peek();
    const parts = this.#scroll
      .inSight()
      .flatMap((message) => [message, ...message.querySelectorAll<HTMLElement>("[data-part]")]);
    const ranges = parts.flatMap((part) => rangesIn(part, pattern));
    const current = match && this.#rangeOf(match);
    const matches = new Highlight();
    // There may be more than a call has arguments.
    for (const range of ranges) matches.add(range);
    CSS.highlights.set(MATCHES, matches);
    const above = new Highlight();
    if (current) above.add(current);
    above.priority = 1;
    CSS.highlights.set(CURRENT, above);
  }

  #rangesOf({ message, part }: Match): readonly Range[] {
    const pattern = this.#find.pattern.peek();
    const within = this.#scroll.message(message);
    const root = within && elementOf(within, part);
    return root && pattern ? rangesIn(root, pattern) : [];
  }

  /** Where the document has fewer than it should, the last of them is the nearest. */
  #rangeOf(match: Match): Range | undefined {
    const ranges = this.#rangesOf(match);
    return ranges[match.ordinal] ?? ranges.at(-1);
  }

  /** Opens all that is folded in a part, but not in those nested in it. Returns whether there was any. */
  async #unfold(part: Element | null): Promise<boolean> {
    const folds = [...(part?.querySelectorAll<HTMLElement>("[data-unfolds='true']") ?? [])];
    const own = folds.filter((fold) => partOf(fold) === part || part?.matches(".folded"));
    for (const fold of own) fold.click();
    // What a click changes is rendered behind this task.
    await new Promise((resolve) => setTimeout(resolve));
    return own.length > 0;
  }

  #bringIntoSight(range: Range, match: Match): void {
    const { scroller } = this.#scroll;
    const box = scroller.getBoundingClientRect();
    let inner = range.startContainer.parentElement;
    for (; inner && inner !== scroller; inner = inner.parentElement) scrollInside(inner, range);
    const rect = range.getBoundingClientRect();
    if (rect.top >= box.top && rect.bottom <= box.bottom && rect.height > 0) return;
    // The range is looked up each time, since what streams puts other nodes in its place.
    const rectNow = (): DOMRect => (this.#rangeOf(match) ?? range).getBoundingClientRect();
    this.#scroll.aimAt(rectNow, box.height * SHARE);
  }
}

const elementOf = (message: HTMLElement, part: string): HTMLElement | null =>
  part === "" ? message : message.querySelector(`[data-part="${CSS.escape(part)}"]`);

/** Scrolls an element so that a range in it is in its sight. */
function scrollInside(element: Element, range: Range): void {
  const { clientHeight, clientWidth, scrollHeight, scrollWidth } = element;
  if (scrollHeight <= clientHeight && scrollWidth <= clientWidth) return;
  const box = element.getBoundingClientRect();
  const rect = range.getBoundingClientRect();
  if (rect.top < box.top || rect.bottom > box.bottom)
    element.scrollTop += rect.top - box.top - clientHeight * SHARE;
  if (rect.left < box.left || rect.right > box.right)
    element.scrollLeft += rect.left - box.left - clientWidth * SHARE;
}
