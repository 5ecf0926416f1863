import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { firstTurn } from "../../support/conversations";
import { openStore } from "../../support/openStore";
import { temporaryFolder } from "../../support/temporaryFolder";

describe("the list of the SQLite store", () => {
  const folder = temporaryFolder();
  const v6 = join(__dirname, "../../fixtures/databases/v6.db");

  it("tells the states of threads that an earlier version has stored, none of them unread", async () => {
    copyFileSync(v6, join(folder(), "threads.db"));
    const store = await openStore(folder());
    const listed = Object.fromEntries((await store.list()).map((thread) => [thread.id, thread]));
    assert.deepEqual([listed["t3"]?.state, listed["t3"]?.pinned], ["failed", true]);
    assert.equal(listed["t1"]?.state, "idle");
    assert.ok(Object.values(listed).every(({ unread }) => !unread));
    await store.append("t3", null, [{ type: "threadChanged", at: 1, changes: { unread: true } }]);
    await store.close();
    const again = await openStore(folder());
    assert.equal((await again.list()).find(({ id }) => id === "t3")?.unread, true);
    await again.close();
  });

  it("shows a thread as at work in every window, until its time is over", async () => {
    let now = 1000;
    const open = () => openStore(folder(), [], undefined, undefined, undefined, () => now);
    const [one, two] = [await open(), await open()];
    await one.claim("t1", 500);
    await one.append("t1", 0, firstTurn("t1"));
    assert.equal((await two.list())[0]?.state, "working");
    now += 600;
    assert.equal((await two.list())[0]?.state, "failed");
    await one.close();
    await two.close();
  });
});
