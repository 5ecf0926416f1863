import assert from "node:assert/strict";
import type { Part, Thread, ThreadEvent } from "../../src/shared/thread";
import {
  ThreadConflictError,
  ThreadNotFoundError,
  type ThreadStore,
} from "../../src/store/threadStore";
import { added, deleted, firstTurn, message, textPart } from "./conversations";
import { numberedLines, toolBegun, toolEnded } from "./longTexts";
import { threadListContract } from "./threadListContract";

/** What every store of threads must do. `open` gives a store with nothing in it. */
export function threadStoreContract(name: string, open: () => Promise<ThreadStore>): void {
  describe(`a store of threads: ${name}`, () => {
    let store: ThreadStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    it("has nothing at first", async () => {
      assert.deepEqual(await store.list(), []);
      await assert.rejects(store.load("t1"), ThreadNotFoundError);
    });

    it("gives back what was appended", async () => {
      await store.append("t1", 0, firstTurn());
      const end: ThreadEvent = {
        type: "messageEnded",
        message: "t1-answer",
        at: 50,
        status: "failed",
        usage: {
          inputTokens: 1,
          outputTokens: 2,
          cacheReadTokens: 3,
          cacheWriteTokens: 4,
          costUsd: 0.5,
          durationMs: 6,
        },
        error: { code: "overloaded", message: "Later.", detail: "529" },
      };
      await store.append("t1", null, [
        { type: "partSet", message: "t1-answer", part: textPart("Hi there 🚀", "1") },
        { type: "threadChanged", at: 40, changes: { claudeSessionId: "s1", pinned: true } },
        end,
      ]);
      const { thread, messages } = await store.load("t1");
      assert.equal(thread.claudeSessionId, "s1");
      assert.equal(thread.pinned, true);
      assert.equal(thread.updatedAt, 50);
      assert.deepEqual(
        messages.map(({ seq, role }) => [seq, role]),
        [
          [0, "user"],
          [1, "assistant"],
        ],
      );
      assert.deepEqual(messages[1]?.parts, [textPart("Hi there 🚀", "1")]);
      assert.deepEqual(messages[1].usage, end.usage);
      assert.deepEqual(messages[1].error, end.error);
    });

    it("lists the last changed first", async () => {
      await store.append("t1", 0, firstTurn("t1"));
      await store.append("t2", 0, firstTurn("t2"));
      await store.append("t1", null, [
        { type: "threadChanged", at: 500, changes: { title: "Renamed" } },
      ]);
      assert.deepEqual(
        (await store.list()).map(({ id, title }) => [id, title]),
        [
          ["t1", "Renamed"],
          ["t2", "Hello"],
        ],
      );
    });

    threadListContract(() => store);

    it("refuses an append that expects another number of messages, and adds nothing", async () => {
      await store.append("t1", 0, firstTurn());
      const more = [added(message("more", 1, "user", [textPart("again")]))];
      for (const expected of [0, 1, 3])
        await assert.rejects(store.append("t1", expected, more), ThreadConflictError);
      assert.equal((await store.load("t1")).messages.length, 2);
      await assert.rejects(store.append("t1", 0, firstTurn()), ThreadConflictError);
    });

    it("refuses events of a thread that was never created", async () => {
      const events = [added(message("m", 0, "user", [textPart("x")]))];
      await assert.rejects(store.append("t1", 0, events), ThreadNotFoundError);
      await assert.rejects(store.append("t1", null, events), ThreadNotFoundError);
      assert.deepEqual(await store.list(), []);
    });

    describe("with a trash", () => {
      const purge = (thread: string, deletedAt: number) =>
        store.append(thread, null, [{ type: "threadPurged", at: 99, deletedAt }]);
      const ids = (threads: readonly Thread[]) => threads.map(({ id }) => id);

      beforeEach(async () => {
        for (const id of ["t1", "t2", "t3"]) await store.append(id, 0, firstTurn(id, `Say ${id}`));
        await store.append("t2", null, [deleted(20)]);
        await store.append("t1", null, [deleted(30)]);
      });

      it("lists what is deleted there alone, the last deleted first", async () => {
        assert.deepEqual(ids(await store.list()), ["t3"]);
        assert.deepEqual(
          (await store.trash()).map(({ id, deletedAt, updatedAt }) => [id, deletedAt, updatedAt]),
          [
            ["t1", 30, 3],
            ["t2", 20, 3],
          ],
        );
      });

      it("does not search it, and loads and takes what is said there", async () => {
        const found = async () => new Set((await store.search("say", 20)).map((hit) => hit.thread));
        assert.deepEqual(await found(), new Set(["t3"]));
        await store.append("t1", 2, [added(message("more", 2, "user", [textPart("x")]))]);
        assert.equal((await store.load("t1")).messages.length, 3);
        await store.append("t1", null, [deleted(null)]);
        assert.deepEqual(await found(), new Set(["t3", "t1"]));
      });

      it("gives a thread back as it was", async () => {
        await store.append("t1", null, [deleted(null)]);
        assert.deepEqual(ids(await store.trash()), ["t2"]);
        const { thread, messages } = await store.load("t1");
        assert.deepEqual([thread.deletedAt, thread.updatedAt, messages.length], [null, 3, 2]);
      });

      it("forgets a thread that is purged from it", async () => {
        await purge("t1", 30);
        assert.deepEqual(ids(await store.trash()), ["t2"]);
        await assert.rejects(store.load("t1"), ThreadNotFoundError);
        await assert.rejects(store.append("t1", null, [deleted(null)]), ThreadNotFoundError);
        await assert.rejects(purge("t1", 30), ThreadNotFoundError);
        assert.equal((await store.load("t2")).messages.length, 2);
      });

      it("keeps a thread that was taken out before it was purged, or deleted again", async () => {
        await assert.rejects(purge("t3", 30), ThreadConflictError);
        await store.append("t1", null, [deleted(null)]);
        await assert.rejects(purge("t1", 30), ThreadConflictError);
        await store.append("t1", null, [deleted(40)]);
        await assert.rejects(purge("t1", 30), ThreadConflictError);
        assert.equal((await store.load("t1")).messages.length, 2);
      });
    });

    it("keeps threads apart that are written at once", async () => {
      const ids = Array.from({ length: 20 }, (_, index) => `thread${index}`);
      await Promise.all(ids.map((id) => store.append(id, 0, firstTurn(id, `Text of ${id}`))));
      for (const id of ids) {
        const { messages } = await store.load(id);
        assert.deepEqual(messages[0]?.parts, [textPart(`Text of ${id}`)]);
      }
    });

    describe("with drafts", () => {
      const draft = (thread: string, text: string, unstored: Thread | null = null) => ({
        thread,
        text,
        unstored,
      });

      it("keeps the last of each thread, and none that is empty", async () => {
        assert.deepEqual(await store.drafts(), []);
        for (const id of ["t1", "t2", "t3"]) await store.append(id, 0, firstTurn(id));
        await store.saveDraft(draft("t1", "one"));
        await store.saveDraft(draft("t2", "two"));
        await store.saveDraft(draft("t1", "one more"));
        const byThread = async () =>
          Object.fromEntries((await store.drafts()).map(({ thread, text }) => [thread, text]));
        assert.deepEqual(await byThread(), { t1: "one more", t2: "two" });
        await store.saveDraft(draft("t2", ""));
        await store.saveDraft(draft("t3", ""));
        assert.deepEqual(await byThread(), { t1: "one more" });
      });

      it("removes one with the commit that it is sent with, and with no other", async () => {
        for (const id of ["t1", "t2"]) await store.append(id, 0, firstTurn(id));
        await store.saveDraft(draft("t1", "again"));
        await store.saveDraft(draft("t2", "another's"));
        const more = [added(message("more", 2, "user", [textPart("again")]))];
        await assert.rejects(store.append("t1", 0, more, "c1", true), ThreadConflictError);
        await store.append("t1", null, [
          { type: "threadChanged", at: 9, changes: { title: "Renamed" } },
        ]);
        assert.equal((await store.drafts()).length, 2);
        await store.append("t1", 2, more, "c2", true);
        assert.deepEqual(await store.drafts(), [draft("t2", "another's")]);
      });

      it("keeps a thread with its draft while it has no message", async () => {
        const [created] = firstTurn();
        assert.ok(created?.type === "threadCreated");
        await store.saveDraft(draft("t1", "first", created.thread));
        assert.deepEqual(await store.list(), []);
        assert.deepEqual(await store.drafts(), [draft("t1", "first", created.thread)]);
        await store.append("t1", 0, firstTurn());
        assert.deepEqual(await store.drafts(), [draft("t1", "first")]);
      });

      it("forgets that of a purged thread, and keeps none for it", async () => {
        await store.append("t1", 0, firstTurn());
        await store.saveDraft(draft("t1", "never sent"));
        await store.append("t1", null, [
          { type: "threadChanged", at: 5, changes: { deletedAt: 5 } },
        ]);
        assert.equal((await store.drafts()).length, 1);
        await store.append("t1", null, [{ type: "threadPurged", at: 9, deletedAt: 5 }]);
        assert.deepEqual(await store.drafts(), []);
        await store.saveDraft(draft("t1", "too late"));
        assert.deepEqual(await store.drafts(), []);
      });

      it("takes one of a megabyte, and what looks like SQL", async () => {
        await store.append("t1", 0, firstTurn());
        for (const text of [
          "x".repeat(1_000_000),
          "'); DROP TABLE drafts; --",
          "a\r\n\u0000\u2028🚀",
        ]) {
          await store.saveDraft(draft("t1", text));
          assert.deepEqual(await store.drafts(), [draft("t1", text)]);
        }
      });
    });

    describe("searched", () => {
      const places = async (text: string, limit = 20) =>
        (await store.search(text, limit)).map(({ thread, message }) => message ?? thread);
      const say = (thread: string, seq: number, ...parts: Part[]) =>
        store.append(thread, seq, [added(message(`${thread}-${seq}`, seq, "user", parts, thread))]);

      beforeEach(async () => {
        await store.append("t1", 0, firstTurn("t1", "Where is the café?"));
        await store.append("t2", 0, firstTurn("t2", "Greetings"));
      });

      it("finds titles before messages, with the line and the words in it", async () => {
        const [title, text, ...more] = await store.search("cafe", 20);
        const line = { snippet: "Where is the café?", ranges: [[13, 17]], updatedAt: 3 };
        const hit = { thread: "t1", title: "Where is the café?", ...line };
        assert.deepEqual(title, { ...hit, message: null, seq: null });
        assert.deepEqual(text, { ...hit, message: "t1-ask", seq: 0 });
        assert.deepEqual(more, []);
        assert.deepEqual(await places("cafe", 1), ["t1"]);
        assert.deepEqual(await places("cafe", 0), []);
      });

      it("finds all of a message: text, reasoning, tools and notices", async () => {
        await say(
          "t2",
          2,
          textPart("plainly said", "1"),
          { type: "reasoning", id: "2", text: "quietly thought" },
          {
            type: "dynamic-tool",
            id: "3",
            toolCallId: "3",
            toolName: "WebFetch",
            state: "output-available",
            input: { command: "grep", deep: [{ path: "src/given.ts" }, 4711] },
            output: "answered",
          },
          {
            type: "dynamic-tool",
            id: "4",
            toolCallId: "4",
            toolName: "Bash",
            state: "output-error",
            input: {},
            errorText: "refused",
          },
          { type: "data-notice", id: "5", data: { text: "noticed" } },
        );
        for (const word of ["plainly", "quietly", "webfetch", "given.ts", "4711", "grep"])
          assert.deepEqual(await places(word), ["t2-2"], word);
        for (const word of ["answered", "refused", "noticed", "plainly noti"])
          assert.deepEqual(await places(word), ["t2-2"], word);
        for (const word of ["command", "dynamic", "WebFetch nothing"])
          assert.deepEqual(await places(word), [], word);
      });

      it("asks for every word, the beginning of the last, and phrases", async () => {
        await say("t2", 2, textPart("The parser reads tokens"));
        await say("t2", 3, textPart("Tokens that the reader of the parser makes"));
        assert.deepEqual(await places("tokens parser reads"), ["t2-2"]);
        assert.deepEqual((await places("parser tok")).sort(), ["t2-2", "t2-3"]);
        assert.deepEqual(await places("pars tokens"), []);
        assert.deepEqual(await places('"parser reads"'), ["t2-2"]);
        assert.deepEqual(await places('"parser read'), ["t2-2"]);
        assert.deepEqual(await places('"parser read"'), []);
      });

      it("finds words within a text that has no spaces", async () => {
        await say("t2", 2, textPart("请问数据库在哪里？東京都に住んでいます。"));
        for (const word of ["数据", "据库", "库", "哪里", "里", "京都", "住んで", "数据 東京"])
          assert.deepEqual(await places(word), ["t2-2"], word);
        assert.deepEqual(await places("据数"), []);
      });

      it("finds a message when it has ended, and what has become of it", async () => {
        const set = (text: string): ThreadEvent => ({
          type: "partSet",
          message: "t2-answer",
          part: textPart(text),
        });
        await store.append("t2", null, [set("while it streams")]);
        assert.deepEqual(await places("streams"), []);
        await store.append("t2", null, [
          set("when it ended"),
          {
            type: "messageEnded",
            message: "t2-answer",
            at: 9,
            status: "stopped",
            usage: null,
            error: null,
          },
        ]);
        assert.deepEqual(await places("streams"), []);
        assert.deepEqual(await places("ended"), ["t2-answer"]);
        await store.append("t2", null, [set("and was replaced")]);
        assert.deepEqual(await places("ended"), []);
        assert.deepEqual(await places("replaced"), ["t2-answer"]);
      });

      it("finds a thread by its newest title alone", async () => {
        await store.append("t1", null, [
          { type: "threadChanged", at: 9, changes: { title: "Renamed" } },
        ]);
        assert.deepEqual(await places("renamed"), ["t1"]);
        assert.deepEqual(await places("cafe"), ["t1-ask"]);
      });

      it("does not find what is hidden", async () => {
        const hidden = message("t2-hidden", 2, "user", [textPart("a secret context")], "t2");
        await store.append("t2", 2, [added({ ...hidden, visibility: "hidden" })]);
        assert.deepEqual(await places("secret"), []);
      });

      it("finds nothing for a text without words, whatever it is", async () => {
        for (const text of ["", "  ", '"', '*-"()', "\u0000", "🚀"])
          assert.deepEqual(await places(text), [], text);
      });
    });

    describe("with a long output", () => {
      const long = `${numberedLines(400_000)}\nthe needle in the middle\n${numberedLines(400_000)}`;
      const ended: ThreadEvent = {
        type: "messageEnded",
        message: "t1-answer",
        at: 9,
        status: "complete",
        usage: null,
        error: null,
      };

      beforeEach(async () => {
        await store.append("t1", 0, firstTurn());
        await store.append("t1", null, [
          ...["long", "short", "failed", "running"].map((part) => toolBegun(part)),
          await toolEnded("long", long),
          await toolEnded("short", "as it is"),
          { type: "toolEnded", message: "t1-answer", part: "failed", outcome: { errorText: "no" } },
          { type: "partSet", message: "t1-answer", part: textPart("said") },
        ]);
      });

      it("has a part of it in the message, and gives the whole", async () => {
        const { messages } = await store.load("t1");
        const part = messages[1]?.parts[0];
        assert.ok(part?.type === "dynamic-tool" && part.omitted);
        assert.ok(JSON.stringify(messages).length < 60_000);
        assert.equal(await store.output("t1", "t1-answer", "long"), long);
      });

      it("gives one that is stored as it is", async () => {
        assert.equal(await store.output("t1", "t1-answer", "short"), "as it is");
        assert.equal(await store.output("t1", "t1-answer", "failed"), "no");
        await store.append("t1", null, [await toolEnded("long", "another, and short")]);
        assert.equal(await store.output("t1", "t1-answer", "long"), "another, and short");
        await store.append("t1", null, [await toolEnded("long", `${long}!`)]);
        assert.equal(await store.output("t1", "t1-answer", "long"), `${long}!`);
      });

      it("rejects for what is not there, or has no output", async () => {
        await store.append("t2", 0, firstTurn("t2"));
        for (const [thread, message, part] of [
          ["t3", "t1-answer", "long"],
          ["t2", "t1-answer", "long"],
          ["t1", "t1-ask", "long"],
          ["t1", "nothing", "long"],
          ["t1", "t1-answer", "nothing"],
          ["t1", "t1-answer", "running"],
          ["t1", "t1-answer", "text"],
          ["t1", "t1-answer", "' OR 1=1 --"],
        ] as const)
          await assert.rejects(store.output(thread, message, part), ThreadNotFoundError, part);
      });

      it("is found by the words in its middle, and shows them", async () => {
        await store.append("t1", null, [ended]);
        const [hit, ...more] = await store.search("needle middle", 10);
        assert.equal(hit?.message, "t1-answer");
        assert.match(hit.snippet, /the needle in the middle/);
        assert.deepEqual(more, []);
      });
    });

    it("takes a message of a megabyte, and one that looks like SQL", async () => {
      const texts = ["x".repeat(1_000_000), "'); DROP TABLE messages; --", "\u0000\u2028", ""];
      await store.append("t1", 0, [
        ...firstTurn(),
        ...texts.map((text, index) =>
          added(message(`m${index}`, index + 2, "user", [textPart(text)])),
        ),
      ]);
      const { messages } = await store.load("t1");
      assert.deepEqual(
        messages.slice(2).map(({ parts }) => parts[0]?.type === "text" && parts[0].text),
        texts,
      );
    });
  });
}
