import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { startProcess } from "../../../src/sandbox/childProcess";
import type { SandboxRuntime } from "../../../src/sandbox/runtime";
import { ChatSession } from "../../../src/session/chatSession";
import { cutLong, LONG } from "../../../src/session/longOutput";
import { recover } from "../../../src/session/recovery";
import type { ThreadEvent, ToolOutcome, ToolPart } from "../../../src/shared/thread";
import { turnsDuring } from "../../support/eventLoop";
import { harmless } from "../../support/harmless";
import { numberedLines } from "../../support/longTexts";
import { begin, line, result, type Step, whole } from "../../support/scriptedRuntime";
import { idle, lastMessage, scriptedSession, until } from "../../support/scriptedSession";
import { temporaryFolder } from "../../support/temporaryFolder";

const ended = (outcome: ToolOutcome): ThreadEvent => ({
  type: "toolEnded",
  message: "m",
  part: "p",
  outcome,
});

/** The two shown pieces of a cut text, and what the event has as its whole. */
async function cut(text: string) {
  const event = await cutLong(harmless(ended({ output: text })));
  assert.ok(event.type === "toolEnded" && "output" in event.outcome);
  const { output, omitted } = event.outcome;
  assert.ok(omitted && event.whole);
  const [head, tail] = [output.slice(0, omitted.at), output.slice(omitted.at)];
  const middle = text.slice(head.length, text.length - tail.length);
  assert.equal(head + middle + tail, text);
  assert.equal(omitted.bytes, Buffer.byteLength(middle));
  assert.equal(gunzipSync(Buffer.from(event.whole, "base64")).toString(), text);
  return { head, tail };
}

describe("a long output", () => {
  it("is none up to 256 KB of UTF-8", async () => {
    for (const text of ["", "x", "x".repeat(LONG), "é".repeat(LONG / 2)]) {
      const event = ended({ output: text });
      assert.equal(await cutLong(harmless(event)), event);
    }
    await cut("x".repeat(LONG + 1));
    await cut(`${"é".repeat(LONG / 2)}x`);
  });

  it("is shown by its first and its last lines", async () => {
    const { head, tail } = await cut(numberedLines(1_500_000));
    assert.ok(head.length > 30_000 && head.length <= 32 * 1024, `${head.length}`);
    assert.ok(tail.length > 6000 && tail.length <= 8 * 1024, `${tail.length}`);
    assert.ok(head.endsWith("\n"));
    assert.match(tail, /^line \d+ /);
  });

  it("is cut anywhere else when it has no lines, but never within a character", async () => {
    for (const shift of ["", "x"]) {
      const { head, tail } = await cut(`${shift}${"🚀".repeat(200_000)}`);
      for (const piece of [head, tail]) assert.doesNotThrow(() => encodeURI(piece));
      assert.ok(head.length >= 32 * 1024 && tail.length <= 8 * 1024);
    }
  });

  it("may be an error, which stays one", async () => {
    const event = await cutLong(harmless(ended({ errorText: numberedLines(LONG * 2) })));
    assert.ok(event.type === "toolEnded" && "errorText" in event.outcome);
    assert.ok(event.outcome.omitted && event.whole);
  });

  it("leaves time for others while it is packed", async () => {
    assert.ok((await turnsDuring(() => cut(numberedLines(5_000_000)))) > 3);
  });

  it("is a tool's; any other text stays as it is", async () => {
    const event: ThreadEvent = {
      type: "partSet",
      message: "m",
      part: { type: "text", id: "p", text: "x".repeat(LONG * 2) },
    };
    assert.equal(await cutLong(harmless(event)), event);
  });
});

