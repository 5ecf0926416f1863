import assert from "node:assert/strict";
import type { FileNow } from "../../../src/session/context";
import { contextOf, news } from "../../../src/session/turnContext";
import { textOf } from "../../../src/shared/thread";
import { answer } from "../../support/scriptedRuntime";
import { fileNow, idle, scriptedSession } from "../../support/scriptedSession";
import { temporaryFolder } from "../../support/temporaryFolder";

describe("what a turn tells Claude of the thread's file", () => {
  const folder = temporaryFolder();
  const SECRET = "hunter2-hunter2-hunter2";

  /** A session on a file that a test changes, and what each turn hands to Claude. */
  const scripted = (turns: number) => {
    let file: FileNow = fileNow("src/a.ts", "one");
    let asked = 0;
    let allow: boolean | undefined;
    const { session, runtime, store } = scriptedSession(
      folder(),
      Array.from({ length: turns }, () => answer("Hi!")),
      {
        scope: { type: "file", id: "src/a.ts" },
        change: {
          context: ({ metadata }) => {
            const first = metadata["sendsSecrets"] === undefined && allow !== undefined;
            if (first) asked++;
            return Promise.resolve({ file, ...(first && { sendsSecrets: allow === true }) });
          },
        },
      },
    );
    const turn = async (change: Partial<FileNow> = {}) => {
      file = { ...file, ...change };
      await session.send("And now?", session.view().conversation.messages.length);
      await idle(session);
      const said = runtime.heard().at(-1) as { message: { content: { text: string }[] } };
      return said.message.content.map(({ text }) => text).slice(0, -1);
    };
    return {
      session,
      store,
      turn,
      asked: () => asked,
      allow: (sends: boolean) => (allow = sends),
    };
  };

  const text = (said: string, change = {}): Pick<FileNow, "content"> => ({
    content: { language: "", text: said, unsaved: false, changedAt: 0, ...change },
  });
  const problem = { severity: "Error", line: 3, message: "Expected ;" } as const;

  it("is the file at first, and again only when it has changed", async () => {
    const { turn } = scripted(6);
    assert.match((await turn()).join(), /one/);
    assert.deepEqual(await turn(), []);
    assert.match((await turn(text("two"))).join(), /two/);
    assert.deepEqual(await turn(), []);
    assert.match((await turn(text("two", { unsaved: true }))).join(), /not saved yet/);
    assert.match((await turn({ path: "src/b.ts" })).join(), /src\/b\.ts/);
  });

  it("tells of a file that went, and that is back", async () => {
    const { turn } = scripted(4);
    await turn();
    assert.match((await turn({ content: "missing" })).join(), /no such file/);
    assert.deepEqual(await turn(), []);
    assert.match((await turn(text("one"))).join(), /one/);
  });

  it("tells of problems apart from the file, and when there are none any more", async () => {
    const { turn } = scripted(5);
    assert.equal((await turn()).length, 1);
    const [found, ...more] = await turn({ problems: [problem] });
    assert.match(found ?? "", /^The editor reports[\s\S]*Expected ;$/);
    assert.deepEqual(more, []);
    assert.deepEqual(await turn(), []);
    assert.deepEqual(await turn({ problems: [] }), ["The editor reports no problems in src/a.ts."]);
    assert.deepEqual(await turn(), []);
  });

  it("is compared as it is stored, masked, and given to Claude as it is", async () => {
    const { turn, session } = scripted(2);
    assert.match((await turn(text(`key ${SECRET}`))).join(), new RegExp(SECRET));
    assert.deepEqual(await turn(), []);
    const { messages } = session.view().conversation;
    assert.match(contextOf(messages, String(messages[1]?.id)), /key \[masked: TEST\]/);
  });

  it("keeps what its user said of secrets, and asks once", async () => {
    const { turn, session, asked, allow, store } = scripted(2);
    allow(false);
    await turn();
    await turn();
    assert.equal(asked(), 1);
    assert.equal(session.thread.metadata["sendsSecrets"], false);
    assert.equal(store.conversations.get("thread1")?.thread.metadata["sendsSecrets"], false);
  });

  describe("after a change of Claude's own", () => {
    /** The conversation after a turn in which Claude has edited a file, and ended at 1000. */
    const edited = async (path = "src/a.ts") => {
      const { turn, session } = scripted(1);
      await turn();
      const { thread, messages } = session.view().conversation;
      const patch = { path, diff: "", added: 1, removed: 1 };
      const parts = [{ type: "dynamic-tool", id: "t", toolCallId: "t", patch }] as never;
      return {
        thread: { ...thread, updatedAt: 1000 },
        messages: messages.with(-1, { ...messages.at(-1), parts } as never),
      };
    };
    const mask = (said: string) => Promise.resolve(said);
    const kinds = async (conversation: Awaited<ReturnType<typeof edited>>, change: object) =>
      (await news(conversation, { ...fileNow("src/a.ts"), ...change }, mask)).map(
        ({ kind }) => kind,
      );

    it("tells nothing of it", async () => {
      assert.deepEqual(await kinds(await edited(), text("two", { changedAt: 999 })), []);
    });

    it("tells of what others change after it, also back to what it was", async () => {
      const after = await edited();
      assert.deepEqual(await kinds(after, text("three", { changedAt: 1001 })), ["file"]);
      assert.deepEqual(await kinds(after, text("two", { unsaved: true })), ["file"]);
      assert.deepEqual(await kinds(after, text("one", { changedAt: 1001 })), ["file"]);
    });

    it("tells of what no edit of this file explains, as a command's", async () => {
      const after = await edited("src/b.ts");
      assert.deepEqual(await kinds(after, text("two", { changedAt: 999 })), ["file"]);
    });
  });

  it("can be looked at from the message that it went with, and from no other", async () => {
    const { turn, session } = scripted(3);
    await turn({ problems: [problem] });
    await turn();
    await turn(text("two"));
    const { messages } = session.view().conversation;
    const asked = messages.filter(({ role }) => role === "user");
    const told = asked.map(({ id }) => contextOf(messages, id));
    assert.match(told[0] ?? "", /one[\s\S]*\n\nThe editor reports/);
    assert.equal(told[1], "");
    assert.match(told[2] ?? "", /two/);
    assert.equal(contextOf(messages, "none"), "");
    assert.ok(
      messages
        .filter(({ role }) => role === "assistant")
        .every(({ id }) => !contextOf(messages, id)),
    );
    assert.equal(textOf(messages[0] ?? ({} as never)).includes("one"), true);
  });
});
