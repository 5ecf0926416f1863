import assert from "node:assert/strict";
import { changeOf, parseDiff, type DiffLine } from "../../../src/shared/diff";
import type { ToolPart } from "../../../src/shared/thread";

const MARKS = { same: " ", added: "+", removed: "-", gap: "~" };
const sketch = (lines: readonly DiffLine[]): string[] =>
  lines.map(({ kind, text, number }) => `${number ?? ""}${MARKS[kind]}${text}`);

const tool = (toolName: string, input: unknown, patch?: ToolPart["patch"]): ToolPart => ({
  id: "t",
  toolCallId: "t",
  type: "dynamic-tool",
  toolName,
  state: "input-available",
  input,
  ...(patch && { patch }),
});

describe("a diff", () => {
  it("has the lines of each place, with their numbers", () => {
    const diff =
      "@@ -1,2 +1,3 @@\n a\n-b\n+c\n+d\n\\ No newline at end of file\n@@ -40,2 +41,1 @@\n-x\n y";
    assert.deepEqual(sketch(parseDiff(diff)), ["1 a", "2-b", "2+c", "3+d", "~", "40-x", "41 y"]);
  });

  it("never throws, whatever has become of it", () => {
    assert.deepEqual(parseDiff(""), []);
    assert.deepEqual(sketch(parseDiff("nonsense\n@@ @@\n\n+")), [
      "1 onsense",
      "2 @ @@",
      "3 ",
      "4+",
    ]);
  });

  it("is that of the patch where Claude has told it", () => {
    const patch = {
      path: "/w/a",
      diff: "@@ -9,1 +9,1 @@\n-x\n+y",
      added: 5,
      removed: 7,
      cut: true,
    };
    const change = changeOf(
      tool("Edit", { file_path: "a", old_string: "1", new_string: "2" }, patch),
    );
    assert.deepEqual(
      [change?.path, change?.added, change?.removed, change?.cut],
      ["/w/a", 5, 7, true],
    );
    assert.deepEqual(sketch(change?.lines ?? []), ["9-x", "9+y"]);
  });

  it("is of the input before that, without what both sides share", () => {
    const change = changeOf(
      tool("Edit", { file_path: "a", old_string: "1\n2\n3\n4", new_string: "1\nx\ny\n4" }),
    );
    assert.deepEqual(sketch(change?.lines ?? []), [" 1", "-2", "-3", "+x", "+y", " 4"]);
    assert.deepEqual([change?.added, change?.removed], [2, 2]);
    const same = changeOf(
      tool("Edit", { file_path: "a", old_string: "a\na", new_string: "a\na\na" }),
    );
    assert.deepEqual(sketch(same?.lines ?? []), [" a", " a", "+a"]);
  });

  it("is all of a new file, and each of several edits", () => {
    const patch = { path: "/w/a", diff: "", added: 2, removed: 0, created: true };
    const write = tool("Write", { file_path: "/w/a", content: "one\ntwo\n" }, patch);
    assert.deepEqual(sketch(changeOf(write)?.lines ?? []), ["1+one", "2+two"]);
    const edits = [{ old_string: "a", new_string: "b" }, 5, { old_string: "", new_string: "c" }];
    assert.deepEqual(sketch(changeOf(tool("MultiEdit", { file_path: "a", edits }))?.lines ?? []), [
      "-a",
      "+b",
      "~",
      "~",
      "+c",
    ]);
  });

  for (const part of [
    tool("Bash", { command: "ls" }),
    tool("Edit", { file_path: "a" }),
    tool("Edit", undefined),
    tool("Write", { file_path: 5, content: "x" }),
    tool("MultiEdit", { file_path: "a", edits: "x" }),
    tool("Read", { file_path: "a" }),
  ])
    it(`is none for ${part.toolName} ${JSON.stringify(part.input)}`, () =>
      assert.equal(changeOf(part), undefined));
});
