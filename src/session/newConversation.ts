/** What a conversation goes on with, and the small changes of whole ones. */
import { t } from "@vscode/l10n";
import type { Resume } from "../claude/argv";
import { turnError } from "../claude/errors";
import { isSessionId } from "../shared/limits";
import { newConversation } from "../shared/newThread";
import type { Conversation, Message, Thread, ThreadEvent } from "../shared/thread";

/** A thread that goes on where another is full. Claude knows what was said in that one. */
export const continuation = (id: string, { thread }: Conversation, now: number): Conversation =>
  newConversation(id, thread.scope, now, {
    continues: thread.id,
    ...(thread.claudeSessionId && { forks: thread.claudeSessionId }),
  });

/**
 * What Claude goes on with in a thread: its own session, or a copy of that of the thread it continues.
 * An id that no session has, but that was stored, is passed over.
 */
export function resumeOf({ claudeSessionId, metadata }: Thread): Resume | null {
  if (claudeSessionId && isSessionId(claudeSessionId))
    return { session: claudeSessionId, fork: false };
  const { forks } = metadata;
  return typeof forks === "string" && isSessionId(forks) ? { session: forks, fork: true } : null;
}

/** The change of a thread whose session is gone: it has none to go on with. */
export const sessionLost = ({ metadata }: Thread, at: number): ThreadEvent => ({
  type: "threadChanged",
  at,
  changes: {
    claudeSessionId: null,
    metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== "forks")),
  },
});

/**
 * The end of an answer that nobody writes any more: its window crashed, or was ended without a chance to
 * say so; or its prompt could not be saved at first, so that Claude was `notAsked`.
 */
export const cutShort = (answer: Message, at: number, notAsked = false): ThreadEvent => ({
  type: "messageEnded",
  message: answer.id,
  at,
  status: "failed",
  usage: null,
  error: notAsked
    ? { code: "claude", message: t("This message could not be saved, so Claude was not asked.") }
    : turnError("interrupted"),
});

/** Whether an answer has no end yet: one that is being written, or that nobody writes any more. */
export const isAnswering = ({ messages }: Conversation): boolean =>
  messages.findLast(({ status }) => status === "streaming") !== undefined;
