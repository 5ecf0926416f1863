/** What is looked for in the thread on show, and where it is. There is no DOM in here. */
import { computed, signal, type ReadonlySignal } from "@preact/signals";
import type { Message } from "../../src/shared/thread";
import { tasksAfter, type Task } from "../tasks";
import { countIn, patternOf } from "./pattern";
import { textsOf, type PartText } from "./texts";

/** One match: the `ordinal`-th, from 0, of the `count` that its part has. */
export interface Match {
  readonly message: string;
  readonly part: string;
  /** The parts that it is nested in, the outermost first. */
  readonly within: readonly string[];
  readonly ordinal: number;
  readonly count: number;
}

/** A part with matches; `before` counts those of all parts before it. */
type Hit = Omit<Match, "ordinal"> & { readonly before: number };

/** How often each text of a message has the pattern, where it does. */
type Counts = readonly (readonly [text: PartText, count: number])[];

/** A long thread is searched in turns of so many milliseconds, so that typing goes on meanwhile. */
const TURN_MS = 8;

const isSame = (one: Match | null, other: Match): one is Match =>
  one?.message === other.message && one.part === other.part && one.ordinal === other.ordinal;

type Messages = readonly ReadonlySignal<Message>[];

/** The search in one thread. */
export class Find {
  readonly #messages: ReadonlySignal<Messages>;
  readonly #workspace: () => string;
  readonly #hits = signal<readonly Hit[]>([]);
  readonly #at = signal(0);
  readonly #pattern = signal<RegExp | null>(null);
  /** What takes long to make of a message; its counts are of the present pattern. */
  #texts = new WeakMap<Message, readonly PartText[]>();
  #counts = new WeakMap<Message, Counts>();
  #current: Match | null = null;
  #run = 0;
  /** The search for another text that is under way. */
  #looking: Promise<void> | undefined;

  /** What is looked for; null for nothing. */
  readonly pattern: ReadonlySignal<RegExp | null> = this.#pattern;
  readonly count = computed(() => {
    const last = this.#hits.value.at(-1);
    return last ? last.before + last.count : 0;
  });
  /** The number of the current match, from 1; 0 where there is none. */
  readonly number = computed(() => (this.count.value === 0 ? 0 : this.#at.value + 1));
  /** The same object for as long as it is the same match, however often that is found again. */
  readonly current = computed((): Match | null => {
    const at = this.#at.value;
    const hit = this.#hits.value.findLast(({ before }) => before <= at);
    if (!hit) return (this.#current = null);
    const { before, ...match } = hit;
    const found = { ...match, ordinal: Math.min(at - before, hit.count - 1) };
    return (this.#current = isSame(this.#current, found) ? this.#current : found);
  });

  constructor(messages: ReadonlySignal<Messages>, workspace: () => string) {
    this.#messages = messages;
    this.#workspace = workspace;
  }

  /** Looks for another text. The first match from this message on becomes the current one. */
  async look(query: string, from: string | undefined): Promise<void> {
    const looking = this.#look(query, from);
    this.#looking = looking;
    await looking;
    if (this.#looking === looking) this.#looking = undefined;
  }

  async #look(query: string, from: string | undefined): Promise<void> {
    this.#pattern.value = patternOf(query);
    this.#counts = new WeakMap();
    const hits = await this.#search();
    if (!hits) return;
    const order = new Map(this.#messages.peek().map((one, index) => [one.peek().id, index]));
    const start = order.get(from ?? "") ?? 0;
    const first = hits.find(({ message }) => (order.get(message) ?? 0) >= start);
    this.#at.value = first?.before ?? 0;
    this.#hits.value = hits;
  }

  /** Looks again, since messages have changed. The current match stays the same. */
  async again(): Promise<void> {
    // What is still to be found is not the current match yet.
    while (this.#looking) await this.#looking;
    if (!this.#pattern.peek()) return;
    const hits = await this.#search();
    if (!hits) return;
    const current = this.current.peek();
    const same = hits.find(
      ({ message, part }) => message === current?.message && part === current.part,
    );
    if (current && same) this.#at.value = same.before + Math.min(current.ordinal, same.count - 1);
    const last = hits.at(-1);
    this.#at.value = Math.min(this.#at.peek(), last ? last.before + last.count - 1 : 0);
    this.#hits.value = hits;
  }

  /** Goes so many matches on, or back, and around at the ends. */
  go(by: number): void {
    const count = this.count.peek();
    if (count > 0) this.#at.value = (this.#at.peek() + by + count) % count;
  }

  /** Forgets all of it. */
  close(): void {
    this.#run++;
    this.#pattern.value = null;
    this.#hits.value = [];
    this.#at.value = 0;
    this.#texts = new WeakMap();
    this.#counts = new WeakMap();
  }

  /** Undefined where another search began meanwhile. */
  async #search(): Promise<readonly Hit[] | undefined> {
    const run = ++this.#run;
    const pattern = this.#pattern.peek();
    const hits: Hit[] = [];
    if (!pattern) return hits;
    let before = 0;
    let turn = performance.now();
    let tasks: readonly Task[] = [];
    for (const one of this.#messages.peek()) {
      const message = one.peek();
      tasks = tasksAfter(tasks, message.parts);
      for (const [{ part, within }, count] of this.#countsIn(message, tasks, pattern)) {
        hits.push({ message: message.id, part, within, count, before });
        before += count;
      }
      if (performance.now() - turn < TURN_MS) continue;
      await new Promise((resolve) => setTimeout(resolve));
      if (run !== this.#run) return undefined;
      turn = performance.now();
    }
    return hits;
  }

  #countsIn(message: Message, tasks: readonly Task[], pattern: RegExp): Counts {
    let counts = this.#counts.get(message);
    if (!counts) {
      let texts = this.#texts.get(message);
      texts ??= textsOf(message, tasks, this.#workspace());
      this.#texts.set(message, texts);
      counts = texts
        .map((text) => [text, countIn(text.text, pattern)] as const)
        .filter(([, count]) => count > 0);
      this.#counts.set(message, counts);
    }
    return counts;
  }
}
