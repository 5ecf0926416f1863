import assert from "node:assert/strict";
import { claudeArgv } from "../../../src/claude/argv";

describe("Claude's command line", () => {
  const options = { path: "claude", model: "", permissionMode: "bypassPermissions", extraArgs: [] };

  it("is that of a headless Claude which reads prompts from stdin", () => {
    assert.equal(
      claudeArgv(options, null).join(" "),
      "claude -p --input-format stream-json --output-format stream-json --verbose --include-partial-messages --permission-mode bypassPermissions",
    );
  });

  it("tells a resumed session its model and flags again", () => {
    const argv = claudeArgv(
      { ...options, model: "opus", extraArgs: ["--effort", "low"] },
      { session: "abc", fork: false },
    );
    assert.deepEqual(argv.slice(-6), ["--model", "opus", "--resume", "abc", "--effort", "low"]);
    const forked = claudeArgv(options, { session: "abc", fork: true });
    assert.deepEqual(forked.slice(-3), ["--resume", "abc", "--fork-session"]);
  });
});
