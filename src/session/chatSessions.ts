import type { Scope, Thread } from "../shared/thread";
import { turnError } from "../claude/errors";
import { ChatSession, newConversation, type SessionServices } from "./chatSession";

/** The sessions by thread: at most one each, whoever asks, and however many panels show it. */
export class ChatSessions {
  readonly #services: SessionServices;
  readonly #sessions = new Map<string, Promise<ChatSession>>();
  readonly #changed: (session: ChatSession) => void;

  /** `changed` is told of every session whose thread or turn is not as it was. */
  constructor(services: SessionServices, changed: (session: ChatSession) => void) {
    this.#services = services;
    this.#changed = changed;
  }

  /** Every thread that has a message, the last changed first. */
  list(): Promise<readonly Thread[]> {
    return this.#services.store.list();
  }

  /** The session of a stored thread. Rejects with `ThreadNotFoundError`. */
  open(thread: string): Promise<ChatSession> {
    const open = this.#sessions.get(thread);
    if (open) return open;
    const opening = this.#load(thread);
    this.#sessions.set(thread, opening);
    opening.catch(() => this.#sessions.delete(thread));
    return opening;
  }

  /** A session of a new thread, which is stored with its first message. */
  create(scope: Scope): ChatSession {
    const { newId, now } = this.#services;
    const session = new ChatSession(this.#services, newConversation(newId(), scope, now()), false);
    this.#watch(session);
    this.#sessions.set(session.id, Promise.resolve(session));
    return session;
  }

  /** How many threads Claude works in right now. */
  async working(): Promise<number> {
    const sessions = await Promise.all(this.#sessions.values());
    return sessions.filter(({ turn }) => turn.phase !== "idle").length;
  }

  /** Ends what runs, and resolves when all that is known is stored. */
  async dispose(): Promise<void> {
    const sessions = await Promise.allSettled(this.#sessions.values());
    await Promise.allSettled(
      sessions.map(async (settled) => settled.status === "fulfilled" && settled.value.dispose()),
    );
    this.#sessions.clear();
  }

  async #load(thread: string): Promise<ChatSession> {
    const { store, now } = this.#services;
    let conversation = await store.load(thread);
    const last = conversation.messages.at(-1);
    if (last?.status === "streaming") {
      // The host that wrote this answer is gone: it crashed, or was ended without a chance to say so.
      await store.append(thread, null, [
        {
          type: "messageEnded",
          message: last.id,
          at: now(),
          status: "failed",
          usage: null,
          error: turnError("interrupted"),
        },
      ]);
      conversation = await store.load(thread);
    }
    const session = new ChatSession(this.#services, conversation, true);
    this.#watch(session);
    return session;
  }

  #watch(session: ChatSession): void {
    const changed = () => this.#changed(session);
    session.listen({
      changed: (events) => {
        if (events.some(({ type }) => type !== "partGrew")) changed();
      },
      turn: changed,
      unsaved: changed,
      reset: changed,
    });
  }
}
