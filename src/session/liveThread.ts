import { t } from "@vscode/l10n";
import { applyAll } from "../shared/reducer";
import {
  type Conversation,
  isDurable,
  type Message,
  shownOf,
  type Thread,
  type ThreadEvent,
} from "../shared/thread";
import {
  BrokenRecordError,
  ThreadConflictError,
  ThreadNotFoundError,
  type ThreadStore,
} from "../store/threadStore";
import { Draft } from "./draft";
import { cutLong } from "./longOutput";
import { maskDeep, type Mask } from "./mask";
import { StreamedText } from "./streamedText";
import { ThreadWriter } from "./threadWriter";

export interface LiveThreadServices {
  readonly store: ThreadStore;
  readonly mask: Mask;
  readonly newId: () => string;
  readonly log: { warn(message: string): void };
}

/** A message that is sent, and under which id, once it is made. */
interface Sent {
  readonly text: string;
  readonly commit: () => string;
}

export interface LiveThreadListener {
  /** Events were folded; `revision` is the count after them. */
  changed(events: readonly ThreadEvent[], revision: number): void;
  /** Why something said is not on the disk yet; null when everything is. */
  unsaved(problem: string | null): void;
  /** The conversation is another than the events tell of: look at it anew. */
  reset(): void;
  /** What is stored is not what is known here: it takes a `reload`. */
  stale(): void;
  /** Whether the answer that streams is this window's to store. */
  ensureTurn(): Promise<boolean>;
}

/**
 * Streamed text is on its way to the disk this long after it came, in milliseconds. At most a second of it
 * may be lost, and a disk that is busy takes some of that.
 */
const SAVE_WITHIN = 400;

/**
 * A thread that another window changes each time that it is read is taken as it is after so many times:
 * the store's worker tells of changes before it answers, so what it has told of is in its answer.
 */
export const READS = 3;

/**
 * A thread as it is now: what is said in it is masked, stored and folded, in this order and one thing
 * after another. Only what streams is folded at once, and stored a little later.
 */
export class LiveThread {
  readonly #services: LiveThreadServices;
  readonly #listener: LiveThreadListener;
  readonly #streamed = new StreamedText();
  readonly #writer: ThreadWriter;
  /** What is written in this thread and not sent. */
  readonly draft: Draft;
  #conversation: Conversation;
  #stored: boolean;
  #revision = 0;
  /**
   * Whether another window has added something while something of ours was still to be stored: what that
   * comes to, the store will tell.
   */
  #stale = false;
  #closed = false;
  /** How often another window has committed something. */
  #foreign = 0;
  #unsaved: string | null = null;
  #saveSoon: NodeJS.Timeout | undefined;

  /** `stored` tells a thread that is in the store from one that has no message yet. */
  constructor(
    services: LiveThreadServices,
    conversation: Conversation,
    stored: boolean,
    listener: LiveThreadListener,
  ) {
    this.#services = services;
    this.#listener = listener;
    this.#conversation = conversation;
    this.#stored = stored;
    this.#writer = new ThreadWriter(services.store, this.id, services.newId, {
      unsaved: (problem) => this.#setUnsaved(problem),
      renumbered: () => (this.#stale = true),
    });
    this.draft = new Draft(services, this, (work) => this.#writer.run(work));
  }

  get id(): string {
    return this.#conversation.thread.id;
  }

  get thread(): Thread {
    return this.#conversation.thread;
  }

  get messages(): readonly Message[] {
    return this.#conversation.messages;
  }

