import assert from "node:assert/strict";
import type { MessageStatus, ThreadEvent } from "../../src/shared/thread";
import { ThreadNotFoundError, type ThreadStore } from "../../src/store/threadStore";
import { added, firstTurn, message, textPart } from "./conversations";

const ended = (
  thread: string,
  status: Exclude<MessageStatus, "streaming">,
  costUsd = 0,
): ThreadEvent => ({
  type: "messageEnded",
  message: `${thread}-answer`,
  at: 9,
  status,
  usage: {
    inputTokens: 1,
    outputTokens: 1,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    costUsd,
    durationMs: 1,
  },
  error: null,
});

/** What every store tells of threads that are only listed. */
export function threadListContract(store: () => ThreadStore): void {
  describe("listed", () => {
    const states = async () =>
      Object.fromEntries((await store().list()).map(({ id, state }) => [id, state]));

    it("says how the last answer of each ended", async () => {
      for (const id of ["t1", "t2", "t3"]) await store().append(id, 0, firstTurn(id));
      await store().append("t1", null, [ended("t1", "complete")]);
      await store().append("t2", null, [ended("t2", "failed")]);
      await store().append("t3", null, [ended("t3", "stopped")]);
      assert.deepEqual(await states(), { t1: "idle", t2: "failed", t3: "idle" });
      await store().append("t2", 2, [
        added(message("t2-more", 2, "user", [textPart("again")], "t2")),
      ]);
      assert.deepEqual(await states(), { t1: "idle", t2: "idle", t3: "idle" });
    });

    it("is at work for as long as somebody has the right to its turn", async () => {
      await store().claim("t1", 60_000);
      await store().append("t1", 0, firstTurn("t1"));
      assert.deepEqual(await states(), { t1: "working" });
      await store().release("t1");
      assert.deepEqual(await states(), { t1: "failed" }, "its answer was cut short");
      await store().claim("t1", 60_000);
      await store().append("t1", null, [ended("t1", "complete")]);
      assert.deepEqual(await states(), { t1: "idle" });
    });

    it("keeps what its user has set, wherever it is in the list", async () => {
      await store().append("t1", 0, firstTurn("t1"));
      const changes = { title: "Renamed", pinned: true, unread: true };
      await store().append("t1", null, [{ type: "threadChanged", at: 3, changes }]);
      const [listed] = await store().list();
      assert.deepEqual(
        [listed?.title, listed?.pinned, listed?.unread, listed?.updatedAt],
        ["Renamed", true, true, 3],
      );
      assert.equal((await store().load("t1")).thread.unread, true);
      await store().append("t1", null, [
        { type: "threadChanged", at: 3, changes: { unread: false, pinned: false } },
      ]);
      const [again] = await store().list();
      assert.deepEqual([again?.title, again?.pinned, again?.unread], ["Renamed", false, false]);
    });

    it("is told of by its beginning, its messages and its cost, without what is hidden", async () => {
      const hidden = { ...message("h", 0, "system", [textPart("context")]), visibility: "hidden" };
      const [created, ...said] = firstTurn("t1", `Begin ${"x".repeat(5000)}`);
      assert.ok(created);
      await store().append("t1", 0, [created, added(hidden as never), ...said]);
      const first = await store().summary("t1");
      assert.deepEqual([first.messages, first.costUsd], [2, 0]);
      assert.match(first.beginning, /^Begin x{400,500}$/);
      await store().append("t1", null, [ended("t1", "complete", 0.25)]);
      assert.equal((await store().summary("t1")).costUsd, 0.25);
      await assert.rejects(store().summary("t2"), ThreadNotFoundError);
    });
  });
}
