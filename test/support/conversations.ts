import { newConversation } from "../../src/shared/newThread";
import type { Conversation, Message, Part, ThreadEvent } from "../../src/shared/thread";

/** Conversations for tests, with ids and times that are the same every time. */
export const emptyConversation = (id = "t1"): Conversation =>
  newConversation(id, { type: "workspace", id: "" }, 1);

export const textPart = (text: string, id = "text"): Part => ({ type: "text", id, text });

export const message = (
  id: string,
  seq: number,
  role: Message["role"],
  parts: readonly Part[] = [],
  threadId = "t1",
): Message => ({
  id,
  threadId,
  seq,
  role,
  parts,
  visibility: "visible",
  status: role === "assistant" ? "streaming" : "complete",
  usage: null,
  error: null,
  createdAt: seq + 2,
});

export const added = (added: Message): ThreadEvent => ({ type: "messageAdded", message: added });

/** Puts a thread into the trash at a time, or takes it out with null. */
export const deleted = (deletedAt: number | null): ThreadEvent => ({
  type: "threadChanged",
  at: deletedAt ?? 0,
  changes: { deletedAt },
});

/** A thread's first events: it is created, something is asked, and an answer begins. */
export const firstTurn = (thread = "t1", text = "Hello"): ThreadEvent[] => [
  { type: "threadCreated", thread: { ...emptyConversation(thread).thread, title: text } },
  added(message(`${thread}-ask`, 0, "user", [textPart(text)], thread)),
  added(message(`${thread}-answer`, 1, "assistant", [], thread)),
];
