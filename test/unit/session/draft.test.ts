import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mock } from "node:test";
import type { ChatSession } from "../../../src/session/chatSession";
import { ChatSessions } from "../../../src/session/chatSessions";
import { maskText } from "../../../src/session/secrets";
import {
  ReadOnlyStoreError,
  ThreadConflictError,
  ThreadNotFoundError,
} from "../../../src/store/threadStore";
import { firstTurn } from "../../support/conversations";
import { shows } from "../../support/measureMasking";
import { openStore } from "../../support/openStore";
import { answer } from "../../support/scriptedRuntime";
import { idle, scriptedServices, until } from "../../support/scriptedSession";
import { temporaryFolder } from "../../support/temporaryFolder";

const WORKSPACE = { type: "workspace", id: "" } as const;
const A_MINUTE = 60_000;

/** Lets so many milliseconds pass for timers that stand still, and what follows from them be done. */
async function pass(milliseconds: number): Promise<void> {
  mock.timers.tick(milliseconds);
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
}

describe("drafts", () => {
  const folder = temporaryFolder();
  afterEach(() => mock.timers.reset());

  /** A window on a store that keeps nothing, and another one on the same. */
  function windows() {
    const scripted = scriptedServices(folder(), [answer("One"), answer("Two")]);
    const changed: string[] = [];
    const open = () =>
      new ChatSessions(scripted.services, (session) => session && changed.push(session.id));
    return { ...scripted, changed, sessions: open(), open };
  }

  const onDisk = async ({ store }: ReturnType<typeof windows>) =>
    (await store.drafts()).map(({ text }) => text);

  /** Types a text by its characters, quicker than it is stored. */
  const type = (sessions: ChatSessions, { id }: ChatSession, text: string) => {
    for (let end = 1; end <= text.length; end++) sessions.writeDraft(id, text.slice(0, end));
  };

  it("are told to who listens, however they change, until it does not listen any more", async () => {
    const window = windows();
    const session = window.sessions.createThread(WORKSPACE);
    const told: string[] = [];
    const stop = session.draft.listen((text) => told.push(text));
    window.sessions.writeDraft(session.id, "Do it");
    window.sessions.writeDraft(session.id, "Do it");
    await session.send("Do it", 0);
    assert.deepEqual(told, ["Do it", ""]);
    await idle(session);
    window.sessions.writeDraft(session.id, "And more");
    await window.sessions.continue(session);
    assert.deepEqual(told, ["Do it", "", "And more", ""]);
    stop();
    window.sessions.writeDraft(session.id, "Unheard");
    assert.equal(told.length, 4);
    await window.sessions.dispose();
  });

  it("are stored soon after they were typed, and not at every key", async () => {
    const window = windows();
    const session = window.sessions.createThread(WORKSPACE);
    type(window.sessions, session, "Please look at this");
    assert.equal(session.view().draft, "Please look at this");
    await until(() => window.store.savedDrafts.length > 0);
    assert.deepEqual(
      window.store.savedDrafts.map(({ text }) => text),
      ["Please look at this"],
    );
    await window.sessions.dispose();
  });

  it("are here as they were typed, and masked on the disk", async () => {
    const window = windows();
    const session = window.sessions.createThread(WORKSPACE);
    type(window.sessions, session, "Use hunter2-hunter2-hunter2 there");
    await session.draft.save();
    assert.deepEqual(await onDisk(window), ["Use [masked: TEST] there"]);
    assert.equal((await window.sessions.open(session.id)).draft.text, session.view().draft);
    assert.equal(session.view().draft, "Use hunter2-hunter2-hunter2 there");
    const later = await window.open().open(session.id);
    assert.equal(later.view().draft, "Use [masked: TEST] there");
    await window.sessions.dispose();
  });

  it("are not stored while masking fails, and are when it works again", async () => {
    const window = windows();
    let fails = true;
    const { mask } = window.services;
    const sessions = new ChatSessions(
      {
        ...window.services,
        mask: (text) => (fails ? Promise.reject(new Error("No rules.")) : mask(text)),
      },
      () => {},
    );
    const session = sessions.createThread(WORKSPACE);
    sessions.writeDraft(session.id, "something precious");
    await session.draft.save();
    await session.draft.save();
    assert.deepEqual(window.store.savedDrafts, []);
    assert.equal(session.view().draft, "something precious");
    assert.deepEqual(window.warnings, ["A draft is not saved yet: Error: No rules."]);
    fails = false;
    await until(() => window.store.savedDrafts.length > 0);
    assert.deepEqual(await onDisk(window), ["something precious"]);
    await sessions.dispose();
  });

  it("are kept while the disk refuses them, and stored when it does not any more", async () => {
    const window = windows();
    const session = window.sessions.createThread(WORKSPACE);
    window.store.failure = new Error("ENOSPC");
    window.sessions.writeDraft(session.id, "something precious");
    await until(() => window.warnings.length > 0);
    window.store.failure = undefined;
    await until(() => window.store.savedDrafts.length > 0);
    assert.deepEqual(await onDisk(window), ["something precious"]);
    await window.sessions.dispose();
  });

  it("are not tried again where nothing can be written", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const window = windows();
    const session = window.sessions.createThread(WORKSPACE);
    window.store.failure = new ReadOnlyStoreError();
    window.sessions.writeDraft(session.id, "only here");
    await session.draft.save();
    window.store.failure = undefined;
    await pass(A_MINUTE);
    assert.deepEqual(window.store.savedDrafts, []);
    assert.equal(session.view().draft, "only here");
    await window.sessions.dispose();
  });

  it("are stored at the window's end, at once", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const window = windows();
    const session = window.sessions.createThread(WORKSPACE);
    window.sessions.writeDraft(session.id, "the last words");
    await window.sessions.dispose();
    assert.deepEqual(await onDisk(window), ["the last words"]);
    session.draft.write("too late");
    await pass(A_MINUTE);
    assert.deepEqual(await onDisk(window), ["the last words"]);
  });

  it("are stored more seldom the longer they are", async () => {
    const window = windows();
    const session = window.sessions.createThread(WORKSPACE);
    const long = "x".repeat(100_000);
    window.sessions.writeDraft(session.id, long);
    await until(() => window.store.savedDrafts.length > 0);
    const first = Date.now();
    window.sessions.writeDraft(session.id, `${long}y`);
    await until(() => window.store.savedDrafts.length > 1);
    assert.ok(Date.now() - first > 1800, `${Date.now() - first} ms`);
    await window.sessions.dispose();
  });

  describe("of a message that is sent", () => {
    const send = async (session: ChatSession, text: string) => {
      session.draft.write(text);
      await session.draft.save();
      return session.send(text, session.view().conversation.messages.length);
    };

    it("go with the commit that stores it", async () => {
      const window = windows();
      const session = window.sessions.createThread(WORKSPACE);
      assert.deepEqual(await send(session, "Hello"), { sent: true });
      assert.equal(session.view().draft, "");
      assert.deepEqual(await onDisk(window), []);
      assert.equal(window.store.savedDrafts.length, 1, "the commit removed it");
      await idle(session);
      await window.sessions.dispose();
    });

    it("stay when it is refused, or could not be saved", async () => {
      const window = windows();
      const session = window.sessions.createThread(WORKSPACE);
      session.draft.write("Hello");
      await session.draft.save();
      assert.equal((await session.send("Hello", 7)).sent, false);
      window.store.failure = new Error("ENOSPC");
      assert.equal((await session.send("Hello", 0)).sent, false);
      window.store.failure = new ThreadConflictError("Changed.");
      assert.equal((await session.send("Hello", 0)).sent, false);
      assert.equal(session.view().draft, "Hello");
      assert.deepEqual(await onDisk(window), ["Hello"]);
      await window.sessions.dispose();
    });

    it("leave what was typed while it was on its way, and another draft", async () => {
      const window = windows();
      const session = window.sessions.createThread(WORKSPACE);
      session.draft.write("Hello");
      const sending = session.send("Hello", 0);
      session.draft.write("Hello, and then");
      await sending;
      assert.equal(session.view().draft, ", and then");
      await session.draft.save();
      assert.deepEqual(await onDisk(window), [", and then"]);
      await idle(session);
      await session.send("Something else", session.view().conversation.messages.length);
      assert.equal(session.view().draft, ", and then");
      assert.deepEqual(await onDisk(window), [", and then"]);
      await idle(session);
      await window.sessions.dispose();
    });

    it("do not come back by a save that was under way", async () => {
      const window = windows();
      const { mask } = window.services;
      let goOn = () => {};
      const sent = new Promise<void>((resolve) => (goOn = resolve));
      const sessions = new ChatSessions(
        {
          ...window.services,
          mask: async (text, field) => {
            if (text === "Hello, Claude") await sent;
            return mask(text, field);
          },
        },
        () => {},
      );
      const session = sessions.createThread(WORKSPACE);
      session.draft.write("Hello, Claude");
      const saving = session.draft.save();
      const sending = session.send("Hello, Claude", 0);
      goOn();
      await Promise.all([sending, saving]);
      assert.deepEqual(await onDisk(window), []);
      await idle(session);
      await sessions.dispose();
    });
  });

  describe("of a thread without a message", () => {
    it("bring it back with its scope, and can be sent there", async () => {
      const window = windows();
      const session = window.sessions.createThread({ type: "file", id: "src/a.ts" });
      await assert.rejects(window.open().open(session.id), ThreadNotFoundError);
      window.sessions.writeDraft(session.id, "What is this?");
      await window.sessions.dispose();

      const later = window.open();
      const again = await later.open(session.id);
      assert.equal(await later.open(session.id), again);
      assert.deepEqual(again.thread, session.thread);
      assert.equal(again.stored, false);
      assert.equal(again.view().draft, "What is this?");
      assert.deepEqual(await again.send("What is this?", 0), { sent: true });
      assert.equal((await later.list())[0]?.id, session.id);
      assert.deepEqual(await onDisk(window), []);
      await idle(again);
      await later.dispose();
    });

    it("list it until they are empty, for this window and a later one", async () => {
      const window = windows();
      const titles = async (sessions: ChatSessions) =>
        (await sessions.listWithDrafts()).map(({ title }) => title);
      const session = window.sessions.createThread(WORKSPACE);
      assert.deepEqual(await titles(window.sessions), []);
      type(window.sessions, session, "What is this?");
      assert.deepEqual(window.changed, [session.id], "told once, not at every key");
      assert.deepEqual(await titles(window.sessions), ["Draft: What is this?"]);
      await session.draft.save();
      assert.deepEqual(await titles(window.open()), ["Draft: What is this?"]);
      window.sessions.writeDraft(session.id, "");
      assert.equal(window.changed.length, 2);
      await session.draft.save();
      for (const sessions of [window.sessions, window.open()])
        assert.deepEqual(await titles(sessions), []);
      await window.sessions.dispose();
    });

    it("can be sent by two windows, and both messages are kept", async () => {
      const window = windows();
      const session = window.sessions.createThread(WORKSPACE);
      session.draft.write("From one");
      await session.draft.save();
      const other = window.open();
      const theirs = await other.open(session.id);
      assert.deepEqual(await session.send("From one", 0), { sent: true });
      await idle(session);
      // The other window has not heard of it yet.
      assert.deepEqual(await theirs.send("From two", 0), { sent: true });
      await idle(theirs);
      const { messages } = await window.store.load(session.id);
      assert.deepEqual(
        messages.filter(({ role }) => role === "user").map(({ seq }) => seq),
        [0, 2],
      );
      await Promise.all([window.sessions.dispose(), other.dispose()]);
    });
  });

  describe("of two windows", () => {
    it("are taken from the other when the thread is opened, and not before", async () => {
      const window = windows();
      await window.store.append("t1", 0, firstTurn());
      const other = window.open();
      const ours = await window.sessions.open("t1");
      const theirs = await other.open("t1");
      theirs.draft.write("theirs");
      await theirs.draft.save();
      assert.equal(ours.view().draft, "");
      await window.sessions.open("t1");
      assert.equal(ours.view().draft, "theirs");
      ours.draft.write("theirs and ours");
      await ours.draft.save();
      await other.open("t1");
      assert.equal(theirs.view().draft, "theirs and ours");
      await Promise.all([window.sessions.dispose(), other.dispose()]);
    });

    it("do not replace what is typed here and not stored yet", async () => {
      const window = windows();
      await window.store.append("t1", 0, firstTurn());
      const ours = await window.sessions.open("t1");
      await window.store.saveDraft({ thread: "t1", text: "theirs", unstored: null });
      ours.draft.write("ours");
      await window.sessions.open("t1");
      assert.equal(ours.view().draft, "ours");
      await ours.draft.save();
      assert.deepEqual(await onDisk(window), ["ours"]);
      await window.sessions.dispose();
    });
  });

  it("move on from a full thread to the one that continues it", async () => {
    const window = windows();
    const full = window.sessions.createThread(WORKSPACE);
    full.draft.write("One more question");
    await full.draft.save();
    const [next, second] = await Promise.all([
      window.sessions.continue(full),
      window.sessions.continue(full),
    ]);
    assert.equal(next.view().draft, "One more question");
    assert.equal(full.view().draft + second.view().draft, "");
    await full.draft.save();
    assert.deepEqual(
      (await window.store.drafts()).map(({ thread, text }) => [thread, text]),
      [[next.id, "One more question"]],
    );
    assert.deepEqual(
      window.store.savedDrafts.map(({ thread }) => thread),
      [full.id, next.id, full.id],
      "it is in the new one before it leaves the old",
    );
    await window.sessions.dispose();
  });

  it("are written nowhere but for a thread that was opened", () => {
    assert.throws(() => windows().sessions.writeDraft("t9", "x"), ThreadNotFoundError);
  });

  it("leave no secret in any file, however it was typed", async () => {
    // In two pieces, so that nobody who searches this project for secrets finds one.
    const secret = "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx";
    const token = ["ghp", secret].join("_");
    const { services } = scriptedServices(folder(), []);
    const store = await openStore(join(folder(), "threads"), [], 1);
    const sessions = new ChatSessions({ ...services, store, mask: maskText }, () => {});
    const session = sessions.createThread({ type: "file", id: "a.ts" });
    for (let end = 1; end <= token.length; end++) {
      session.draft.write(`Use ${token.slice(0, end)}`);
      await session.draft.save();
    }
    session.draft.write(`Use ${token}, please.`);
    const files = () =>
      readdirSync(join(folder(), "threads")).map((name) =>
        readFileSync(join(folder(), "threads", name), "latin1"),
      );
    await sessions.dispose();
    assert.ok(files().some((bytes) => bytes.includes("Use [masked: GITHUB_TOKEN], please.")));
    for (const bytes of files()) assert.ok(!shows(bytes, [secret]));
    await store.close();
    assert.ok(files().some((bytes) => bytes.startsWith("SQLite format 3")));
    for (const bytes of files()) assert.ok(!shows(bytes, [secret]));
    assert.equal(session.view().draft, `Use ${token}, please.`);
  });
});
