import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { claudeEnvironment, claudeVersion, installClaudeCli } from "../support/claudeCli";
import { startMessagesApi, textOf } from "../support/messagesApi";
import { orSkip } from "../support/requirement";
import { run } from "../support/run";

describe(`The rig for Claude Code ${claudeVersion}`, function () {
  it("runs the version that was asked for", async function () {
    const claude = await orSkip(this, installClaudeCli());
    const { stdout } = await run(claude.path, ["--version"], { env: { HOME: tmpdir() } });
    assert.equal(stdout, `${claudeVersion} (Claude Code)\n`);
  });

  it("has the real CLI answer through the loopback API", async function () {
    const claude = await orSkip(this, installClaudeCli());
    const api = await startMessagesApi();
    const home = await mkdtemp(path.join(tmpdir(), "sandbox-chat-home-"));
    try {
      const { code, stdout, stderr } = await run(
        claude.path,
        ["-p", "Good morning. [[bash:echo from $HOME|say:Good evening, 世界.]]"],
        { cwd: home, env: claudeEnvironment(home, api) },
      );
      assert.deepEqual(
        { code, stdout, stderr },
        { code: 0, stdout: "Good evening, 世界.\n", stderr: "" },
      );
      const [first, second] = api.requests;
      assert.match(textOf(first?.messages[0]?.content ?? ""), /Good morning\./);
      assert.match(JSON.stringify(second?.messages), new RegExp(`"from ${home}"`));
    } finally {
      await api.close();
      await rm(home, { recursive: true });
    }
  });
});
