#!/usr/bin/env node
// A `docker` whose sandbox holds a scripted Claude. Each answer begins with the time at which it was
// written, in milliseconds since 1970, so that whoever shows it can tell how long it was on its way.
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const session_id = "2f9d1f3e-52a5-4c2f-9a51-1d1f6f0c1b1e";
const say = (message) => process.stdout.write(`${JSON.stringify({ ...message, session_id })}\n`);
const stream = (event) => say({ type: "stream_event", event });
const grow = (text) =>
  stream({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } });

/** So many pieces of text, 500 a second. */
async function streamPieces(count) {
  const id = `msg_${randomUUID()}`;
  say({ type: "system", subtype: "init", model: "scripted" });
  stream({ type: "message_start", message: { id } });
  stream({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } });
  const begun = Date.now();
  for (let piece = 0; piece < count;) {
    for (const due = ((Date.now() - begun) / 1000) * 500; piece < Math.min(due, count); piece++)
      grow(piece % 40 === 39 ? ` piece ${piece}.\n\n` : ` piece **${piece}**`);
    await sleep(10);
  }
  stream({ type: "content_block_stop", index: 0 });
  say({ type: "result", subtype: "success", is_error: false, result: "" });
}

async function turn() {
  const id = `msg_${randomUUID()}`;
  say({ type: "system", subtype: "init", model: "scripted" });
  // Claude thinks before it speaks; what goes before the first word should not delay it.
  await sleep(300);
  stream({ type: "message_start", message: { id } });
  stream({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } });
  const first = `Written at ${Date.now()}.`;
  grow(first);
  const words = " This is what an answer looks like while it **grows** word by word.".match(
    / \S+/g,
  );
  for (const word of words) {
    await sleep(10);
    grow(word);
  }
  const text = first + words.join("");
  say({ type: "assistant", message: { id, role: "assistant", content: [{ type: "text", text }] } });
  stream({ type: "content_block_stop", index: 0 });
  say({ type: "result", subtype: "success", is_error: false, result: text });
}

if (process.argv.includes("auth")) {
  say({ loggedIn: true, authMethod: "scripted" });
} else {
  for await (const line of createInterface({ input: process.stdin })) {
    const message = JSON.parse(line);
    if (message.type !== "user") continue;
    const [, pieces] = /Stream (\d+) pieces/.exec(line) ?? [];
    await (pieces ? streamPieces(Number(pieces)) : turn());
  }
}