  get conversation(): Conversation {
    return this.#conversation;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Whether the thread has a message, and so is kept. */
  get stored(): boolean {
    return this.#stored;
  }

  get unsaved(): string | null {
    return this.#unsaved;
  }

  /**
   * Stores what the user said or did, and folds it once it is on the disk. Rejects when it is not.
   * `make` is asked once more when another window was faster, after that window's messages were read.
   * What is `sent` goes under an id of its own, with a draft that begins with its text, but for what was
   * typed behind that.
   */
  async commit(make: () => readonly ThreadEvent[], sent?: Sent): Promise<void> {
    const attempt = () =>
      this.#writer.run(async () => {
        const events = make();
        if (events.length === 0) return;
        const { shown, expected, stored } = await this.#prepare(events);
        const sendsDraft = sent !== undefined && this.draft.beginsWith(sent.text);
        await this.#writer.append(
          { expected, events: stored },
          { ...(sent && { id: sent.commit() }), sendsDraft },
        );
        if (sendsDraft) this.draft.sent(sent.text);
        this.#stored = true;
        this.#fold(shown);
      });
    try {
      await attempt();
    } catch (error) {
      if (error instanceof ThreadConflictError) {
        await this.#reload();
        await attempt();
      } else {
        // What the disk has refused may be there all the same. What was sent is found by its id.
        if (!sent) this.#becomeStale();
        throw error;
      }
    }
  }

  /** Commits what is no message; of a thread that is not stored yet, to its draft alone. */
  async change(make: () => readonly ThreadEvent[]): Promise<void> {
    if (this.#stored) return this.commit(make);
    await this.#writer.run(() => {
      this.#fold(make());
      return Promise.resolve();
    });
    this.draft.ownerChanged();
  }

  /**
   * Takes in what Claude said. What is durable is stored first, also later if the disk refuses it.
   * Rejects with `ThreadConflictError` or `ThreadNotFoundError` where another window was faster, and
   * when something cannot be masked: then none of it is taken in.
   */
  async take(events: readonly ThreadEvent[]): Promise<void> {
    if (events.length === 0) return;
    if (!events.some(isDurable)) {
      this.#fold(events);
      this.#saveSoon ??= setTimeout(() => this.#saveStreamed(), SAVE_WITHIN);
      return;
    }
    const ends = events.some((event) => event.type === "messageEnded");
    // What streamed and was never given whole is all there will be of it.
    const all = ends ? [...this.#streamed.whole(this.#conversation), ...events] : events;
    await this.#writer.run(async () => {
      const { shown, expected, stored, whole } = await this.#prepare(all);
      await this.#keep({ expected, events: stored, whole });
      this.#fold(shown);
    });
  }

  /**
   * Gives an answer its end when the rest of it cannot be masked: what streamed of it stays in memory,
   * and on the disk as much as was stored. `end` must hold nothing that could be secret.
   */
  async end(end: ThreadEvent): Promise<void> {
    await this.#writer.run(async () => {
      await this.#keep({ expected: null, events: [end] });
      this.#fold([end]);
    });
  }

  /** Takes in what another window has committed. */
  foreign(events: readonly ThreadEvent[]): void {
    // The disk may have refused something of ours that is there all the same.
    const fits = this.#fits(events);
    this.#stored = true;
    this.#foreign++;
    this.#stale ||= this.#unsaved !== null;
    this.#fold(events);
    if (!fits) this.#becomeStale();
  }

  /** Reads the thread anew, once everything is stored: until then, what is in memory counts. */
  #becomeStale(): void {
    if (this.#unsaved === null) this.#listener.stale();
    else this.#stale = true;
  }

  #fits(events: readonly ThreadEvent[]): boolean {
    if (!this.#stored && events[0]?.type !== "threadCreated") return false;
    const known = new Set(this.messages.map(({ id }) => id));
    return events.every((event) => {
      if (event.type === "messageAdded") {
        const next = event.message.seq === known.size;
        known.add(event.message.id);
        return next;
      }
      return !("message" in event) || known.has(event.message);
    });
  }

  /**
   * Reads the thread anew. The message `ahead` is written here, so that of it what is in memory counts.
   * Rejects with `ThreadNotFoundError`, and as the disk does.
   */
  async reload(ahead?: string): Promise<void> {
    if (this.#stored && !this.#closed) await this.#writer.run(() => this.#reload(ahead));
  }

  /** Forgets what streamed here: another window has the turn, and writes what comes of it. */
  forgetStreamed(): void {
    this.#streamed.forget();
  }

  /** The whole of a tool's output, once it is stored. Rejects, in a sentence for the user, when it is not. */
  output(message: string, part: string): Promise<string> {
    return this.#writer.run(async () => {
      try {
        return await this.#services.store.output(this.id, message, part);
      } catch (error) {
        if (!(error instanceof ThreadNotFoundError) || !this.#unsaved) throw error;
        throw new Error(t("The whole of this output is not saved yet. Try again when it is."), {
          cause: error,
        });
      }
    });
  }

  /** Resolves when all that is known is stored. */
  async settled(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#saveSoon);
    await this.draft.close();
    await this.#writer.settled();
  }

  /** Stores what has streamed. The conversation in memory is ahead of it and stays as it is. */
  #saveStreamed(): void {
    this.#saveSoon = undefined;
    this.#writer
      .run(async () => {
        if (!(await this.#listener.ensureTurn())) return;
        const events = await this.#streamed.growth(this.#conversation, this.#services.mask);
        if (events.length > 0) await this.#keep({ expected: null, events });
      })
      .catch((error: unknown) => this.#lost(error));
  }

  /**
   * Numbers the messages that are added, masks everything, and cuts what is long. `shown` is without
   * the whole of that, `stored` without what is stored already.
   */
  async #prepare(events: readonly ThreadEvent[]) {
    const count = this.messages.length;
    let seq = count;
    const numbered = events.map((event) =>
      event.type === "messageAdded"
        ? { ...event, message: { ...event.message, seq: seq++ } }
        : event,
    );
    const masked = await maskDeep(numbered, this.#services.mask);
    const cut = await Promise.all(masked.map(cutLong));
    const whole = cut.filter(isDurable);
    const stored = this.#streamed.compact(whole);
    return { shown: cut.map(shownOf), stored, whole, expected: seq > count ? count : null };
  }

  /** Stores events, now or later. What the store sets aside is shown all the same. */
  async #keep(commit: Parameters<ThreadWriter["keep"]>[0]): Promise<void> {
    try {
      await this.#writer.keep(commit);
    } catch (error) {
      if (!(error instanceof BrokenRecordError)) throw error;
      this.#lost(error);
    }
  }

  async #reload(ahead?: string): Promise<void> {
    this.#stale = this.#unsaved !== null;
    const conversation = await this.#read();
    const written = this.messages.find(({ id }) => id === ahead);
    const messages = conversation.messages.map((message) =>
      message.id === written?.id && message.status === "streaming" ? written : message,
    );
    this.#conversation = { ...conversation, messages };
    this.#stored = true;
    this.#revision = 0;
    this.#listener.reset();
  }

  /** The thread as it is stored, if possible with nothing that another window commits in between. */
  async #read(): Promise<Conversation> {
    for (let tries = 1; ; tries++) {
      const before = this.#foreign;
      const conversation = await this.#services.store.load(this.id);
      if (this.#foreign === before || tries === READS) return conversation;
    }
  }

  #fold(events: readonly ThreadEvent[]): void {
    for (const event of events) this.#streamed.note(event);
    this.#conversation = applyAll(this.#conversation, events);
    this.#revision += events.length;
    this.#listener.changed(events, this.#revision);
  }

  #lost(error: unknown): void {
    this.#services.log.warn(`Something that Claude said could not be stored: ${String(error)}`);
  }

  #setUnsaved(problem: string | null): void {
    if (problem === null && this.#stale && !this.#closed) this.#listener.stale();
    if (problem === this.#unsaved) return;
    this.#unsaved = problem;
    if (problem) this.#services.log.warn(`Not saved yet: ${problem}`);
    this.#listener.unsaved(problem);
  }
}
