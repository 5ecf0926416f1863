import assert from "node:assert/strict";
import { apply, applyAll } from "../../../src/shared/reducer";
import { shownOf, textOf, type ThreadEvent } from "../../../src/shared/thread";
import {
  added,
  emptyConversation,
  firstTurn,
  message,
  textPart,
} from "../../support/conversations";

const tool = (state: "input-streaming" | "input-available"): ThreadEvent => ({
  type: "partSet",
  message: "t1-answer",
  part: {
    type: "dynamic-tool",
    id: "tool1",
    toolCallId: "tool1",
    toolName: "Bash",
    ...(state === "input-streaming" ? { state } : { state, input: { command: "ls" } }),
  },
});

const fold = (...events: ThreadEvent[]) =>
  applyAll(emptyConversation(), [...firstTurn(), ...events]);

const answer = (...events: ThreadEvent[]) => {
  const last = fold(...events).messages.at(-1);
  assert.ok(last);
  return last;
};

const ended = (status: "complete" | "stopped"): ThreadEvent => ({
  type: "messageEnded",
  message: "t1-answer",
  at: 99,
  status,
  usage: null,
  error: null,
});

const cutShort: ThreadEvent = {
  type: "messageEnded",
  message: "t1-answer",
  at: 99,
  status: "failed",
  usage: null,
  error: { code: "interrupted", message: "The window was closed." },
};

