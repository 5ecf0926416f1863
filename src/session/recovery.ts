import { t } from "@vscode/l10n";
import { recordedTurns, transcriptArgv } from "../claude/transcript";
import { Translator } from "../claude/translate";
import { collect } from "../sandbox/childProcess";
import type { SandboxRuntime } from "../sandbox/runtime";
import { isSessionId } from "../shared/limits";
import { applyAll } from "../shared/reducer";
import {
  type Conversation,
  type Message,
  type Part,
  textOf,
  type ThreadEvent,
} from "../shared/thread";
import { cutLong } from "./longOutput";
import { type Mask, maskDeep } from "./mask";

/** How long the sandbox may take to give the record of a session, in milliseconds. */
const TIMEOUT = 10_000;

/** The notice by which a message tells that it was recovered. */
const RECOVERED = "recovered";

/**
 * The answer that a window's end has cut short, if that is the last of a conversation. Claude may be at
 * it still, also where nothing is known of its session yet.
 */
export function cutAnswer({ messages }: Conversation): Message | undefined {
  const last = messages.at(-1);
  const wasCut = last?.role === "assistant" && last.error?.code === "interrupted";
  return wasCut && !last.parts.some(({ id }) => id === RECOVERED) ? last : undefined;
}

/**
 * Finds what Claude did after the window was gone, in its own record of the session. Resolves with
 * the masked events that add it to the answer `cut`; with none if there is nothing more than is here,
 * or no record. A part that came whole replaces what is here of it, so nothing is there twice.
 */
export async function recover(
  conversation: Conversation,
  cut: Message,
  { runtime, mask, now }: { runtime: SandboxRuntime; mask: Mask; now: () => number },
): Promise<ThreadEvent[]> {
  const { claudeSessionId } = conversation.thread;
  const asked = conversation.messages.findLast(({ role }) => role === "user");
  if (!claudeSessionId || !isSessionId(claudeSessionId) || !asked) return [];
  const { stdout } = await collect(runtime.exec(transcriptArgv(claudeSessionId)), TIMEOUT);
  const turns = recordedTurns(stdout);
  // What is stored of a prompt is masked. Turns after it are such as Claude has begun by itself.
  let from = turns.length - 1;
  while (from >= 0 && (await mask(turns[from]?.prompt ?? "")) !== textOf(asked)) from--;
  const since = from < 0 ? [] : turns.slice(from);

  const translator = new Translator({
    newReply: () => cut,
    now,
    later: true,
    sessionId: () => claudeSessionId,
  });
  translator.begin();
  const said = since
    .flatMap(({ answer }) => answer)
    .flatMap((message) => translator.read(message).events);
  const masked = await maskDeep(said, mask);
  const complete = since.at(-1)?.complete ?? false;
  // What is here of a long output is cut, as the others will be when they are stored.
  const found = addsSomething(conversation, await Promise.all(masked.map(cutLong)));
  const events: ThreadEvent[] = found
    ? [...masked, { type: "partSet", message: cut.id, part: notice(complete) }]
    : [];
  if (complete)
    events.push({
      type: "messageEnded",
      message: cut.id,
      at: now(),
      status: "complete",
      usage: null,
      error: null,
    });
  return events;
}

const addsSomething = (conversation: Conversation, events: readonly ThreadEvent[]): boolean =>
  JSON.stringify(applyAll(conversation, events).messages) !== JSON.stringify(conversation.messages);

const notice = (complete: boolean): Part => ({
  type: "data-notice",
  id: RECOVERED,
  data: {
    text: complete
      ? t("Claude went on after the window was closed. Its answer was recovered from the sandbox.")
      : t(
          "Claude went on after the window was closed, and did not come to an end. What it did was recovered from the sandbox.",
        ),
  },
});
