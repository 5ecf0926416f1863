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

  it("shows what a slash command prints, once", () => {
    assert.match(text(only("178-slash-context").parts[0]) ?? "", /^## Context Usage/);
    assert.equal(only("178-slash-context").parts.length, 1);
    assert.deepEqual(shape(only("179-slash-compact")), ["data-notice", "data-notice"]);
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
});
