/** Of a long thread its end is shown first, since nobody should wait for what is far above it. */
import type { Conversation, Message } from "./thread";

/** A thread of no more messages that people see is told whole, unless they are large. */
export const SHORT = 60;
/** So many messages are more than there is room for. */
const END = 50;
/** So much text is handed on before anybody notices, in UTF-16 units. */
export const LIGHT = 500_000;
/** What was asked last and its answer are told, however large they are. */
const LEAST = 2;

/** The end of a long thread, and how many messages are before it; all of another one, and 0. */
export function endOf({ thread, messages }: Conversation): {
  conversation: Conversation;
  earlier: number;
} {
  const visible = messages.filter(({ visibility }) => visibility === "visible").length;
  const few = visible > SHORT ? messages.length - END : 0;
  const earlier = Math.max(few, lightFrom(messages));
  return { conversation: { thread, messages: messages.slice(earlier) }, earlier };
}

/** Where the end begins that is not too large. */
function lightFrom(messages: readonly Message[]): number {
  let size = 0;
  const heavy = messages.findLastIndex(({ parts }) => {
    size += sizeOf(parts);
    return size > LIGHT;
  });
  return Math.max(0, Math.min(heavy + 1, messages.length - LEAST));
}

/** How much text is in a value, about as much as there is to hand on. */
function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce<number>((size, part) => size + sizeOf(part), 0);
}
