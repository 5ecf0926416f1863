import { type Message, textOf } from "../shared/thread";

/** How much of a conversation is told to a new session, in characters: its end counts most. */
const LIMIT = 100_000;

/**
 * What was said so far, for a Claude whose session is gone. Undefined when Claude has said nothing
 * yet. What tools did is left out: they did it to the files, where Claude can look.
 */
export function historyOf(messages: readonly Message[]): string | undefined {
  const said = messages.flatMap((message) => {
    const text = textOf(message).trim();
    if (message.visibility === "hidden" || message.role === "system" || !text) return [];
    return [`${message.role === "user" ? "The user" : "You"} said:\n${text}`];
  });
  if (!messages.some((message) => message.role === "assistant" && textOf(message).trim()))
    return undefined;
  const whole = said.join("\n\n");
  return [
    "This conversation began in an earlier session, which is lost. What was said in it so far follows; what tools did is left out.",
    ...(whole.length > LIMIT ? ["Only its end is given."] : []),
    `<earlier_conversation>\n${whole.slice(-LIMIT)}\n</earlier_conversation>`,
  ].join("\n\n");
}
