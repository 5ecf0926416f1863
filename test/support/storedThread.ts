import { Translator } from "../../src/claude/translate";
import { parseLine } from "../../src/claude/wire";
import type { Message, ThreadEvent } from "../../src/shared/thread";
import { added, emptyConversation, message, textPart } from "./conversations";
import type { Step } from "./scriptedRuntime";

/**
 * A thread as it is stored, in which Claude was asked these things and did these steps. Its pauses take
 * no time now, but are as long in the thread. It is called like the first question.
 */
export function storedThread(
  id: string,
  turns: Readonly<Record<string, readonly Step[]>>,
): ThreadEvent[] {
  let seq = 0;
  let now = 0;
  const add = (role: Message["role"], text?: string): Message => {
    const parts = text === undefined ? [] : [textPart(text)];
    return message(`${id}-${seq}`, seq++, role, parts, id);
  };
  const translator = new Translator({
    newReply: () => add("assistant"),
    now: () => now,
    sessionId: () => null,
  });
  const read = (line: string): readonly ThreadEvent[] => {
    const { message } = parseLine(line);
    return message ? translator.read(message).events : [];
  };
  const { thread } = emptyConversation(id);
  const [title = ""] = Object.keys(turns);
  const events: ThreadEvent[] = [{ type: "threadCreated", thread: { ...thread, title } }];
  for (const [question, steps] of Object.entries(turns)) {
    events.push(added(add("user", question)), ...translator.begin());
    for (const step of steps) {
      if ("sleep" in step) now += step.sleep;
      if ("write" in step) events.push(...step.write.split("\n").flatMap(read));
    }
  }
  return events;
}
