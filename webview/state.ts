/**
 * What the panel shows, as signals, and what it asks of the host. There is no DOM in here.
 *
 * The host is the authority: whatever is shown came from it, whole (`ready`, `show`) or as changes. Of
 * a long thread the end comes first, and is shown while the whole is on its way.
 */
import { batch, computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { Link, type Events, type Port } from "../src/shared/link";
import type {
  ChatEvents,
  ChatRequests,
  ChatView,
  SandboxState,
  Step,
  TurnState,
  NextStep,
} from "../src/shared/protocol";
import { applyAll } from "../src/shared/reducer";
import { newConversation } from "../src/shared/newThread";
import type { Conversation, Message, Thread } from "../src/shared/thread";
import { Announcer } from "./announcer";
import { Draft } from "./draft";
import { follow } from "./follow";
import type { FileReference } from "./markdown/files";
import { newId } from "./newId";
import { type Memory, Places } from "./saved";
import { SpokenAnswer } from "./spokenAnswer";

/** In UTF-16 units: several times as much as is written of it once it is masked. */
const REPORT_LIMIT = 64 * 1024;

/** Why something was not done, for people, and what can be done about it. */
export interface Problem {
  readonly text: string;
  readonly next: NextStep | null;
}

interface Chosen {
  readonly thread: string;
  /** Whether what is typed for it is to be sent once it is on show. */
  readonly send: boolean;
  /** Whether the host has it on show, so that whatever comes now comes after that. */
  readonly answered: boolean;
}

/** One panel's chat. Nothing is shown before `start` has its answer. */
export class Chat {
  readonly #link: Link<ChatRequests, Events>;

  #conversation: Conversation | null = null;
  /** Whether the host has told the end of a thread, and the whole is still to come. */
  #wantsWhole = false;
  /** All of its messages, each in its signal. */
  #followed: readonly Signal<Message>[] = [];
  #revision = 0;
  #asking = false;
  /** Counts the wholes that we were shown, so that an older answer cannot undo a newer one. */
  #shown = 0;
  /** The newest revision that we heard of while an answer of the host was on its way. */
  #heard: { thread: string; revision: number } | null = null;

  readonly #thread = signal<Thread | null>(null);
  readonly #messages = signal<readonly Signal<Message>[]>([]);
  readonly #earlier = signal(0);
  readonly #turn = signal<TurnState>({ phase: "idle" });
  readonly #unsaved = signal<string | null>(null);
  readonly #readOnly = signal<string | null>(null);
  readonly #threads = signal<readonly Thread[]>([]);
  readonly #sandbox = signal<SandboxState>({ state: "checking", label: "" });
  readonly #workspace = signal("");
  readonly #fileMissing = signal(false);
  readonly #draft = new Draft((thread, text) => this.#request("draft", { thread, text }));
  /** The threads that a message is on its way in. */
  readonly #sending = signal<ReadonlySet<string>>(new Set());
  readonly #problem = signal<Problem | null>(null);
  /** The thread that was chosen, until the host shows it: what it shows before that is of no interest. */
  readonly #chosen = signal<Chosen | null>(null);
  readonly #broken = signal<string | null>(null);
  readonly #focusCalls = signal(0);
  readonly #sought = signal<{ readonly message: string } | null>(null);

  /** The thread on show; null until the host has answered. */
  readonly thread: ReadonlySignal<Thread | null> = this.#thread;
  /** The messages that people read. A change of one message changes its own signal alone. */
  readonly messages: ReadonlySignal<readonly ReadonlySignal<Message>[]> = this.#messages;
  /** So many messages, hidden ones among them, come before these and are still on their way. */
  readonly earlier: ReadonlySignal<number> = this.#earlier;
  readonly turn: ReadonlySignal<TurnState> = this.#turn;
  /** Why something said is not on the disk yet; null when everything is. */
  readonly unsaved: ReadonlySignal<string | null> = this.#unsaved;
  /** Why threads can only be read; null when they can be gone on with. */
  readonly readOnly: ReadonlySignal<string | null> = this.#readOnly;
  readonly sandbox: ReadonlySignal<SandboxState> = this.#sandbox;
  /** The workspace's path in the sandbox, or "" while it is not known. */
  readonly workspace: ReadonlySignal<string> = this.#workspace;
  /** Whether the file that the thread is about is not there. */
  readonly fileMissing: ReadonlySignal<boolean> = this.#fileMissing;
  /** Every thread, newest first. One that is new may be on show before the host lists it. */
  readonly threads = computed(() => newestFirst(this.#threads.value, this.#thread.value));
  /** The unsent text of the thread on show. */
  readonly draft: ReadonlySignal<string> = this.#draft.text;
  readonly sending = computed(() => this.#sending.value.has(this.#thread.value?.id ?? ""));
  /** Why the last thing asked for was not done, and what can be done about that. */
  readonly problem: ReadonlySignal<Problem | null> = this.#problem;
  /** The thread that what is typed belongs to: the one on show, or one that was chosen a moment ago. */
  readonly selected = computed(() => {
    const chosen = this.#chosen.value?.thread;
    return this.threads.value.find(({ id }) => id === chosen) ?? this.#thread.value;
  });
  /** Whether that one is still to come into sight. */
  readonly switching = computed(() => {
    const chosen = this.#chosen.value;
    return chosen !== null && chosen.thread !== this.#thread.value?.id;
  });
  /** Why there is nothing to show at all, for people. */
  readonly broken: ReadonlySignal<string | null> = this.#broken;
  readonly places: Places;
  readonly announcer = new Announcer();
  readonly #spoken = new SpokenAnswer(this.announcer);
  /** Goes up each time that the cursor belongs where a message is written. */
  readonly focusCalls: ReadonlySignal<number> = this.#focusCalls;
  /** The message to bring into sight, until `found`. */
  readonly sought: ReadonlySignal<{ readonly message: string } | null> = this.#sought;

  constructor(port: Port, memory: Memory) {
    this.places = new Places(memory);
    this.#link = new Link(port, {
      event: (name, data) => this.#receive(name as keyof ChatEvents, data),
    });
  }

  /** Asks the host for the whole of what it has this panel show. */
  async start(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    this.#broken.value = null;
    try {
      do {
        this.#heard = null;
        const shown = this.#shown;
        const whole = this.#wantsWhole || this.#conversation !== null;
        const view = await this.#link.request("ready", whole ? { whole } : {});
        if (shown === this.#shown) this.#take(view);
      } while (this.#wantsWhole || this.#isBehind());
    } catch (error) {
      this.#broken.value = messageOf(error);
    } finally {
      this.#asking = false;
    }
  }

  write(text: string): void {
    this.#problem.value = null;
    this.#draft.write(text);
  }

  /** Sees to it that the host has all of the draft, since this page may not live much longer. */
  keepDraft(): void {
    this.#draft.flush();
  }

  /**
   * Sends the draft. It is kept until the host says that the message is sent. In a thread that was chosen
   * a moment ago it goes once that is on show.
   */
  async send(): Promise<void> {
    const conversation = this.#conversation;
    const text = this.draft.peek();
    if (!conversation || !text.trim()) return;
    const chosen = this.#chosen.peek();
    if (chosen && this.switching.peek()) {
      this.#chosen.value = { ...chosen, send: true };
      return;
    }
    const thread = conversation.thread.id;
    if (this.#sending.peek().has(thread)) return;
    this.#draft.flush();
    this.#problem.value = null;
    this.#sending.value = new Set([...this.#sending.peek(), thread]);
    try {
      const reply = await this.#link.request("send", {
        thread,
        text,
        seen: this.#earlier.peek() + conversation.messages.length,
      });
      if (reply.sent) this.#draft.sent(thread, text);
      else this.#say(reply.refused, reply.next);
    } catch (error) {
      this.#say(messageOf(error));
    } finally {
      this.#sending.value = new Set([...this.#sending.peek()].filter((other) => other !== thread));
    }
  }

  #say(text: string, next: NextStep | null = null): void {
    this.#problem.value = { text, next };
  }

  stop(): void {
    const thread = this.#thread.peek();
    if (thread) this.#ask("stop", { thread: thread.id });
  }

  /** The whole of a tool's output that is shown in part. Rejects with a sentence for people. */
  output(message: string, part: string): Promise<string> {
    const thread = this.#thread.peek()?.id ?? "";
    return this.#link.request("output", { thread, message, part });
  }

  /** Shows another thread. From now on what is typed, or sent, is for that one. */
  openThread(thread: string): void {
    this.#problem.value = null;
    this.#draft.flush();
    if (!this.#isOnShow(thread)) this.#draft.await(thread);
    void this.#choose(thread, this.#link.request("openThread", { thread }));
  }

  /** Shows a new thread, before the host knows of it, so that the very next key belongs to it. */
  newThread(): void {
    const thread = newId();
    this.#problem.value = null;
    this.#draft.flush();
    this.#shown++;
    this.#wantsWhole = false;
    this.#show({
      conversation: newConversation(thread, { type: "workspace", id: "" }, Date.now()),
      revision: 0,
      turn: { phase: "idle" },
      unsaved: null,
      readOnly: this.#readOnly.peek(),
      draft: "",
      threads: this.#threads.peek(),
      sandbox: this.#sandbox.peek(),
      workspace: this.#workspace.peek(),
    });
    this.focus();
    void this.#choose(thread, this.#link.request("newThread", { thread }));
  }

  /** Waits for the host to show a thread. Where it does not, what was on show is gone on with. */
  async #choose(thread: string, asked: Promise<unknown>): Promise<void> {
    this.#chosen.value = { thread, send: false, answered: false };
    let answered = true;
    try {
      await asked;
    } catch (error) {
      answered = false;
      this.#say(messageOf(error));
    }
    // It is on show by now, unless its whole is still to come, or it cannot be.
    const chosen = this.#chosen.peek();
    if (chosen?.thread !== thread) return;
    this.#chosen.value = answered ? { ...chosen, answered } : null;
    await this.start();
  }

  takeStep(step: Step): void {
    this.#ask("takeStep", { step });
  }

  /** Opens a link of which its reader sees `text`. */
  openLink(url: string, text: string): void {
    this.#ask("openLink", { url, text: text.slice(0, 1024) });
  }

  openFile({ path, line, column }: FileReference): void {
    this.#ask("openFile", { path, line, column });
  }

  /** Opens what these tool calls of a message changed in one file. */
  openDiff(message: string, tools: readonly string[]): void {
    const thread = this.#thread.peek();
    if (thread) this.#ask("openDiff", { thread: thread.id, message, tools: [...tools] });
  }

  /** Whether Claude was told something with a message that its writer did not write. */
  hasContext({ seq }: Message): boolean {
    return this.#conversation?.messages[seq - 1 - this.#earlier.peek()]?.visibility === "hidden";
  }

  /** Opens what Claude was told with a message. */
  openContext(message: string): void {
    const thread = this.#thread.peek();
    if (thread) this.#ask("openContext", { thread: thread.id, message });
  }

  /** Shows a file that this machine runs, or says what becomes of it. */
  hostFile(message: string, path: string, action: "show" | "undo" | "keep"): void {
    const thread = this.#thread.peek();
    if (thread) this.#ask("hostFile", { thread: thread.id, message, path, action });
  }

  insertCode(text: string): void {
    this.#ask("insertCode", { text });
  }

  openCode(text: string, language: string): void {
    this.#ask("openCode", { text, language: language.slice(0, 64) });
  }

  /** Puts the cursor where a message is written. */
  focus(): void {
    this.#focusCalls.value++;
  }

  /** Tells the host that its user is at this panel. */
  tellFocused(): void {
    void this.#request("focused", {});
  }

  /** What was looked for is in sight. */
  found(): void {
    const sought = this.#sought.peek();
    this.#sought.value = null;
    if (sought) void this.#request("found", sought);
  }

  /** Writes to the host's log. A report that fails is let go, since reporting it would fail too. */
  report(message: string): void {
    this.#link.request("report", { message: message.slice(0, REPORT_LIMIT) }).catch(() => {});
  }

  #ask<Name extends keyof ChatRequests>(name: Name, params: ChatRequests[Name]["params"]): void {
    this.#problem.value = null;
    this.#draft.flush();
    void this.#request(name, params);
  }

  /** Asks for something, and says what failed. */
  async #request<Name extends keyof ChatRequests>(
    name: Name,
    params: ChatRequests[Name]["params"],
  ): Promise<void> {
    try {
      await this.#link.request(name, params);
    } catch (error) {
      this.#say(messageOf(error));
    }
  }

  #receive(name: keyof ChatEvents, data: unknown): void {
    switch (name) {
      case "show":
        return this.#take(data as ChatEvents["show"]);
      case "changed":
        return this.#change(data as ChatEvents["changed"]);
      case "turn": {
        const { thread, turn } = data as ChatEvents["turn"];
        if (this.#isOnShow(thread)) this.#turn.value = turn;
        return;
      }
      case "draft": {
        const { thread, text } = data as ChatEvents["draft"];
        if (this.#isOnShow(thread)) this.#draft.show(thread, text);
        return;
      }
      case "unsaved": {
        const { thread, problem } = data as ChatEvents["unsaved"];
        if (this.#isOnShow(thread)) this.#unsaved.value = problem;
        return;
      }
      case "fileMissing": {
        const { thread, missing } = data as ChatEvents["fileMissing"];
        if (this.#isOnShow(thread)) this.#fileMissing.value = missing;
        return;
      }
      case "readOnly":
        this.#readOnly.value = data as ChatEvents["readOnly"];
        return;
      case "threads":
        this.#threads.value = data as ChatEvents["threads"];
        return;
      case "sandbox":
        this.#sandbox.value = data as ChatEvents["sandbox"];
        return;
      case "focus":
        return this.focus();
    }
  }

  /** Shows what the host says there is to show, and asks for the whole where this is the end of it. */
  #take(view: ChatView): void {
    const chosen = this.#chosen.peek();
    // It is what was on show before.
    if (chosen && !chosen.answered && chosen.thread !== view.conversation.thread.id) {
      this.#wantsWhole = false;
      return;
    }
    this.#shown++;
    this.#wantsWhole = view.earlier !== undefined;
    batch(() => {
      if (view.message) this.#sought.value = { message: view.message };
      if (this.#wantsWhole && !this.#hasWhatIsSeen(view)) return;
      this.#chosen.value = null;
      this.#show(view);
    });
    if (this.#wantsWhole) void this.start();
    // What was there already may be half a thought.
    const isShown = chosen?.thread === view.conversation.thread.id && !this.#chosen.peek();
    if (isShown && chosen.send && view.draft === "") void this.send();
  }

  /** Whether the end of a thread is better on show than what there is until the whole comes. */
  #hasWhatIsSeen({ conversation: { thread, messages }, message }: ChatView): boolean {
    const first = message ?? this.places.in(thread.id)?.message;
    const isThere = first === undefined || messages.some(({ id }) => id === first);
    return isThere && !this.#isOnShow(thread.id);
  }

  #show(view: ChatView): void {
    batch(() => {
      const thread = view.conversation.thread.id;
      const before = this.#isOnShow(thread) ? this.#conversation : null;
      if (before) this.#heard ??= { thread, revision: this.#revision };
      else this.#problem.value = null;
      this.#draft.show(thread, view.draft);
      this.#revision = view.revision;
      this.#setConversation(view.conversation, view.earlier ?? 0);
      if (before) this.#spoken.follow(view.conversation.messages);
      else this.#spoken.begin(view.conversation.messages);
      this.#turn.value = view.turn;
      this.#unsaved.value = view.unsaved;
      this.#readOnly.value = view.readOnly;
      this.#threads.value = view.threads;
      this.#sandbox.value = view.sandbox;
      this.#fileMissing.value = view.fileMissing ?? false;
      this.#workspace.value = view.workspace ?? "";
      this.#broken.value = null;
    });
    this.places.show(view.conversation.thread.id);
  }

  #change({ thread, revision, events }: ChatEvents["changed"]): void {
    const conversation = this.#conversation;
    const unseen = revision - this.#revision;
    if (conversation?.thread.id === thread && unseen <= 0) return;
    if (conversation?.thread.id !== thread || unseen > events.length) {
      // The answer on its way may be about this thread, and older than this change.
      if (this.#asking) this.#heard = { thread, revision };
      else if (this.#isOnShow(thread)) void this.start();
      return;
    }
    const news = events.slice(-unseen);
    batch(() => {
      this.#revision = revision;
      const changed = applyAll(conversation, news);
      this.#setConversation(changed, this.#earlier.peek());
      this.#spoken.follow(changed.messages);
    });
  }

  #setConversation(conversation: Conversation, earlier: number): void {
    const before = this.#conversation?.messages ?? [];
    const added = this.#isOnShow(conversation.thread.id) ? this.#earlier.peek() - earlier : 0;
    this.#conversation = conversation;
    this.#earlier.value = earlier;
    this.#thread.value = conversation.thread;
    const followed = follow(this.#followed, before, conversation.messages, added);
    if (followed === this.#followed) return;
    this.#followed = followed;
    this.#messages.value = followed.filter((one) => one.peek().visibility === "visible");
  }

  #isOnShow(thread: string): boolean {
    return this.#thread.peek()?.id === thread;
  }

  #isBehind(): boolean {
    const heard = this.#heard;
    return heard !== null && this.#isOnShow(heard.thread) && heard.revision > this.#revision;
  }
}

function newestFirst(threads: readonly Thread[], current: Thread | null): readonly Thread[] {
  const others = threads.filter(({ id }) => id !== current?.id);
  return [...(current ? [current] : []), ...others].sort((a, b) => b.updatedAt - a.updatedAt);
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
