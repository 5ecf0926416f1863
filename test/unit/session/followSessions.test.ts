import assert from "node:assert/strict";
import { ChatSessions } from "../../../src/session/chatSessions";
import { ReadOnlyStoreError } from "../../../src/store/threadStore";
import type { Scope } from "../../../src/shared/thread";
import { answer } from "../../support/scriptedRuntime";
import { idle, scriptedServices } from "../../support/scriptedSession";
import { temporaryFolder } from "../../support/temporaryFolder";

const about = (id: string): Scope => ({ type: "file", id });

describe("threads about files that are moved", () => {
  const folder = temporaryFolder();

  /** Sessions with stored threads about these files; those that they return are closed. */
  const sessionsOn = async (...ids: string[]) => {
    const scripted = scriptedServices(folder(), Array<never>(20).fill(answer("Hi!") as never));
    const first = new ChatSessions(scripted.services, () => {});
    for (const id of ids) {
      const session = first.createThread(about(id));
      await session.send(`About ${id}`, 0);
      await idle(session);
    }
    await first.dispose();
    const sessions = new ChatSessions(scripted.services, () => {});
    const stored = () =>
      Object.fromEntries(
        [...scripted.store.conversations.values()].map(({ thread }) => [
          thread.title,
          thread.scope.id,
        ]),
      );
    return { ...scripted, sessions, stored };
  };

  it("go on about them, open or not, listed or in the trash, in their order", async () => {
    const { sessions, store, stored } = await sessionsOn("src/a", "src/b", "src/c", "d");
    const [, c, b] = await sessions.list();
    await sessions.open(String(c?.id));
    await sessions.delete(String(b?.id));
    const before = (await sessions.list()).map(({ id }) => id);
    await sessions.follow([{ from: "src", to: "lib" }]);
    assert.deepEqual(stored(), {
      "About src/a": "lib/a",
      "About src/b": "lib/b",
      "About src/c": "lib/c",
      "About d": "d",
    });
    assert.equal((await sessions.open(String(c?.id))).thread.scope.id, "lib/c");
    assert.deepEqual(
      (await sessions.list()).map(({ id }) => id),
      before,
    );
    // Another window, or the same one, comes upon it once more.
    const written = store.appended.length;
    await sessions.follow([{ from: "src", to: "lib" }]);
    assert.equal(store.appended.length, written);
    const all = [...(await sessions.list()), ...(await sessions.trash())];
    assert.deepEqual(sessions.files(all), new Set(["lib/a", "lib/b", "lib/c", "d"]));
    await sessions.dispose();
  });

  it("go on about them where another window has purged one that is open", async () => {
    const { sessions, store } = await sessionsOn("src/a", "src/b");
    const [b, a] = await sessions.list();
    await sessions.open(String(a?.id));
    const open = await sessions.open(String(b?.id));
    store.conversations.delete(String(a?.id));
    await sessions.follow([{ from: "src", to: "lib" }]);
    assert.equal(open.thread.scope.id, "lib/b");
    await sessions.dispose();
  });

  it("swap their files, and a file that was written over is that of both", async () => {
    const { sessions, stored } = await sessionsOn("a", "b");
    await sessions.follow([
      { from: "a", to: "b" },
      { from: "b", to: "a" },
    ]);
    assert.deepEqual(stored(), { "About a": "b", "About b": "a" });
    await sessions.follow([{ from: "b", to: "a" }]);
    assert.deepEqual(stored(), { "About a": "a", "About b": "a" });
    await sessions.dispose();
  });

  it("follow while Claude works, and back", async () => {
    const { sessions, stored, runtime } = await sessionsOn("a");
    const session = await sessions.open(String((await sessions.list())[0]?.id));
    runtime.onStart = () => void sessions.follow([{ from: "a", to: "b" }]);
    await session.send("Go on", session.view().conversation.messages.length);
    await idle(session);
    assert.equal(session.thread.scope.id, "b");
    await sessions.follow([{ from: "b", to: "a" }]);
    assert.deepEqual(stored(), { "About a": "a" });
    assert.equal(session.view().conversation.messages.at(-1)?.status, "complete");
    await sessions.dispose();
  });

  it("follow before their first message, with what is written in them", async () => {
    const { sessions, store } = await sessionsOn();
    const session = sessions.createThread(about("a"));
    sessions.writeDraft(session.id, "Not sent yet");
    await session.draft.save();
    assert.ok(sessions.files([]).has("a"));
    await sessions.follow([{ from: "a", to: "b" }]);
    assert.equal(session.thread.scope.id, "b");
    assert.equal(store.appended.length, 0);
    await session.draft.save();
    assert.equal((await store.drafts())[0]?.unstored?.scope.id, "b");
    await session.send("Not sent yet", 0);
    await idle(session);
    assert.equal(store.conversations.get(session.id)?.thread.scope.id, "b");
    await sessions.dispose();
  });

  it("stay where nothing can be written, which is said", async () => {
    const { sessions, store, stored } = await sessionsOn("a");
    store.failure = new ReadOnlyStoreError();
    await assert.rejects(sessions.follow([{ from: "a", to: "b" }]), ReadOnlyStoreError);
    assert.deepEqual(stored(), { "About a": "a" });
    await sessions.dispose();
  });
});
