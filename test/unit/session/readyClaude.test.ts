import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ChatSession } from "../../../src/session/chatSession";
import { ClaudePool } from "../../../src/session/claudePool";
import { newConversation } from "../../../src/shared/newThread";
import { textOf } from "../../../src/shared/thread";
import { answer, begin, delta, result, type Step, whole } from "../../support/scriptedRuntime";
import { idle, lastMessage, scriptedSession, until } from "../../support/scriptedSession";
import { temporaryFolder } from "../../support/temporaryFolder";

describe("a Claude that is there before it is needed", () => {
  const folder = temporaryFolder();
  const sessions: ChatSession[] = [];
  // Before the folder goes that their processes work in.
  afterEach(async () => {
    for (const session of sessions.splice(0)) await session.dispose();
  });
  const scripted = (...args: Parameters<typeof scriptedSession>) => {
    const made = scriptedSession(...args);
    sessions.push(made.session);
    return made;
  };

  const offered = [{ value: "opus", displayName: "Opus", description: "Best" }];
  const tells: Step = { models: [...offered, 7] };

  it("is started once, tells its models, and is given the first message", async () => {
    const { session, runtime, models } = scripted(folder(), [[tells, ...answer("Hi")]]);
    await Promise.all([session.prepare(), session.prepare()]);
    assert.deepEqual(models, [offered]);
    await session.send("x", 0);
    await idle(session);
    assert.equal(runtime.started.length, 1);
    assert.equal(textOf(lastMessage(session)), "Hi");
  });

  it("is given a message that comes while it starts", async () => {
    const { session, runtime } = scripted(folder(), [[tells, ...answer("Hi")]]);
    const preparing = session.prepare();
    await session.send("x", 0);
    await preparing;
    await idle(session);
    assert.equal(runtime.started.length, 1);
    assert.equal(textOf(lastMessage(session)), "Hi");
  });

  it("tells its models also when it is started only for a message", async () => {
    const { session, models } = scripted(folder(), [[tells, ...answer("Hi")]]);
    await session.send("x", 0);
    await idle(session);
    assert.deepEqual(models, [offered]);
  });

  it("may fail to start without a word, and is started again for the message", async () => {
    const { session, heard } = scripted(folder(), [[{ exit: 1 }], answer("Hi")]);
    await session.prepare();
    assert.deepEqual([heard.turns, heard.events], [[], []]);
    await session.send("x", 0);
    await idle(session);
    assert.equal(textOf(lastMessage(session)), "Hi");
  });

  it("tells the next message's Claude what was said, when the session turns out to be gone", async () => {
    const stale: Step[] = [
      result("s1", {
        is_error: true,
        subtype: "error_during_execution",
        errors: ["No conversation found with session ID: s1"],
      }),
      { exit: 1 },
    ];
    const { session, runtime } = scripted(folder(), [answer("One"), stale, answer("Two", "s2")], {
      scope: { type: "file", id: "a.ts" },
    });
    await session.send("First question", 0);
    await idle(session);
    await until(() => session.thread.claudeSessionId === "s1");
    // The first process is still about to end by itself.
    while (runtime.started.length < 2) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await session.prepare();
    }
    await until(() => session.thread.claudeSessionId === null);
    await session.send("2", session.view().conversation.messages.length);
    await idle(session);
    const said = runtime.heard().at(-1) as { message: { content: { text: string }[] } };
    const [context, history, text] = said.message.content.map((block) => block.text);
    assert.match(context ?? "", /about the file a\.ts\.[\s\S]*Context of a\.ts/);
    assert.match(history ?? "", /The user said:\nFirst question\n\nYou said:\nOne/);
    assert.equal(text, "2");
    assert.deepEqual(
      lastMessage(session).parts.map(({ type }) => type),
      ["data-notice", "text"],
    );
    assert.equal(session.thread.claudeSessionId, "s2");
  });

  it("is let go when another window has gone on with the thread", async () => {
    const { session, runtime, store } = scripted(folder(), [
      [...answer("One"), { awaitLine: true }],
      answer("Three"),
    ]);
    await session.send("1", 0);
    await idle(session);
    const { thread, messages } = session.view().conversation;
    const added = { ...messages[0], id: "theirs", seq: 2 } as (typeof messages)[number];
    const events = [{ type: "messageAdded", message: added } as const];
    await store.append(thread.id, 2, events);
    session.foreign(events);
    await session.send("3", 3);
    await idle(session);
    assert.deepEqual(runtime.started[1]?.argv.slice(-2), ["--resume", "s1"]);
  });

  it("is stopped also while it only starts", async () => {
    let start = () => {};
    const slow = new Promise<void>((resolve) => (start = resolve));
    const environment = () => slow.then(() => ({}));
    const steps = [{ awaitLine: true }, { awaitLine: true }, result("s1", { is_error: true })];
    const { session } = scripted(folder(), [steps as Step[]], { change: { environment } });
    await session.send("x", 0);
    session.stop();
    start();
    await idle(session);
    assert.equal(lastMessage(session).status, "stopped");
    await session.dispose();
    // It was told nothing, or only to stop.
    const heard = existsSync(join(folder(), "stdin")) ? readFileSync(join(folder(), "stdin")) : "";
    assert.doesNotMatch(String(heard), /"type":"user"/);
  });

  it("is not started anew for what was stopped while it was just gone", async () => {
    const { session } = scripted(folder(), [answer("One"), [{ awaitLine: true }, { hang: true }]]);
    await session.send("1", 0);
    await idle(session);
    await session.send("2", 2);
    session.stop();
    await idle(session);
    const { status, parts } = lastMessage(session);
    assert.deepEqual([status, parts], ["stopped", []]);
  });

  it("waits until another thread is done, says so, and can be stopped meanwhile", async () => {
    const pool = new ClaudePool(() => ({ turns: 1, idle: 3 }));
    const change = { pool };
    const first = scripted(
      folder(),
      [
        [
          { awaitLine: true },
          ...begin("s1"),
          delta("…"),
          { sleep: 500 },
          whole("One"),
          result("s1"),
        ],
      ],
      { change },
    );
    const { services } = first;
    const other = (id: string) => {
      const made = new ChatSession(
        { ...services, pool },
        newConversation(id, { type: "workspace", id: "" }, 0),
        false,
      );
      sessions.push(made);
      return made;
    };
    const [second, third] = [other("second"), other("third")];
    await first.session.send("1", 0);
    await second.send("2", 0);
    await third.send("3", 0);
    await until(() => third.turn.phase === "working" && third.turn.note !== undefined);
    assert.match(JSON.stringify(second.turn), /this one is next/);
    assert.match(JSON.stringify(third.turn), /one is before this one/);
    second.stop();
    await idle(second);
    assert.equal(lastMessage(second).status, "stopped");
    assert.match(JSON.stringify(third.turn), /this one is next/);
    await idle(first.session);
    await idle(third);
    assert.notEqual(lastMessage(third).status, "streaming");
  });

  it("is warned of when it says nothing, and ended when it goes on so", async () => {
    let limit = 1500;
    const { session, heard } = scripted(
      folder(),
      [[{ awaitLine: true }, ...begin("s1"), delta("Let me think"), { hang: true }], answer("Yes")],
      { change: { inactivityTimeout: () => limit } },
    );
    await session.send("x", 0);
    await idle(session);
    assert.ok(heard.turns.some((turn) => "note" in turn && /said nothing/.test(turn.note ?? "")));
    const { status, error } = lastMessage(session);
    assert.deepEqual([status, error?.code], ["failed", "inactive"]);
    assert.equal(textOf(lastMessage(session)), "Let me think");
    limit = 0;
    await session.send("Still there?", 2);
    await idle(session);
    assert.equal(textOf(lastMessage(session)), "Yes");
  });
});
