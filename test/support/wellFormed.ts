/** What holds of every thread, whatever Claude printed and wherever its process ended. */
import assert from "node:assert/strict";
import { StreamedText } from "../../src/session/streamedText";
import { apply, applyAll } from "../../src/shared/reducer";
import {
  type Conversation,
  isDurable,
  type Message,
  type Part,
  type ThreadEvent,
} from "../../src/shared/thread";
import { type Branch, branchesOf } from "../../webview/parts/branches";

/** Fails, saying where, unless the thread is one that can be stored, shown and gone on with. */
export function wellFormed({ thread, messages }: Conversation): void {
  // What JSON would change, such as Infinity, would be another thread when it is loaded again.
  assert.deepEqual(JSON.parse(JSON.stringify({ thread, messages })), { thread, messages });
  distinct(messages.map(({ id }) => id));
  for (const [index, message] of messages.entries()) {
    assert.equal(message.seq, index);
    assert.equal(message.threadId, thread.id);
    wellFormedMessage(message);
  }
}

function wellFormedMessage(message: Message): void {
  const { parts, status, error, usage } = message;
  assert.notEqual(status, "streaming", `${message.id} has not ended`);
  assert.equal(error !== null, status === "failed", `${message.id} is ${status}`);
  if (error) assert.ok(error.message);
  for (const count of Object.values(usage ?? {}))
    assert.ok(Number.isFinite(count) && count >= 0, `${message.id} used ${count}`);
  distinct(parts.map(({ id }) => id));
  for (const part of parts) wellFormedPart(part);
  assert.equal(countOf(branchesOf(parts)), parts.length, `${message.id} shows some part nowhere`);
}

function wellFormedPart(part: Part): void {
  assert.ok(part.id);
  if ("state" in part)
    assert.doesNotMatch(part.state ?? "", /^(streaming|input-)/, `${part.id} has not ended`);
  if (part.type === "dynamic-tool") assert.equal(part.toolCallId, part.id);
}

const countOf = (branches: readonly Branch[]): number =>
  branches.reduce((count, { nested }) => count + 1 + countOf(nested), 0);

const distinct = (ids: readonly string[]): void =>
  assert.equal(new Set(ids).size, ids.length, ids.join());

/**
 * What is stored of events as they stream in: what is durable, and after each `every` of them what has
 * grown.
 */
export async function stored(
  start: Conversation,
  events: readonly ThreadEvent[],
  every: number,
): Promise<ThreadEvent[]> {
  const streamed = new StreamedText();
  const kept: ThreadEvent[] = [];
  let live = start;
  for (const [index, event] of events.entries()) {
    if (event.type === "messageEnded") kept.push(...streamed.compact(streamed.whole(live)));
    else if (index % every === 0)
      kept.push(...(await streamed.growth(live, (text) => Promise.resolve(text))));
    kept.push(...streamed.compact([event].filter(isDurable)));
    live = apply(live, event);
    streamed.note(event);
  }
  return kept;
}

/** Fails unless what is stored of the events folds to what streamed. */
export async function storedAsStreamed(
  start: Conversation,
  events: readonly ThreadEvent[],
  every: number,
): Promise<void> {
  assert.deepEqual(applyAll(start, await stored(start, events, every)), applyAll(start, events));
}
