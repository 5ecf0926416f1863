import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { isBefore } from "../support/claudeCli";
import { type RealClaude, textOf, toolsOf, until } from "../support/realClaude";
import { together } from "../support/together";

const KNOWS_BOTH = "User messages seen: 2.";
const NO_SUCH = "00000000-0000-4000-8000-000000000000";

/** Ends the process that is there, and starts one that goes on with a session. */
async function resume(claude: RealClaude, session: string, options = {}): Promise<void> {
  claude.end();
  await claude.gone();
  claude.start({ resume: { session, fork: false }, ...options });
}

async function assertStale(claude: RealClaude): Promise<void> {
  const known = claude.conversation.thread.claudeSessionId;
  await claude.ask("And now?");
  assert.equal(claude.lastSignal?.type, "staleSession");
  assert.equal(claude.conversation.thread.claudeSessionId, known);
  assert.equal((await claude.gone()).code, 1);
}

describe("resuming with the real Claude Code", function () {
  const test = together();

  test("goes on in the same session", async (claude) => {
    await claude.start().ask("[[say:One.]]");
    const { session } = claude;
    await resume(claude, session);
    assert.equal(textOf(await claude.ask("And now?")), KNOWS_BOTH);
    assert.equal(claude.session, session);
  });

  test("goes on in a copy, which has an id of its own", async (claude) => {
    await claude.start().ask("[[say:One.]]");
    const { session } = claude;
    await resume(claude, session, { resume: { session, fork: true } });
    assert.equal(textOf(await claude.ask("And now?")), KNOWS_BOTH);
    assert.notEqual(claude.session, session);
  });

  test("uses the model that it is told", async (claude) => {
    const asked = async (prompt: string) => {
      await claude.ask(`[[say:${prompt}]] ${claude.folder}`);
      const requests = claude.requestsWith(`[[say:${prompt}]] ${claude.folder}`);
      return requests.map(({ model }) => model);
    };
    const [before, after] = ["claude-sonnet-4-5", "claude-haiku-4-5"];
    claude.start({ model: before });
    assert.ok((await asked("One.")).includes(before));
    await resume(claude, claude.session, { model: after });
    const models = await asked("Two.");
    assert.ok(models.includes(after) && !models.includes(before), models.join());
  });

  test("tells of a session that never was", async (claude) => {
    claude.start({ resume: { session: NO_SUCH, fork: false } });
    await assertStale(claude);
  });

  test("tells of an id that is none", async (claude) => {
    claude.start({ resume: { session: "no-such-id", fork: false } });
    await assertStale(claude);
  });

  test("tells of a session whose file is gone", async (claude) => {
    await claude.start().ask("[[say:One.]]");
    const { session } = claude;
    claude.end();
    await claude.gone();
    rmSync(sessionFile(claude));
    await resume(claude, session);
    await assertStale(claude);
  });

  test("tells of a session whose file is empty", async (claude) => {
    await claude.start().ask("[[say:One.]]");
    const { session } = claude;
    claude.end();
    await claude.gone();
    truncateSync(sessionFile(claude));
    await resume(claude, session);
    await assertStale(claude);
  });

  test("finds a session of another folder, or tells that it does not", async (claude) => {
    await claude.start().ask("[[say:One.]]");
    await resume(claude, claude.session, { workspace: "elsewhere" });
    // Somewhere between 2.1.197 and 2.1.330 it learned to.
    if (isBefore("2.1.330")) await assertStale(claude);
    else assert.equal(textOf(await claude.ask("And now?")), KNOWS_BOTH);
  });

  test("does not take a session for one when Claude was killed at its beginning", async (claude) => {
    await claude.start().say("[[err:529]]");
    await until(() => claude.wire.some(({ type }) => type === "system"));
    claude.kill();
    await claude.gone();
    assert.equal(claude.conversation.thread.claudeSessionId, null);
    assert.equal(claude.last.error?.code, "claude");
  });

  test("goes on after Claude was killed while it spoke", async (claude) => {
    await claude.start().say("[[slow:100:50]]");
    await until(() => textOf(claude.last).includes("word3"));
    const { session } = claude;
    claude.kill();
    const { signal } = await claude.gone();
    assert.equal(signal, "SIGKILL");
    assert.equal(claude.last.status, "failed");
    assert.match(textOf(claude.last), /^word0 word1 word2 word3/);
    claude.start({ resume: { session, fork: false } });
    assert.equal(textOf(await claude.ask("And now?")), KNOWS_BOTH);
    assert.equal(claude.session, session);
  });

  test("goes on after Claude was killed while a tool ran", async (claude) => {
    // The tool outlives Claude, and ends with the test's folder.
    await claude.start().say('[[bash:while test -e "$PWD"; do sleep 0.1; done]]');
    // It writes the session's file a moment after it called the tool.
    await until(() => toolsOf(claude.last)[0]?.state === "input-available" && isKept(claude));
    const { session } = claude;
    claude.kill();
    await claude.gone();
    assert.equal(toolsOf(claude.last)[0]?.state, "output-error");
    claude.start({ resume: { session, fork: false } });
    assert.match(textOf(await claude.ask("And now?")), /^User messages seen: [23]\.$/);
    assert.equal(claude.session, session);
  });
});

function sessionFiles({ home }: RealClaude): string[] {
  const projects = join(home, ".claude/projects");
  if (!existsSync(projects)) return [];
  return readdirSync(projects, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => join(projects, name));
}

const isKept = (claude: RealClaude): boolean =>
  sessionFiles(claude).some((file) => readFileSync(file, "utf8").includes("tool_use"));

/** The one session that was kept. */
function sessionFile(claude: RealClaude): string {
  const [file, ...more] = sessionFiles(claude);
  assert.ok(file && more.length === 0);
  return file;
}
