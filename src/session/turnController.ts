import { t } from "@vscode/l10n";
import { inBackground } from "../shared/inBackground";
import type { SendReply, TurnState } from "../shared/protocol";
import type { ThreadEvent } from "../shared/thread";
import { ReadOnlyStoreError, ThreadConflictError, ThreadNotFoundError } from "../store/threadStore";
import { ClaudeTurns, type TurnServices } from "./claudeTurns";
import type { LiveThread } from "./liveThread";
import { cutShort, isAnswering } from "./newConversation";
import { cutAnswer, recover } from "./recovery";
import {
  ConversationChangedError,
  refusalOf,
  refused,
  refusedElsewhere,
  WindowClosingError,
} from "./refusals";
import { isOurs, shownTurn, transition, type Turn, type TurnEvent } from "./turn";
import { LEASE, RENEW_EVERY, TurnLease, type TurnLeaseServices } from "./turnLease";

/** How often a lease is claimed again that is about to be released, in milliseconds. */
const CLAIM_AGAIN = 200;

export interface TurnControllerServices extends TurnServices, TurnLeaseServices {
  /** Whether somebody has this thread before them, so that what comes in it is read. */
  readonly onShow: (thread: string) => boolean;
}

/**
 * Owns the turn of a thread: its state, the lease that goes with it, and the look at the window that
 * has it otherwise. What Claude says goes through here to the thread, and nowhere else.
 */
export class TurnController {
  readonly #services: TurnControllerServices;
  readonly #live: LiveThread;
  readonly #lease: TurnLease;
  readonly #claude: ClaudeTurns;
  /** Told of the turn, each time that there is another to show. */
  readonly #changed: (turn: TurnState) => void;
  #turn: Turn = { phase: "idle" };
  /** Looks again and again whether the window is gone that has the turn. */
  #watch: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #recovery: Promise<void> | undefined;
  /** Whether the thread was purged. */
  #gone = false;
  #disposed = false;

