/** Which of what could be told of a thread's file is news to Claude, and what was told with a message. */
import { type Conversation, type Message, textOf } from "../shared/thread";
import { fileContext, type FileNow, maskedFile, problemsContext } from "./context";
import type { Mask } from "./mask";

type Kind = "file" | "problems";

/** One thing that Claude is told: a hidden message, whose only part has the kind as its id. */
export interface Told {
  readonly kind: Kind;
  readonly text: string;
  /** The same for the thread: made of what is masked, since it may be cut. */
  readonly kept: string;
}

/** A thread's file for its next turn. */
export interface ThreadContext {
  readonly file: FileNow;
  /** What its user has just said to whether Claude may have a file with secrets. */
  readonly sendsSecrets?: boolean;
}

/**
 * What Claude has to be told before its next prompt: all of it at first, then what has changed since.
 * What is stored is masked, so that is compared; a change of Claude's own is no news to it.
 */
export async function news(
  conversation: Conversation,
  file: FileNow,
  mask: Mask,
): Promise<readonly Told[]> {
  const { messages } = conversation;
  const isNews = async ({ kind, kept }: Told) => {
    const before = lastTold(messages, kind);
    if (!before || kept === "") return kept !== "";
    return textOf(before) !== (await mask(kept, "text"));
  };
  const masked = await maskedFile(file, mask);
  const about: Told = { kind: "file", text: fileContext(file), kept: fileContext(masked) };
  const told: Told[] = [];
  // Once Claude has changed the file, what it was told before is no measure.
  const fileIsNews = changedByClaude(messages, file.path)
    ? !isAsLeft(conversation, file)
    : await isNews(about);
  if (fileIsNews) told.push(about);
  const over = lastTold(messages, "problems")
    ? `The editor reports no problems in ${file.path}.`
    : "";
  const problems: Told = {
    kind: "problems",
    text: problemsContext(file) || over,
    kept: problemsContext(masked) || over,
  };
  if (await isNews(problems)) told.push(problems);
  return told;
}

/** Whether a tool of Claude's has changed the file since Claude was told of it. */
function changedByClaude(messages: readonly Message[], path: string): boolean {
  const before = lastTold(messages, "file");
  if (!before) return false;
  return messages
    .slice(messages.indexOf(before) + 1)
    .some(({ parts }) =>
      parts.some((part) => part.type === "dynamic-tool" && part.patch?.path === path),
    );
}

/** Whether nobody has changed the file since Claude's last answer ended. */
const isAsLeft = ({ thread }: Conversation, { content }: FileNow): boolean =>
  typeof content !== "string" && !content.unsaved && content.changedAt <= thread.updatedAt;

/** What Claude was told last of each kind, among these messages. */
export const lastOfEach = (messages: readonly Message[]): readonly Told[] =>
  (["file", "problems"] as const).flatMap((kind) => {
    const message = lastTold(messages, kind);
    if (!message) return [];
    const text = textOf(message);
    return { kind, text, kept: text };
  });

const lastTold = (messages: readonly Message[], kind: Kind): Message | undefined =>
  messages.findLast(
    ({ visibility, parts }) =>
      // Threads of before there were problems have "text" in the place of the kind.
      visibility === "hidden" && (parts[0]?.id === "problems" ? "problems" : "file") === kind,
  );

/** What Claude was told with a message, as it is stored; "" for nothing. */
export function contextOf(messages: readonly Message[], id: string): string {
  const at = messages.findIndex((message) => message.id === id);
  const start = messages.findLastIndex(
    ({ visibility }, index) => index < at && visibility === "visible",
  );
  return messages
    .slice(start + 1, Math.max(at, 0))
    .map(textOf)
    .join("\n\n");
}
