/**
 * The one reducer that folds a thread's events. Host and webview both use it, so the live view and the
 * reloaded one cannot disagree. Nothing here does any I/O, reads a clock or makes an id.
 */
import {
  type Conversation,
  IN_BACKGROUND,
  isKnown,
  type Message,
  type Part,
  STOPPED,
  type ThreadEvent,
  type Timed,
  type ToolOutcome,
  type ToolPart,
} from "./thread";

/** Folds one event. Shares all that it does not touch; an event of or about something unknown changes nothing. */
export function apply(conversation: Conversation, event: ThreadEvent): Conversation {
  if (!isKnown(event)) return conversation;
  switch (event.type) {
    case "threadCreated":
      return { thread: event.thread, messages: [] };
    case "threadChanged": {
      const changed = { ...conversation, thread: { ...conversation.thread, ...event.changes } };
      // An undone delete leaves a thread where it was in the list.
      return "deletedAt" in event.changes ? changed : touch(changed, event.at);
    }
    case "threadPurged":
      // What is left of the thread is for the store to remove.
      return conversation;
    case "messageAdded":
      return touch(
        { ...conversation, messages: [...conversation.messages, event.message] },
        event.message.createdAt,
      );
    case "partSet":
      return changeMessage(conversation, event.message, (message) =>
        message.status === "streaming"
          ? { ...message, parts: setPart(message.parts, event.part) }
          : setLatePart(message, event.part),
      );
    case "partGrew":
      return changePart(conversation, event, (part) => grow(part, event.text));
    case "partEnded":
      return changePart(conversation, event, (part) =>
        part.type === "text" || part.type === "reasoning"
          ? { ...part, state: "done", ...(event.at !== undefined && { endedAt: event.at }) }
          : part,
      );
    case "partDropped":
      return changeMessage(conversation, event.message, (message) => ({
        ...message,
        parts: message.parts.filter((part) => part.id !== event.part),
      }));
    case "toolEnded":
      return changePart(conversation, event, (part) =>
        part.type === "dynamic-tool" ? endTool(part, event.outcome, event.at) : part,
      );
    case "messageEnded": {
      const { status, usage, error } = event;
      const ended = changeMessage(conversation, event.message, (message) =>
        mayEnd(message)
          ? { ...message, parts: message.parts.map(endPart), status, usage, error }
          : message,
      );
      return ended === conversation ? conversation : touch(ended, event.at);
    }
  }
}

/** Folds events in their order. */
export const applyAll = (
  conversation: Conversation,
  events: Iterable<ThreadEvent>,
): Conversation => {
  let folded = conversation;
  for (const event of events) folded = apply(folded, event);
  return folded;
};

// A clock may jump back; a thread's order in the list must not.
const touch = (conversation: Conversation, at: number): Conversation => ({
  ...conversation,
  thread: { ...conversation.thread, updatedAt: Math.max(conversation.thread.updatedAt, at) },
});

/**
 * An answer ends once. One that was called cut short, since nothing was heard of its window any more,
 * may get its real end from that window, or from Claude's own record.
 */
const mayEnd = ({ status, error }: Message): boolean =>
  status === "streaming" || error?.code === "interrupted";

function changeMessage(
  conversation: Conversation,
  id: string,
  change: (message: Message) => Message,
): Conversation {
  // The message that events speak of is nearly always the last, so look from the end.
  const index = conversation.messages.findLastIndex((message) => message.id === id);
  const message = conversation.messages[index];
  if (!message) return conversation;
  const changed = change(message);
  if (changed === message) return conversation;
  return { ...conversation, messages: conversation.messages.with(index, changed) };
}

const changePart = (
  conversation: Conversation,
  target: { readonly message: string; readonly part: string },
  change: (part: Part) => Part,
): Conversation =>
  changeMessage(conversation, target.message, (message) => {
    const index = message.parts.findLastIndex((part) => part.id === target.part);
    const part = message.parts[index];
    return part ? { ...message, parts: message.parts.with(index, change(part)) } : message;
  });

function setPart(parts: readonly Part[], part: Part): readonly Part[] {
  const index = parts.findLastIndex(({ id }) => id === part.id);
  const before = parts[index];
  return before ? parts.with(index, { ...timesOf(before), ...part }) : [...parts, part];
}

/** The times of a part are known only to who was there; what tells of it again later keeps them. */
function timesOf(part: Part): Timed {
  if (part.type !== "dynamic-tool" && part.type !== "reasoning") return {};
  const { startedAt, endedAt } = part;
  return {
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
  };
}

function grow(part: Part, text: string): Part {
  if (part.type === "text" || part.type === "reasoning")
    return part.state === "done" ? part : { ...part, text: part.text + text };
  if (part.type === "dynamic-tool" && part.state === "input-streaming")
    return { ...part, rawInput: (part.rawInput ?? "") + text };
  return part;
}

function endTool(part: ToolPart, outcome: ToolOutcome, at?: number): Part {
  const { id, type, toolName, toolCallId, input = {} } = part;
  const ended = {
    id,
    type,
    toolName,
    toolCallId,
    input,
    ...(part.parent && { parent: part.parent }),
    ...(outcome.omitted && { omitted: outcome.omitted }),
    ...timesOf(part),
    ...(at !== undefined && { endedAt: at }),
  };
  if ("errorText" in outcome)
    return { ...ended, state: "output-error", errorText: outcome.errorText };
  const { output, patch } = outcome;
  return { ...ended, state: "output-available", output, ...(patch && { patch }) };
}

/**
 * Sets a part of a message that has ended. One that is not whole takes the place of none: it comes late
 * from a window that did not know that another had ended the message, and has found the whole of it.
 */
function setLatePart(message: Message, part: Part): Message {
  const isThere = message.parts.some(({ id }) => id === part.id);
  return isThere && !isWhole(part)
    ? message
    : { ...message, parts: setPart(message.parts, latePart(part)) };
}

const isWhole = (part: Part): boolean =>
  part.type === "dynamic-tool"
    ? !isRunning(part)
    : !("state" in part) || part.state !== "streaming";

/**
 * A part of a message that has ended: a subagent's in the background. Its tool has no output yet, and
 * if Claude's process ends first there will be none; it must not be shown as running for ever.
 */
function latePart(part: Part): Part {
  if (part.type !== "dynamic-tool" || !isRunning(part)) return endPart(part);
  const ended = endTool(part, { output: IN_BACKGROUND });
  return { ...ended, preliminary: true } as Part;
}

/** After its message has ended nothing streams and no tool runs. */
function endPart(part: Part): Part {
  if (part.type === "text" || part.type === "reasoning")
    return part.state === "streaming" ? { ...part, state: "done" } : part;
  if (part.type !== "dynamic-tool") return part;
  return isRunning(part) ? endTool(part, { errorText: STOPPED }) : part;
}

const isRunning = ({ state }: ToolPart): boolean =>
  state === "input-streaming" || state === "input-available";