  constructor(
    services: TurnControllerServices,
    live: LiveThread,
    changed: (turn: TurnState) => void,
  ) {
    this.#services = services;
    this.#live = live;
    this.#changed = changed;
    this.#lease = new TurnLease(services, live.id, () => this.#lose());
    const turn = () => this.#turn;
    const isHeld = () => this.#lease.held;
    this.#claude = new ClaudeTurns(services, live, {
      get turn() {
        return turn();
      },
      get isHeld() {
        return isHeld();
      },
      begins: () => this.#begins(),
      ensure: () => this.ensure(),
      take: (events) => this.#take(events),
      note: (note) => this.#dispatch({ type: "note", note }),
      ended: () => {
        this.#dispatch({ type: "ended" });
        this.#lookAtThread();
      },
    });
    this.#lookAtThread();
    if (cutAnswer(live.conversation)) this.#look();
  }

  /** The turn as a panel is told of it. */
  get state(): TurnState {
    return shownTurn(this.#turn);
  }

  /** Whether nothing is under way here, and no process is kept. */
  get isAtRest(): boolean {
    const busy = this.#looking ?? this.#recovery;
    return this.#turn.phase === "idle" && busy === undefined && !this.#claude.isRunning;
  }

  /** Resolves when an answer that was found without an end has one, or another window writes it. */
  async opened(): Promise<void> {
    await this.#looking;
  }

  /** Resolves when nothing more is made up for that was cut short. */
  async recovered(): Promise<void> {
    while (this.#looking ?? this.#recovery) await (this.#looking ?? this.#recovery);
  }

  /** Starts Claude ahead of the next message. */
  async prepare(): Promise<void> {
    await this.recovered();
    if (this.#turn.phase === "idle" && !this.#disposed) await this.#claude.prepare();
  }

  /**
   * Begins a turn with a message, which is stored before this resolves. `seen` is the number of messages
   * that its sender had before them.
   */
  async send(text: string, seen: number): Promise<SendReply> {
    if (this.#looking ?? this.#recovery) await this.recovered();
    if (this.#turn.phase === "elsewhere") return refusedElsewhere();
    if (this.#turn.phase !== "idle")
      return refused(t("Claude is still working. Send this when the answer is complete."));
    if (seen !== this.#live.messages.length) return refusalOf(new ConversationChangedError());
    this.#dispatch({ type: "begin" });
    try {
      const ours = await this.#acquire(seen);
      if (this.#disposed) throw new WindowClosingError();
      if (!ours) {
        this.#refuse();
        return refusedElsewhere();
      }
      if (seen !== this.#live.messages.length) throw new ConversationChangedError();
      await this.#claude.begin(text);
    } catch (error) {
      this.#refuse();
      this.#services.log.warn(`A message was not sent: ${String(error)}`);
      return refusalOf(error);
    }
    this.#dispatch({ type: "begun" });
    if (isOurs(this.#turn)) inBackground(this.#claude.run(), this.#services.log);
    // Another window has taken it over while the message was stored.
    else this.#claude.leave();
    return { sent: true };
  }

  /**
   * Acquires the lease for a message. A window that has it, though every answer has its end, is about to
   * release it: when its process is gone, or else when the lease runs out.
   */
  async #acquire(seen: number): Promise<boolean> {
    for (let left = LEASE / CLAIM_AGAIN; !(await this.#lease.acquire()); left--) {
      const isWaiting = this.#turn.phase === "acquiring" && !this.#disposed;
      if (!isWaiting || seen !== this.#live.messages.length || left <= 0) return false;
      await new Promise((resolve) => setTimeout(resolve, CLAIM_AGAIN));
    }
    return true;
  }

  #refuse(): void {
    this.#dispatch({ type: "refused" });
    this.#lookAtThread();
  }

  /** Stops the turn. What came of the answer stays. */
  stop(): void {
    const before = this.#turn;
    this.#dispatch({ type: "stop" });
    if (this.#turn !== before) this.#claude.stop();
  }

  /** Stops the turn, and ends Claude with all that it has started. */
  clear(): void {
    this.stop();
    // After a stop it goes by itself.
    if (this.#turn.phase !== "stopping") this.#claude.clear();
  }

  /** Takes in what another window has committed. */
  foreign(events: readonly ThreadEvent[]): void {
    const { reply } = this.#claude;
    this.#live.foreign(events);
    const grown = events.some(({ type }) => type === "messageAdded");
    const ended = events.some((event) => event.type === "messageEnded" && event.message === reply);
    if (reply === undefined) {
      // Claude was told something there that the process here does not know.
      if (grown) this.#claude.retire();
    } else if (grown || ended) this.#lose();
    this.#lookAtThread();
  }

  /** Reads the thread anew: others have changed more of it than can be told. Rejects as the store does. */
  async reload(): Promise<void> {
    const { reply } = this.#claude;
    if (reply === undefined) this.#claude.retire();
    await this.#reload(reply);
    const last = this.#live.messages.at(-1);
    if (reply !== undefined && reply === this.#claude.reply)
      if (last?.id !== reply || last.status !== "streaming") this.#lose();
    this.#lookAtThread();
  }

  /** Whether the turn is still ours; if the lease has ended meanwhile, it is asked for once more. */
  async ensure(): Promise<boolean> {
    if (isOurs(this.#turn) && !(await this.#lease.ensure())) this.#lose();
    return isOurs(this.#turn);
  }

  /** All that was said is on the disk: nobody else need wait for it. */
  saved(): void {
    this.#releaseSoon();
  }

  /**
   * Releases the lease once nothing is left of the turn: no process that is still to end, and nothing
   * said that is not on the disk, since nobody else can tell how the answer ended.
   */
  #releaseSoon(): void {
    const release = this.#claude.gone().then(() => {
      // Who looks whether another window is gone has acquired it anew.
      const isFree = this.#turn.phase === "idle" && this.#looking === undefined;
      if (isFree && this.#live.unsaved === null) this.#lease.release();
    });
    inBackground(release, this.#services.log);
  }

  /** Ends a turn that the window's end cuts short, and resolves when all that is known is stored. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    clearInterval(this.#watch);
    await this.#claude.dispose();
    this.#lease.release();
  }

  /** Has the lease and the watch follow the state. */
  #dispatch(event: TurnEvent): void {
    const before = this.#turn;
    this.#turn = transition(before, event);
    if (this.#turn === before) return;
    if (this.#turn.phase === "elsewhere") this.#lease.release();
    if (this.#turn.phase === "idle") this.#releaseSoon();
    clearInterval(this.#watch);
    if (this.#turn.phase === "elsewhere" && !this.#disposed) {
      this.#watch = setInterval(() => this.#look(), RENEW_EVERY).unref();
      this.#look();
    }
    const shown = this.state;
    if (JSON.stringify(shown) !== JSON.stringify(shownTurn(before))) this.#changed(shown);
  }

  /** Whether another window has the turn, the thread tells: an answer streams that is not written here. */
  #lookAtThread(): void {
    const answering = !this.#gone && isAnswering(this.#live.conversation);
    this.#dispatch({ type: answering ? "otherBegan" : "otherEnded" });
  }

  /** Claude begins a turn by itself. */
  async #begins(): Promise<boolean> {
    if (this.#turn.phase !== "idle" || this.#disposed) return false;
    this.#dispatch({ type: "begin" });
    // A disk that refuses, refuses every window; what is said is kept until it does not any more.
    const ours = await this.#lease
      .acquire()
      .catch((error: unknown) => !(error instanceof ReadOnlyStoreError));
    if (ours) this.#dispatch({ type: "begun" });
    else this.#refuse();
    return ours && isOurs(this.#turn);
  }

  /**
   * The one road from Claude to the thread. An answer that ends while nobody has it on show is still to
   * be read. What is said without the lease is dropped, and the turn left to whom it belongs.
   */
  async #take(events: readonly ThreadEvent[]): Promise<void> {
    if (events.length === 0) return;
    if (isOurs(this.#turn) && !(await this.ensure())) return;
    if (this.#turn.phase === "elsewhere") return;
    const ends = events.some(({ type }) => type === "messageEnded");
    const { updatedAt: at, deletedAt } = this.#live.thread;
    const unseen = ends && deletedAt === null && !this.#services.onShow(this.#live.id);
    const changes = { unread: true };
    try {
      await this.#live.take(unseen ? [...events, { type: "threadChanged", at, changes }] : events);
    } catch (error) {
      if (!(error instanceof ThreadConflictError || error instanceof ThreadNotFoundError))
        throw error;
      this.#lose();
    }
  }

  /** Another window has the lease, or has written what only its holder may: the turn is no more ours. */
  #lose(): void {
    if (!isOurs(this.#turn)) return;
    this.#services.log.warn("Another window has taken over the turn of a thread.");
    this.#claude.leave();
    this.#live.forgetStreamed();
    this.#dispatch({ type: "lost" });
    inBackground(
      this.#reload().finally(() => this.#lookAtThread()),
      this.#services.log,
    );
  }

  async #reload(ahead?: string): Promise<void> {
    try {
      await this.#live.reload(ahead);
    } catch (error) {
      this.#gone ||= error instanceof ThreadNotFoundError;
      throw error;
    }
  }

  /** Whether the window is gone that has left an answer without an end, or cut short. */
  #look(): void {
    this.#looking ??= this.#takeOver().finally(() => (this.#looking = undefined));
  }

  /** Acquires the turn of a window that is gone, and gives its answers their end. Never rejects. */
  async #takeOver(): Promise<void> {
    // A disk that refuses the claim is asked again.
    if (!(await this.#lease.acquire().catch(() => false))) return;
    if (!this.#disposed) this.#dispatch({ type: "recover" });
    if (this.#turn.phase !== "recovering") {
      if (!isOurs(this.#turn)) this.#lease.release();
      return;
    }
    try {
      // Its end may have come between our last look and the lease.
      await this.#reload();
      const cut = this.#live.messages.filter(({ status }) => status === "streaming");
      await this.#take(cut.map((answer) => cutShort(answer, this.#services.now())));
      this.#recovery = this.#recover().finally(() => this.#recovered());
    } catch (error) {
      this.#services.log.warn(`A thread could not be read anew: ${String(error)}`);
      this.#recovered();
    }
  }

  #recovered(): void {
    this.#recovery = undefined;
    this.#dispatch({ type: "recovered" });
    this.#lookAtThread();
  }

  /** Adds what Claude did after the window that asked it was gone, if the sandbox knows of it. */
  async #recover(): Promise<void> {
    const cut = cutAnswer(this.#live.conversation);
    if (!cut) return;
    const { log, mask, now } = this.#services;
    try {
      const runtime = await this.#services.runtime();
      // Claude keeps its record whole when it is asked to end.
      await this.#claude.endLeftovers(runtime);
      const events = await recover(this.#live.conversation, cut, { runtime, mask, now });
      if (this.#turn.phase === "recovering" && !this.#disposed) await this.#take(events);
    } catch (error) {
      log.warn(`What Claude did meanwhile could not be recovered: ${String(error)}`);
    }
  }
}
