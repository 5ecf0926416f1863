/** What a turn begins with: what its user says, and what Claude is told of the thread's file before. */
import { t } from "@vscode/l10n";
import type { Resume } from "../claude/argv";
import type { Conversation, Message, Part, Thread, ThreadEvent } from "../shared/thread";
import { titleFrom } from "../shared/title";
import { historyOf } from "./history";
import { maskDeep, type Mask } from "./mask";
import { resumeOf } from "./newConversation";
import { lastOfEach, news, type ThreadContext, type Told } from "./turnContext";

export interface Prompt {
  readonly text: string;
  /** What the thread is called, if it is its first. */
  readonly title?: string;
  /** What is new of the thread's file. */
  readonly told: readonly Told[];
  /** What its user has just said to whether Claude may have a file with secrets. */
  readonly sendsSecrets?: boolean;
}

export interface PromptServices {
  /** The file that a thread is about, as it is now; undefined where nothing is to be told of one. */
  readonly context: (thread: Thread) => Promise<ThreadContext | undefined>;
  readonly mask: Mask;
}

/** The next prompt of a thread, with its file as that is now. */
export async function makePrompt(
  { context, mask }: PromptServices,
  { thread, messages }: Conversation,
  text: string,
): Promise<Prompt> {
  const title = messages.length === 0 ? titleFrom(await maskDeep(text, mask)) : undefined;
  const prompt = { text, ...(title !== undefined && { title }) };
  const now = await context(thread);
  if (!now) return { ...prompt, told: [] };
  const { file, sendsSecrets } = now;
  // A new session knows nothing yet.
  const known = { thread, messages: resumeOf(thread) ? messages : [] };
  const told = await news(known, file, mask);
  return { ...prompt, told, ...(sendsSecrets !== undefined && { sendsSecrets }) };
}

export type NewMessage = (
  role: Message["role"],
  visibility: Message["visibility"],
  parts: readonly Part[],
) => Message;

/** The events that store a prompt. `thread` is created by them unless it is `stored` already. */
export function promptEvents(
  { text, title, told, sendsSecrets }: Prompt,
  thread: Thread,
  stored: boolean,
  newMessage: NewMessage,
): ThreadEvent[] {
  const { updatedAt: at, metadata } = thread;
  const events: ThreadEvent[] = [];
  if (!stored)
    events.push({ type: "threadCreated", thread: { ...thread, title: title ?? thread.title } });
  if (sendsSecrets !== undefined)
    events.push({
      type: "threadChanged",
      at,
      changes: { metadata: { ...metadata, sendsSecrets } },
    });
  const say = (message: Message) => events.push({ type: "messageAdded", message });
  for (const { kind, kept } of told)
    say(newMessage("system", "hidden", [{ type: "text", id: kind, text: kept }]));
  say(newMessage("user", "visible", [{ type: "text", id: "text", text }]));
  return events;
}

/**
 * What Claude is given of a prompt that is stored among `messages`: to a new session of an old thread,
 * also what was said before, and `retold` says so.
 */
export function promptTexts(
  { text, told }: Prompt,
  messages: readonly Message[],
  resume: Resume | null,
): { readonly texts: string[]; readonly retold: boolean } {
  const newer = told.map((one) => one.text);
  if (resume) return { texts: [...newer, text], retold: false };
  const asked = messages.findLastIndex(({ role }) => role === "user");
  const earlier = messages.slice(0, asked);
  const history = historyOf(earlier);
  const older = lastOfEach(earlier)
    .filter(({ kind }) => !told.some((one) => one.kind === kind))
    .map((one) => one.text);
  const texts = [...older, ...newer, ...(history ? [history] : []), text];
  return { texts, retold: history !== undefined };
}

/** Tells in an answer that its session was retold what was said before. */
export const retoldNotice = (): Part => ({
  type: "data-notice",
  id: "freshSession",
  data: {
    text: t(
      "Claude’s earlier session is no longer in the sandbox, so a new one was started. It was told what was said above, but not what tools did.",
    ),
  },
});
