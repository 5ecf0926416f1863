import { t } from "@vscode/l10n";
import type { Resume } from "../claude/argv";
import { inactive, retrySentence, turnError } from "../claude/errors";
import { Translator, type TurnSignal } from "../claude/translate";
import type { WireMessage } from "../claude/wire";
import type { Exit, SandboxRuntime } from "../sandbox/runtime";
import { inBackground } from "../shared/inBackground";
import { LimitError } from "../shared/limits";
import type { Message, ThreadEvent, TurnError } from "../shared/thread";
import { ThreadFullError } from "../store/threadStore";
import { hostFilesChanged, type TurnGuard } from "./hostFiles";
import { Inactivity } from "./inactivity";
import type { LiveThread } from "./liveThread";
import { cutShort, resumeOf, sessionLost } from "./newConversation";
import {
  makePrompt,
  type NewMessage,
  type Prompt,
  promptEvents,
  type PromptServices,
  promptTexts,
  retoldNotice,
} from "./prompt";
import { ConversationChangedError } from "./refusals";
import { isOurs, type Turn } from "./turn";
import { type ClaudeServices, type ProcessEnd, WarmClaude } from "./warmClaude";

export interface TurnServices extends ClaudeServices, PromptServices {
  /** How many messages a thread may have that people see. */
  readonly maxMessages: () => number;
  /** How long Claude may say nothing in a turn, in milliseconds; 0 for ever. */
  readonly inactivityTimeout: () => number;
  /** A process that ended without Claude's `result`, in words for the user; `unread` is what it printed. */
  readonly explain: (exit: Exit, unread: string) => TurnError | Promise<TurnError>;
  /** Has nothing where no folder is open that a sandbox could change. */
  readonly guard?: () => TurnGuard | undefined;
  readonly newId: () => string;
  readonly now: () => number;
}

/** Who decides whether Claude has the turn, and keeps what comes of it. */
export interface TurnOwner {
  readonly turn: Turn;
  /** Whether the lease is held, as far as can be told without asking. */
  readonly isHeld: boolean;
  /** Claude begins a turn by itself. Resolves with whether it may. */
  begins(): Promise<boolean>;
  /** Whether the turn is still this window's. */
  ensure(): Promise<boolean>;
  /** Takes in what Claude said; resolves when that is stored, or kept to be. */
  take(events: readonly ThreadEvent[]): Promise<void>;
  /** What Claude waits for; undefined for nothing. */
  note(note: string | undefined): void;
  /** The answer has its end. */
  ended(): void;
}

/** The turn that Claude is in. */
interface Current {
  readonly prompt: Prompt;
  /** The message that the answer goes into. */
  readonly reply: string;
  /** Ends the waiting for a place among the turns of this window, and for a process. */
  readonly waiting: AbortController;
  /** Whether Claude has been given the prompt. What it says before that belongs to no turn of ours. */
  asked: boolean;
  leavePool?: (() => void) | undefined;
}

/** A message that was made, and is sent under one id however often that is tried. */
interface Sending {
  readonly prompt: Prompt;
  readonly reply: Message;
  readonly events: readonly ThreadEvent[];
  readonly commit: string;
}

/** Claude's part of a thread's turns: what it is given, what comes of it, and how each comes to its end. */
export class ClaudeTurns {
  readonly #services: TurnServices;
  readonly #live: LiveThread;
  readonly #owner: TurnOwner;
  readonly #translator: Translator;
  readonly #claude: WarmClaude;
  readonly #inactivity: Inactivity;
  #current: Current | undefined;
  #ending: Promise<void> | undefined;
  /** What the disk has refused; it may be there all the same. */
  #unsent: Sending | undefined;

