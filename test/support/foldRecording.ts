import { LineSplitter } from "../../src/claude/lines";
import { turnError } from "../../src/claude/errors";
import { Translator, type TurnSignal } from "../../src/claude/translate";
import { parseLine } from "../../src/claude/wire";
import { newConversation } from "../../src/shared/newThread";
import { apply } from "../../src/shared/reducer";
import type { Conversation, ThreadEvent } from "../../src/shared/thread";
import { message } from "./conversations";

export interface Folded {
  readonly conversation: Conversation;
  readonly events: readonly ThreadEvent[];
  readonly signals: readonly TurnSignal[];
  /** Why lines were skipped. */
  readonly skipped: readonly string[];
}

/** The thread that Claude's stdout folds to. Never rejects: what cannot be read is the end of it. */
export async function foldRecording(chunks: AsyncIterable<Uint8Array>): Promise<Folded> {
  const splitter = new LineSplitter();
  const skipped: string[] = [];
  const lines: string[] = [];
  try {
    for await (const chunk of chunks) lines.push(...splitter.push(chunk));
  } catch (error) {
    skipped.push(`the rest of the file, which cannot be read: ${String(error)}`);
  }
  return foldLines([...lines, ...splitter.end()], skipped);
}

/** The same, of lines. Ids and times are counted, so that the same lines give the same thread. */
export const foldLines = (lines: readonly string[], skipped: string[] = []): Folded =>
  foldProcesses([lines], skipped);

/** The thread of several processes, each of which ends before the next one begins. */
export function foldProcesses(
  processes: readonly (readonly string[])[],
  skipped: string[] = [],
): Folded {
  let count = 0;
  let conversation = newConversation("recording", { type: "workspace", id: "" }, 0);
  const events: ThreadEvent[] = [];
  const signals: TurnSignal[] = [];
  const newReply = () =>
    message(`message-${++count}`, conversation.messages.length, "assistant", [], "recording");
  const fold = (more: readonly ThreadEvent[]) => {
    for (const event of more) conversation = apply(conversation, event);
    events.push(...more);
  };
  const translator = new Translator({
    newReply,
    now: () => 0,
    sessionId: () => conversation.thread.claudeSessionId,
  });
  const read = (line: string) => {
    const parsed = parseLine(line);
    if (!parsed.message) {
      if (parsed.skipped) skipped.push(parsed.skipped);
      return;
    }
    const translation = translator.read(parsed.message);
    fold(translation.events);
    if (!translation.signal) return;
    signals.push(translation.signal);
    if (translation.signal.type === "staleSession") {
      if (!translator.inTurn) fold(translator.begin());
      fold(translator.abandon(translation.signal.error));
    }
  };
  for (const lines of processes) {
    translator.processStarted();
    for (const line of lines) read(line);
    // A recording that ends within a turn is of a process that did.
    fold(translator.abandon(turnError("claude", "Claude ended before its answer was complete.")));
  }
  return { conversation, events, signals, skipped };
}
