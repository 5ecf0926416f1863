/** Of a long thread its end is shown first, since nobody should wait for what is far above it. */
import type { Conversation } from "./thread";

/** A thread of no more messages that people see is told whole. */
export const SHORT = 60;
/** So many messages are more than there is room for. */
const END = 50;

/** The end of a long thread, and how many messages are before it; all of another one, and 0. */
export function endOf({ thread, messages }: Conversation): {
  conversation: Conversation;
  earlier: number;
} {
  const visible = messages.filter(({ visibility }) => visibility === "visible").length;
  const earlier = visible > SHORT ? messages.length - END : 0;
  return { conversation: { thread, messages: messages.slice(earlier) }, earlier };
}
