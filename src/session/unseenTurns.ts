import type { ChatSession } from "./chatSession";

/** Turns that end within this time are told of together, in milliseconds. */
const TOGETHER = 500;

/** Notices turns that end by themselves where nobody looks. */
export class UnseenTurns {
  readonly #working = new WeakSet<ChatSession>();
  #ended = new Set<ChatSession>();
  #soon: NodeJS.Timeout | undefined;

  constructor(
    /** Whether the end of a turn need not be told, since it is seen, or nobody wants that. */
    private readonly isQuiet: (session: ChatSession) => boolean,
    /** Told of those that ended a moment ago, at least one. */
    private readonly tell: (ended: readonly ChatSession[]) => void,
  ) {}

  /** Looks at a session whose thread or turn is not as it was. */
  changed(session: ChatSession): void {
    // What another window does, that window tells of.
    if (session.turn.phase === "working" || session.turn.phase === "stopping")
      this.#working.add(session);
    else if (this.#working.delete(session)) this.#end(session);
  }

  #end(session: ChatSession): void {
    // Who stopped Claude, or deleted the thread, knows.
    if (session.thread.deletedAt !== null || outcomeOf(session) === undefined) return;
    if (this.isQuiet(session)) return;
    this.#ended.add(session);
    this.#soon ??= setTimeout(() => {
      const ended = [...this.#ended];
      this.#ended = new Set();
      this.#soon = undefined;
      this.tell(ended);
    }, TOGETHER);
  }

  dispose(): void {
    clearTimeout(this.#soon);
  }
}

/** How the last answer of a thread ended by itself; undefined for one that was stopped, or is none. */
export function outcomeOf(session: ChatSession): "complete" | "failed" | undefined {
  const last = session.view().conversation.messages.at(-1);
  if (last?.role !== "assistant") return undefined;
  return last.status === "complete" || last.status === "failed" ? last.status : undefined;
}
