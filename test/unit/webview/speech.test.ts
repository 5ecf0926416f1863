import assert from "node:assert/strict";
import type { Message, Part } from "../../../src/shared/thread";
import { Speech } from "../../../webview/speech";
import { message } from "./fakeHost";

const answer = (text: string, over: Partial<Message> = {}, state?: "streaming"): Message =>
  message("m1", "", {
    ...over,
    parts: [{ id: "p1", type: "text", text, ...(state && { state }) }],
  });
const growing = (text: string): Message => answer(text, { status: "streaming" }, "streaming");

/** All that is said while the text comes in pieces of so many characters. */
function heard(text: string, step: number): string[] {
  const speech = new Speech([]);
  const said: string[] = [];
  for (let end = 0; end < text.length; end += step)
    said.push(...speech.next(growing(text.slice(0, end))));
  return [...said, ...speech.next(answer(text))];
}

describe("what is said of an answer", () => {
  it("is its sentences, each when it is complete, and once", () => {
    const speech = new Speech([]);
    assert.deepEqual(speech.next(growing("")), []);
    assert.deepEqual(speech.next(growing("I look at")), []);
    assert.deepEqual(speech.next(growing("I look at it. Then")), ["Claude: I look at it."]);
    assert.deepEqual(speech.next(growing("I look at it. Then")), []);
    assert.deepEqual(speech.next(growing("I look at it. Then v1.5 is")), []);
    assert.deepEqual(speech.next(answer("I look at it. Then v1.5 is done")), ["Then v1.5 is done"]);
    assert.deepEqual(speech.next(answer("I look at it. Then v1.5 is done")), []);
  });

  it("is the same however the text is cut", () => {
    const text =
      "# First\n\nOne *thing* is `done`. See [the docs](https://example.com/a.b)!\n\n- a\n- b\n\n" +
      "```ts\nconst x = 1. + f();\n```\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n~~~\nquiet\n~~~\n终于好了。是的。";
    const whole = heard(text, text.length);
    assert.deepEqual(whole, [
      "Claude: First",
      "One thing is done.",
      "See the docs!",
      "a",
      "b",
      "Code.",
      "A, B",
      "1, 2",
      "Code.",
      "终于好了。",
      "是的。",
    ]);
    for (const step of [1, 2, 3, 7]) assert.deepEqual(heard(text, step), whole);
  });

  it("is nothing that was there before, nor what a subagent says", () => {
    const speech = new Speech([answer("Old. And older."), message("m2", "", { parts: [] })]);
    assert.deepEqual(speech.next(answer("Old. And older.")), []);
    const inner: Part = { id: "p2", parent: "tool", type: "text", text: "For Claude." };
    assert.deepEqual(speech.next(message("m2", "", { parts: [inner] })), []);
  });

  it("goes on in what had begun before", () => {
    const speech = new Speech([growing("One. Two")]);
    assert.deepEqual(speech.next(growing("One. Two. Three")), ["Two."]);
  });

  it("is said in pieces where no sentence ends, and comes to an end", () => {
    const pieces = heard("x".repeat(200_000), 1000);
    assert.ok(pieces.length > 100);
    assert.equal(pieces.join("").replace("Claude: ", "").length, 200_000);
    for (const hostile of [
      "[".repeat(50_000),
      "`".repeat(50_000),
      "| ".repeat(25_000),
      " ".repeat(50_000),
    ])
      heard(hostile, 1000);
  });
});
