import assert from "node:assert/strict";
import type { Message, Part } from "../../../src/shared/thread";
import { foldLines } from "../../support/foldRecording";
import { recordingLines } from "../../support/recordings";

const fold = (name: string) => foldLines(recordingLines(`${name}.ndjson`));

const answers = (name: string): readonly Message[] => fold(name).conversation.messages;

function only(name: string): Message {
  const [message, ...more] = answers(name);
  assert.ok(message);
  assert.equal(more.length, 0);
  return message;
}

const shape = ({ parts }: Message): string[] =>
  parts.map((part) =>
    part.type === "dynamic-tool" ? `${part.toolName} ${part.state}` : part.type,
  );

const text = (part: Part | undefined) => (part && "text" in part ? part.text : undefined);

describe("what Claude says, as thread events", () => {
  it("is text that streams and ends complete, with usage and cost", () => {
    const message = only("01-plain");
    assert.equal(message.status, "complete");
    assert.match(text(message.parts[0]) ?? "", /^word0 word1 .*word9 $/);
    assert.deepEqual(
      { ...message.usage, costUsd: 0, durationMs: 0 },
      {
        inputTokens: 100,
        outputTokens: 10,
        cacheReadTokens: 3000,
        cacheWriteTokens: 20,
        costUsd: 0,
        durationMs: 0,
      },
    );
    assert.ok((message.usage?.costUsd ?? 0) > 0);
  });

  it("grows by what streamed to the same text as the whole block", () => {
    const { events } = fold("01-plain");
    const grown = events.map((event) => (event.type === "partGrew" ? event.text : "")).join("");
    assert.equal(grown, text(only("01-plain").parts[0]));
  });

  it("keeps thinking and text apart", () => {
    assert.deepEqual(shape(only("02-thinking")), ["reasoning", "text"]);
  });

  it("matches a tool's result to its call", () => {
    const message = only("05-textbash");
    assert.deepEqual(shape(message), ["text", "Bash output-available", "reasoning", "text"]);
  });

  it("names the tool call that a subagent works for", () => {
    const [agent, inner] = only("08-subagent").parts;
    assert.equal(agent?.type === "dynamic-tool" && agent.toolName, "Agent");
    assert.equal(inner?.parent, agent?.id);
  });

  it("drops what a cut stream had begun when Claude says it again", () => {
    for (const name of ["121-cut", "122-sseerr"])
      assert.deepEqual(only(name).parts.map(text), ["stub reply"]);
  });

  it("keeps what came whole before the cut", () => {
    assert.deepEqual(only("330-cut-late").parts.map(text), ["Whole.", "User messages seen: 2."]);
  });

  it("keeps what came before a stop, and says that it was stopped", () => {
    const [stopped, next] = answers("50-interrupt-text");
    assert.equal(stopped?.status, "stopped");
    assert.equal(stopped.error, null);
    assert.match(text(stopped.parts[0]) ?? "", /^word0/);
    assert.equal(next?.status, "complete");
  });

  it("ends a running tool when the turn is stopped", () => {
    assert.deepEqual(shape(only("73-SIGINT-bash-sj")), ["Bash output-error"]);
  });

  it("fails with a sentence of ours and Claude's own words, and keeps partial answers", () => {
    const cases: [name: string, code: string, kept: string[]][] = [
      ["113-err404", "unknownModel", []],
      ["119-err500-maxretries1", "overloaded", []],
      ["124-refusal", "refused", ["text"]],
      ["125-err-midturn", "overloaded", ["Bash output-available"]],
      ["136-not-logged-in", "notLoggedIn", []],
      ["139-max-turns-1", "maxTurns", ["Bash output-available"]],
      ["220-err401-full", "notLoggedIn", []],
      ["226-err429-oauth", "rateLimited", []],
    ];
    for (const [name, code, kept] of cases) {
      const message = only(name);
      assert.equal(message.status, "failed", name);
      assert.equal(message.error?.code, code, name);
      assert.ok(message.error.detail, name);
      assert.deepEqual(shape(message), kept, name);
    }
  });

  it("counts a turn's cost by the turn, though Claude counts it by the process", () => {
    const costs = answers("247-cost").map(({ usage }) => usage?.costUsd.toFixed(6));
    assert.equal(costs.length, 3);
    assert.equal(new Set(costs).size, 1);
  });

  it("counts a turn's cost by the turn, though a newer Claude counts on from the session's", () => {
    const { usage } = only("330-resumed");
    assert.equal(usage?.costUsd.toFixed(5), "0.00056");
    const total = recordingLines("330-resumed.ndjson")
      .join("")
      .match(/"total_cost_usd":([\d.]+)/);
    assert.ok(Number(total?.[1]) > 0.001);
  });

  it("shows what a slash command prints, once", () => {
    assert.match(text(only("178-slash-context").parts[0]) ?? "", /^## Context Usage/);
    assert.equal(only("178-slash-context").parts.length, 1);
    assert.match(text(only("244-blocks-slash").parts[0]) ?? "", /^Total cost: /);
    assert.deepEqual(shape(only("179-slash-compact")), ["data-notice", "data-notice"]);
  });

  it("says with the next turn what the CLI said between two", () => {
    assert.deepEqual(answers("248-set-model-between").map(shape), [
      ["text"],
      ["data-notice", "text"],
    ]);
    const lines = recordingLines("248-set-model-between.ndjson");
    const said = lines.findIndex((line) => line.includes("local-command-stdout"));
    const [only, ...more] = foldLines(lines.slice(0, said + 1)).conversation.messages;
    assert.deepEqual([only?.status, more.length], ["complete", 0]);
  });

  it("gives each of several turns a message of its own", () => {
    assert.equal(answers("47-streamjson-multiturn").length, 3);
  });

  it("tells when there is no session to resume, and does not take the bad id for one", () => {
    const { signals, events } = fold("22-resume-deleted");
    assert.equal(signals[0]?.type, "staleSession");
    assert.ok(!events.some((event) => event.type === "threadChanged"));
  });

  it("knows a session only once something was said in it", () => {
    const known = (name: string) =>
      fold(name).events.filter((event) => event.type === "threadChanged").length;
    assert.equal(known("235-kill-at-init"), 0);
    assert.equal(known("235-kill-at-status"), 0);
    assert.equal(known("01-plain"), 1);
  });

  it("tells of retries", () => {
    const { signals } = fold("220-err401-full");
    const [retry] = signals;
    assert.deepEqual(retry, {
      type: "retrying",
      attempt: 1,
      of: 10,
      error: "authentication_failed",
    });
  });

  it("reads whole messages when nothing streams", () => {
    const whole = recordingLines("05-textbash.ndjson").filter(
      (line) => !line.includes('"type":"stream_event"'),
    );
    assert.deepEqual(
      foldLines(whole).conversation.messages.map(shape),
      answers("05-textbash").map(shape),
    );
  });

  it("does not ask again for what a session has done that is called unknown too late", () => {
    const late = recordingLines("22-resume-deleted.ndjson").find((line) => line.includes("result"));
    const { signals, conversation } = foldLines([
      ...recordingLines("01-plain.ndjson").slice(0, -2),
      late ?? "",
    ]);
    assert.deepEqual(
      signals.map(({ type }) => type),
      ["ended"],
    );
    assert.equal(conversation.messages[0]?.status, "failed");
  });

  it("keeps what a background subagent does after the turn, ended even if Claude is not there any more", () => {
    const lines = recordingLines("330-subagent.ndjson");
    const begun = lines.findLastIndex((line) => line.includes('"tool_use"'));
    const [first] = foldLines(lines.slice(0, begun + 1)).conversation.messages;
    assert.equal(first?.status, "complete");
    const late = first.parts.at(-1);
    assert.ok(late?.type === "dynamic-tool" && late.parent && late.state === "output-available");
    assert.equal(late.preliminary, true);
    const whole = answers("330-subagent")[0]?.parts.find(({ id }) => id === late.id);
    assert.ok(whole?.type === "dynamic-tool" && whole.state === "output-available");
    assert.equal(whole.preliminary, undefined);
  });
});

describe("what Claude may say too", () => {
  const line = (fields: object) => JSON.stringify({ session_id: "s", ...fields });
  const partial = (event: object) => line({ type: "stream_event", event });
  const start = partial({ type: "message_start", message: { id: "m" } });
  const begin = (block: object) =>
    partial({ type: "content_block_start", index: 0, content_block: block });
  const whole = (...content: unknown[]) =>
    line({ type: "assistant", message: { id: "m", content } });
  const stop = partial({ type: "content_block_stop", index: 0 });
  const parts = (...lines: string[]) => {
    const [message] = foldLines([...lines, line({ type: "result" })]).conversation.messages;
    return message?.parts ?? [];
  };
  const tool = (input: string) =>
    whole({ type: "tool_use", id: "t", name: "Bash", input: "INPUT" }).replace('"INPUT"', input);

  it("is a thought that it keeps to itself", () => {
    const thought = { type: "thinking", thinking: "", signature: "x" };
    const text = { type: "text", text: "Hi" };
    const said = parts(start, begin(thought), whole(thought), stop, whole(text));
    assert.deepEqual(
      said.map(({ type }) => type),
      ["text"],
    );
  });

  it("is a block of a kind that we do not know, which counts among the others", () => {
    const other = { type: "redacted_thinking", data: "x" };
    const said = { type: "text", text: "Hi" };
    const at = (index: number, block: object) => [
      begin(block).replace('"index":0', `"index":${index}`),
      whole(block),
      stop,
    ];
    const streamed = parts(start, ...at(0, other), ...at(1, said));
    assert.deepEqual(
      streamed.map(({ id }) => id),
      ["m:1"],
    );
    // As Claude's own record tells it, of which nothing may be there twice.
    assert.deepEqual(parts(whole(other), whole(said)), streamed);
    assert.deepEqual(parts(whole(other, said)), streamed);
  });

  it("is one message after the other under the same id", () => {
    const say = (text: string) => {
      const block = { type: "text", text };
      return [start, begin({ type: "text", text: "" }), whole(block), stop];
    };
    assert.deepEqual(parts(...say("One"), ...say("Two")).map(text), ["One", "Two"]);
  });

  it("is a tool's result with holes in it", () => {
    const content = [null, "plain", 7, { type: "image" }, { text: "text" }];
    const result = { type: "tool_result", tool_use_id: "t", content };
    const [ended] = parts(tool("{}"), line({ type: "user", message: { content: [result] } }));
    assert.ok(ended?.type === "dynamic-tool" && ended.state === "output-available");
    assert.equal(ended.output, "[unknown]\nplain\n[unknown]\n[image]\ntext");
  });

  it("is a tool's input that no program could walk through, or that JSON cannot say again", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    for (const input of [deep, `{"a":${deep},"b":1e999}`, '{"__proto__":{"a":1}}', "1e999"]) {
      const [part] = parts(tool(input));
      assert.ok(part?.type === "dynamic-tool");
      assert.deepEqual(JSON.parse(JSON.stringify(part)), part);
    }
    assert.deepEqual(
      { a: 1, b: { c: [null, "x"] } },
      inputOf(tool('{"a":1,"b":{"c":[null,"x"]}}')),
    );
  });

  const inputOf = (said: string): unknown => {
    const [part] = parts(said);
    return part?.type === "dynamic-tool" ? part.input : undefined;
  };

  it("is a result that is an error by its name alone", () => {
    const lines = [start, line({ type: "result", subtype: "error_max_turns", is_error: false })];
    const [message] = foldLines(lines).conversation.messages;
    assert.equal(message?.error?.code, "maxTurns");
  });

  it("is numbers that are none", () => {
    const usage = { input_tokens: -1, output_tokens: "7" };
    const result = line({ type: "result", usage, duration_ms: null, total_cost_usd: "COST" });
    const [message] = foldLines([start, result.replace('"COST"', "1e999")]).conversation.messages;
    for (const count of Object.values(message?.usage ?? { none: 1 })) assert.equal(count, 0);
  });
});
