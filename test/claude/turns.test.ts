import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isBefore } from "../support/claudeCli";
import { outcomeOf, type RealClaude, textOf, toolsOf, until } from "../support/realClaude";
import { together } from "../support/together";

/** A call as a step of a script, in which a `|` would begin the next one. */
const tool = (name: string, input: object): string =>
  `tool:${name}:${JSON.stringify(input).replaceAll("|", "\\|")}`;

const answers = ({ conversation }: RealClaude) => conversation.messages;

describe("turns of the real Claude Code", function () {
  const test = together();

  test("stream what they end with, and tell of their session once something was said", async (claude) => {
    const message = await claude.start().ask("[[text:30]]");
    const grown = claude.events.map((event) => (event.type === "partGrew" ? event.text : ""));
    assert.equal(grown.join(""), textOf(message));
    assert.equal(message.parts.length, 1);
    assert.match(claude.session, /^[0-9a-f-]{36}$/);
  });

  test("count tokens by the turn, and cost by the process, of which we make the turn's", async (claude) => {
    claude.start();
    const [first, second] = [await claude.ask("[[say:Same.]]"), await claude.ask("[[say:Same.]]")];
    assert.deepEqual(
      { ...second.usage, durationMs: 0, costUsd: 0 },
      { ...first.usage, durationMs: 0, costUsd: 0 },
    );
    const [one, two] = [first.usage?.costUsd ?? 0, second.usage?.costUsd ?? 0];
    assert.ok(one > 0 && Math.abs(one - two) < 1e-9, `${one} and ${two}`);
    const totals = claude.wire.map((line) => (line.type === "result" ? line.total_cost_usd : 0));
    assert.ok(Math.abs(Math.max(...totals) - one - two) < 1e-9);
  });

  test("cost in a process that resumes what they cost, not what came before", async (claude) => {
    const first = await claude.start().ask("[[say:Same.]]");
    claude.end();
    await claude.gone();
    claude.start({ resume: { session: claude.session, fork: false } });
    const second = await claude.ask("[[say:Same.]]");
    assert.ok(Math.abs((first.usage?.costUsd ?? 0) - (second.usage?.costUsd ?? 1)) < 1e-9);
  });

  test("begin by themselves when a background task is done", async (claude) => {
    const command = "until [ -e go ]; do sleep 0.1; done; echo late";
    const script = tool("Bash", { command, run_in_background: true });
    const first = await claude.start().ask(`[[${script}|say:It runs.]]`);
    assert.equal(textOf(first), "It runs.");
    writeFileSync(join(claude.folder, "workspace/go"), "");
    await until(() => answers(claude).length === 2 && claude.last.status !== "streaming");
    assert.equal(claude.last.status, "complete");
    assert.match(textOf(claude.last), /^User messages seen: /);
    assert.ok(claude.last.usage);
    assert.equal(textOf(await claude.ask("[[say:On request.]]")), "On request.");
  });

  test("match each tool's result to its call, in whatever order they come", async (claude) => {
    // The second is called a while after the first has ended.
    const script = `two:echo one;;sleep 0.5; echo ${"x".repeat(8000)}|two:exit 3;;echo four`;
    const message = await claude.start().ask(`[[${script}|say:Done.]]`);
    const [one, two, three, four] = toolsOf(message).map(outcomeOf);
    assert.equal(one, "one");
    assert.equal(two, "x".repeat(8000));
    assert.match(String(three), /Exit code 3/);
    assert.match(String(four), /^four$|cancelled/i);
    assert.equal(textOf(message), "Done.");
  });

  test("put what a subagent does under its call", async (claude) => {
    const input = {
      description: "Look",
      prompt: "(((bash:echo inner|say:Seen.)))",
      subagent_type: "general-purpose",
    };
    await claude.start().ask(`[[${tool("Agent", input)}|say:Done.]]`);
    // Newer ones run it in the background, and say so in a turn of its own.
    await until(() => answers(claude).some((message) => innerOf(message) !== undefined));
    const message = answers(claude).find(innerOf);
    const [agent] = message ? toolsOf(message) : [];
    assert.equal(agent?.toolName, "Agent");
    const inner = message && innerOf(message);
    assert.equal(inner?.parent, agent.id);
    await until(() => {
      const now = answers(claude).find(innerOf);
      return now !== undefined && outcomeOf(innerOf(now)) === "inner";
    });
    await claude.turnEnded();
  });

  test("may say two megabytes", async (claude) => {
    const message = await claude.start().ask("[[long:2000000]]");
    assert.ok(textOf(message).length >= 2_000_000);
    assert.equal(textOf(message).replace(/x{4095}\n/g, ""), "");
    assert.equal(message.status, "complete");
  });

  test("may say it in one piece, and in characters of many bytes", async (claude) => {
    claude.start();
    assert.equal(textOf(await claude.ask("[[longdelta:1000000]]")), "y".repeat(1_000_000));
    const text = textOf(await claude.ask("[[utf8:50]]"));
    assert.equal(text, "héllo 世界 🚀 \u2028 ".repeat(200 * 50));
  });

  test("may bring a tool's result of four megabytes", async (claude) => {
    claude.start();
    const file = join(claude.folder, "workspace/big.txt");
    writeFileSync(file, `old\n${`${"z".repeat(99)}\n`.repeat(40_000)}`);
    const read = tool("Read", { file_path: file, limit: 1 });
    const edit = tool("Edit", { file_path: file, old_string: "old", new_string: "new" });
    const message = await claude.ask(`[[${read}|${edit}|say:Done.]]`);
    const states = toolsOf(message).map(({ state }) => state);
    assert.deepEqual(states, ["output-available", "output-available"]);
    assert.ok(Math.max(...claude.lines.map(({ length }) => length)) > 4_000_000);
    assert.equal(textOf(message), "Done.");
  });

  test("end though a tool asks what nobody answers", async (claude) => {
    const question = {
      question: "Which?",
      header: "Which",
      multiSelect: false,
      options: ["a", "b"].map((label) => ({ label, description: label })),
    };
    const script = tool("AskUserQuestion", { questions: [question] });
    const message = await claude.start().ask(`[[${script}|say:Done.]]`);
    assert.equal(message.status, "complete");
    assert.equal(textOf(message), "Done.");
  });

  test("go on when a text reached its greatest length", async (claude) => {
    const message = await claude.start().ask("[[maxtok|say:Done.]]");
    assert.notEqual(message.status, "streaming");
    assert.match(textOf(message), /^word0 /);
  });

  test("show what a slash command prints, and that there is none of a name", async (claude) => {
    claude.start();
    assert.match(textOf(await claude.ask("/context")), /Context Usage/);
    const unknown = await claude.ask("/nosuchcommand");
    assert.equal(unknown.status, "complete");
    // Newer ones give it to Claude, as any other text.
    if (isBefore("2.1.330")) assert.match(textOf(unknown), /nosuchcommand/);
    else assert.match(textOf(unknown), /^User messages seen: /);
  });

  test("do not take a prompt that begins with a path for a command", async (claude) => {
    assert.equal(textOf(await claude.start().ask("/etc/hosts [[say:A file.]]")), "A file.");
  });
});

const innerOf = (message: Parameters<typeof toolsOf>[0]) =>
  toolsOf(message).find(({ toolName, parent }) => toolName === "Bash" && parent);
