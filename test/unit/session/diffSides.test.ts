import assert from "node:assert/strict";
import { diffSides } from "../../../src/session/diffSides";
import { parseDiff, type Change } from "../../../src/shared/diff";

const change = (diff: string, cut = false): Change => ({
  path: "a.ts",
  added: 0,
  removed: 0,
  lines: parseDiff(diff),
  cut,
});

describe("both sides of a change", () => {
  it("are the whole file, where it still has what was changed", () => {
    const sides = diffSides([change("@@ -2,2 +2,3 @@\n b\n-c\n+C\n+D")], "a\nb\nC\nD\ne\n");
    assert.deepEqual(sides, { before: "a\nb\nc\ne\n", after: "a\nb\nC\nD\ne\n", excerpt: false });
  });

  it("take back several changes, the last one first", () => {
    const first = change("@@ -1,1 +1,1 @@\n-1\n+2");
    const second = change("@@ -1,1 +1,2 @@\n+0\n-2\n+3");
    assert.equal(diffSides([first, second], "0\n3\nrest").before, "1\nrest");
  });

  it("take back several places of one change", () => {
    const places = change("@@ -1,1 +1,2 @@\n+x\n a\n@@ -5,1 +6,0 @@\n-e");
    assert.equal(diffSides([places], "x\na\nb\nc\nd\nf").before, "a\nb\nc\nd\ne\nf");
  });

  it("find a change whose lines have moved, or whose place was never told", () => {
    const moved = change("@@ -1,1 +1,1 @@\n-b\n+B");
    assert.equal(diffSides([moved], "new\nnew\nB\n").before, "new\nnew\nb\n");
    const placeless: Change = {
      ...change(""),
      lines: [
        { kind: "removed", text: "b" },
        { kind: "added", text: "B" },
      ],
    };
    assert.equal(diffSides([placeless], "a\nB\n").before, "a\nb\n");
  });

  it("of a new file are nothing and all of it", () => {
    const created = change("@@ -0,0 +1,2 @@\n+a\n+b");
    assert.deepEqual(diffSides([created], "a\nb\n"), {
      before: "",
      after: "a\nb\n",
      excerpt: false,
    });
  });

  it("have the line ends of neither side", () =>
    assert.equal(diffSides([change("@@ -1,1 +1,1 @@\n-a\n+b")], "b\r\nc\r\n").before, "a\nc\n"));

  const diff = "@@ -1,2 +1,2 @@\n a\n-b\n+c\n@@ -9,1 +9,1 @@\n-x\n+y";
  const excerpt = { before: "a\nb\n⋯\nx", after: "a\nc\n⋯\ny", excerpt: true };
  for (const [why, changes, current] of [
    ["the file is gone", [change(diff)], undefined],
    ["the file is another by now", [change(diff)], "nothing\nof it"],
    ["it could be in two places", [change("@@ -5,1 +5,1 @@\n-b\n+c")], "c\nc"],
    ["only the beginning is known", [change(diff, true)], "a\nc\n3\n4\n5\n6\n7\n8\ny"],
  ] as const)
    it(`are the changed places alone where ${why}`, () => {
      const sides = diffSides(changes, current);
      assert.equal(sides.excerpt, true);
      if (changes[0].lines.length > 2) assert.deepEqual(sides, excerpt);
    });

  it("of nothing are nothing", () => {
    assert.equal(diffSides([], undefined).excerpt, true);
    assert.deepEqual(diffSides([], "a"), { before: "a", after: "a", excerpt: false });
  });
});
