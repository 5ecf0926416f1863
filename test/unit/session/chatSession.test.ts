import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ChatSessions } from "../../../src/session/chatSessions";
import { ChatSession } from "../../../src/session/chatSession";
import { hostFilesOf } from "../../../src/session/hostFiles";
import { HostGuard } from "../../../src/workspace/hostGuard";
import { ReadOnlyStoreError, ThreadConflictError } from "../../../src/store/threadStore";
import { type Message, textOf } from "../../../src/shared/thread";
import {
  answer,
  begin,
  delta,
  line,
  result,
  type Step,
  whole,
} from "../../support/scriptedRuntime";
import { newConversation } from "../../../src/shared/newThread";
import { fileContext } from "../../../src/session/context";
import {
  fileNow,
  idle,
  lastMessage,
  scriptedServices,
  scriptedSession,
  until,
} from "../../support/scriptedSession";
import { temporaryFolder } from "../../support/temporaryFolder";
import { added, firstTurn, message, textPart } from "../../support/conversations";

describe("a chat session", () => {
  const folder = temporaryFolder();

  const send = async (session: ChatSession, text: string) => {
    const reply = await session.send(text, session.view().conversation.messages.length);
    assert.deepEqual(reply, { sent: true });
  };

  it("stores the message before Claude hears of it, and the answer as it comes", async () => {
    const { session, store, runtime, heard } = scriptedSession(folder(), [answer("Hi!")]);
    let storedFirst: number | undefined;
    runtime.onStart = () => (storedFirst = store.conversations.get("thread1")?.messages.length);
    await send(session, "Hello, Claude");
    await idle(session);
    assert.equal(storedFirst, 2);
    assert.equal(session.thread.title, "Hello, Claude");
    const [user, claude] = session.view().conversation.messages;
    assert.equal(user && textOf(user), "Hello, Claude");
    assert.equal(claude && textOf(claude), "Hi!");
    assert.equal(claude?.status, "complete");
    assert.equal(session.thread.claudeSessionId, "s1");
    assert.deepEqual(store.conversations.get("thread1"), session.view().conversation);
    assert.deepEqual(
      heard.turns.map(({ phase }) => phase),
      ["working", "idle"],
    );
    assert.deepEqual(runtime.heard()[0], {
      type: "user",
      message: { role: "user", content: [{ type: "text", text: "Hello, Claude" }] },
    });
    const { SANDBOX_CHAT_SESSION, ...env } = runtime.started[0]?.options.env ?? {};
    assert.deepEqual(env, { TOKEN: "x", SANDBOX_CHAT_THREAD: "thread1" });
    assert.match(SANDBOX_CHAT_SESSION ?? "", /^[\w-]{36}$/);
  });

  it("resumes Claude's session with the next message", async () => {
    const { session, runtime } = scriptedSession(folder(), [answer("One"), answer("Two")]);
    await send(session, "1");
    await idle(session);
    await send(session, "2");
    await idle(session);
    assert.ok(!runtime.started[0]?.argv.includes("--resume"));
    assert.deepEqual(runtime.started[1]?.argv.slice(-2), ["--resume", "s1"]);
    assert.deepEqual(
      session.view().conversation.messages.map(({ seq }) => seq),
      [0, 1, 2, 3],
    );
  });

  it("goes on without a session that Claude cannot even begin to read", async () => {
    const { session, runtime } = scriptedSession(folder(), [
      answer("One"),
      [{ stderr: "SyntaxError: Unexpected token\n" }, { exit: 1 }],
      answer("Two", "s2"),
    ]);
    await send(session, "1");
    await idle(session);
    await send(session, "2");
    await idle(session);
    assert.deepEqual(runtime.started[1]?.argv.slice(-2), ["--resume", "s1"]);
    assert.ok(!runtime.started[2]?.argv.includes("--resume"));
    assert.deepEqual(
      [lastMessage(session).status, textOf(lastMessage(session)), session.thread.claudeSessionId],
      ["complete", "Two", "s2"],
    );
  });

  it("ends a turn in which Claude writes a line without an end", async () => {
    const { session } = scriptedSession(folder(), [
      [
        { awaitLine: true },
        ...begin("s1"),
        whole("Something"),
        ...Array.from({ length: 70 }, () => ({ write: "x".repeat(1024 * 1024) })),
        { hang: true },
      ],
      answer("Two"),
    ]);
    await send(session, "1");
    await idle(session);
    const { status, error } = lastMessage(session);
    assert.deepEqual(
      [status, textOf(lastMessage(session)), error?.detail],
      ["failed", "Something", "Claude wrote a line of more than 64 MB."],
    );
    await send(session, "2");
    await idle(session);
    assert.equal(textOf(lastMessage(session)), "Two");
  });

  it("ends, and goes on with the next message, whatever service throws whenever", async () => {
    const scenario = (): Step[] => [
      { awaitLine: true },
      ...begin("s1"),
      delta("Hi"),
      whole("Hi!"),
      line({
        type: "assistant",
        message: {
          id: "m1",
          content: [{ type: "tool_use", id: "tool1", name: "Bash", input: { command: "ls -l" } }],
        },
      }),
      line({
        type: "user",
        message: {
          content: [{ type: "tool_result", tool_use_id: "tool1", content: "a long file" }],
        },
      }),
      result("s1"),
    ];
    /** Sends a message while the call of that number of that service fails; whether there was one. */
    const failing = async (name: string, number: number): Promise<boolean> => {
      let calls = 0;
      // Claude's process is kept for the next message where nothing has ended it.
      const both = [...scenario(), ...answer("Two")];
      const scripted = scriptedServices(folder(), [both, both, both]);
      const throwing =
        <Given extends unknown[], Result>(work: (...given: Given) => Result) =>
        (...given: Given): Result => {
          if (++calls === number) throw new Error(`${name} fails`);
          return work(...given);
        };
      const { services, store } = scripted;
      const append = store.append.bind(store);
      if (name === "append") store.append = throwing(append);
      const change = Object.hasOwn(services, name)
        ? { [name]: throwing(services[name as "mask"]) }
        : {};
      const session = new ChatSession(
        { ...services, ...change },
        newConversation("thread1", { type: "workspace", id: "" }, 0),
        false,
      );
      await session.send("Hello there", 0);
      await idle(session);
      const messages = session.view().conversation.messages;
      for (const { status } of messages) assert.notEqual(status, "streaming", `${name} ${number}`);
      const reached = calls >= number;
      calls = Infinity;
      assert.deepEqual(await session.send("And again", messages.length), { sent: true });
      await idle(session);
      assert.notEqual(lastMessage(session).status, "streaming");
      await session.dispose();
      return reached;
    };
    const most = { mask: 20 } as Readonly<Record<string, number>>;
    for (const name of ["runtime", "claude", "environment", "context", "mask", "onShow", "append"])
      for (let number = 1; number <= (most[name] ?? 8); number++)
        if (!(await failing(name, number))) break;
  });

  it("keeps Claude's process for the next message", async () => {
    const { session, runtime } = scriptedSession(folder(), [[...answer("One"), ...answer("Two")]]);
    await send(session, "1");
    await idle(session);
    await send(session, "2");
    await idle(session);
    assert.equal(runtime.started.length, 1);
    assert.equal(textOf(lastMessage(session)), "Two");
    assert.equal(lastMessage(session).usage?.costUsd, 0);
  });

  it("takes in a turn that Claude begins by itself", async () => {
    const { session } = scriptedSession(folder(), [
      [
        ...answer("One"),
        { sleep: 50 },
        ...begin("s1"),
        whole("The tests are done."),
        result("s1"),
        { hang: true },
      ],
    ]);
    await send(session, "1");
    await until(() => session.view().conversation.messages.length === 3);
    await idle(session);
    assert.deepEqual(
      session
        .view()
        .conversation.messages.map((message) => [message.seq, textOf(message), message.status]),
      [
        [0, "1", "complete"],
        [1, "One", "complete"],
        [2, "The tests are done.", "complete"],
      ],
    );
    await session.dispose();
  });

  it("takes in no turn that Claude begins by itself where the thread is full", async () => {
    const byItself = (text: string) => [...begin("s1"), whole(text), result("s1")];
    const { session, runtime } = scriptedSession(
      folder(),
      [
        [
          ...answer("One"),
          { sleep: 50 },
          ...byItself("Two"),
          { sleep: 50 },
          ...byItself("Three"),
          { hang: true },
        ],
      ],
      { change: { maxMessages: () => 3 } },
    );
    await send(session, "1");
    await until(() => runtime.ended.length > 0);
    const texts = session.view().conversation.messages.map(textOf);
    assert.deepEqual(texts, ["1", "One", "Two"]);
    await session.dispose();
  });

  it("says in each answer what its turn has changed that this machine runs", async () => {
    const workspace = mkdtempSync(join(folder(), "workspace-"));
    const guard = new HostGuard({
      folder: workspace,
      mode: () => "tell",
      recall: () => Promise.resolve(undefined),
      remember: () => Promise.resolve(),
      findRepositories: () => Promise.resolve([]),
      onHeldBack: () => undefined,
      onStuck: () => undefined,
      onChanged: () => undefined,
      log: { warn: (message) => assert.equal(message, "") },
    });
    const { session } = scriptedSession(
      folder(),
      [
        [
          { awaitLine: true },
          ...begin("s1"),
          delta("One"),
          { awaitFile: "one" },
          whole("One"),
          result("s1"),
          ...begin("s1"),
          delta("By myself."),
          { awaitFile: "two" },
          whole("By myself."),
          result("s1"),
          { hang: true },
        ],
      ],
      { change: { guard: () => guard } },
    );
    await send(session, "1");
    for (const [text, file, go] of [
      ["One", ".envrc", "one"],
      ["By myself.", ".npmrc", "two"],
    ] as const) {
      await until(() => textOf(lastMessage(session)) === text);
      const { id } = lastMessage(session);
      writeFileSync(join(workspace, file), "evil");
      writeFileSync(join(folder(), go), "");
      // Another may have begun by then.
      const answer = () => session.view().conversation.messages.find((one) => one.id === id);
      await until(() => answer()?.status === "complete");
    }
    const told = session
      .view()
      .conversation.messages.map((message) => hostFilesOf(message).map(({ path }) => path));
    assert.deepEqual(told, [[], [".envrc"], [".npmrc"]]);
    await session.dispose();
    guard.dispose();
  });

  it("starts Claude anew when the settings have changed", async () => {
    let model = "";
    const { session, runtime } = scriptedSession(
      folder(),
      [[...answer("One"), { awaitLine: true }], answer("Two")],
      {
        change: {
          claude: () => ({ path: "claude", model, permissionMode: "plan", extraArgs: [] }),
        },
      },
    );
    await send(session, "1");
    await idle(session);
    model = "opus";
    await send(session, "2");
    await idle(session);
    assert.deepEqual(runtime.started[1]?.argv.slice(-4), ["--model", "opus", "--resume", "s1"]);
  });

  it("sends nothing that is blank", async () => {
    const { session, store } = scriptedSession(folder(), []);
    for (const text of ["", " \n\t "]) assert.equal((await session.send(text, 0)).sent, false);
    assert.equal(store.appended.length, 0);
  });

  it("refuses a second message while Claude works, and one that has not seen the last answer", async () => {
    const { session, store } = scriptedSession(folder(), [answer("Hi!")]);
    const [first, second] = await Promise.all([session.send("a", 0), session.send("a", 0)]);
    assert.deepEqual([first.sent, second.sent], [true, false]);
    await idle(session);
    assert.equal((await session.send("b", 0)).sent, false);
    assert.equal(store.conversations.get("thread1")?.messages.length, 2);
  });

  it("says so when a message cannot be saved, and does not send it", async () => {
    const { session, store, runtime } = scriptedSession(folder(), [answer("Hi!")]);
    store.failure = new Error("ENOSPC: no space left on device");
    const reply = await session.send("Hello", 0);
    assert.match(reply.sent ? "" : reply.refused, /could not be saved.*no space left/);
    assert.equal(session.turn.phase, "idle");
    assert.equal(runtime.started.length, 0);
    store.failure = undefined;
    await send(session, "Hello");
    await idle(session);
    assert.equal(lastMessage(session).status, "complete");
  });

  it("tells Claude of the thread's file with the first prompt only, out of sight", async () => {
    const { session, runtime } = scriptedSession(folder(), [answer("One"), answer("Two")], {
      scope: { type: "file", id: "src/a.ts" },
    });
    await send(session, "What is this?");
    await idle(session);
    await send(session, "And that?");
    await idle(session);
    const contents = runtime
      .heard()
      .map((heard) => (heard["message"] as { content: object[] }).content);
    assert.deepEqual(contents, [
      [
        { type: "text", text: fileContext(fileNow("src/a.ts")) },
        { type: "text", text: "What is this?" },
      ],
      [{ type: "text", text: "And that?" }],
    ]);
    const [context] = session.view().conversation.messages;
    assert.deepEqual([context?.role, context?.visibility], ["system", "hidden"]);
    assert.equal(session.thread.title, "What is this?");
  });

  it("stores streamed text while it streams, and keeps all of it in view", async () => {
    const scenario: Step[] = [
      { awaitLine: true },
      ...begin("s1"),
      delta("Hello, wor"),
      { sleep: 1200 },
      delta("ld"),
      { hang: true },
    ];
    const { session, store } = scriptedSession(folder(), [scenario]);
    await send(session, "x");
    await until(() => textOf(lastMessage(session)) === "Hello, world");
    const stored = store.conversations.get("thread1")?.messages.at(-1);
    assert.equal(stored && textOf(stored), "Hello, ");
    await session.dispose();
  });

  it("stops when told, and keeps what came", async () => {
    const scenario: Step[] = [
      { awaitLine: true },
      ...begin("s1"),
      delta("Hel"),
      { awaitLine: true },
      whole("Hel"),
      result("s1", {
        is_error: true,
        subtype: "error_during_execution",
        terminal_reason: "aborted_streaming",
      }),
    ];
    const { session, runtime, heard } = scriptedSession(folder(), [scenario]);
    await send(session, "x");
    await until(() => textOf(lastMessage(session)) === "Hel");
    session.stop();
    session.stop();
    await idle(session);
    assert.deepEqual(
      [lastMessage(session).status, textOf(lastMessage(session))],
      ["stopped", "Hel"],
    );
    assert.deepEqual(
      heard.turns.map(({ phase }) => phase),
      ["working", "stopping", "idle"],
    );
    assert.equal((runtime.heard()[1]?.["request"] as { subtype: string }).subtype, "interrupt");
  });

  it("ends a Claude that does not stop", async () => {
    const scenario: Step[] = [
      { ignore: ["SIGTERM", "SIGINT"] },
      { awaitLine: true },
      ...begin("s1"),
      delta("Hel"),
      { hang: true },
    ];
    const { session } = scriptedSession(folder(), [scenario]);
    await send(session, "x");
    await until(() => textOf(lastMessage(session)) === "Hel");
    session.stop();
    await idle(session);
    assert.deepEqual(
      [lastMessage(session).status, textOf(lastMessage(session))],
      ["stopped", "Hel"],
    );
  });

  it("does not begin what was stopped before it began", async () => {
    const { session, runtime } = scriptedSession(folder(), [answer("Hi")]);
    const sending = session.send("x", 0);
    session.stop();
    await sending;
    await idle(session);
    assert.equal(runtime.started.length, 0);
    assert.equal(lastMessage(session).status, "stopped");
  });

  it("says what was said on stderr when Claude ends without a result", async () => {
    const cases: Step[][] = [
      [{ awaitLine: true }, ...begin("s1"), delta("Hel"), { stderr: "out of memory" }, { exit: 1 }],
      [{ awaitLine: true }, ...begin("s1"), delta("Hel"), { stderr: "out of memory" }, { exit: 0 }],
      [
        { awaitLine: true },
        ...begin("s1"),
        delta("Hel"),
        { write: '{"type":"resu' },
        { stderr: "out of memory" },
        { exit: 0 },
      ],
    ];
    for (const scenario of cases) {
      const { session } = scriptedSession(folder(), [scenario]);
      await send(session, "x");
      await idle(session);
      const { status, error } = lastMessage(session);
      assert.equal(status, "failed");
      assert.equal(error?.detail, "out of memory");
      assert.equal(textOf(lastMessage(session)), "Hel");
    }
  });

  it("shows what Claude says while the disk refuses it, says so, and saves it later", async () => {
    const scenario: Step[] = [
      { awaitLine: true },
      ...begin("s1"),
      { sleep: 300 },
      delta("Hel"),
      whole("Hello"),
      result("s1"),
      { hang: true },
    ];
    const { session, store, heard } = scriptedSession(folder(), [scenario]);
    await send(session, "x");
    await until(() => lastMessage(session).parts.length === 1);
    store.failure = new Error("ENOSPC: no space left on device");
    await idle(session);
    assert.equal(textOf(lastMessage(session)), "Hello");
    assert.match(session.view().unsaved ?? "", /no space left/);
    assert.equal((await session.send("y", 2)).sent, false);
    store.failure = undefined;
    await until(() => session.view().unsaved === null);
    assert.deepEqual(heard.unsaved.length, 2);
    assert.deepEqual(store.conversations.get("thread1"), session.view().conversation);
    await session.dispose();
  });

  it("knows the sandbox's own failures by their words", async () => {
    const { session } = scriptedSession(folder(), [
      [{ stderr: "Error response from daemon: No such container: x" }, { exit: 1 }],
    ]);
    await send(session, "x");
    await idle(session);
    assert.equal(lastMessage(session).error?.code, "sandbox");
    assert.match(lastMessage(session).error?.message ?? "", /does not exist yet/);
  });

  it("skips and logs what it cannot read, and goes on", async () => {
    const scenario: Step[] = [
      { awaitLine: true },
      { write: "Warning: something\n{\n\n" },
      line({ type: "martian" }),
      ...begin("s1"),
      delta("Hi"),
      whole("Hi"),
      result("s1"),
    ];
    const { session, warnings } = scriptedSession(folder(), [scenario]);
    await send(session, "x");
    await idle(session);
    assert.equal(lastMessage(session).status, "complete");
    assert.equal(warnings.length, 3);
  });

  it("begins a new session when the old one is gone, says so, and keeps the history", async () => {
    const stale: Step[] = [
      { awaitLine: true },
      result("s1", {
        is_error: true,
        subtype: "error_during_execution",
        errors: ["No conversation found with session ID: s1"],
      }),
      { exit: 1 },
    ];
    const { session, runtime } = scriptedSession(folder(), [
      answer("One"),
      stale,
      answer("Two", "s2"),
    ]);
    await send(session, "1");
    await idle(session);
    await send(session, "2");
    await idle(session);
    assert.ok(!runtime.started[2]?.argv.includes("--resume"));
    assert.equal(session.thread.claudeSessionId, "s2");
    assert.equal(session.view().conversation.messages.length, 4);
    const { parts, status } = lastMessage(session);
    assert.deepEqual(
      parts.map(({ type }) => type),
      ["data-notice", "text"],
    );
    assert.equal(status, "complete");
  });

  it("does not let a user wait for retries that only a login can help", async () => {
    const scenario: Step[] = [
      { awaitLine: true },
      line({ type: "system", subtype: "init", session_id: "s1" }),
      line({
        type: "system",
        subtype: "api_retry",
        attempt: 1,
        max_retries: 10,
        error: "authentication_failed",
      }),
      { hang: true },
    ];
    const { session } = scriptedSession(folder(), [scenario]);
    await send(session, "x");
    await idle(session);
    assert.equal(lastMessage(session).error?.code, "notLoggedIn");
    await session.dispose();
  });

  it("says that it waits for Claude's API", async () => {
    const scenario: Step[] = [
      { awaitLine: true },
      line({
        type: "system",
        subtype: "api_retry",
        attempt: 2,
        max_retries: 10,
        error: "server_error",
      }),
      { sleep: 50 },
      ...begin("s1"),
      whole("Hi"),
      result("s1"),
    ];
    const { session, heard } = scriptedSession(folder(), [scenario]);
    await send(session, "x");
    await idle(session);
    assert.ok(
      heard.turns.some((turn) => turn.phase === "working" && turn.note?.includes("try 2 of 10")),
    );
  });

  it("declines what Claude asks of it, so that it need not wait for ever", async () => {
    const scenario: Step[] = [
      { awaitLine: true },
      line({ type: "control_request", request_id: "r1", request: { subtype: "can_use_tool" } }),
      { awaitLine: true },
      ...begin("s1"),
      whole("Hi"),
      result("s1"),
    ];
    const { session, runtime } = scriptedSession(folder(), [scenario]);
    await send(session, "x");
    await idle(session);
    assert.deepEqual((runtime.heard()[1]?.["response"] as { request_id: string }).request_id, "r1");
  });

  it("masks secrets in everything that it stores or shows, and Claude gets the original", async () => {
    const secret = "hunter2-hunter2-hunter2";
    const scenario: Step[] = [
      { awaitLine: true },
      ...begin("s1"),
      delta("hunter2-hunt"),
      delta("er2-hunter2"),
      { stderr: secret },
      { exit: 1 },
    ];
    const { session, store, runtime } = scriptedSession(folder(), [scenario]);
    await send(session, `The password is ${secret}`);
    await idle(session);
    assert.ok(!JSON.stringify([...store.conversations, store.appended]).includes(secret));
    assert.ok(!JSON.stringify(session.view()).includes(secret));
    assert.equal(textOf(lastMessage(session)), "[masked: TEST]");
    assert.ok(JSON.stringify(runtime.heard()).includes(secret));
  });

  it("looks again, once, when another window has added to the thread", async () => {
    const { session, store, heard } = scriptedSession(folder(), [answer("One"), answer("Two")]);
    await send(session, "1");
    await idle(session);
    await store.append("thread1", 2, [
      added({ ...message("other", 2, "user", [textPart("from elsewhere")]), threadId: "thread1" }),
    ]);
    await send(session, "2");
    await idle(session);
    assert.equal(heard.resets, 1);
    assert.deepEqual(
      store.conversations.get("thread1")?.messages.map((message) => textOf(message)),
      ["1", "One", "from elsewhere", "2", "Two"],
    );
    assert.deepEqual(store.conversations.get("thread1"), session.view().conversation);
  });

  it("gives up on a thread that others keep changing, and keeps the draft", async () => {
    const { session, store } = scriptedSession(folder(), [answer("One")]);
    await send(session, "1");
    await idle(session);
    store.failure = new ThreadConflictError("changed");
    assert.equal((await session.send("2", 2)).sent, false);
    assert.equal(store.claims.size, 0);
  });

  it("refuses what a store that is only read cannot keep, in the store's words", async () => {
    const { session, store, runtime } = scriptedSession(folder(), [answer("One"), answer("Two")]);
    await send(session, "1");
    await idle(session);
    store.failure = new ReadOnlyStoreError();
    assert.deepEqual(await session.send("2", 2), { sent: false, refused: store.failure.message });
    assert.equal(session.turn.phase, "idle");
    assert.equal(session.view().conversation.messages.length, 2);
    assert.equal(runtime.heard().length, 1);
  });

  it("is full also when another window has just filled it", async () => {
    const { session, store, runtime } = scriptedSession(folder(), [answer("One"), answer("Two")], {
      change: { maxMessages: () => 4 },
    });
    await send(session, "1");
    await idle(session);
    await store.append("thread1", 2, [
      added({ ...message("other", 2, "user", [textPart("theirs")]), threadId: "thread1" }),
    ]);
    const refusal = await session.send("2", 2);
    assert.match(refusal.sent ? "" : refusal.refused, /full: it has 3 messages/);
    assert.equal(store.conversations.get("thread1")?.messages.length, 3);
    assert.equal(store.claims.size, 0);
    assert.equal(runtime.heard().length, 1);
  });

  it("leaves a thread to the window that works on it, and shows what that one stores", async () => {
    const { session, store, runtime, heard } = scriptedSession(folder(), [answer("One")]);
    await send(session, "1");
    await idle(session);
    store.elsewhere.add("thread1");
    const sending = session.send("2", 2);
    await until(() => session.turn.phase === "working");
    const theirs = { ...message("theirs", 2, "assistant"), threadId: "thread1" };
    session.foreign([added(theirs)]);
    const refusal = await sending;
    assert.match(refusal.sent ? "" : refusal.refused, /in another window/);
    assert.equal(session.view().turn.phase, "elsewhere");
    session.foreign([
      { type: "partSet", message: "theirs", part: textPart("From there", "1") },
      {
        type: "messageEnded",
        message: "theirs",
        at: 9,
        status: "complete",
        usage: null,
        error: null,
      },
    ]);
    assert.equal(session.turn.phase, "idle");
    assert.equal(textOf(lastMessage(session)), "From there");
    assert.equal(runtime.started.length, 1);
    assert.ok(heard.turns.some(({ phase }) => phase === "elsewhere"));
    await session.dispose();
  });

  it("waits for a lease that is about to be released, as long as Stop is not chosen", async () => {
    const { session, store } = scriptedSession(folder(), [answer("One"), answer("Two")]);
    await send(session, "1");
    await idle(session);
    // The other window's answer has its end; its process has not.
    store.elsewhere.add("thread1");
    const stopped = session.send("2", 2);
    session.stop();
    assert.equal((await stopped).sent, false);
    assert.equal(session.turn.phase, "idle");
    const sending = session.send("2", 2);
    await until(() => session.turn.phase === "working");
    store.elsewhere.delete("thread1");
    assert.equal((await sending).sent, true);
    await idle(session);
    assert.equal(textOf(lastMessage(session)), "Two");
    await session.dispose();
  });

  const watching = async (change: Partial<Message>) => {
    const { session, store } = scriptedSession(folder(), [answer("One")]);
    await send(session, "1");
    await idle(session);
    store.elsewhere.add("thread1");
    const theirs = { ...message("theirs", 2, "assistant"), threadId: "thread1" };
    session.foreign([added(theirs)]);
    await store.append("thread1", 2, [added({ ...theirs, ...change })]);
    assert.equal(session.turn.phase, "elsewhere");
    await session.reload();
    store.elsewhere.delete("thread1");
    await idle(session);
    await session.recovered();
    assert.equal(store.claims.size, 0);
    await session.dispose();
    return lastMessage(session);
  };

  it("says that an answer was cut short when the window that wrote it is gone", async () => {
    const { status, error } = await watching({});
    assert.deepEqual([status, error?.code], ["failed", "interrupted"]);
  });

  it("leaves an answer as it is that has ended before that window was gone", async () => {
    const { status, error } = await watching({ status: "complete" });
    assert.deepEqual([status, error], ["complete", null]);
  });

  it("marks what the window's end cut short, and leaves nothing running", async () => {
    const scenario: Step[] = [
      { awaitLine: true },
      ...begin("s1"),
      delta("Hel"),
      // What Claude says of its being stopped is not heard any more.
      { awaitLine: true },
      whole("Hel"),
      result("s1", { is_error: true, terminal_reason: "aborted_streaming" }),
      { hang: true },
    ];
    const { session, store } = scriptedSession(folder(), [scenario]);
    await send(session, "x");
    await until(() => textOf(lastMessage(session)) === "Hel");
    await session.dispose();
    const stored = store.conversations.get("thread1")?.messages.at(-1);
    assert.deepEqual([stored?.status, stored?.error?.code], ["failed", "interrupted"]);
    assert.equal(stored && textOf(stored), "Hel");
    assert.equal(session.view().conversation.messages.length, 2);
    assert.equal(store.conversations.get("thread1")?.messages.length, 2);
  });
});

