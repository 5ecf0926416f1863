import assert from "node:assert/strict";
import { historyOf } from "../../../src/session/history";
import type { Message, Part } from "../../../src/shared/thread";

describe("the history for a new session", () => {
  const message = (
    role: Message["role"],
    text: string,
    change: Partial<Message> = {},
  ): Message => ({
    id: text,
    threadId: "t",
    seq: 0,
    role,
    parts: [{ type: "text", id: "text", text }],
    visibility: "visible",
    status: "complete",
    usage: null,
    error: null,
    createdAt: 0,
    ...change,
  });

  it("is what was said, by whom, without what was hidden and what tools did", () => {
    const tool: Part = {
      type: "dynamic-tool",
      id: "t1",
      toolCallId: "t1",
      toolName: "Bash",
      state: "output-available",
      input: {},
      output: "listing",
    };
    const history = historyOf([
      message("system", "context", { visibility: "hidden" }),
      message("user", "Question"),
      message("assistant", "Answer", {
        parts: [tool, { type: "text", id: "1", text: "Answer" }],
      }),
    ]);
    assert.match(history ?? "", /The user said:\nQuestion\n\nYou said:\nAnswer\n/);
    assert.doesNotMatch(history ?? "", /context|listing/);
  });

  it("is none where Claude has said nothing yet", () => {
    assert.equal(historyOf([]), undefined);
    assert.equal(historyOf([message("user", "Question"), message("assistant", " ")]), undefined);
  });

  it("is the end of a very long one, and says so", () => {
    const history = historyOf([
      message("user", "x".repeat(200_000)),
      message("assistant", "The end"),
    ]);
    assert.ok(history && history.length < 101_000 && history.includes("The end"));
    assert.match(history, /Only its end is given/);
  });
});
