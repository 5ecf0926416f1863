import { t } from "@vscode/l10n";
import type { Resume } from "../claude/argv";
import { inactive, retrySentence, turnError } from "../claude/errors";
import { Translator, type TurnSignal } from "../claude/translate";
import type { WireMessage } from "../claude/wire";
import type { Exit, SandboxRuntime } from "../sandbox/runtime";
import type { TurnState } from "../shared/protocol";
import type { ThreadEvent, TurnError } from "../shared/thread";
import { ThreadFullError } from "../store/threadStore";
import { Inactivity } from "./inactivity";
import type { LiveThread } from "./liveThread";
import { resumeOf, sessionLost } from "./newConversation";
import {
  makePrompt,
  type NewMessage,
  type Prompt,
  promptEvents,
  type PromptServices,
  promptTexts,
  retoldNotice,
} from "./prompt";
import type { TurnLease } from "./turnLease";
import { type ClaudeServices, WarmClaude } from "./warmClaude";

export interface TurnServices extends ClaudeServices, PromptServices {
  /** How many messages a thread may have that people see. */
  readonly maxMessages: () => number;
  /** How long Claude may say nothing in a turn, in milliseconds; 0 for ever. */
  readonly inactivityTimeout: () => number;
  /** A process that ended without Claude's `result`, in words for the user; `unread` is what it printed. */
  readonly explain: (exit: Exit, unread: string) => TurnError | Promise<TurnError>;
  readonly newId: () => string;
  readonly now: () => number;
}

export interface TurnListener {
  /** The state of the turn is another. */
  turn(turn: TurnState): void;
  /** Takes in what Claude said; resolves when that is stored, or kept to be. */
  take(events: readonly ThreadEvent[]): Promise<void>;
}

/** Claude's turns in one thread: what it is given, what comes of it, and how each comes to its end. */
export class ClaudeTurns {
  readonly #services: TurnServices;
  readonly #live: LiveThread;
  readonly #lease: TurnLease;
  readonly #listener: TurnListener;
  readonly #translator: Translator;
  readonly #claude: WarmClaude;
  readonly #inactivity: Inactivity;
  #state: TurnState = { phase: "idle" };
  /** That of the present turn. */
  #prompt: Prompt = { text: "", told: [] };
  /** Ends the waiting for a place among the turns of this window. */
  #waiting = new AbortController();
  #leavePool: (() => void) | undefined;

