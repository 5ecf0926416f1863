/** What could have lost an answer, doubled it, or called it failed when it was not. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { ChatSession } from "../../../src/session/chatSession";
import { ChatSessions } from "../../../src/session/chatSessions";
import { newConversation } from "../../../src/shared/newThread";
import { textOf, type ThreadEvent } from "../../../src/shared/thread";
import { ThreadNotFoundError } from "../../../src/store/threadStore";
import { breakDisk, mendDisk } from "../../support/brokenDisk";
import { added, message, textPart } from "../../support/conversations";
import { openStore } from "../../support/openStore";
import { ClaudePool } from "../../../src/session/claudePool";
import {
  answer,
  begin,
  delta,
  line,
  result,
  type Step,
  whole,
} from "../../support/scriptedRuntime";
import {
  idle,
  lastMessage,
  scriptedServices,
  scriptedSession,
  until,
} from "../../support/scriptedSession";
import { temporaryFolder } from "../../support/temporaryFolder";

const WORKSPACE = { type: "workspace", id: "" } as const;

describe("an answer", () => {
  const folder = temporaryFolder();
  afterEach(mendDisk);

  /** A thread in which the last answer streams. */
  const answering: ThreadEvent[] = [
    { type: "threadCreated", thread: newConversation("t", WORKSPACE, 0).thread },
    added({ ...message("u", 0, "user", [textPart("question")]), threadId: "t" }),
    added({ ...message("a", 1, "assistant", [textPart("answer")]), threadId: "t" }),
  ];
  const ended = (usage: number): ThreadEvent => ({
    type: "messageEnded",
    message: "a",
    at: 5,
    status: "complete",
    usage: {
      inputTokens: usage,
      outputTokens: 1,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      costUsd: 0.5,
      durationMs: 1,
    },
    error: null,
  });

  it("that ends in another window while its thread is opened stays complete, on the disk too", async () => {
    const a = await openStore(folder());
    let foreign: (thread: string | null, events: readonly ThreadEvent[]) => void = () => {};
    const b = await openStore(folder(), [], undefined, (...told) => foreign(...told));
    await a.claim("t", 15_000);
    await a.append("t", null, answering);
    const load = b.load.bind(b);
    let isEnded = false;
    // All that differs from an undisturbed opening: it ends after it was read, and before it was claimed.
    b.load = async (thread) => {
      const read = await load(thread);
      if (isEnded) return read;
      isEnded = true;
      await a.append("t", null, [ended(7)]);
      await a.release("t");
      return read;
    };
    const { services } = scriptedServices(folder(), []);
    const sessions = new ChatSessions({ ...services, store: b }, () => {});
    foreign = (...told) => void sessions.foreign(...told);
    const session = await sessions.open("t");
    await session.recovered();
    const { status, usage } = lastMessage(session);
    assert.deepEqual([status, usage?.inputTokens], ["complete", 7]);
    assert.equal((await a.load("t")).messages.at(-1)?.status, "complete");
    assert.equal(session.turn.phase, "idle");
    await sessions.dispose();
    await a.close();
    await b.close();
  });

  it("that another window goes on with while its thread is opened lacks nothing", async () => {
    const { services, store } = scriptedServices(folder(), []);
    await store.append("t", null, answering);
    store.elsewhere.add("t");
    const sessions = new ChatSessions(services, () => {});
    const grow = async (text: string) => {
      const part = { ...textPart(text), id: `part ${text}` };
      const events: ThreadEvent[] = [{ type: "partSet", message: "a", part }];
      await store.append("t", null, events);
      await sessions.foreign("t", events);
    };
    const load = store.load.bind(store);
    let times = 0;
    store.load = async (thread) => {
      const read = await load(thread);
      if (++times < 3) await grow(`while it was read ${times}`);
      return read;
    };
    const claim = store.claim.bind(store);
    store.claim = async (thread) => {
      await grow(`while it was claimed ${times}`);
      return claim(thread);
    };
    const session = await sessions.open("t");
    const stored = (await load("t")).messages;
    assert.equal(times, 3);
    assert.ok(textOf(stored.at(-1) ?? lastMessage(session)).includes("while it was claimed"));
    assert.deepEqual(session.view().conversation.messages, stored);
    await sessions.dispose();
  });

  for (const call of ["fdatasyncSync", "writeSync"] as const)
    it(`is there once when its message is sent again after a failed ${call}`, async () => {
      const store = await openStore(folder());
      const { services } = scriptedServices(folder(), [[...answer("One"), ...answer("Two")]]);
      const session = new ChatSession(
        { ...services, store },
        newConversation("t1", WORKSPACE, 0),
        false,
      );
      const send = (text: string) =>
        session.send(text, session.view().conversation.messages.length);
      await send("first");
      await idle(session);
      breakDisk(call, "EIO");
      assert.equal((await send("second")).sent, false);
      assert.equal((await send("second")).sent, false);
      mendDisk();
      assert.deepEqual(await send("second"), { sent: true });
      await idle(session);
      const stored = await store.load("t1");
      assert.deepEqual(
        stored.messages.map(({ role, status, ...rest }) => [
          role,
          textOf({ role, status, ...rest }),
        ]),
        [
          ["user", "first"],
          ["assistant", "One"],
          ["user", "second"],
          ["assistant", "Two"],
        ],
      );
      assert.ok(stored.messages.every(({ status }) => status === "complete"));
      assert.deepEqual(session.view().conversation, stored);
      await session.dispose();
      await store.close();
    });

  it("does not stream for ever when its message was refused and another is sent instead", async () => {
    const store = await openStore(folder());
    const { services } = scriptedServices(folder(), [[...answer("One"), ...answer("Two")]]);
    const session = new ChatSession(
      { ...services, store },
      newConversation("t1", WORKSPACE, 0),
      false,
    );
    const send = (text: string) => session.send(text, session.view().conversation.messages.length);
    await send("first");
    await idle(session);
    breakDisk("fdatasyncSync", "EIO");
    assert.equal((await send("second")).sent, false);
    mendDisk();
    assert.deepEqual(await send("another"), { sent: true });
    await idle(session);
    const { messages } = await store.load("t1");
    assert.deepEqual(
      messages.map(
        (one) => `${textOf(one)}: ${one.status}${one.error ? ` (${one.error.message})` : ""}`,
      ),
      [
        "first: complete",
        "One: complete",
        "second: complete",
        ": failed (This message could not be saved, so Claude was not asked.)",
        "another: complete",
        "Two: complete",
      ],
    );
    assert.deepEqual(session.view().conversation.messages, messages);
    await session.dispose();
    await store.close();
  });

  it("does not stream for ever when its message was refused and the window is closed", async () => {
    const store = await openStore(folder());
    const { services } = scriptedServices(folder(), []);
    const session = new ChatSession(
      { ...services, store },
      newConversation("t1", WORKSPACE, 0),
      false,
    );
    breakDisk("fdatasyncSync", "EIO");
    await session.send("first", 0);
    mendDisk();
    // The thread is known to be stored only by what the store says of it.
    session.foreign([]);
    await session.dispose();
    const { messages } = await store.load("t1");
    assert.deepEqual(
      messages.map(({ status }) => status),
      ["complete", "failed"],
    );
    await store.close();
  });

  it("ends, and keeps its text, when it cannot be masked", async () => {
    let breaks = false;
    const { session, store, warnings } = scriptedSession(
      folder(),
      [[{ awaitLine: true }, ...begin("s1"), delta("Hello"), whole("Hello there"), { hang: true }]],
      {
        change: {
          mask: (text) =>
            breaks && text.startsWith("Hello")
              ? Promise.reject(new Error("The mask broke."))
              : Promise.resolve(text),
        },
      },
    );
    breaks = true;
    await session.send("Hi", 0);
    await until(() => textOf(lastMessage(session)) !== "" && session.turn.phase === "idle");
    const { status, error } = lastMessage(session);
    assert.deepEqual([status, error?.code], ["failed", "claude"]);
    assert.equal(textOf(lastMessage(session)), "Hello");
    assert.equal(store.conversations.get("thread1")?.messages.at(-1)?.status, "failed");
    await until(() => store.claims.size === 0);
    assert.ok(warnings.some((warning) => warning.includes("The mask broke.")));
    await session.dispose();
  });

  it("ends when it is stopped and what streamed of it cannot be masked", async () => {
    let breaks = false;
    const { session } = scriptedSession(
      folder(),
      [[{ awaitLine: true }, ...begin("s1"), delta("Hello "), { hang: true }]],
      {
        change: {
          mask: (text) =>
            breaks ? Promise.reject(new Error("The mask broke.")) : Promise.resolve(text),
        },
      },
    );
    await session.send("Hi", 0);
    await until(() => textOf(lastMessage(session)) !== "");
    breaks = true;
    session.stop();
    await idle(session);
    assert.equal(lastMessage(session).status, "failed");
    await session.dispose();
  });

  it("is left to the window that has taken it over, at the next thing that Claude says", async () => {
    let late = 0;
    const { session, store, runtime } = scriptedSession(
      folder(),
      [
        [
          { awaitLine: true },
          ...begin("s1"),
          delta("One "),
          { awaitFile: "go" },
          whole("One two"),
          result("s1"),
        ],
      ],
      { change: { now: () => Date.now() + late } },
    );
    await session.send("Hi", 0);
    await until(() => textOf(lastMessage(session)) !== "");
    // The machine slept. The other window has given the answer its end, and a turn of its own.
    late = 60_000;
    store.elsewhere.add("thread1");
    const reply = lastMessage(session).id;
    const theirs: ThreadEvent[] = [
      {
        type: "messageEnded",
        message: reply,
        at: 1,
        status: "failed",
        usage: null,
        error: { code: "interrupted", message: "The window was closed." },
      },
      added({ ...message("u2", 2, "user", [textPart("theirs")]), threadId: "thread1" }),
      added({ ...message("a2", 3, "assistant", []), threadId: "thread1" }),
    ];
    await store.append("thread1", 2, theirs);
    const before = store.appended.length;
    writeFileSync(`${folder()}/go`, "");
    await until(() => session.turn.phase === "elsewhere");
    await until(() => session.view().conversation.messages.length === 4);
    assert.equal(store.appended.length, before, "nothing more is written here");
    assert.deepEqual(session.view().conversation, store.conversations.get("thread1"));
    // What it ended is its own process, and not that of the other window.
    await until(() => runtime.ended.length > 0);
    assert.ok(runtime.ended.every((mark) => mark.startsWith("SANDBOX_CHAT_SESSION=")));
    await session.dispose();
  });
});