describe("the reducer", () => {
  it("gives an answer one end; only one that was called cut short may get its real end yet", () => {
    const statusAfter = (...events: ThreadEvent[]) => answer(...events).status;
    assert.equal(statusAfter(ended("complete"), cutShort), "complete");
    assert.equal(statusAfter(ended("stopped"), ended("complete")), "stopped");
    assert.equal(statusAfter(cutShort, ended("complete")), "complete");
    assert.equal(statusAfter(cutShort, ended("complete"), cutShort), "complete");
    assert.equal(answer(cutShort, ended("complete")).error, null);
  });

  it("lets what comes late of a part spoil nothing of what is whole", () => {
    const text = (value: string, state: "done" | "streaming"): ThreadEvent => ({
      type: "partSet",
      message: "t1-answer",
      part: { type: "text", id: "late", text: value, state },
    });
    const grew: ThreadEvent = {
      type: "partGrew",
      message: "t1-answer",
      part: "late",
      text: " two",
    };
    const late = [text("one two", "done"), cutShort, text("one", "streaming"), grew];
    assert.equal(textOf(answer(...late)), textOf(answer(text("one two", "done"))));
    // What is new comes in, and what is whole takes the place of what was not.
    assert.match(textOf(answer(cutShort, text("one", "streaming"))), /one$/);
    assert.match(textOf(answer(text("one", "streaming"), cutShort, text("all", "done"))), /all$/);
  });

  it("adds messages in order and moves the thread's time forward", () => {
    const { thread, messages } = fold();
    assert.deepEqual(
      messages.map(({ id }) => id),
      ["t1-ask", "t1-answer"],
    );
    assert.equal(thread.updatedAt, 3);
    assert.equal(thread.title, "Hello");
  });

  it("never moves the thread's time back when a clock does", () => {
    const late = { ...message("late", 2, "user"), createdAt: -5 };
    assert.equal(fold(added(late)).thread.updatedAt, 3);
  });

  it("leaves a conversation as it is for an event of a type that it does not know", () => {
    const before = fold();
    for (const type of ["reactionAdded", "constructor", "__proto__", ""])
      assert.equal(apply(before, { type, message: "t1-ask" } as unknown as ThreadEvent), before);
  });

  it("replaces a part by its id and appends a new one", () => {
    const set = (text: string, id: string): ThreadEvent => ({
      type: "partSet",
      message: "t1-answer",
      part: textPart(text, id),
    });
    assert.deepEqual(answer(set("a", "1"), set("b", "2"), set("A", "1")).parts, [
      textPart("A", "1"),
      textPart("b", "2"),
    ]);
  });

  it("grows text, reasoning and a tool's input", () => {
    const grew = (part: string, text: string): ThreadEvent => ({
      type: "partGrew",
      message: "t1-answer",
      part,
      text,
    });
    const { parts } = answer(
      { type: "partSet", message: "t1-answer", part: textPart("Hel", "1") },
      grew("1", "lo"),
      tool("input-streaming"),
      grew("tool1", '{"a"'),
      grew("tool1", ":1}"),
    );
    assert.equal(parts[0]?.type === "text" && parts[0].text, "Hello");
    assert.equal(
      parts[1]?.type === "dynamic-tool" && "rawInput" in parts[1] && parts[1].rawInput,
      '{"a":1}',
    );
  });

  it("matches a tool's end by its id, with output or error", () => {
    const end = (outcome: { output: string } | { errorText: string }): ThreadEvent => ({
      type: "toolEnded",
      message: "t1-answer",
      part: "tool1",
      outcome,
    });
    assert.deepEqual(answer(tool("input-available"), end({ output: "x" })).parts[0], {
      id: "tool1",
      type: "dynamic-tool",
      toolName: "Bash",
      toolCallId: "tool1",
      input: { command: "ls" },
      state: "output-available",
      output: "x",
    });
    const failed = answer(tool("input-available"), end({ errorText: "no" })).parts[0];
    assert.equal(failed?.type === "dynamic-tool" && failed.state, "output-error");
  });

  it("keeps what is left out of a long output, but not the whole, and shows it without", () => {
    const event: ThreadEvent = {
      type: "toolEnded",
      message: "t1-answer",
      part: "tool1",
      outcome: { output: "ab", omitted: { at: 1, bytes: 300_000 } },
      whole: "H4sIAAAAAAAA",
    };
    const cut = answer(tool("input-available"), event);
    const part = cut.parts[0];
    assert.deepEqual(part?.type === "dynamic-tool" && part.omitted, { at: 1, bytes: 300_000 });
    assert.ok(!JSON.stringify(cut).includes("H4sI"));
    assert.ok(!JSON.stringify(shownOf(event)).includes("H4sI"));
    assert.deepEqual(answer(tool("input-available"), shownOf(event)), cut);
    const again = answer(tool("input-available"), event, { ...event, outcome: { output: "c" } });
    assert.ok(!JSON.stringify(again).includes("omitted"));
  });

  it("leaves nothing streaming or running when the message ends", () => {
    const { parts, status } = answer(
      {
        type: "partSet",
        message: "t1-answer",
        part: { type: "text", id: "1", text: "half", state: "streaming" },
      },
      tool("input-available"),
      ended("stopped"),
    );
    assert.equal(status, "stopped");
    assert.deepEqual(
      parts.map((part) => "state" in part && part.state),
      ["done", "output-error"],
    );
  });

  it("leaves nothing running that a subagent begins after the message's end, until it has ended", () => {
    const outcome: ThreadEvent = {
      type: "toolEnded",
      message: "t1-answer",
      part: "tool1",
      outcome: { output: "late" },
    };
    const [late] = answer(ended("complete"), tool("input-available")).parts;
    assert.ok(late?.type === "dynamic-tool" && late.state === "output-available");
    assert.equal(late.preliminary, true);
    const [done] = answer(ended("complete"), tool("input-available"), outcome).parts;
    assert.ok(done?.type === "dynamic-tool" && done.state === "output-available");
    assert.deepEqual([done.output, done.preliminary], ["late", undefined]);
  });

  it("changes nothing for an event about something unknown", () => {
    const before = fold();
    const strangers: ThreadEvent[] = [
      { type: "partGrew", message: "nobody", part: "x", text: "y" },
      { type: "partGrew", message: "t1-answer", part: "nothing", text: "y" },
      { type: "toolEnded", message: "t1-answer", part: "nothing", outcome: { output: "" } },
      { type: "partDropped", message: "nobody", part: "x" },
    ];
    assert.deepEqual(applyAll(before, strangers), before);
  });

  it("folds many events at once to what they come to one by one", () => {
    const texts = Array.from({ length: 40 }, (_, at) => `part${at % 25}`);
    const events = [
      ...firstTurn(),
      ...texts.flatMap((id, at): ThreadEvent[] => [
        {
          type: "partSet",
          message: "t1-answer",
          part: { type: "text", id, text: "a", state: "streaming" },
        },
        { type: "partGrew", message: "t1-answer", part: texts[at >> 1] ?? "", text: `${at}` },
        ...(at % 3 === 0
          ? [{ type: "partDropped" as const, message: "t1-answer", part: texts[at >> 2] ?? "" }]
          : []),
      ]),
      added(message("t2-ask", 2, "user", [textPart("again"), textPart("same id")])),
      { type: "partDropped", message: "t2-ask", part: textPart("again").id } as const,
      ended("complete"),
    ];
    const oneByOne = events.reduce(apply, emptyConversation());
    assert.deepEqual(applyAll(emptyConversation(), events), oneByOne);
    const ids = oneByOne.messages.at(1)?.parts.map(({ id }) => id) ?? [];
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(oneByOne.messages.at(-1)?.parts, []);
  });

  it("shares what it does not touch", () => {
    const before = fold();
    const after = apply(before, { type: "partSet", message: "t1-answer", part: textPart("x") });
    assert.equal(after.messages[0], before.messages[0]);
    assert.equal(after.thread, before.thread);
  });

  it("tells what was said from what was thought and done", () => {
    assert.equal(
      textOf(
        message("m", 0, "assistant", [
          { type: "reasoning", id: "0", text: "hm" },
          textPart("a", "1"),
          { ...textPart("inner", "2"), parent: "task" },
          textPart("b", "3"),
        ]),
      ),
      "ab",
    );
  });
});
