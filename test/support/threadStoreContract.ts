import assert from "node:assert/strict";
import type { ThreadEvent } from "../../src/shared/thread";
import {
  ThreadConflictError,
  ThreadNotFoundError,
  type ThreadStore,
} from "../../src/store/threadStore";
import { added, firstTurn, message, textPart } from "./conversations";

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

    it("keeps threads apart that are written at once", async () => {
      const ids = Array.from({ length: 20 }, (_, index) => `thread${index}`);
      await Promise.all(ids.map((id) => store.append(id, 0, firstTurn(id, `Text of ${id}`))));
      for (const id of ids) {
        const { messages } = await store.load(id);
        assert.deepEqual(messages[0]?.parts, [textPart(`Text of ${id}`)]);
      }
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
