import assert from "node:assert/strict";
import { readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Journal, type JournalRecord } from "../../../src/store/journal";
import { ReadOnlyStoreError } from "../../../src/store/threadStore";
import { textOf, type ThreadEvent } from "../../../src/shared/thread";
import { added, firstTurn, message, textPart } from "../../support/conversations";
import { migrateToNewer, snapshotOf } from "../../support/newerVersion";
import { openStore } from "../../support/openStore";
import { temporaryFolder } from "../../support/temporaryFolder";

const say = (id: string, seq: number) => [added(message(id, seq, "user", [textPart(id)]))];

/** What a version to come could do to the tables: add, need, drop and rename. */
const MIGRATION = `
  ALTER TABLE threads ADD COLUMN colour TEXT NOT NULL DEFAULT 'red';
  ALTER TABLE messages DROP COLUMN usage;
  CREATE TABLE inventions (id TEXT PRIMARY KEY);
  CREATE TRIGGER no_more BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'not so'); END;
  DROP TABLE search; DROP TABLE search_documents; DROP TABLE leases;`;

describe("threads that a newer version has saved", () => {
  const folder = temporaryFolder();
  const file = () => join(folder(), "threads.db");

  const save = async () => {
    const store = await openStore(folder());
    await store.append("t1", 0, firstTurn("t1", "Where is the café?"));
    await store.close();
  };

  /** How soon after a commit the file would be rewritten, in milliseconds. */
  const QUIET = 50;

  const open = async () => {
    const problems: string[] = [];
    const told: string[] = [];
    const store = await openStore(folder(), problems, QUIET, undefined, (why) => told.push(why));
    return { store, problems, told };
  };

  const texts = async (store: Awaited<ReturnType<typeof openStore>>) =>
    (await store.load("t1")).messages.map((message) => textOf(message));

  it("can be listed, read and searched, and are not touched", async () => {
    await save();
    await migrateToNewer(folder(), MIGRATION);
    const newer = Journal.openExisting(folder(), 1) ?? assert.fail();
    newer.append({ id: "c1", thread: "t1", expected: 2, events: say("from the journal", 2) });
    const before = snapshotOf(folder());

    const { store, problems, told } = await open();
    assert.deepEqual(
      (await store.list()).map(({ title }) => title),
      ["Where is the café?"],
    );
    assert.deepEqual(await texts(store), ["Where is the café?", "", "from the journal"]);
    assert.equal((await store.search("cafe", 9)).length, 2);
    assert.equal((await store.search("journal", 9))[0]?.message, "from the journal");
    assert.equal(told.length, 1);
    assert.match(told[0] ?? "", /saved by a newer version.*can be read; update the extension/);

    await assert.rejects(store.append("t1", 3, say("more", 3)), ReadOnlyStoreError);
    await assert.rejects(store.append("t2", 0, firstTurn("t2")), ReadOnlyStoreError);
    await assert.rejects(store.claim("t1", 1000), ReadOnlyStoreError);
    await store.release("t1");
    store.poll();
    await sleep(2 * QUIET);
    await store.close();
    assert.deepEqual(problems, []);
    assert.deepEqual(snapshotOf(folder()), before);
  });

  it("are followed while the newer version goes on, also into a journal that it begins", async () => {
    await save();
    await migrateToNewer(folder());
    const sealed = Journal.openExisting(folder(), 1) ?? assert.fail();
    const { store, problems } = await open();
    sealed.seal("s1");
    assert.equal((await store.load("t1")).messages.length, 2);
    const next = Journal.open(folder(), 2);
    next.append({ id: "c1", thread: "t1", expected: 2, events: say("later", 2) });
    assert.deepEqual(await texts(store), ["Where is the café?", "", "later"]);
    await store.close();
    assert.deepEqual(problems, []);
  });

  const futureEvents = [
    { type: "reactionAdded", message: "t1-ask", part: 7 },
    { type: "partMoved", part: "text" },
    { type: "__proto__" },
  ] as unknown as ThreadEvent[];
  const future: [string, unknown[]][] = [
    ["events", [{ id: "c1", thread: "t1", expected: null, events: futureEvents }]],
    ["records", [{ presence: "w1" }, "just a text", null]],
  ];
  for (const [what, lines] of future)
    it(`are shown as far as they are understood: ${what} of unknown types are passed over`, async () => {
      await save();
      const newer = Journal.openExisting(folder(), 1) ?? assert.fail();
      for (const line of lines) newer.append(line as JournalRecord);
      newer.append({ id: "c2", thread: "t1", expected: 2, events: say("known", 2) });
      const before = snapshotOf(folder());

      // The file is still one of ours, and yet a checkpoint would lose what is in the journal.
      const { store, problems, told } = await open();
      assert.deepEqual(await texts(store), ["Where is the café?", "", "known"]);
      assert.equal(told.length, 1);
      await assert.rejects(store.append("t1", 3, say("more", 3)), ReadOnlyStoreError);
      await store.close();
      assert.deepEqual(problems, []);
      assert.deepEqual(snapshotOf(folder()), before);
    });

  it("have parts of other kinds, which are passed over by the search", async () => {
    const store = await openStore(folder());
    await store.append("t1", 0, firstTurn());
    const drawing = { type: "drawing", id: "p1", strokes: ["circle"] } as never;
    await store.append("t1", 2, [added(message("m", 2, "user", [drawing, textPart("words")]))]);
    assert.equal((await store.search("words", 9))[0]?.message, "m");
    await store.close();
  });

  it("are not written over by a window that was open before", async () => {
    const { store, told } = await open();
    await store.append("t1", 0, firstTurn());
    await store.claim("t1", 10_000);
    const other = await openStore(folder());
    await other.append("t2", 0, firstTurn("t2"));
    await other.close();
    await store.append("t1", 2, say("ahead of the file", 2));
    await migrateToNewer(folder(), MIGRATION);
    const before = snapshotOf(folder());

    store.poll();
    assert.equal(told.length, 1);
    await assert.rejects(store.append("t1", 3, say("late", 3)), ReadOnlyStoreError);
    await assert.rejects(store.claim("t1", 10_000), ReadOnlyStoreError);
    await store.release("t1");
    assert.equal((await store.load("t1")).messages.length, 3);
    await sleep(2 * QUIET);
    await store.close();
    assert.deepEqual(snapshotOf(folder()), before);
  });

  for (const [what, migration] of [
    ["a column", "ALTER TABLE threads RENAME COLUMN title TO name"],
    ["a table", "DROP TABLE messages"],
  ] as const)
    it(`cannot be read without ${what} that we need, which is said in a sentence`, async () => {
      await save();
      await migrateToNewer(folder(), migration);
      const before = snapshotOf(folder());
      await assert.rejects(
        openStore(folder()),
        /newer version .* cannot read\. Update the extension to see them\.$/,
      );
      assert.deepEqual(snapshotOf(folder()), before);
    });

  it("are read from the file before when the newest is damaged, which is left as it is", async () => {
    await save();
    const again = await openStore(folder());
    await again.append("t1", 2, say("second", 2));
    await again.close();
    await migrateToNewer(folder());
    truncateSync(file(), 5000);
    const before = snapshotOf(folder());
    const { store, problems } = await open();
    assert.equal((await store.load("t1")).messages.length, 3);
    await assert.rejects(store.claim("t1", 1000), ReadOnlyStoreError);
    await store.close();
    assert.match(problems.join(), /could not be read\. The file was left as it is\.$/);
    assert.deepEqual(snapshotOf(folder()), before);

    truncateSync(file(), 5000);
    truncateSync(`${file()}.previous`, 5000);
    await assert.rejects(openStore(folder()), /Update the extension/);
    assert.equal(readFileSync(file()).length, 5000);
  });
});