describe("chat sessions", () => {
  const folder = temporaryFolder();

  it("continue a full thread in a new one, in which Claude knows what was said", async () => {
    const { services, runtime } = scriptedServices(folder(), [answer("One"), answer("Two", "s2")]);
    const sessions = new ChatSessions({ ...services, maxMessages: () => 2 }, () => {});
    const full = sessions.createThread({ type: "file", id: "a.ts" });
    await full.send("1", 0);
    await idle(full);
    const refusal = await full.send("2", full.view().conversation.messages.length);
    assert.ok(!refusal.sent);
    assert.match(refusal.refused, /full: it has 2 messages/);
    assert.equal(refusal.next?.step, "continueInNewThread");
    assert.equal(runtime.started.length, 1);

    const next = await sessions.continue(full);
    assert.deepEqual(next.thread.scope, full.thread.scope);
    assert.equal(next.thread.metadata["continues"], full.id);
    assert.deepEqual(await next.send("2", 0), { sent: true });
    await idle(next);
    assert.deepEqual(runtime.started[1]?.argv.slice(-3), ["--resume", "s1", "--fork-session"]);
    assert.equal(next.thread.claudeSessionId, "s2");
    assert.equal(full.thread.claudeSessionId, "s1");
    await sessions.dispose();
  });

  it("have one thread for a scope, for those who ask for that", async () => {
    const { services } = scriptedServices(folder(), [answer("One")]);
    const sessions = new ChatSessions(services, () => {});
    const scope = { type: "file", id: "a.ts" } as const;
    const both = [sessions.getOrCreateThread(scope), sessions.getOrCreateThread(scope)];
    const [first, second] = await Promise.all(both);
    assert.ok(first);
    assert.equal(second, first);
    assert.equal(await sessions.getOrCreateThread(scope), first);
    await first.send("1", 0);
    await idle(first);
    assert.equal(await sessions.getOrCreateThread(scope), first);
    assert.notEqual(await sessions.getOrCreateThread({ type: "file", id: "b.ts" }), first);
    await sessions.dispose();
  });

  it("are one for a thread, however often it is opened, and tell what is gone", async () => {
    const { services } = scriptedServices(folder(), [answer("Hi")]);
    const sessions = new ChatSessions(services, () => {});
    const created = sessions.createThread({ type: "workspace", id: "" });
    assert.deepEqual(await sessions.list(), []);
    await created.send("x", 0);
    await idle(created);
    assert.equal(await sessions.open(created.id), created);
    await assert.rejects(sessions.open("nobody"), /not there any more/);
    await sessions.dispose();
  });

  it("open a thread for reading though its last answer cannot be ended", async () => {
    const { services, store } = scriptedServices(folder(), []);
    await store.append("t1", 0, firstTurn());
    store.failure = new ReadOnlyStoreError();
    const sessions = new ChatSessions(services, () => {});
    const session = await sessions.open("t1");
    assert.equal(session.view().conversation.messages.length, 2);
    assert.equal(session.turn.phase, "elsewhere");
    await sessions.dispose();
  });

  it("say of an answer whose window crashed that it was cut short", async () => {
    const { services, store } = scriptedServices(folder(), [
      [{ awaitLine: true }, ...begin("s1"), { hang: true }],
    ]);
    const crashed = new ChatSessions(services, () => {});
    const session = crashed.createThread({ type: "workspace", id: "" });
    await session.send("x", 0);
    await until(() => session.thread.claudeSessionId === "s1");
    const after = await new ChatSessions(services, () => {}).open(session.id);
    assert.equal(lastMessage(after).error?.code, "interrupted");
    assert.equal(store.conversations.get(session.id)?.messages.at(-1)?.status, "failed");
    await crashed.dispose();
  });
});
