import type { Conversation, ThreadEvent } from "../shared/thread";

/**
 * Keeps track of the parts whose text has grown since it was last stored. Growth itself is never
 * stored; every now and then the whole of what has grown is.
 */
export class UnsavedText {
  /** Part → the message it is in. */
  readonly #grown = new Map<string, string>();

  note(event: ThreadEvent): void {
    switch (event.type) {
      case "partGrew":
        this.#grown.set(event.part, event.message);
        break;
      case "partSet":
        this.#grown.delete(event.part.id);
        break;
      case "partDropped":
        this.#grown.delete(event.part);
        break;
      default:
        break;
    }
  }

  /** The events that store what has grown, as it stands in `conversation`; asked again, there are none. */
  take({ messages }: Conversation): ThreadEvent[] {
    const events = [...this.#grown].flatMap(([id, message]): ThreadEvent[] => {
      const part = messages
        .findLast((candidate) => candidate.id === message)
        ?.parts.findLast((candidate) => candidate.id === id);
      return part ? [{ type: "partSet", message, part }] : [];
    });
    this.#grown.clear();
    return events;
  }
}
