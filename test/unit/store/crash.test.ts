import assert from "node:assert/strict";
import { crashRounds } from "../../crash/rounds";

describe("the SQLite store, killed at work", function () {
  it("has what it acknowledged, in order and once, ten times", async () => {
    const figures = await crashRounds({ rounds: 10, seed: 7 });
    assert.ok(figures.acknowledged > 0, "something was stored");
    assert.ok(figures.unacknowledged > 0, "a kill came while something was being stored");
  });
});
