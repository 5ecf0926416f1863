import assert from "node:assert/strict";
import { ChatSessions } from "../../../src/session/chatSessions";
import { textOf } from "../../../src/shared/thread";
import { ThreadNotFoundError } from "../../../src/store/threadStore";
import { added, deleted, message } from "../../support/conversations";
import { answer, begin, delta, type Step } from "../../support/scriptedRuntime";
import { idle, lastMessage, scriptedServices, until } from "../../support/scriptedSession";
import { temporaryFolder } from "../../support/temporaryFolder";

const WORKSPACE = { type: "workspace", id: "" } as const;

describe("chat sessions and the trash", () => {
  const folder = temporaryFolder();
  const working: Step[] = [{ awaitLine: true }, ...begin("s1"), delta("Hel "), { hang: true }];

  const start = async (scenarios: Step[][], text = "1") => {
    const scripted = scriptedServices(folder(), scenarios);
    const sessions = new ChatSessions(scripted.services, () => {});
    const session = sessions.createThread(WORKSPACE);
    assert.deepEqual(await session.send(text, 0), { sent: true });
    return { ...scripted, sessions, session };
  };

  it("delete a thread, which is then not there, and restore it as it was", async () => {
    const { sessions, session, store } = await start([answer("One"), answer("Two")]);
    await idle(session);
    const before = session.view().conversation;
    assert.equal(await sessions.delete(session.id), true);
    assert.deepEqual(await sessions.list(), []);
    assert.deepEqual(
      (await sessions.trash()).map(({ id }) => id),
      [session.id],
    );
    await assert.rejects(sessions.open(session.id), ThreadNotFoundError);
    const refusal = await session.send("2", 2);
    assert.match(refusal.sent ? "" : refusal.refused, /was deleted/);
    assert.notEqual(await sessions.getOrCreateThread(WORKSPACE), session);

    assert.equal(await sessions.restore(session.id), true);
    assert.deepEqual(session.view().conversation, before);
    assert.deepEqual(store.conversations.get(session.id), before);
    assert.equal(await sessions.open(session.id), session);
    assert.deepEqual(await session.send("2", 2), { sent: true });
    await idle(session);
    assert.equal(textOf(lastMessage(session)), "Two");
    await sessions.dispose();
  });

  it("delete once what is deleted twice at once, and say which", async () => {
    const { sessions, session, store } = await start([answer("One")]);
    await idle(session);
    const commits = store.appended.length;
    const both = await Promise.all([sessions.delete(session.id), sessions.delete(session.id)]);
    assert.deepEqual(both, [true, false]);
    const undone = await Promise.all([sessions.restore(session.id), sessions.restore(session.id)]);
    assert.deepEqual(undone, [true, false]);
    assert.equal(store.appended.length, commits + 2);
    await sessions.dispose();
  });

  it("delete a thread that nobody has opened in this window", async () => {
    const { sessions, session, services } = await start([answer("One")]);
    await idle(session);
    const other = new ChatSessions(services, () => {});
    assert.equal(await other.delete(session.id), true);
    assert.deepEqual(await sessions.list(), []);
    await sessions.dispose();
    await other.dispose();
  });

  it("stop the turn in a thread that is deleted, keep what came, and let Claude go", async () => {
    const { sessions, session, store, runtime } = await start([working, answer("Two")]);
    await until(() => textOf(lastMessage(session)) === "Hel ");
    await sessions.delete(session.id);
    assert.equal(session.turn.phase, "stopping");
    await idle(session);
    const last = store.conversations.get(session.id)?.messages.at(-1);
    assert.deepEqual([last?.status, last && textOf(last)], ["stopped", "Hel "]);
    await sessions.restore(session.id);
    assert.deepEqual(await session.send("2", 2), { sent: true });
    await idle(session);
    assert.equal(runtime.started.length, 2);
    await sessions.dispose();
  });

  it("let Claude go that waits for the next message in a thread that is deleted", async () => {
    const { sessions, session, runtime } = await start([
      [...answer("One"), { hang: true }],
      answer("Two"),
    ]);
    await idle(session);
    await sessions.delete(session.id);
    await sessions.restore(session.id);
    await session.send("2", 2);
    await idle(session);
    assert.equal(runtime.started.length, 2);
    await sessions.dispose();
  });

  it("do not begin a turn in a thread that is deleted while its message is stored", async () => {
    const { sessions, session, runtime } = await start([answer("One"), answer("Two")]);
    await idle(session);
    const sending = session.send("2", 2);
    await sessions.delete(session.id);
    assert.deepEqual(await sending, { sent: true });
    await idle(session);
    assert.equal(lastMessage(session).status, "stopped");
    assert.equal(runtime.started.length, 1);
    await sessions.dispose();
  });

  it("stop when another window deletes the thread, and show that", async () => {
    const { sessions, session, store } = await start([working]);
    await until(() => textOf(lastMessage(session)) === "Hel ");
    await store.append(session.id, null, [deleted(5)]);
    await sessions.foreign(session.id, [deleted(5)]);
    assert.equal(session.thread.deletedAt, 5);
    await idle(session);
    assert.equal(lastMessage(session).status, "stopped");
    assert.equal(store.conversations.get(session.id)?.messages.at(-1)?.status, "stopped");
    await sessions.dispose();
  });

  it("open no thread that another window has just deleted", async () => {
    const { sessions, session, store } = await start([answer("One")]);
    await idle(session);
    await store.append(session.id, null, [deleted(5)]);
    // That is heard of with the answer to whatever the store is asked next.
    const drafts = store.drafts.bind(store);
    store.drafts = async () => {
      await sessions.foreign(session.id, [deleted(5)]);
      return drafts();
    };
    await assert.rejects(sessions.open(session.id), ThreadNotFoundError);
    await sessions.dispose();
  });

  it("say so when it is too late to restore a thread, also when all is read anew", async () => {
    const { sessions, session, store, warnings } = await start([answer("One")]);
    await idle(session);
    await sessions.delete(session.id);
    const { deletedAt } = session.thread;
    assert.ok(deletedAt !== null && deletedAt >= session.thread.updatedAt);
    await store.append(session.id, null, [{ type: "threadPurged", at: 9, deletedAt }]);
    await assert.rejects(sessions.restore(session.id), ThreadNotFoundError);
    await sessions.foreign(null, []);
    assert.match(warnings.join(), /could not be read anew/);
    await assert.rejects(sessions.delete("nobody"), ThreadNotFoundError);
    await sessions.dispose();
  });

  it("keep a thread that the disk does not let them delete, with the turn in it", async () => {
    const { sessions, session, store } = await start([working]);
    await until(() => textOf(lastMessage(session)) === "Hel ");
    store.failure = new Error("ENOSPC: no space left on device");
    await assert.rejects(sessions.delete(session.id), /ENOSPC/);
    assert.equal(session.thread.deletedAt, null);
    assert.equal(session.turn.phase, "working");
    store.failure = undefined;
    await sessions.dispose();
  });

  it("have nothing to delete of a thread without messages", async () => {
    const { services, store } = scriptedServices(folder(), []);
    const sessions = new ChatSessions(services, () => {});
    assert.equal(await sessions.delete(sessions.createThread(WORKSPACE).id), false);
    assert.equal(store.appended.length, 0);
  });

  it("do not shorten a thread's time in the trash by a clock that is behind", async () => {
    const { sessions, session, store } = await start([answer("One")]);
    await idle(session);
    const later = { ...message("late", 2, "user", [], session.id), createdAt: 1e12 };
    await store.append(session.id, 2, [added(later)]);
    await sessions.foreign(session.id, [added(later)]);
    await sessions.delete(session.id);
    assert.equal(session.thread.deletedAt, 1e12);
    await sessions.dispose();
  });
});
