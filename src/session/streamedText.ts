import type { Conversation, Part, ThreadEvent } from "../shared/thread";
import type { Mask } from "./mask";
import { unveiled } from "./unveiled";

type TextPart = Extract<Part, { type: "text" | "reasoning" }>;

/** A part whose text streams: where it is, and as much of its masked text as is stored. */
interface Streamed {
  readonly message: string;
  readonly part: string;
  stored: string;
  grown: boolean;
}

/**
 * Keeps track of what streams and how much of it is stored, so that each piece of a text is written
 * once: what has grown is stored as growth, and a part that ends as it was stored only as ended.
 */
export class StreamedText {
  /** By their messages and their ids: parts of two messages may have the same one. */
  readonly #parts = new Map<string, Streamed>();

  /** Told of every event that is folded. */
  note(event: ThreadEvent): void {
    switch (event.type) {
      case "partSet":
        if (isText(event.part) && event.part.state === "streaming")
          this.#parts.set(keyOf(event.message, event.part.id), {
            message: event.message,
            part: event.part.id,
            stored: event.part.text,
            grown: false,
          });
        else this.#parts.delete(keyOf(event.message, event.part.id));
        break;
      case "partGrew": {
        const streamed = this.#parts.get(keyOf(event.message, event.part));
        if (streamed) streamed.grown = true;
        break;
      }
      case "partDropped":
        this.#parts.delete(keyOf(event.message, event.part));
        break;
      case "messageEnded":
        for (const [key, { message }] of this.#parts)
          if (message === event.message) this.#parts.delete(key);
        break;
      default:
        break;
    }
  }

  /** Nothing streams any more. */
  forget(): void {
    this.#parts.clear();
  }

  /**
   * The events that store what has grown, masked; asked again, there are none. What could be the first
   * half of a secret is held back, until more of it is there.
   */
  async growth(conversation: Conversation, mask: Mask): Promise<ThreadEvent[]> {
    const events: ThreadEvent[] = [];
    for (const [part, streamed] of this.#takeGrown(conversation)) {
      const text = settled(part.text);
      // What is held back is still to be stored, also if nothing more comes.
      if (text.length < part.text.length) streamed.grown = true;
      const masked = await mask(text);
      const { message, stored } = streamed;
      streamed.stored = masked;
      if (!masked.startsWith(stored))
        // What came since has shown an earlier part of it to be a secret.
        events.push({ type: "partSet", message, part: { ...part, text: masked } });
      else if (masked.length > stored.length)
        events.push({
          type: "partGrew",
          message,
          part: part.id,
          text: masked.slice(stored.length),
        });
    }
    return events;
  }

  /** The events that hold what has grown whole, at the end of what there will be of it. Not masked. */
  whole(conversation: Conversation): ThreadEvent[] {
    return this.#takeGrown(conversation).map(([part, { message }]) => ({
      type: "partSet",
      message,
      part,
    }));
  }

  /** The same events, without the text that is stored already. They must be masked. */
  compact(events: readonly ThreadEvent[]): ThreadEvent[] {
    return events.flatMap((event): ThreadEvent[] => {
      if (event.type !== "partSet" || !isText(event.part)) return [event];
      const { message, part } = event;
      const stored = this.#parts.get(keyOf(message, part.id))?.stored;
      if (!stored || part.state !== "done" || !part.text.startsWith(stored)) return [event];
      const text = part.text.slice(stored.length);
      const at = part.type === "reasoning" ? part.endedAt : undefined;
      const ended: ThreadEvent = {
        type: "partEnded",
        message,
        part: part.id,
        ...(at !== undefined && { at }),
      };
      return text ? [{ type: "partGrew", message, part: part.id, text }, ended] : [ended];
    });
  }

  #takeGrown({ messages }: Conversation): [TextPart, Streamed][] {
    return [...this.#parts.values()].flatMap((streamed): [TextPart, Streamed][] => {
      if (!streamed.grown) return [];
      streamed.grown = false;
      const part = messages
        .findLast((message) => message.id === streamed.message)
        ?.parts.findLast(({ id }) => id === streamed.part);
      return part && isText(part) ? [[part, streamed]] : [];
    });
  }
}

const keyOf = (message: string, part: string): string => `${message}/${part}`;

const isText = (part: Part): part is TextPart => part.type === "text" || part.type === "reasoning";

/** The longest beginning of a secret that is waited for, in characters. */
const LONGEST = 4096;

/** What a secret can be made of: anything in ASCII but space, and the first half of a character. */
const UNFINISHED = /[!-~\ud800-\udbff]/;

/** What may yet become what is not to be seen, or another character than it is so far. */
// eslint-disable-next-line no-control-regex
const HALF_A_VEIL = /(?:[\\&%][\w#{]{0,12}|<(?:!|\/?[a-z]{1,6}\s)[^<>]*|\u001b\[[0-?]*[ -/]*)$/i;

/** As much of a streaming text as cannot turn out to be the first half of a secret, as it is read. */
function settled(text: string): string {
  const from = Math.max(0, text.length - LONGEST);
  const tail = text.slice(from).replace(HALF_A_VEIL, "");
  const [view] = unveiled(tail);
  const read = view?.text ?? tail;
  const key = read.lastIndexOf("-----BEGIN");
  let end = key >= 0 && !read.includes("-----END", key) ? key : read.length;
  if (end === read.length) while (end > 0 && UNFINISHED.test(read.charAt(end - 1))) end--;
  // What is not to be seen behind it waits too.
  return text.slice(0, from + (end > 0 && view ? view.original(end - 1, end).end : end));
}
