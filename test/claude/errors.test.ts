import assert from "node:assert/strict";
import { retrySentence } from "../../src/claude/errors";
import type { TurnErrorCode } from "../../src/shared/thread";
import { isBefore } from "../support/claudeCli";
import { outcomeOf, type RealClaude, textOf, toolsOf, until } from "../support/realClaude";
import { together } from "../support/together";

function assertFailed({ last }: RealClaude, code: TurnErrorCode, detail: RegExp): void {
  assert.equal(last.status, "failed");
  assert.equal(last.error?.code, code);
  assert.match(last.error.detail ?? "", detail);
}

const retries = ({ signals }: RealClaude) => signals.filter((signal) => signal.type === "retrying");

describe("failures of the real Claude Code", function () {
  const test = together();

  const STATUSES: [status: number, code: TurnErrorCode, detail: RegExp][] = [
    [400, "claude", /scripted 400/],
    [401, "notLoggedIn", /401/],
    [403, "notLoggedIn", /403/],
    [404, "unknownModel", /selected model/],
    [413, "tooLarge", /Request too large/],
    [429, "rateLimited", /429/],
    [500, "overloaded", /500/],
    [529, "overloaded", /529/],
  ];
  for (const [status, code, detail] of STATUSES)
    test(`says what a ${status} of its API means`, async (claude) => {
      await claude.start({ maxRetries: 1 }).ask(`[[err:${status}]]`);
      assertFailed(claude, code, detail);
      // It takes the next turn, which may be better.
      assert.equal(textOf(await claude.ask("[[say:Better.]]")), "Better.");
    });

  test("says what an API means that is not there", async (claude) => {
    const environment = { ANTHROPIC_BASE_URL: "http://127.0.0.1:1" };
    await claude.start({ maxRetries: 1, environment }).ask("Hello?");
    assertFailed(claude, "overloaded", /Unable to connect|Connection ?Refused/i);
  });

  test("says that nobody is logged in", async (claude) => {
    await claude.start({ environment: { CLAUDE_CODE_OAUTH_TOKEN: undefined } }).ask("Hello?");
    assertFailed(claude, "notLoggedIn", /Not logged in/);
  });

  const RETRIED: [status: number, error: string, sentence: RegExp][] = [
    [429, "rate_limit", /refuses more requests for now, try 1 of 10/],
    [500, "server_error", /has a problem right now, try 1 of 10/],
    [529, "overloaded", /is overloaded, try 1 of 10/],
  ];
  for (const [status, error, sentence] of RETRIED)
    test(`says why it tries again after a ${status}, and answers when that has passed`, async (claude) => {
      // With a token of an account it does not try again after a 429.
      const environment = { CLAUDE_CODE_OAUTH_TOKEN: undefined, ANTHROPIC_API_KEY: "dummy" };
      const { status: ended } = await claude
        .start({ environment })
        .ask(`[[errn:${status}:1]] ${claude.folder}`);
      assert.equal(ended, "complete");
      const [retry] = retries(claude);
      assert.ok(retry);
      assert.equal(retry.error, error);
      assert.match(retrySentence(retry.error, retry.attempt, retry.of), sentence);
      assert.equal(textOf(claude.last), "word0 word1 word2 word3 word4 ");
    });

  test("tells at the first try that the login is refused", async (claude) => {
    await claude.start().say("[[err:401]]");
    await until(() => claude.signals.length > 0);
    const [retry] = retries(claude);
    assert.ok(retry);
    assert.deepEqual([retry.error, retry.attempt], ["authentication_failed", 1]);
    await claude.interrupt();
    await claude.turnEnded();
    assert.equal(claude.last.status, "stopped");
  });

  const BROKEN: [script: string, again: string][] = [
    // Older ones ask again without streaming.
    ["cut:3:1", isBefore("2.1.330") ? "Not streamed." : "word0 word1 word2 word3 word4 "],
    ["sseerr", "Not streamed."],
  ];
  for (const [script, again] of BROKEN)
    test(`says once what a stream had begun to say that broke off (${script})`, async (claude) => {
      const message = await claude.start().ask(`[[${script}]]`);
      assert.equal(message.status, "complete");
      assert.equal(textOf(message), again);
    });

  test("keeps what came whole of a stream that broke off", async (claude) => {
    await claude.start().ask("[[cutlate]]");
    assert.match(textOf(claude.last), /^Whole\./);
    // Newer ones have Claude go on; the older ones give up.
    if (isBefore("2.1.330")) assertFailed(claude, "overloaded", /Connection closed/);
    else assert.equal(textOf(claude.last), "Whole.User messages seen: 2.");
  });

  test("keeps what a tool did before the API failed", async (claude) => {
    await claude.start({ maxRetries: 1 }).ask("[[bash:echo kept|err:500]]");
    assertFailed(claude, "overloaded", /500/);
    assert.equal(outcomeOf(toolsOf(claude.last)[0]), "kept");
  });

  test("keeps what was said before a refusal", async (claude) => {
    await claude.start().ask("[[refusal]]");
    assert.match(textOf(claude.last), /^word0 word1 /);
    // Newer ones tell Claude of it, and let it go on.
    if (isBefore("2.1.330")) assertFailed(claude, "refused", /Usage Policy/);
    else assert.match(textOf(claude.last), /User messages seen: 2\.$/);
  });

  test("keeps what was done before the last of the allowed steps", async (claude) => {
    await claude.start({ extraArgs: ["--max-turns", "1"] }).ask("[[bash:echo kept|say:No.]]");
    assertFailed(claude, "maxTurns", /maximum number of turns/i);
    assert.equal(outcomeOf(toolsOf(claude.last)[0]), "kept");
  });

  test("says that a prompt is too long", async (claude) => {
    await claude.start().ask("x".repeat(8_000_000));
    if (isBefore("2.1.330")) assertFailed(claude, "tooLarge", /Prompt is too long/);
    else assertFailed(claude, "tooLarge", /too long|too large/i);
  });

  const DEATHS: [what: string, extraArgs: string[], environment: object, detail: RegExp][] = [
    ["an option that it does not know", ["--no-such-option"], {}, /unknown option/],
  ];
  // Nobody else is refused.
  if (process.getuid?.() === 0)
    DEATHS.push(["root without a sandbox", [], { IS_SANDBOX: undefined }, /root\/sudo/]);
  for (const [what, extraArgs, environment, detail] of DEATHS)
    test(`hands on what it says of ${what}`, async (claude) => {
      await claude.start({ extraArgs, environment: { ...environment } }).say("Hello?");
      assert.equal((await claude.gone()).code, 1);
      assertFailed(claude, "claude", detail);
    });

  test("dies of a line that is not JSON, and says so", async (claude) => {
    await claude.start().write("This is not JSON.");
    await claude.say("Hello?");
    assert.equal((await claude.gone()).code, 1);
    assertFailed(claude, "claude", /Error parsing streaming input/);
  });

  test("passes over a message of a kind that it does not know", async (claude) => {
    await claude.start().write('{"type":"martian"}');
    assert.equal(textOf(await claude.ask("[[say:Hello.]]")), "Hello.");
  });
});
