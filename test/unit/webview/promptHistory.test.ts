import assert from "node:assert/strict";
import { promptsOf, recalled } from "../../../webview/promptHistory";
import { message } from "./fakeHost";

describe("earlier prompts", () => {
  const asked = (...texts: string[]) =>
    texts.flatMap((text, index) => [
      message(`u${index}`, text, { role: "user" }),
      message(`a${index}`, "An answer"),
    ]);

  it("are those of the thread, each once, at its last place", () => {
    assert.deepEqual(promptsOf(asked("a", "b", "a", "  ")), ["b", "a"]);
    assert.deepEqual(promptsOf([]), []);
  });

  it("come back from the newest to the oldest, and forth to the empty input", () => {
    const prompts = ["a", "b", "c"];
    const seen = [""];
    for (const towards of ["older", "older", "older", "newer", "newer", "newer"] as const)
      seen.push(recalled(prompts, seen.at(-1) ?? "", towards) ?? "none");
    assert.deepEqual(seen, ["", "c", "b", "a", "b", "c", ""]);
  });

  it("end at the oldest, and at the empty input", () => {
    assert.equal(recalled(["a", "b"], "a", "older"), "a");
    assert.equal(recalled(["a", "b"], "", "newer"), undefined);
    assert.equal(recalled([], "", "older"), undefined);
    assert.equal(recalled([], "", "newer"), undefined);
  });

  it("never take the place of something else that was typed", () => {
    assert.equal(recalled(["a", "b"], "a!", "older"), undefined);
    assert.equal(recalled(["a", "b"], "a!", "newer"), undefined);
  });
});
