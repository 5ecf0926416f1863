import assert from "node:assert/strict";
import { followed } from "../../../src/session/followed";
import type { Scope } from "../../../src/shared/thread";

const file = (id: string): Scope => ({ type: "file", id });
const move = (from: string, to: string) => ({ from, to });

describe("a scope whose file was moved", () => {
  it("follows the file, and the folders that it is in", () => {
    assert.deepEqual(followed(file("a.ts"), [move("a.ts", "b.ts")]), file("b.ts"));
    assert.deepEqual(followed(file("src/x/a.ts"), [move("src", "lib")]), file("lib/x/a.ts"));
    assert.deepEqual(followed(file("src/a.ts"), [move("src/a.ts", "a.ts")]), file("a.ts"));
    assert.deepEqual(
      followed(file("a.ts"), [move("a.ts", "../other/a.ts")]),
      file("../other/a.ts"),
    );
  });

  it("follows a change of case alone", () => {
    assert.deepEqual(followed(file("Read.md"), [move("Read.md", "read.md")]), file("read.md"));
    assert.deepEqual(followed(file("Src/a.ts"), [move("Src", "src")]), file("src/a.ts"));
  });

  it("swaps two names that were swapped at once", () => {
    const swap = [move("a", "b"), move("b", "a")];
    assert.deepEqual(followed(file("a"), swap), file("b"));
    assert.deepEqual(followed(file("b"), swap), file("a"));
  });

  it("takes the move of the file before that of its folder", () => {
    const moves = [move("src", "lib"), move("src/a.ts", "kept.ts")];
    assert.deepEqual(followed(file("src/a.ts"), moves), file("kept.ts"));
    assert.deepEqual(followed(file("src/b.ts"), moves), file("lib/b.ts"));
  });

  it("stays where nothing of it was moved", () => {
    for (const moves of [[], [move("src/a.t", "x")], [move("src/a.ts/b", "x")], [move("", "x")]])
      assert.equal(followed(file("src/a.ts"), moves), undefined);
    assert.equal(followed(file("src2/a.ts"), [move("src", "lib")]), undefined);
    assert.equal(followed(file("a.ts"), [move("a.ts", "a.ts")]), undefined);
    assert.equal(followed({ type: "workspace", id: "" }, [move("", "x")]), undefined);
  });
});
