import { signal, type Signal } from "@preact/signals";
import type { Message } from "../src/shared/thread";

/**
 * One signal for each message; the list is a new one only when its members are. This goes over the whole
 * thread for every piece of an answer, so it looks into those messages alone that changed. So many
 * messages were added at its beginning.
 */
export function follow(
  signals: readonly Signal<Message>[],
  before: readonly Message[],
  messages: readonly Message[],
  added: number,
): readonly Signal<Message>[] {
  const isSame = (message: Message, index: number): boolean => {
    const known = before[index - added];
    if (known === message) return true;
    const followed = signals[index - added];
    if (!followed || known?.id !== message.id || known.visibility !== message.visibility)
      return false;
    followed.value = message;
    return true;
  };
  if (before.length === messages.length && messages.every(isSame)) return signals;
  return messages.map((message, index) => {
    const known = signals[index - added];
    return known && isSame(message, index) ? known : signal(message);
  });
}
