import assert from "node:assert/strict";
import type { Part, ToolPart } from "../../../../src/shared/thread";
import { changedFiles } from "../../../../webview/parts/changeSummary";

const edit = (id: string, path: string, change: Partial<ToolPart["patch"]> = {}): Part => ({
  id,
  toolCallId: id,
  type: "dynamic-tool",
  toolName: "Edit",
  state: "output-available",
  input: { file_path: path },
  output: "",
  patch: { path, diff: "", added: 2, removed: 1, ...change },
});

describe("the files that a turn changed", () => {
  it("are summed up by their paths, those of subagents too", () => {
    const parts: Part[] = [
      edit("1", "/w/a"),
      { ...edit("2", "/w/b"), parent: "agent" },
      { id: "t", type: "text", text: "x" },
      edit("3", "/w/a", { added: 5, removed: 0 }),
    ];
    assert.deepEqual(changedFiles(parts), [
      { path: "/w/a", added: 7, removed: 1, tools: ["1", "3"] },
      { path: "/w/b", added: 2, removed: 1, tools: ["2"] },
    ]);
  });

  it("are none that were only meant to be", () => {
    const running: Part = {
      id: "1",
      toolCallId: "1",
      type: "dynamic-tool",
      toolName: "Write",
      state: "input-available",
      input: { file_path: "/w/a", content: "x" },
    };
    const failed: Part = { ...running, state: "output-error", errorText: "no" };
    const read: Part = { ...running, toolName: "Read", state: "output-available", output: "" };
    assert.deepEqual(changedFiles([running, failed, read]), []);
  });
});
