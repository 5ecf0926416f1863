import assert from "node:assert/strict";
import type { Part } from "../../../../src/shared/thread";
import { branchesOf, type Branch } from "../../../../webview/parts/branches";

const part = (id: string, parent?: string): Part => ({
  id,
  type: "text",
  text: "",
  ...(parent !== undefined && { parent }),
});

const sketch = (branches: readonly Branch[]): string =>
  branches
    .map(({ part, nested }) => part.id + (nested.length > 0 ? `(${sketch(nested)})` : ""))
    .join(" ");

describe("branches", () => {
  const CASES: [parts: Part[], tree: string][] = [
    [[], ""],
    [[part("a"), part("b")], "a b"],
    [[part("a"), part("x", "a"), part("b"), part("y", "a")], "a(x y) b"],
    [[part("a"), part("x", "a"), part("z", "x")], "a(x(z))"],
    // The call that started a subagent may be in an earlier message, or come a moment later.
    [[part("x", "elsewhere"), part("b")], "x b"],
    [[part("x", "a"), part("a")], "a(x)"],
    // What claims to be below itself is shown all the same.
    [[part("a", "a"), part("b", "c"), part("c", "b"), part("x", "b")], "a b(x) c"],
  ];
  it("has what is nested too deep beside what it is under", () => {
    const parts = Array.from({ length: 60 }, (_, at) => part(`p${at}`, `p${at - 1}`));
    const tree = sketch(branchesOf(parts));
    assert.match(tree, /p48\(p49\(p50 p51 p52 .*p58 p59\)+$/);
    assert.equal(tree.split("(").length - 1, 50);
  });

  for (const [parts, tree] of CASES)
    it(`gives "${tree}"`, () => assert.equal(sketch(branchesOf(parts)), tree));
});