describe("a session with a long output", () => {
  const folder = temporaryFolder();
  const long = numberedLines(5_000_000);

  const called = (id: string, parent?: string): Step =>
    line({
      type: "assistant",
      ...(parent && { parent_tool_use_id: parent }),
      message: {
        id: `of-${id}`,
        content: [{ type: "tool_use", id, name: "Bash", input: { command: "cat log" } }],
      },
    });
  const returned = (id: string, content: string, failed = false): Step =>
    line({
      type: "user",
      message: { content: [{ type: "tool_result", tool_use_id: id, content, is_error: failed }] },
    });
  const call = (session: ChatSession, id: string): ToolPart | undefined =>
    lastMessage(session).parts.find((part): part is ToolPart => part.id === id);

  const scenario = (...steps: Step[]): Step[] => [{ awaitLine: true }, ...begin("s1"), ...steps];

  it("shows a part of it, stores the whole, and gives it when asked", async () => {
    const { session, store, heard } = scriptedSession(folder(), [
      scenario(
        called("outer"),
        called("inner", "outer"),
        returned("inner", `${long}\nhunter2-hunter2-hunter2\n${long}`),
        returned("outer", long, true),
        whole("Done."),
        result("s1"),
      ),
    ]);
    await session.send("x", 0);
    await idle(session);
    const { id, status } = lastMessage(session);
    assert.equal(status, "complete");
    assert.equal(call(session, "inner")?.parent, "outer");
    assert.equal(call(session, "inner")?.state, "output-available");
    assert.equal(call(session, "outer")?.state, "output-error");
    assert.ok(call(session, "outer")?.omitted);
    assert.ok(JSON.stringify(heard.events).length < 150_000, "what the panel gets is short");
    assert.ok(!JSON.stringify(heard.events).includes('"whole"'));
    assert.deepEqual(store.conversations.get("thread1"), session.view().conversation);
    assert.equal(await session.output(id, "outer"), long);
    assert.equal(await session.output(id, "inner"), `${long}\n[masked: TEST]\n${long}`);
    await assert.rejects(session.output(id, "nothing"), /cannot be read any more/);
    await session.dispose();
  });

  it("ends its tool before the message ends, also one that is stopped at once", async () => {
    const { session, store } = scriptedSession(folder(), [
      scenario(called("t"), returned("t", long), { awaitLine: true }, { exit: 0 }),
    ]);
    await session.send("x", 0);
    await until(() => lastMessage(session).parts.some(({ id }) => id === "t"));
    session.stop();
    await idle(session);
    const message = lastMessage(session);
    assert.equal(message.status, "stopped");
    const part = call(session, "t");
    // It either came in time or did not; it must not be half of both.
    assert.equal(part?.state, part?.omitted ? "output-available" : "output-error");
    assert.deepEqual(store.conversations.get("thread1"), session.view().conversation);
    await session.dispose();
  });

  it("finds nothing new in Claude’s own record when it has the output already", async () => {
    const { session, services } = scriptedSession(folder(), [
      scenario(called("t"), returned("t", long), { exit: 1 }),
    ]);
    await session.send("x", 0);
    await idle(session);
    const record = join(folder(), "record.jsonl");
    const steps = [
      line({ type: "user", message: { content: "x" } }),
      called("t"),
      returned("t", long),
    ];
    writeFileSync(record, steps.map((step) => ("write" in step ? step.write : "")).join(""));
    const runtime: SandboxRuntime = {
      label: "A record",
      workspace: "/",
      exec: () => startProcess(["cat", record]),
    };
    const { thread, messages } = session.view().conversation;
    const known = { thread: { ...thread, claudeSessionId: "s1" }, messages };
    const { mask, now } = services;
    const events = await recover(known, lastMessage(session), { runtime, mask, now });
    assert.deepEqual(events, []);
    await session.dispose();
  });

  it("says that the whole is not saved yet, while the disk refuses it", async () => {
    const { session, store } = scriptedSession(folder(), [
      scenario(called("t"), { sleep: 200 }, returned("t", long), result("s1"), { hang: true }),
    ]);
    await session.send("x", 0);
    await until(() => lastMessage(session).parts.some(({ id }) => id === "t"));
    store.failure = new Error("ENOSPC: no space left on device");
    await idle(session);
    assert.ok(call(session, "t")?.omitted);
    await assert.rejects(session.output(lastMessage(session).id, "t"), /not saved yet/);
    store.failure = undefined;
    await until(() => session.view().unsaved === null);
    assert.equal(await session.output(lastMessage(session).id, "t"), long);
    await session.dispose();
  });
});
