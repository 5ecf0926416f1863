import assert from "node:assert/strict";
import { endOf, LIGHT, SHORT } from "../../../src/shared/longThread";
import type { Message, Part } from "../../../src/shared/thread";
import { message, thread } from "../webview/fakeHost";

const messages = (count: number, over: Partial<Message> = {}): Message[] =>
  Array.from({ length: count }, (_, seq) => message(`m${seq}`, "text", { seq, ...over }));

describe("the end of a thread", () => {
  it("is all of one that is not long, whatever is hidden in it", () => {
    for (const all of [[], messages(SHORT), messages(SHORT + 100, { visibility: "hidden" })])
      assert.deepEqual(endOf({ thread: thread(), messages: all }), {
        conversation: { thread: thread(), messages: all },
        earlier: 0,
      });
  });

  it("is the last messages of a long one, and how many come before them", () => {
    const all = messages(SHORT + 1);
    const { conversation, earlier } = endOf({ thread: thread(), messages: all });
    assert.ok(earlier > 0);
    assert.deepEqual([...all.slice(0, earlier), ...conversation.messages], all);
    const { length } = conversation.messages;
    assert.ok(
      length >= 20 && length <= 100,
      `more than fits into a panel, and not much: ${length}`,
    );
  });

  it("is less of large messages, what their tools were told and have put out included", () => {
    const text = "x".repeat(LIGHT / 10 - 50);
    const tool = { type: "dynamic-tool", id: "t", input: { content: text }, output: [{ text }] };
    for (const parts of [[{ type: "text", id: "a", text: text + text }], [tool]]) {
      const all = messages(20, { parts: parts as unknown as Part[] });
      const { conversation, earlier } = endOf({ thread: thread(), messages: all });
      assert.deepEqual(conversation.messages, all.slice(earlier));
      assert.equal(conversation.messages.length, 5);
    }
  });

  it("has the last answer and what was asked, however large they are", () => {
    const all = messages(5, { parts: [{ type: "text", id: "a", text: "x".repeat(LIGHT + 1) }] });
    assert.equal(endOf({ thread: thread(), messages: all }).earlier, 3);
    assert.equal(endOf({ thread: thread(), messages: all.slice(0, 1) }).earlier, 0);
  });
});
