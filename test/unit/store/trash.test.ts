import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import initSqlJs from "sql.js";
import type { Thread } from "../../../src/shared/thread";
import { Journal, journalPath } from "../../../src/store/journal";
import type { SqlThreadStore } from "../../../src/store/sqlThreadStore";
import { ThreadNotFoundError } from "../../../src/store/threadStore";
import { breakDisk, mendDisk } from "../../support/brokenDisk";
import { deleted, emptyConversation, firstTurn } from "../../support/conversations";
import { numberedLines, toolBegun, toolEnded } from "../../support/longTexts";
import { openStore } from "../../support/openStore";
import { temporaryFolder } from "../../support/temporaryFolder";

const DAY = 24 * 60 * 60 * 1000;
const SECRET = "xylophone";

describe("the trash of the SQLite store", () => {
  afterEach(mendDisk);
  const folder = temporaryFolder();
  let now = 0;
  beforeEach(() => (now = DAY));
  const open = (quiet?: number) => openStore(folder(), [], quiet, undefined, undefined, () => now);
  const ids = (threads: readonly Thread[]) => threads.map(({ id }) => id);
  const fill = async (store: SqlThreadStore) => {
    await store.append("t1", 0, firstTurn("t1", SECRET));
    await store.append("t2", 0, firstTurn("t2", "Something else"));
    await store.append("t1", null, [deleted(now)]);
  };

  it("keeps a thread for thirty days, and purges it with the next opening", async () => {
    const first = await open();
    await fill(first);
    await first.close();
    now += 30 * DAY - 1;
    const second = await open();
    assert.deepEqual(ids(await second.trash()), ["t1"]);
    await second.close();
    now += 1;
    const third = await open();
    assert.deepEqual(ids(await third.trash()), []);
    await assert.rejects(third.load("t1"), ThreadNotFoundError);
    await assert.rejects(third.append("t1", null, [deleted(null)]), ThreadNotFoundError);
    assert.equal((await third.load("t2")).messages.length, 2);
    await third.close();
  });

  it("is looked at once a day in a window that stays open", async () => {
    const store = await open();
    await fill(store);
    now += 31 * DAY;
    assert.deepEqual(ids(await store.list()), ["t2"]);
    await assert.rejects(store.load("t1"), ThreadNotFoundError);
    await store.append("t2", null, [deleted(now - 40 * DAY)]);
    assert.deepEqual(ids(await store.trash()), ["t2"], "not before the next day");
    now += DAY;
    assert.deepEqual(ids(await store.trash()), []);
    await store.close();
  });

  it("leaves a thread to the window that took it out first", async () => {
    const [one, two] = [await open(), await open()];
    await fill(one);
    const since = now;
    await one.append("t1", null, [deleted(null)]);
    // The other window had decided to purge it when it did not know of that yet.
    const journal = Journal.open(folder(), 0);
    journal.append({
      id: randomUUID(),
      thread: "t1",
      expected: null,
      events: [{ type: "threadPurged", at: now, deletedAt: since }],
    });
    journal.close();
    for (const store of [one, two]) assert.deepEqual(ids(await store.list()), ["t1", "t2"]);
    await one.append("t1", null, [deleted(now)]);
    now += 30 * DAY;
    assert.deepEqual(ids(await two.list()), ["t2"]);
    await assert.rejects(one.append("t1", null, [deleted(null)]), ThreadNotFoundError);
  });

  it("is purged again when the journal is replayed, and is told to other windows", async () => {
    const told: unknown[] = [];
    const other = await openStore(folder(), [], undefined, (thread, events) =>
      told.push([thread, events.at(-1)?.type]),
    );
    const crashed = await open();
    await fill(crashed);
    now += 30 * DAY;
    await crashed.list();
    other.poll();
    assert.deepEqual(told.at(-1), ["t1", "threadPurged"]);
    // Nobody closed it, and it is read when it is long past that day.
    now = DAY;
    const after = await open();
    assert.deepEqual(ids(await after.list()), ["t2"]);
    assert.deepEqual(await after.trash(), []);
    assert.deepEqual(await after.search(SECRET, 10), []);
  });

  it("is not emptied while the disk refuses, and then it is", async () => {
    const store = await open();
    await fill(store);
    now += 30 * DAY;
    breakDisk("writeSync", "ENOSPC");
    assert.deepEqual(ids(await store.trash()), ["t1"]);
    mendDisk();
    now += DAY;
    assert.deepEqual(await store.trash(), []);
  });

  it("leaves nothing of a purged thread in its tables, nor of its text in the file", async () => {
    const store = await open(0);
    await fill(store);
    const output = await toolEnded("tool", numberedLines(300_000));
    await store.append("t1", null, [toolBegun("tool"), output]);
    // So much that the file would not be rewritten for a record as short as a purge.
    await store.append("t3", 0, firstTurn("t3", "y".repeat(3_000_000)));
    await store.close();
    const file = join(folder(), "threads.db");
    const text = JSON.stringify(SECRET);
    const sql = await initSqlJs();
    const count = (from: string) =>
      new sql.Database(readFileSync(file)).exec(`SELECT count(*) FROM ${from}`)[0]?.values[0]?.[0];
    assert.ok(readFileSync(file).includes(text));
    assert.equal(count("outputs"), 1);
    now += 30 * DAY;
    const purging = await open(0);
    for (let tries = 0; tries < 100 && readFileSync(file).includes(text); tries++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(!readFileSync(file).includes(text), "the file was written without it");
    assert.equal(count("threads WHERE id = 't1'"), 0);
    assert.equal(count("messages WHERE thread_id = 't1'"), 0);
    assert.equal(count("outputs"), 0);
    assert.equal(count("search_documents"), 2);
    assert.equal(count("pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
    await purging.close();
  });

  it("reads a journal that was written before there was one, or anything unread", async () => {
    const journal = Journal.open(folder(), 0);
    const { deletedAt, unread, ...thread } = emptyConversation("old").thread;
    assert.deepEqual([deletedAt, unread], [null, false]);
    const record = { id: "1", thread: "old", expected: 0, events: [] };
    const created = { type: "threadCreated", thread } as never;
    journal.append({ ...record, events: [created] });
    journal.close();
    assert.ok(!readFileSync(journalPath(folder(), 0), "utf8").includes("deletedAt"));
    const store = await open();
    assert.deepEqual(
      (await store.list()).map((listed) => [listed.deletedAt, listed.unread]),
      [[null, false]],
    );
  });
});
