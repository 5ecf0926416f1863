import assert from "node:assert/strict";
import { ChatSessions } from "../../../src/session/chatSessions";
import { ThreadNotFoundError } from "../../../src/store/threadStore";
import { deleted, firstTurn } from "../../support/conversations";
import { answer, begin, delta, type Step } from "../../support/scriptedRuntime";
import { idle, scriptedServices, until } from "../../support/scriptedSession";
import { temporaryFolder } from "../../support/temporaryFolder";

const WORKSPACE = { type: "workspace", id: "" } as const;

describe("chat sessions and the list of threads", () => {
  const folder = temporaryFolder();
  const working: Step[] = [{ awaitLine: true }, ...begin("s1"), delta("Hel "), { hang: true }];

  const start = async (scenarios: Step[][], onShow: () => boolean = () => true) => {
    const scripted = scriptedServices(folder(), scenarios);
    const sessions = new ChatSessions({ ...scripted.services, onShow }, () => {});
    const session = sessions.createThread(WORKSPACE);
    assert.deepEqual(await session.send("1", 0), { sent: true });
    return { ...scripted, sessions, session };
  };

  describe("an answer that ends", () => {
    it("is unread where nobody has it on show, and stays so until somebody has", async () => {
      const { sessions, session } = await start([answer("One")], () => false);
      await idle(session);
      assert.equal((await sessions.list())[0]?.unread, true);
      const { updatedAt } = session.thread;
      assert.equal(await session.change({ unread: false }), true);
      assert.equal(await session.change({ unread: false }), false);
      const [listed] = await sessions.list();
      assert.deepEqual([listed?.unread, listed?.updatedAt], [false, updatedAt]);
      await sessions.dispose();
    });

    it("is stored as unread together with its end, so that no crash comes between", async () => {
      const { sessions, session, store } = await start([answer("One")], () => false);
      await idle(session);
      const end = store.appended.find((events) =>
        events.some(({ type }) => type === "messageEnded"),
      );
      assert.deepEqual(end?.at(-1)?.type, "threadChanged");
      await sessions.dispose();
    });

    it("is read where it is on show", async () => {
      const { sessions, session } = await start([answer("One")]);
      await idle(session);
      assert.equal((await sessions.list())[0]?.unread, false);
      await sessions.dispose();
    });

    it("is unread also when it failed, and when its window was closed", async () => {
      const { sessions, session, store } = await start([working], () => false);
      await until(() => session.view().conversation.messages.length === 2);
      assert.equal((await sessions.list())[0]?.state, "working");
      await sessions.dispose();
      const [listed] = await store.list();
      assert.deepEqual([listed?.state, listed?.unread], ["failed", true]);
    });

    it("is none to be read in the trash", async () => {
      const { sessions, session } = await start([working], () => false);
      await until(() => session.view().conversation.messages.length === 2);
      await sessions.delete(session.id);
      await idle(session);
      assert.equal((await sessions.trash())[0]?.unread, false);
      await sessions.dispose();
    });
  });

  describe("a title that its user gives", () => {
    it("is one line of at most 120 characters, masked, and stays when more is said", async () => {
      const { sessions, session } = await start([answer("One"), answer("Two")]);
      await idle(session);
      const { updatedAt } = session.thread;
      await sessions.rename(session.id, "  My\n thread\u202e about hunter2-hunter2-hunter2 ");
      assert.equal(session.thread.title, "My thread about [masked: TEST]");
      assert.equal(session.thread.updatedAt, updatedAt);
      await session.send("2", 2);
      await idle(session);
      assert.equal((await sessions.list())[0]?.title, "My thread about [masked: TEST]");
      await sessions.rename(session.id, "x".repeat(500));
      assert.equal(session.thread.title, `${"x".repeat(119)}…`);
      await sessions.dispose();
    });

    it("has no half of a secret at its end", async () => {
      const { sessions, session } = await start([answer("One")]);
      await idle(session);
      await sessions.rename(session.id, `${"x".repeat(110)}hunter2-hunter2-hunter2`);
      assert.ok(!session.thread.title.includes("hunter2"), session.thread.title);
      await sessions.dispose();
    });

    it("is refused for a thread that is deleted, gone for good, or not kept yet", async () => {
      const { sessions, session, store } = await start([answer("One")]);
      await idle(session);
      const empty = sessions.createThread(WORKSPACE);
      await assert.rejects(sessions.rename(empty.id, "x"), /not kept yet/);
      await assert.rejects(sessions.rename("nothing", "x"), ThreadNotFoundError);
      await sessions.delete(session.id);
      await assert.rejects(sessions.rename(session.id, "x"), /was deleted.*brings it back/);
      store.conversations.delete(session.id);
      await assert.rejects(sessions.pin(session.id, true), ThreadNotFoundError);
      await sessions.dispose();
    });

    it("can be given while another window works on the thread", async () => {
      const { sessions, store } = await start([answer("One")]);
      store.elsewhere.add("t1");
      await store.append("t1", 0, firstTurn("t1"));
      await sessions.rename("t1", "Theirs");
      const listed = (await sessions.list()).find(({ id }) => id === "t1");
      assert.deepEqual([listed?.title, listed?.state], ["Theirs", "working"]);
      await store.append("t1", null, [deleted(20)]);
      await sessions.dispose();
    });
  });

  it("are pinned, once, and not any more, and stay where they are in the list", async () => {
    const { sessions, session, store } = await start([answer("One")]);
    await idle(session);
    const { updatedAt } = session.thread;
    const commits = store.appended.length;
    await sessions.pin(session.id, true);
    await sessions.pin(session.id, true);
    assert.equal(store.appended.length, commits + 1);
    const [listed] = await sessions.list();
    assert.deepEqual([listed?.pinned, listed?.updatedAt], [true, updatedAt]);
    await sessions.pin(session.id, false);
    assert.equal(session.thread.pinned, false);
    await sessions.dispose();
  });
});
