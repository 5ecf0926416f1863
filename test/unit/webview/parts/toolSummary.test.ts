import assert from "node:assert/strict";
import { asText, toolFields, toolSummary, toolTitle } from "../../../../webview/parts/toolSummary";

describe("tool summary", () => {
  const SUMMARIES: [input: unknown, summary: string][] = [
    [{ command: "npm test", description: "Run the tests" }, "npm test"],
    [{ file_path: "/a/b.ts", old_string: "x", new_string: "y" }, "/a/b.ts"],
    [{ path: "src", pattern: "exp.*" }, "exp.*"],
    [{ prompt: "Look around", description: "Find the bug" }, "Find the bug"],
    [{ limit: 5, anything: "else" }, "else"],
    [{ command: "cat <<E\n  one\n  two\nE" }, "cat <<E one two E"],
    [{ command: "x".repeat(1_000_000) }, "x".repeat(200)],
    [{ command: 5, todos: [] }, ""],
    ["just text", "just text"],
    [undefined, ""],
    [null, ""],
    [["a"], ""],
  ];
  for (const [index, [input, summary]] of SUMMARIES.entries())
    it(`${index}: "${summary.slice(0, 60)}"`, () => assert.equal(toolSummary(input), summary));

  it("gives a path in the workspace from there", () => {
    assert.equal(toolSummary({ file_path: "/w/src/a.ts" }, "/w"), "src/a.ts");
    assert.equal(toolSummary({ file_path: "/w2/a.ts" }, "/w"), "/w2/a.ts");
    assert.equal(toolSummary({ command: "/w/run" }, "/w"), "/w/run");
  });

  it("names a tool of an MCP server", () => {
    assert.equal(toolTitle("Bash"), "Bash");
    assert.equal(toolTitle("mcp__github__create_issue"), "create_issue (github)");
    assert.equal(toolTitle("mcp__my_server__a__b"), "a__b (my_server)");
  });

  it("gives the input as named texts", () => {
    assert.deepEqual(toolFields({ command: "a\nb", timeout: 5 }), [
      ["command", "a\nb"],
      ["timeout", "5"],
    ]);
    assert.deepEqual(toolFields("x"), [["input", "x"]]);
  });

  it("gives any output as text", () => {
    assert.equal(asText("a\nb"), "a\nb");
    assert.equal(
      asText([
        { type: "text", text: "a" },
        { type: "text", text: "b" },
      ]),
      "a\nb",
    );
    assert.equal(asText({ a: 1 }), '{\n  "a": 1\n}');
    assert.equal(asText([]), "[]");
    assert.equal(asText(undefined), "");
  });
});
