import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import initSqlJs, { type Database } from "sql.js";
import type { ThreadEvent } from "../../../src/shared/thread";
import { rebuildIndex, search } from "../../../src/store/search";
import { firstTurn } from "../../support/conversations";
import { numberedLines, toolBegun, toolEnded } from "../../support/longTexts";
import { openStore } from "../../support/openStore";
import { temporaryFolder } from "../../support/temporaryFolder";

describe("the SQLite store, with a long output", () => {
  const folder = temporaryFolder();
  const long = `${numberedLines(2_000_000)}\nthe needle in the middle\n${numberedLines(2_000_000)}`;

  /** A turn with that output, as it is appended. */
  const turn = async (output = long): Promise<ThreadEvent[]> => [
    ...firstTurn(),
    toolBegun("tool"),
    await toolEnded("tool", output),
    {
      type: "messageEnded",
      message: "t1-answer",
      at: 9,
      status: "complete",
      usage: null,
      error: null,
    },
  ];

  /** Does something to the database file of a store that is closed. */
  async function change(work: (database: Database) => void): Promise<void> {
    const file = join(folder(), "threads.db");
    const { Database } = await initSqlJs();
    const database = new Database(readFileSync(file));
    work(database);
    writeFileSync(file, database.export());
    database.close();
  }

  it("has it packed on the disk, in the journal and in the database alike", async () => {
    const store = await openStore(folder());
    await store.append("t1", 0, await turn());
    const sizes = () => readdirSync(folder()).map((name) => statSync(join(folder(), name)).size);
    assert.ok(Math.max(...sizes()) < long.length / 2, String(sizes()));
    await store.close();
    await change((database) => {
      const [[bytes, parts] = []] =
        database.exec(
          "SELECT length(gzip), length(parts) FROM outputs JOIN messages ON id = message_id",
        )[0]?.values ?? [];
      assert.ok(Number(bytes) > 0 && Number(bytes) < long.length / 4);
      assert.ok(Number(parts) < 60_000);
    });
  });

  it("has the whole again after a crash", async () => {
    const crashed = await openStore(folder(), [], 60_000);
    await crashed.append("t1", 0, await turn());
    const store = await openStore(folder());
    assert.equal(await store.output("t1", "t1-answer", "tool"), long);
    await store.close();
    const again = await openStore(folder());
    assert.equal(await again.output("t1", "t1-answer", "tool"), long);
    await again.close();
    await crashed.close();
  });

  it("gives the whole in another window, which is told of the short form alone", async () => {
    const told: ThreadEvent[] = [];
    const one = await openStore(folder());
    const two = await openStore(folder(), [], undefined, (_, events) => told.push(...events));
    await one.append("t1", 0, await turn());
    two.poll();
    while (told.length === 0) await sleep(10);
    assert.ok(JSON.stringify(told).length < 60_000);
    assert.equal(await two.output("t1", "t1-answer", "tool"), long);
    await one.close();
    await two.close();
  });

  it("finds its middle after the index was built anew", async () => {
    const store = await openStore(folder());
    await store.append("t1", 0, await turn());
    await store.close();
    await change((database) => {
      rebuildIndex(database);
      const [hit] = search(database, "needle", 10);
      assert.match(hit?.snippet ?? "", /the needle in the middle/);
    });
  });

  it("gives no whole that is damaged, and still finds what is shown of it", async () => {
    const store = await openStore(folder());
    await store.append("t1", 0, await turn());
    await store.close();
    await change((database) => database.run("UPDATE outputs SET gzip = x'1f8b08ffff'"));
    const again = await openStore(folder());
    await assert.rejects(again.output("t1", "t1-answer", "tool"), /cannot be read any more/);
    assert.equal((await again.search("long output", 10)).length, 1);
    await again.close();
  });
});