  constructor(services: TurnServices, live: LiveThread, lease: TurnLease, listener: TurnListener) {
    this.#services = services;
    this.#live = live;
    this.#lease = lease;
    this.#listener = listener;
    this.#translator = new Translator({
      newReply: () => this.#newMessage("assistant", "visible", []),
      now: services.now,
      sessionId: () => live.thread.claudeSessionId,
    });
    this.#inactivity = new Inactivity(services.inactivityTimeout, {
      quiet: (silence) => this.#note(quietFor(minutes(silence))),
      over: (silence) => void this.#abort(inactive(minutes(silence))),
    });
    this.#claude = new WarmClaude(services, live.id, {
      started: () => this.#translator.processStarted(),
      active: () => this.#translator.inTurn && this.#inactivity.heard(),
      heard: (message) => this.#hear(message),
      gone: (exit, unread, unheard) => this.#lose(exit, unread, unheard),
    });
  }

  readonly #newMessage: NewMessage = (role, visibility, parts) => ({
    id: this.#services.newId(),
    threadId: this.#live.id,
    seq: 0,
    role,
    parts,
    visibility,
    status: role === "assistant" ? "streaming" : "complete",
    usage: null,
    error: null,
    createdAt: this.#services.now(),
  });

  get state(): TurnState {
    return this.#state;
  }

  /** The state is Claude's, but for a turn that another window has, or that is about to begin. */
  set(state: TurnState): void {
    if (state.phase === "idle" && this.#state.phase === "idle") return;
    this.#state = state;
    this.#listener.turn(state);
  }

  /** Starts Claude ahead of the next turn. */
  prepare(): Promise<void> {
    return this.#claude.prepare(resumeOf(this.#live.thread));
  }

  /** Stores the prompt and the begun answer. Rejects with `ThreadFullError`, and as the store does. */
  async begin(text: string): Promise<void> {
    try {
      this.#prompt = await makePrompt(this.#services, this.#live.conversation, text);
      await this.#live.commit(() => {
        this.#mustHaveRoom();
        const { thread, stored } = this.#live;
        const said = promptEvents(this.#prompt, thread, stored, this.#newMessage);
        return [...said, ...this.#translator.begin()];
      }, text);
    } catch (error) {
      this.#translator.forget();
      throw error;
    }
  }

  /** Throws a `ThreadFullError` where a prompt and its answer would be too many. */
  #mustHaveRoom(): void {
    const visible = this.#live.messages.filter(({ visibility }) => visibility === "visible").length;
    if (visible + 2 > this.#services.maxMessages())
      throw new ThreadFullError(t("This thread is full: it has {0} messages.", visible));
  }

  /** Gives Claude the prompt that was stored, once there is a place for the turn. What fails ends it. */
  async run(resume = resumeOf(this.#live.thread)): Promise<void> {
    try {
      this.#waiting = new AbortController();
      this.#leavePool ??= await this.#services.pool.enter(
        (ahead) => this.#note(inLine(ahead)),
        this.#waiting.signal,
      );
      // Stopped before it began.
      if (this.#isStopping()) {
        await this.#end(null);
        return;
      }
      this.#note(undefined);
      this.#inactivity.heard();
      await this.#claude.prompt(await this.#texts(resume), resume);
      // A process that was only about to start could not be told.
      if (this.#isStopping()) this.#claude.interrupt();
    } catch (error) {
      this.#services.log.warn(`Claude could not be started: ${String(error)}`);
      const detail = error instanceof Error ? error.message : String(error);
      await this.#end({ code: "sandbox", message: t("Claude could not be started."), detail });
    }
  }

  async #texts(resume: Resume | null): Promise<string[]> {
    const { messages } = this.#live;
    const { texts, retold } = promptTexts(this.#prompt, messages, resume);
    const reply = messages.at(-1);
    if (retold && reply)
      await this.#listener.take([{ type: "partSet", message: reply.id, part: retoldNotice() }]);
    return texts;
  }

  async #hear(message: WireMessage): Promise<void> {
    const { events, signal } = this.#translator.read(message);
    if (events.length > 0) await this.#work();
    await this.#listener.take(events);
    if (signal) await this.#follow(signal);
  }

  /** Something came, so nothing is waited for; and Claude may have begun a turn by itself. */
  async #work(): Promise<void> {
    if (!this.#translator.inTurn || this.#isStopping()) return;
    if (this.#state.phase === "idle") await this.#lease.take();
    this.#note(undefined);
  }

  /** Does what a signal asks for. */
  async #follow(signal: TurnSignal): Promise<void> {
    switch (signal.type) {
      case "ended":
        return this.#end(null);
      case "asked":
        return this.#claude.decline(signal.requestId, `Nobody here answers ${signal.subtype}.`);
      case "staleSession":
        // One who was told of no session to resume would say so for ever.
        if (!resumeOf(this.#live.thread)) return this.#abort(signal.error);
        this.#claude.retire();
        await this.#listener.take([sessionLost(this.#live.thread, this.#services.now())]);
        if (this.#translator.inTurn) await this.run(null);
        return;
      case "retrying":
        // Claude would try for three minutes what only a login can help.
        if (signal.error === "authentication_failed") return this.#abort(turnError("notLoggedIn"));
        this.#note(retrySentence(signal.error, signal.attempt, signal.of));
        return;
    }
  }

  /** Stops the turn. What came of the answer stays. */
  stop(): void {
    if (this.#state.phase !== "working") return;
    this.set({ phase: "stopping" });
    this.#translator.stopping();
    this.#waiting.abort();
    this.#claude.interrupt();
  }

  /** Stops the turn, and ends Claude with all that it has started. */
  clear(): void {
    this.stop();
    // After a stop it goes by itself.
    if (!this.#isStopping()) void this.#claude.clear();
  }

  /** Lets the process go that knows less of the thread than there is. */
  retire(): void {
    this.#claude.retire();
  }

  /** Ends inside what an earlier window has left of this thread. Resolves when it is gone. */
  endLeftovers(runtime: SandboxRuntime): Promise<void> {
    return this.#claude.endLeftovers(runtime);
  }

  /**
   * Ends Claude, and a turn that the window's end cuts short. Resolves when all that is known is stored,
   * and Claude is gone.
   */
  async dispose(): Promise<void> {
    const gone = this.#claude.dispose();
    this.#waiting.abort();
    if (this.#translator.inTurn) await this.#end(turnError("interrupted"));
    await this.#live.settled();
    await gone;
  }

  /** Claude's process ended by itself, or was ended since it did not stop. */
  async #lose(exit: Exit, unread: string, unheard: boolean): Promise<void> {
    if (!this.#translator.inTurn) return;
    if (unheard && !this.#isStopping()) return this.run();
    await this.#end(this.#isStopping() ? null : await this.#services.explain(exit, unread));
  }

  /** Ends the turn and Claude with it. */
  async #abort(error: TurnError): Promise<void> {
    void this.#claude.clear();
    await this.#end(error);
  }

  /** Ends the turn, if nothing has: with an error as failed, without one as stopped. */
  async #end(error: TurnError | null): Promise<void> {
    this.#inactivity.rest();
    await this.#listener.take(this.#translator.abandon(error));
    this.#leavePool?.();
    this.#leavePool = undefined;
    this.#lease.release();
    const stopped = this.#isStopping();
    this.set({ phase: "idle" });
    if (!stopped) this.#claude.rest();
    // What Claude has left running in the background is stopped as well.
    else void this.#claude.clear();
  }

  #isStopping(): boolean {
    return this.#state.phase === "stopping";
  }

  /** Says what a working Claude waits for, or that it does not wait any more. */
  #note(note: string | undefined): void {
    if (this.#isStopping()) return;
    if (this.#state.phase === "working" && this.#state.note === note) return;
    this.set({ phase: "working", ...(note && { note }) });
  }
}

function inLine(ahead: number): string {
  if (ahead === 0) return t("Waiting for another thread: this one is next.");
  return ahead === 1
    ? t("Waiting for other threads: one is before this one in line.")
    : t("Waiting for other threads: {0} are before this one in line.", ahead);
}

const quietFor = (minutes: number): string =>
  minutes === 1
    ? t("Claude has said nothing for a minute.")
    : t("Claude has said nothing for {0} minutes.", minutes);

const minutes = (milliseconds: number): number => Math.round(milliseconds / 60_000);
