import type { Conversation, Scope, Thread } from "./thread";
import { untitled } from "./title";

/** A thread that nobody has said anything in yet. It is nowhere but in memory. */
export const newConversation = (
  id: string,
  scope: Scope,
  now: number,
  metadata: Thread["metadata"] = {},
): Conversation => ({
  thread: {
    id,
    title: untitled(),
    scope,
    claudeSessionId: null,
    pinned: false,
    metadata,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
    unread: false,
  },
  messages: [],
});
