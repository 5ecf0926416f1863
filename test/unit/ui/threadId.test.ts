import assert from "node:assert/strict";
import { threadIdOf } from "../../../src/ui/threadId";

describe("the thread that a command was given", () => {
  const id = "0b7c9a52-1111-4222-8333-444455556666";

  it("is an id, or a row of the tree", () => {
    assert.equal(threadIdOf(id), id);
    assert.equal(threadIdOf({ id, title: "A thread" }), id);
  });

  it("is none when there is no argument", () => {
    for (const argument of [undefined, null]) assert.equal(threadIdOf(argument), undefined);
  });

  const bad = ["", "a b", "../../etc/passwd", "x".repeat(129), `${id}\n`, 7, true, [], [id], {}];
  for (const argument of [...bad, ...bad.map((id) => ({ id }))])
    it(`is no thread for ${JSON.stringify(argument).slice(0, 40)}, in a sentence`, () =>
      assert.throws(() => threadIdOf(argument), /is not the id of a thread\. Run it without/));
});
