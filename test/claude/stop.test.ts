import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isRunning } from "../support/installOnce";
import { outcomeOf, type RealClaude, textOf, toolsOf, until } from "../support/realClaude";
import { together } from "../support/together";

/** That the turn was stopped, and that the same process takes the next one. */
async function assertStopped(claude: RealClaude): Promise<void> {
  await claude.turnEnded();
  assert.equal(claude.last.status, "stopped");
  assert.equal(claude.last.error, null);
  assert.deepEqual(claude.lastSignal, { type: "ended", error: null });
  assert.equal(textOf(await claude.ask("[[say:Still here.]]")), "Still here.");
}

const ASKS = "[[bash:echo $$ > pid; tail -f /dev/null]]";

async function bash(claude: RealClaude): Promise<number> {
  const file = join(claude.folder, "workspace/pid");
  await until(() => existsSync(file) && readFileSync(file, "utf8").endsWith("\n"));
  return Number(readFileSync(file, "utf8"));
}

describe("stopping the real Claude Code", function () {
  const test = together();

  test("interrupts text, and keeps what was said", async (claude) => {
    await claude.start().say("[[slow:200:50]]");
    await until(() => textOf(claude.last).includes("word3"));
    await claude.interrupt();
    await assertStopped(claude);
    assert.match(
      textOf(claude.conversation.messages[0] ?? claude.last),
      /^word0 word1 word2 word3/,
    );
  });

  test("interrupts a tool, which ends", async (claude) => {
    await claude.start().say(ASKS);
    const pid = await bash(claude);
    assert.ok(isRunning(pid));
    await claude.interrupt();
    await claude.turnEnded();
    await until(() => !isRunning(pid));
    assert.equal(toolsOf(claude.last)[0]?.state, "output-error");
    await assertStopped(claude);
  });

  test("interrupts while the API is silent", async (claude) => {
    await claude.start().say(`[[hang]] ${claude.folder}`);
    await until(() => claude.requestsWith(claude.folder).length > 0);
    await claude.interrupt();
    await assertStopped(claude);
  });

  test("interrupts while it waits to try again", async (claude) => {
    await claude.start().say(`[[err:529]] ${claude.folder}`);
    await until(() => claude.lastSignal?.type === "retrying");
    await claude.interrupt();
    await assertStopped(claude);
  });

  test("interrupts nothing when there is no turn, and harms none that comes", async (claude) => {
    await claude.start().ask("[[say:One.]]");
    await claude.interrupt();
    await until(() => claude.lines.some((line) => line.includes('"control_response"')));
    assert.equal(textOf(await claude.ask("[[say:Two.]]")), "Two.");
  });

  test("goes on after its tool was stopped, and is told so", async (claude) => {
    await claude.start().say(ASKS);
    await bash(claude);
    await claude.interrupt();
    await claude.turnEnded();
    await claude.ask(`And now? ${claude.folder}`);
    const told = JSON.stringify(claude.requestsWith(claude.folder));
    assert.match(told, /interrupted by user/i);
  });

  test("ends its turn when stdin does, and not before", async (claude) => {
    await claude.start().say("[[bash:sleep 1; echo done|say:All done.]]");
    await until(() => toolsOf(claude.last).length > 0);
    claude.end();
    const { code } = await claude.gone();
    assert.equal(code, 0);
    assert.equal(textOf(claude.last), "All done.");
    assert.equal(outcomeOf(toolsOf(claude.last)[0]), "done");
    assert.equal(claude.last.status, "complete");
  });

  test("is gone at once when killed, which no result tells of", async (claude) => {
    await claude.start().say("[[slow:200:50]]");
    await until(() => textOf(claude.last).includes("word1"));
    claude.kill();
    await claude.gone();
    assert.ok(!claude.signals.some(({ type }) => type === "ended"));
    assert.equal(claude.last.status, "failed");
    assert.equal(claude.last.error?.code, "claude");
    assert.match(claude.last.error.detail ?? "", /SIGKILL/);
  });
});
