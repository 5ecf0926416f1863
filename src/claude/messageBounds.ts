import { t } from "@vscode/l10n";
import { COUNT_LIMIT, cutTo, leftOut, MESSAGE_LIMIT, remember, TEXT_LIMIT } from "../shared/limits";
import type { Part, ThreadEvent } from "../shared/thread";

type PartEvent = Extract<ThreadEvent, { part: unknown }>;

/** Keeps each message within its limits, whatever Claude says. */
export class MessageBounds {
  readonly #messages = new Map<string, Message>();

  /** The events without what is too much, and with a notice where that begins. */
  within(events: readonly ThreadEvent[]): readonly ThreadEvent[] {
    const kept: ThreadEvent[] = [];
    for (const event of events) {
      const instead = "part" in event ? this.#message(event.message).instead(event) : undefined;
      if (!instead) kept.push(event);
      else for (const other of instead) kept.push(other);
    }
    return kept;
  }

  #message(id: string): Message {
    const known = this.#messages.get(id);
    if (known) return known;
    const message = new Message();
    remember(this.#messages, id, message);
    return message;
  }
}

/** How much there is of one message. */
class Message {
  /** How long its parts are, in UTF-16 units. */
  readonly #lengths = new Map<string, number>();
  #length = 0;
  #isFull = false;

  /** What is taken in the place of an event that cannot be taken as it is. */
  instead(event: PartEvent): readonly ThreadEvent[] | undefined {
    switch (event.type) {
      case "partSet": {
        const { part, message } = event;
        if (this.#take(part.id, lengthOf(part))) return undefined;
        const isHere = this.#lengths.has(part.id);
        return [...this.#fill(message), ...(isHere ? asItIs(message, part) : [])];
      }
      case "partGrew": {
        const { part, text, message } = event;
        const before = this.#lengths.get(part);
        if (before === undefined || before > TEXT_LIMIT) return [];
        if (!this.#take(part, before + text.length)) return this.#fill(message);
        const room = TEXT_LIMIT - before;
        return text.length <= room ? undefined : [{ ...event, text: cutTo(room, text) }];
      }
      case "toolEnded": {
        const { part, outcome, message } = event;
        const before = this.#lengths.get(part);
        if (before === undefined) return [];
        const said = "errorText" in outcome ? outcome.errorText : outcome.output;
        const patch = "patch" in outcome ? outcome.patch.diff.length : 0;
        if (this.#take(part, before + said.length + patch)) return undefined;
        const without = "errorText" in outcome ? { errorText: leftOut() } : { output: leftOut() };
        return [...this.#fill(message), { ...event, outcome: without }];
      }
      case "partDropped":
        this.#length -= this.#lengths.get(event.part) ?? 0;
        this.#lengths.delete(event.part);
        return undefined;
      case "partEnded":
        return undefined;
    }
  }

  /** Has a part be so long, if there is room for that. */
  #take(part: string, length: number): boolean {
    const before = this.#lengths.get(part);
    const grown = this.#length - (before ?? 0) + length;
    const isOneMore = before === undefined && this.#lengths.size >= COUNT_LIMIT;
    if (isOneMore || grown > MESSAGE_LIMIT) return false;
    this.#lengths.set(part, length);
    this.#length = grown;
    return true;
  }

  /** Says once that there is more than is kept. */
  #fill(message: string): ThreadEvent[] {
    if (this.#isFull) return [];
    this.#isFull = true;
    const text = t("This answer is longer than what is kept. Some of what follows is left out.");
    return [
      { type: "partSet", message, part: { type: "data-notice", id: "full", data: { text } } },
    ];
  }
}

/** A part of which no more is taken in has come to its end with what there is of it. */
function asItIs(message: string, part: Part): ThreadEvent[] {
  if (part.type === "text" || part.type === "reasoning")
    return [{ type: "partEnded", message, part: part.id }];
  return part.type === "dynamic-tool" && part.state === "input-available"
    ? [{ type: "partSet", message, part: { ...part, input: {} } }]
    : [];
}

function lengthOf(part: Part): number {
  switch (part.type) {
    case "text":
    case "reasoning":
      return part.text.length;
    case "dynamic-tool":
      return part.input === undefined ? 0 : JSON.stringify(part.input).length;
    case "data-notice":
      return part.data.text.length;
    default:
      return 0;
  }
}
