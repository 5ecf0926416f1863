import assert from "node:assert/strict";
import { MessageBounds } from "../../../src/claude/messageBounds";
import { parseLine } from "../../../src/claude/wire";
import { COUNT_LIMIT, cutTo, MESSAGE_LIMIT, TEXT_LIMIT } from "../../../src/shared/limits";
import type { ThreadEvent } from "../../../src/shared/thread";
import { foldLines } from "../../support/foldRecording";

const assistant = (...content: object[]): string =>
  JSON.stringify({ type: "assistant", message: { id: "m", content } });

const tool = (input: unknown, fields: object = {}) => ({
  type: "tool_use",
  id: "t1",
  name: "Bash",
  input,
  ...fields,
});

const partsOf = (...lines: string[]) => foldLines(lines).conversation.messages[0]?.parts ?? [];

describe("what is too much of what Claude says", () => {
  it("is left out of a text, between words, and a word says so", () => {
    const [part] = partsOf(assistant({ type: "text", text: "word ".repeat(TEXT_LIMIT) }));
    assert.ok(part?.type === "text");
    assert.ok(part.text.length < TEXT_LIMIT + 200);
    assert.match(part.text, /word \n\[The rest is left out/);
    assert.equal(cutTo(10, "1234567 secret-word").split("\n")[0], "1234567 ");
  });

  it("is left out of a text that streams", () => {
    const event = (inner: object) => JSON.stringify({ type: "stream_event", event: inner });
    const delta = { type: "text_delta", text: "word ".repeat(100_000) };
    const [part] = partsOf(
      event({ type: "message_start", message: { id: "m" } }),
      event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
      ...Array.from({ length: 9 }, () => event({ type: "content_block_delta", index: 0, delta })),
    );
    assert.ok(part?.type === "text");
    assert.ok(part.text.length < TEXT_LIMIT + 200);
    assert.match(part.text, /\[The rest is left out[^\]]*\]$/);
  });

  it("is left out of a tool's input: long strings, many values, and names", () => {
    const long = partsOf(assistant(tool({ command: "a b ".repeat(TEXT_LIMIT), more: "x" })))[0];
    assert.ok(long?.type === "dynamic-tool");
    assert.ok(JSON.stringify(long.input).length < TEXT_LIMIT + 400);
    const many = partsOf(assistant(tool(Array.from({ length: 50_000 }, (_, at) => [at]))))[0];
    assert.ok(many?.type === "dynamic-tool" && Array.isArray(many.input));
    assert.ok(many.input.length <= COUNT_LIMIT);
    assert.equal(many.input.at(-1), "…");
    const named = partsOf(assistant(tool({}, { name: "x".repeat(1000) })))[0];
    assert.ok(named?.type === "dynamic-tool");
    assert.equal(named.toolName.length, 200);
  });

  it("is left out of a message as a whole, and a notice says so once", () => {
    const bounds = new MessageBounds();
    const text = "x".repeat(TEXT_LIMIT);
    const set = (id: string): ThreadEvent => ({
      type: "partSet",
      message: "m",
      part: { type: "text", id, text, state: "done" },
    });
    const fitting = MESSAGE_LIMIT / TEXT_LIMIT;
    const events = Array.from({ length: fitting + 5 }, (_, at) => set(`p${at}`));
    const kept = bounds.within(events);
    assert.equal(kept.length, fitting + 1);
    const last = kept.at(-1);
    assert.ok(last?.type === "partSet" && last.part.type === "data-notice");
    // What is dropped makes room again.
    assert.equal(
      bounds.within([{ type: "partDropped", message: "m", part: "p0" }, set("again")]).length,
      2,
    );
  });

  it("is an id that cannot be one", () => {
    for (const session_id of ["a\0b", "a/b", "", "x".repeat(3_000_000), "--flag x"])
      assert.equal(
        parseLine(JSON.stringify({ type: "system", subtype: "init", session_id })).message,
        undefined,
      );
    assert.deepEqual(partsOf(assistant(tool({}, { id: "x".repeat(200) }))), []);
    assert.equal(partsOf(assistant(tool({}, { id: "functions.Bash:0" }))).length, 1);
  });

  it("tells the log nothing that looks like another line of it", () => {
    const { skipped } = foldLines([JSON.stringify({ type: "a\n2026 [error] forged" })]);
    assert.deepEqual(skipped, ["a message of an unknown shape: ?"]);
  });
});