describe("a turn that waits in line", () => {
  const folder = temporaryFolder();

  /** A session with a warm Claude, whose window has no place for another turn. */
  const waiting = async (then: Step[], inactivity = 600_000) => {
    const pool = new ClaudePool(() => ({ turns: 1, idle: 3 }));
    const first = [...answer("One"), { awaitFile: "go" }, ...then];
    const scripted = scriptedSession(folder(), [first, answer("Two")], {
      change: { pool, inactivityTimeout: () => inactivity },
    });
    const { session } = scripted;
    await session.send("1", 0);
    await idle(session);
    const leave = await pool.enter(() => {}, new AbortController().signal);
    await session.send("2", 2);
    writeFileSync(`${folder()}/go`, "");
    return { ...scripted, leave: () => leave?.() };
  };

  const answers = (session: ChatSession) =>
    session
      .view()
      .conversation.messages.filter(({ role }) => role === "assistant")
      .map((one) => `${textOf(one)}: ${one.status}`);

  it("is asked when its turn comes, though Claude has begun something by itself meanwhile", async () => {
    const byItself = [...begin("s1"), whole("By itself."), result("s1"), { hang: true } as const];
    const { session, runtime, leave } = await waiting(byItself);
    await until(() => runtime.ended.length > 0);
    assert.equal(session.turn.phase, "working");
    leave();
    await idle(session);
    assert.deepEqual(answers(session), ["One: complete", "Two: complete"]);
    await session.dispose();
  });

  it("is asked when its turn comes, though Claude's process has died meanwhile", async () => {
    const { session, runtime, leave } = await waiting([{ exit: 1 }]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(session.turn.phase, "working");
    leave();
    await idle(session);
    assert.deepEqual(answers(session), ["One: complete", "Two: complete"]);
    assert.equal(runtime.started.length, 2);
    await session.dispose();
  });

  it("is not called inactive for what the process says that has nothing to do", async () => {
    const { session, leave } = await waiting(
      [line({ type: "system", subtype: "status" }), { hang: true }],
      400,
    );
    // Twice the limit.
    await new Promise((resolve) => setTimeout(resolve, 800));
    assert.equal(session.turn.phase, "working");
    leave();
    session.stop();
    await idle(session);
    await session.dispose();
  });
});

describe("what is not on the disk yet", () => {
  const folder = temporaryFolder();

  it("stays in sight when the disk refuses something else, too", async () => {
    const { session, store } = scriptedSession(folder(), [
      [
        { awaitLine: true },
        ...begin("s1"),
        delta("One "),
        { awaitFile: "go" },
        whole("One two"),
        result("s1"),
        { hang: true },
      ],
    ]);
    await session.send("Hi", 0);
    await until(() => textOf(lastMessage(session)) !== "");
    store.failure = new Error("The disk is full.");
    writeFileSync(`${folder()}/go`, "");
    await idle(session);
    await assert.rejects(session.change({ pinned: true }), /full/);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(
      [lastMessage(session).status, textOf(lastMessage(session))],
      ["complete", "One two"],
    );
    assert.equal(session.turn.phase, "idle");
    assert.equal(store.claims.size, 1, "nobody else may say how it ended");
    store.failure = undefined;
    await until(() => store.claims.size === 0);
    assert.deepEqual(session.view().conversation, store.conversations.get("thread1"));
    await session.dispose();
  });

  it("is no reason for a Claude that knows too little: one that is about to start does not", async () => {
    let start = () => {};
    const slow = new Promise<void>((resolve) => (start = resolve));
    const { session, store, runtime } = scriptedSession(folder(), [answer("One")], {
      change: { environment: () => slow.then(() => ({})) },
    });
    const preparing = session.prepare();
    const theirs = [
      { type: "threadCreated", thread: session.thread },
      added({ ...message("u", 0, "user", [textPart("theirs")]), threadId: "thread1" }),
    ] as const;
    await store.append("thread1", null, theirs);
    session.foreign(theirs);
    start();
    await preparing;
    assert.equal(runtime.started.length, 0);
    await session.dispose();
  });
});

describe("sessions that nobody needs", () => {
  const folder = temporaryFolder();

  const stored = async (count: number) => {
    const scripted = scriptedServices(folder(), [answer("One"), answer("Two")]);
    const { store } = scripted;
    for (let n = 0; n < count; n++) {
      const { thread } = newConversation(`t${n}`, WORKSPACE, 0);
      const said = { ...message(`u${n}`, 0, "user", [textPart("hello")]), threadId: `t${n}` };
      await store.append(`t${n}`, null, [{ type: "threadCreated", thread }, added(said)]);
    }
    const counted = { loads: 0 };
    const load = store.load.bind(store);
    store.load = (thread) => {
      counted.loads++;
      return load(thread);
    };
    // The store's own look at a thread is none of ours.
    store.summary = (id) => {
      const conversation = store.conversations.get(id);
      if (!conversation) return Promise.reject(new ThreadNotFoundError());
      const { thread } = conversation;
      return Promise.resolve({ thread, messages: 1, beginning: "hello", costUsd: 0 });
    };
    const changed: (ChatSession | undefined)[] = [];
    const sessions = new ChatSessions(scripted.services, (session) => changed.push(session));
    return { ...scripted, counted, changed, sessions };
  };

  it("are none that were deleted, renamed or pinned by the hundred", async () => {
    const { store, sessions, counted, changed } = await stored(100);
    for (let n = 0; n < 100; n++) {
      await sessions.rename(`t${n}`, `Title ${n}`);
      await sessions.pin(`t${n}`, true);
      assert.equal(await sessions.delete(`t${n}`), true);
      assert.equal(await sessions.delete(`t${n}`), false);
      assert.equal(await sessions.restore(`t${n}`), true);
    }
    assert.equal(counted.loads, 0);
    assert.equal(changed.length, 400, "the list of threads is told");
    const { title, pinned, deletedAt } = store.conversations.get("t7")?.thread ?? {};
    assert.deepEqual([title, pinned, deletedAt], ["Title 7", true, null]);
    await sessions.dispose();
  });

  it("learn of what was done to their thread while they were opened", async () => {
    const { sessions } = await stored(1);
    const [session] = await Promise.all([sessions.open("t0"), sessions.rename("t0", "Another")]);
    assert.equal(session.thread.title, "Another");
    await sessions.dispose();
  });

  it("are let go at the second sweep, and read again when they are asked for", async () => {
    const { sessions, counted } = await stored(1);
    const before = await sessions.open("t0");
    sessions.sweep();
    const opening = sessions.open("t0");
    // Whoever opens it is about to listen.
    sessions.sweep();
    assert.equal(await opening, before);
    assert.equal(counted.loads, 1);
    sessions.sweep();
    assert.equal(
      await sessions.open("t0"),
      before,
      "it is none that the last sweep has found, too",
    );
    sessions.sweep();
    sessions.sweep();
    assert.notEqual(await sessions.open("t0"), before);
    assert.equal(counted.loads, 2);
    await sessions.dispose();
  });

  it("are kept while somebody listens, something is written or Claude is there", async () => {
    const { sessions } = await stored(4);
    const kept = async (thread: string) => {
      const session = await sessions.open(thread);
      return async () => (await sessions.open(thread)) === session;
    };
    const listened = await kept("t0");
    const nothing = () => {};
    const unlisten = (await sessions.open("t0")).listen({
      changed: nothing,
      reset: nothing,
      turn: nothing,
      unsaved: nothing,
    });
    const written = await kept("t1");
    sessions.writeDraft("t1", "a thought");
    const running = await kept("t2");
    await (await sessions.open("t2")).prepare();
    const unused = await kept("t3");
    for (let times = 0; times < 3; times++) sessions.sweep();
    assert.deepEqual(
      [await listened(), await written(), await running(), await unused()],
      [true, true, true, false],
    );
    unlisten();
    for (let times = 0; times < 3; times++) sessions.sweep();
    assert.equal(await listened(), false);
    await sessions.dispose();
  });

  it("cannot be opened, and keep none of the others from being counted or closed", async () => {
    const { store, sessions } = await stored(1);
    await sessions.open("t0");
    const load = store.load.bind(store);
    store.load = async (thread) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (thread === "gone") throw new Error("It is gone.");
      return load(thread);
    };
    const opening = assert.rejects(sessions.open("gone"));
    assert.equal(sessions.working, 0);
    await sessions.follow([{ from: "a", to: "b" }]);
    await opening;
    await sessions.dispose();
  });
});
