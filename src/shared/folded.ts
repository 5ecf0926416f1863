/**
 * A conversation while events are folded into it. What they change is copied once, however many they
 * are: to copy a message's parts for each of its parts would take the square of their number.
 */
import type { Conversation, Message, Part, Thread } from "./thread";

export class FoldedConversation {
  readonly #before: Conversation;
  thread: Thread;
  #messages: readonly Message[];
  /** The same as `#messages`, once it is this conversation's own to change. */
  #own: Message[] | undefined;
  /** The messages that were asked for. */
  #open: Map<string, { readonly index: number; readonly message: FoldedMessage }> | undefined;

  constructor(conversation: Conversation) {
    this.#before = conversation;
    this.thread = conversation.thread;
    this.#messages = conversation.messages;
  }

  /** Another thread takes the place of whatever is here. */
  begin(thread: Thread): void {
    this.thread = thread;
    this.#open = undefined;
    this.#messages = this.#own = [];
  }

  add(message: Message): void {
    // Of two with one id, it is the later one that events speak of.
    this.#close(message.id);
    this.#mine().push(message);
  }

  /** A message to change; undefined if there is none. */
  message(id: string): FoldedMessage | undefined {
    const open = this.#open?.get(id);
    if (open) return open.message;
    // The message that events speak of is nearly always the last, so look from the end.
    const index = this.#messages.findLastIndex((message) => message.id === id);
    const found = this.#messages[index];
    if (!found) return undefined;
    const message = new FoldedMessage(found);
    (this.#open ??= new Map()).set(id, { index, message });
    return message;
  }

  /** What it has become: the very conversation that it was, if nothing changed. */
  conversation(): Conversation {
    if (this.#open) for (const id of this.#open.keys()) this.#close(id);
    const { thread, messages } = this.#before;
    return this.thread === thread && this.#messages === messages
      ? this.#before
      : { ...this.#before, thread: this.thread, messages: this.#messages };
  }

  #close(id: string): void {
    const open = this.#open?.get(id);
    if (!open) return;
    this.#open?.delete(id);
    const message = open.message.message();
    if (message !== this.#messages[open.index]) this.#mine()[open.index] = message;
  }

  #mine(): Message[] {
    return (this.#messages = this.#own ??= [...this.#messages]);
  }
}

/** So many parts are looked for before it pays to know where all of them are. */
const FEW = 8;

/** A message while its parts change. */
export class FoldedMessage {
  #message: Message;
  /** A part that was dropped leaves a hole. Undefined until one changes. */
  #own: (Part | undefined)[] | undefined;
  #holes = false;
  /** Where the parts are, by their ids. */
  #places: Map<string, number> | undefined;
  #looks = 0;

  constructor(message: Message) {
    this.#message = message;
  }

  /** All of it but its parts, which are not up to date. */
  get fields(): Omit<Message, "parts"> {
    return this.#message;
  }

  has(id: string): boolean {
    return this.#placeOf(id) >= 0;
  }

  /** Puts another part, of the same id, in the place of one, if that is there. */
  change(id: string, change: (part: Part) => Part): void {
    const place = this.#placeOf(id);
    const part = this.#parts[place];
    if (part) this.#mine()[place] = change(part);
  }

  /** Adds a part at the end, or what `merged` makes of the one with its id and of it in that one's place. */
  set(part: Part, merged: (before: Part) => Part): void {
    const place = this.#placeOf(part.id);
    const before = this.#parts[place];
    const parts = this.#mine();
    if (before) {
      parts[place] = merged(before);
      return;
    }
    this.#places?.set(part.id, parts.length);
    parts.push(part);
  }

  drop(id: string): void {
    for (let place = this.#placeOf(id); place >= 0; place = this.#placeOf(id)) {
      this.#mine()[place] = undefined;
      this.#holes = true;
      this.#places?.delete(id);
    }
  }

  /** Gives it an end, and each of its parts. */
  end(fields: Pick<Message, "status" | "usage" | "error">, endPart: (part: Part) => Part): void {
    const parts = this.message().parts.map(endPart);
    this.#message = { ...this.#message, ...fields, parts };
    this.#own = undefined;
    this.#holes = false;
    this.#places = undefined;
  }

  /** What it has become, at the end: the very message that it was, if nothing changed. */
  message(): Message {
    if (!this.#own) return this.#message;
    const parts = this.#holes
      ? this.#own.filter((part) => part !== undefined)
      : (this.#own as Part[]);
    return { ...this.#message, parts };
  }

  get #parts(): readonly (Part | undefined)[] {
    return this.#own ?? this.#message.parts;
  }

  #mine(): (Part | undefined)[] {
    return (this.#own ??= [...this.#message.parts]);
  }

  #placeOf(id: string): number {
    const parts = this.#parts;
    // The part that events speak of is mostly the last.
    if (parts.at(-1)?.id === id) return parts.length - 1;
    if (!this.#places && ++this.#looks > FEW) this.#places = placesOf(parts);
    return this.#places
      ? (this.#places.get(id) ?? -1)
      : parts.findLastIndex((part) => part?.id === id);
  }
}

/** Undefined where two parts have one id, as only a damaged thread has them: then all are looked through. */
function placesOf(parts: readonly (Part | undefined)[]): Map<string, number> | undefined {
  const places = new Map<string, number>();
  for (const [place, part] of parts.entries()) {
    if (part && places.has(part.id)) return undefined;
    if (part) places.set(part.id, place);
  }
  return places;
}
