/**
 * The one reducer that folds a thread's events. Host and webview both use it, so the live view and the
 * reloaded one cannot disagree. Nothing here does any I/O, reads a clock or makes an id.
 */
import { FoldedConversation, type FoldedMessage } from "./folded";
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
export const apply = (conversation: Conversation, event: ThreadEvent): Conversation =>
  applyAll(conversation, [event]);

/** Folds events in their order. Takes time by their number and the length of what they change. */
export function applyAll(conversation: Conversation, events: Iterable<ThreadEvent>): Conversation {
  const folded = new FoldedConversation(conversation);
  for (const event of events) fold(folded, event);
  return folded.conversation();
}

function fold(folded: FoldedConversation, event: ThreadEvent): void {
  if (!isKnown(event)) return;
  switch (event.type) {
    case "threadCreated":
      folded.begin(event.thread);
      break;
    case "threadChanged":
      folded.thread = { ...folded.thread, ...event.changes };
      // An undone delete leaves a thread where it was in the list.
      if (!("deletedAt" in event.changes)) touch(folded, event.at);
      break;
    case "threadPurged":
      // What is left of the thread is for the store to remove.
      break;
    case "messageAdded":
      folded.add(event.message);
      touch(folded, event.message.createdAt);
      break;
    case "partSet": {
      const message = folded.message(event.message);
      if (message?.fields.status === "streaming") setPart(message, event.part);
      else if (message) setLatePart(message, event.part);
      break;
    }
    case "partGrew":
      changePart(folded, event, (part) => grow(part, event.text));
      break;
    case "partEnded":
      changePart(folded, event, (part) =>
        part.type === "text" || part.type === "reasoning"
          ? { ...part, state: "done", ...(event.at !== undefined && { endedAt: event.at }) }
          : part,
      );
      break;
    case "partDropped":
      folded.message(event.message)?.drop(event.part);
      break;
    case "toolEnded":
      changePart(folded, event, (part) =>
        part.type === "dynamic-tool" ? endTool(part, event.outcome, event.at) : part,
      );
      break;
    case "messageEnded": {
      const message = folded.message(event.message);
      if (!message || !mayEnd(message.fields)) break;
      const { status, usage, error } = event;
      message.end({ status, usage, error }, endPart);
      touch(folded, event.at);
      break;
    }
  }
}

// A clock may jump back; a thread's order in the list must not.
const touch = (folded: FoldedConversation, at: number): void => {
  const { thread } = folded;
  folded.thread = { ...thread, updatedAt: Math.max(thread.updatedAt, at) };
};

/**
 * An answer ends once. One that was called cut short, since nothing was heard of its window any more,
 * may get its real end from that window, or from Claude's own record.
 */
const mayEnd = ({ status, error }: Pick<Message, "status" | "error">): boolean =>
  status === "streaming" || error?.code === "interrupted";

const changePart = (
  folded: FoldedConversation,
  target: { readonly message: string; readonly part: string },
  change: (part: Part) => Part,
): void => folded.message(target.message)?.change(target.part, change);

const setPart = (message: FoldedMessage, part: Part): void =>
  message.set(part, (before) => ({ ...timesOf(before), ...part }));

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
function setLatePart(message: FoldedMessage, part: Part): void {
  if (isWhole(part) || !message.has(part.id)) setPart(message, latePart(part));
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