  constructor(services: TurnServices, live: LiveThread, owner: TurnOwner) {
    this.#services = services;
    this.#live = live;
    this.#owner = owner;
    this.#translator = new Translator({
      newReply: () => this.#newMessage("assistant", "visible", []),
      now: services.now,
      sessionId: () => live.thread.claudeSessionId,
    });
    this.#inactivity = new Inactivity(services.inactivityTimeout, {
      quiet: (silence) => owner.note(quietFor(minutes(silence))),
      over: (silence) => inBackground(this.#abort(inactive(minutes(silence))), services.log),
    });
    this.#claude = new WarmClaude(services, live.id, {
      started: () => this.#translator.processStarted(),
      active: () => this.#current?.asked && this.#translator.inTurn && this.#inactivity.heard(),
      heard: (message) => this.#hear(message),
      gone: (end) => this.#lose(end),
      broke: (error) => this.#break(error),
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

  /** The message that is being written here. */
  get reply(): string | undefined {
    return this.#current?.reply;
  }

  /** Whether there is a process, at work or not. */
  get isRunning(): boolean {
    return this.#claude.isRunning;
  }

  /** Starts Claude ahead of the next turn. */
  prepare(): Promise<void> {
    return this.#claude.prepare(resumeOf(this.#live.thread));
  }

  /**
   * Stores the prompt and the begun answer, and gives every answer its end that has none: whoever wrote
   * it has not the lease any more. Rejects with `ThreadFullError`, and as the store does. What is sent
   * once more after that is the same message, so that it is there once, whatever became of it.
   */
  async begin(text: string): Promise<void> {
    const unsent = this.#unsent;
    const same = unsent?.prompt.text === text ? unsent : undefined;
    const prompt =
      same?.prompt ?? (await makePrompt(this.#services, this.#live.conversation, text));
    const known = this.#isThere(same);
    let sending: Sending | undefined;
    try {
      await this.#live.commit(
        () => {
          // The lease was lost while the prompt was made; or it is there after all, and others came behind.
          if (!isOurs(this.#owner.turn) || (!known && this.#isThere(same)))
            throw new ConversationChangedError();
          this.#mustHaveRoom();
          const at = this.#services.now();
          const ends = this.#live.messages
            .filter(({ status }) => status === "streaming")
            .map((answer) => cutShort(answer, at, answer.id === unsent?.reply.id));
          // Another window may have acquired the lease while this one slept.
          if (ends.length > 0 && !this.#owner.isHeld) throw new ConversationChangedError();
          sending = this.#again(same) ?? this.#make(prompt);
          return [...ends, ...sending.events];
        },
        { text, commit: () => sending?.commit ?? this.#services.newId() },
      );
    } catch (error) {
      this.#translator.forget();
      this.#unsent = sending ?? unsent;
      throw error;
    }
    this.#unsent = undefined;
    if (sending) this.#enter(prompt, sending.reply.id);
  }

  /** Sends the same once more, unless its sender has seen by now that it is there after all. */
  #again(unsent: Sending | undefined): Sending | undefined {
    if (!unsent || this.#isThere(unsent)) return undefined;
    this.#translator.begin(unsent.reply);
    return unsent;
  }

  #isThere(sending: Sending | undefined): boolean {
    return this.#live.messages.some(({ id }) => id === sending?.reply.id);
  }

  #make(prompt: Prompt): Sending {
    const { thread, stored } = this.#live;
    const reply = this.#newMessage("assistant", "visible", []);
    const said = promptEvents(prompt, thread, stored, this.#newMessage);
    const events = [...said, ...this.#translator.begin(reply)];
    return { prompt, reply, events, commit: this.#services.newId() };
  }

  #enter(prompt: Prompt, reply: string): void {
    this.#current = { prompt, reply, waiting: new AbortController(), asked: false };
  }

  /** Throws a `ThreadFullError` where a prompt and its answer would be too many. */
  #mustHaveRoom(): void {
    if (this.#room() >= 2) return;
    throw new ThreadFullError(
      t("This thread is full: it has {0} messages.", this.#services.maxMessages() - this.#room()),
    );
  }

  /** How many more messages the thread may have that people see. */
  #room(): number {
    const visible = this.#live.messages.filter(({ visibility }) => visibility === "visible").length;
    return this.#services.maxMessages() - visible;
  }

  /** Gives Claude the prompt that was stored, once there is a place for the turn. What fails ends it. */
  async run(resume = resumeOf(this.#live.thread)): Promise<void> {
    const turn = this.#current;
    if (!turn) return;
    const { signal } = turn.waiting;
    if (this.#isStopping()) turn.waiting.abort();
    const looked = this.#services.guard?.()?.begin(turn.reply);
    try {
      turn.leavePool ??= await this.#services.pool.enter(
        (ahead) => this.#owner.note(inLine(ahead)),
        signal,
      );
      // Another window has taken it over meanwhile.
      if (this.#current !== turn) return turn.leavePool?.();
      if (!(await this.#owner.ensure())) return;
      if (!signal.aborted) {
        this.#owner.note(undefined);
        this.#inactivity.heard();
        const texts = await this.#texts(turn, resume);
        await looked;
        if (await this.#claude.prompt(texts, resume, signal, () => (turn.asked = true))) return;
      }
      // Stopped before it began.
      if (this.#current === turn) await this.#end(null);
    } catch (error) {
      if (this.#current !== turn) return;
      this.#services.log.warn(`Claude could not be started: ${String(error)}`);
      const detail = error instanceof Error ? error.message : String(error);
      await this.#end({ code: "sandbox", message: t("Claude could not be started."), detail });
    }
  }

  async #texts({ prompt, reply }: Current, resume: Resume | null): Promise<string[]> {
    const { texts, retold } = promptTexts(prompt, this.#live.messages, resume);
    if (retold) await this.#owner.take([{ type: "partSet", message: reply, part: retoldNotice() }]);
    return texts;
  }

  async #hear(message: WireMessage): Promise<void> {
    if (this.#current?.asked === false && isOfATurn(message)) {
      // It has begun by itself what the prompt that still waits would be taken for the answer to.
      await this.#claude.clear();
      return;
    }
    const before = this.#translator.inTurn;
    const { events, signal } = this.#translator.read(message);
    const begins = !before && events.some(({ type }) => type === "messageAdded");
    if (begins && !(await this.#beginByItself(events))) return;
    // Something came, so nothing is waited for.
    if (before && events.length > 0) this.#owner.note(undefined);
    await this.#owner.take(await this.#withHostFiles(events));
    if (signal) await this.#follow(signal);
  }

  /** Claude has begun a turn by itself. What it says is dropped where another window has the thread. */
  async #beginByItself(events: readonly ThreadEvent[]): Promise<boolean> {
    // One that says more and more by itself fills no thread.
    if (this.#room() > 0 && (await this.#owner.begins())) {
      const added = events.find((event) => event.type === "messageAdded");
      if (added) {
        this.#enter({ text: "", told: [] }, added.message.id);
        if (this.#current) this.#current.asked = true;
        await this.#services.guard?.()?.begin(added.message.id);
      }
      return true;
    }
    this.#translator.forget();
    await this.#claude.clear();
    // The turn that it belongs to is not known any more.
    if (this.#current) await this.#end(turnError("claude"));
    return false;
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
        await this.#owner.take([sessionLost(this.#live.thread, this.#services.now())]);
        if (this.#translator.inTurn) await this.run(null);
        return;
      case "retrying":
        // Claude would try for three minutes what only a login can help.
        if (signal.error === "authentication_failed") return this.#abort(turnError("notLoggedIn"));
        this.#owner.note(retrySentence(signal.error, signal.attempt, signal.of));
        return;
    }
  }

  /** Has Claude stop. What came of the answer stays. */
  stop(): void {
    this.#translator.stopping();
    this.#current?.waiting.abort();
    this.#claude.interrupt();
  }

  /** Ends Claude with all that it has started. */
  clear(): void {
    inBackground(this.#claude.clear(), this.#services.log);
  }

  /** Resolves when no process is there any more that was ended. */
  gone(): Promise<void> {
    return this.#claude.left;
  }

  /** Lets the process go that knows less of the thread than there is. */
  retire(): void {
    this.#claude.retire();
  }

  /** Ends inside what an earlier window has left of this thread. Resolves when it is gone. */
  endLeftovers(runtime: SandboxRuntime): Promise<void> {
    return this.#claude.endLeftovers(runtime);
  }

  /** Leaves a turn that another window has taken over, and ends Claude here. Writes nothing. */
  leave(): void {
    this.#inactivity.rest();
    this.#translator.forget();
    this.#leave();
    this.clear();
  }

  #leave(): void {
    this.#current?.waiting.abort();
    this.#current?.leavePool?.();
    if (this.#current) this.#services.guard?.()?.leave(this.#current.reply);
    this.#current = undefined;
  }

  /**
   * Ends Claude, and a turn that the window's end cuts short. Resolves when all that is known is stored,
   * and Claude is gone.
   */
  async dispose(): Promise<void> {
    const gone = this.#claude.dispose();
    this.#current?.waiting.abort();
    if (this.#translator.inTurn) await this.#end(turnError("interrupted"));
    await this.#ending;
    await this.#endUnsent().catch((error: unknown) =>
      this.#services.log.warn(`A message that was not sent may be there: ${String(error)}`),
    );
    await this.#live.settled();
    await gone;
  }

  /** Nobody sends once more what the disk has refused: if it is there all the same, it has no answer. */
  async #endUnsent(): Promise<void> {
    const unsent = this.#unsent;
    if (!unsent) return;
    await this.#live.reload();
    const answer = this.#live.messages.find(({ id }) => id === unsent.reply.id);
    if (answer?.status === "streaming")
      await this.#live.take([cutShort(answer, this.#services.now(), true)]);
  }

  /** Claude's process ended by itself, or was ended since it did not stop. */
  async #lose({ exit, unread, unheard, unresumed }: ProcessEnd): Promise<void> {
    if (!this.#translator.inTurn || this.#current?.asked === false) return;
    if (this.#isStopping()) return this.#end(null);
    if (unheard) return this.run();
    const error = await this.#services.explain(exit, unread);
    // A session that Claude cannot even begin to read must not keep its thread from going on. The thread
    // keeps it until another has begun: it may not be to blame.
    if (unresumed && isFailure(exit) && error.code === "claude") return this.run(null);
    await this.#end(error);
  }

  /** Ends the turn and Claude with it. */
  async #abort(error: TurnError): Promise<void> {
    this.clear();
    await this.#end(error);
  }

  /** Ends the turn, once: with an error as failed, without one as stopped, if it has no end yet. */
  #end(error: TurnError | null): Promise<void> {
    this.#ending ??= this.#finish(error).finally(() => (this.#ending = undefined));
    return this.#ending;
  }

  async #finish(error: TurnError | null): Promise<void> {
    this.#inactivity.rest();
    const turn = this.#current;
    try {
      await this.#owner.take(await this.#withHostFiles(this.#translator.abandon(error)));
    } catch (broken) {
      await this.#endBroken(turn, broken);
    }
    // Another window has taken it over meanwhile.
    if (turn && this.#current !== turn) return;
    this.#leave();
    // What Claude has left running in the background is stopped as well.
    if (this.#isStopping()) this.clear();
    else this.#claude.rest();
    this.#owner.ended();
  }

  /** With the end of an answer comes which files its turn has changed that this machine runs. */
  async #withHostFiles(events: readonly ThreadEvent[]): Promise<readonly ThreadEvent[]> {
    const answer = this.#current?.reply;
    const ends = events.some((event) => event.type === "messageEnded" && event.message === answer);
    if (answer === undefined || !ends) return events;
    try {
      const changes = await this.#services.guard?.()?.end(answer);
      return changes ? [hostFilesChanged(answer, changes), ...events] : events;
    } catch (error) {
      this.#services.log.warn(`What this machine runs is not told of: ${String(error)}`);
      return events;
    }
  }

  /** What Claude said could not be taken in, as when it cannot be masked: the turn cannot go on. */
  async #break(error: unknown): Promise<void> {
    this.clear();
    this.#translator.forget();
    await this.#endBroken(this.#current, error);
    await this.#end(null);
  }

  async #endBroken(turn: Current | undefined, error: unknown): Promise<void> {
    this.#services.log.warn(`What Claude said could not be taken in: ${String(error)}`);
    if (!turn) return;
    await this.#live.end({
      type: "messageEnded",
      message: turn.reply,
      at: this.#services.now(),
      status: "failed",
      usage: null,
      error: turnError("claude", error instanceof LimitError ? error.message : ""),
    });
  }

  #isStopping(): boolean {
    return this.#owner.turn.phase === "stopping";
  }
}

/** Whether a program said by its exit that it failed, and was not ended by a signal or missing. */
const isFailure = ({ code }: Exit): boolean => code !== null && code > 0 && code < 126;

/** Whether Claude itself says this, and none of its subagents, or ends a turn by it. */
const isOfATurn = (message: WireMessage): boolean =>
  message.type === "result" ||
  ((message.type === "assistant" || message.type === "stream_event") &&
    !message.parent_tool_use_id);

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
