import type { Conversation, Part } from "../shared/thread";
import type { ThreadStore } from "../store/threadStore";

/**
 * A thread as it is stored, and so masked, with all of each output of a tool. Of one that cannot be read
 * any more it has what is shown of it. Rejects with `ThreadNotFoundError`.
 */
export async function wholeThread(
  store: Pick<ThreadStore, "load" | "output">,
  id: string,
): Promise<Conversation> {
  const { thread, messages } = await store.load(id);
  const whole = async (message: string, part: Part): Promise<Part> => {
    if (part.type !== "dynamic-tool") return part;
    const { omitted, ...rest } = part;
    if (!omitted) return part;
    try {
      const text = await store.output(id, message, part.id);
      if (rest.state === "output-error") return { ...rest, errorText: text };
      return rest.state === "output-available" ? { ...rest, output: text } : part;
    } catch {
      return part;
    }
  };
  return {
    thread,
    messages: await Promise.all(
      messages.map(async (message) => ({
        ...message,
        parts: await Promise.all(message.parts.map((part) => whole(message.id, part))),
      })),
    ),
  };
}
