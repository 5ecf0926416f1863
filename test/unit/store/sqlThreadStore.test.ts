import { spawnSync } from "node:child_process";
import assert from "node:assert/strict";
import fs, {
  appendFileSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import initSqlJs from "sql.js";
import { Journal, journalPath } from "../../../src/store/journal";
import { VERSION } from "../../../src/store/schema";
import { ThreadConflictError } from "../../../src/store/threadStore";
import { added, firstTurn, message, textPart } from "../../support/conversations";
import { openStore } from "../../support/openStore";
import { temporaryFolder } from "../../support/temporaryFolder";

const say = (id: string, seq: number) => [added(message(id, seq, "user", [textPart(id)]))];

describe("the SQLite store", () => {
  const folder = temporaryFolder();
  const file = (name = "threads.db") => join(folder(), name);
  const ids = async () => {
    const store = await openStore(folder());
    const { messages } = await store.load("t1");
    await store.close();
    return messages.map(({ id }) => id);
  };

  it("has everything again that it acknowledged, though nobody closed it", async () => {
    const crashed = await openStore(folder());
    await crashed.append("t1", 0, firstTurn());
    await crashed.append("t1", 2, say("more", 2));
    assert.deepEqual(await ids(), ["t1-ask", "t1-answer", "more"]);
  });

  it("leaves a plain SQLite file that alone holds everything, once it is closed", async () => {
    const store = await openStore(folder());
    await store.append("t1", 0, firstTurn());
    await store.close();
    const sql = await initSqlJs();
    const database = new sql.Database(readFileSync(file()));
    const rows = database.exec(
      "SELECT title, scope_type, claude_session_id, role, seq, status, parts FROM messages JOIN threads ON threads.id = thread_id ORDER BY seq",
    )[0]?.values;
    assert.deepEqual(rows, [
      ["Hello", "workspace", null, "user", 0, "complete", JSON.stringify([textPart("Hello")])],
      ["Hello", "workspace", null, "assistant", 1, "streaming", "[]"],
    ]);
    assert.deepEqual(database.exec("PRAGMA user_version")[0]?.values, [[VERSION]]);
    assert.deepEqual(database.exec("PRAGMA integrity_check")[0]?.values, [["ok"]]);
  });

  it("writes that file by itself when things are quiet", async () => {
    const store = await openStore(folder());
    await store.append("t1", 0, firstTurn());
    for (let tries = 0; tries < 100 && !readdirSync(folder()).includes("threads.db"); tries++)
      await sleep(50);
    copyFileSync(file(), file("copy.db"));
    const sql = await initSqlJs();
    const database = new sql.Database(readFileSync(file("copy.db")));
    assert.deepEqual(database.exec("SELECT count(*) FROM messages")[0]?.values, [[2]]);
    await store.append("t1", 2, say("after", 2));
    await store.close();
    assert.deepEqual(await ids(), ["t1-ask", "t1-answer", "after"]);
  });

  it("writes no more than three times what a thread of 1,000 turns comes to", async function () {
    if (process.platform !== "linux") this.skip();
    const written = () =>
      Number(/^wchar: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
    const before = written();
    // With each turn followed by quiet, so that each is an occasion to write the whole file.
    const store = await openStore(folder(), [], 0);
    await store.append("t1", 0, firstTurn());
    for (let turn = 1; turn <= 1000; turn++) {
      const [ask, answer] = [`ask${turn}`, `answer${turn}`];
      await store.append("t1", turn * 2, [
        added(message(ask, turn * 2, "user", [textPart("Why? ".repeat(40))])),
        added(message(answer, turn * 2 + 1, "assistant")),
      ]);
      const part = textPart(`Because of ${turn}. `.repeat(130));
      await store.append("t1", null, [{ type: "partSet", message: answer, part }]);
      await store.append("t1", null, [
        {
          type: "messageEnded",
          message: answer,
          at: turn,
          status: "complete",
          usage: null,
          error: null,
        },
      ]);
      await sleep(1);
    }
    await store.close();
    const size = statSync(file()).size;
    assert.ok(size > 2_000_000);
    assert.ok(written() - before < 3 * size, `${written() - before} bytes for ${size}`);
    assert.equal((await ids()).length, 2002);
  });

  it("reads the whole file once, however large it is, to open it, change it and write it anew", async () => {
    let store = await openStore(folder());
    await store.append("t1", 0, firstTurn());
    await store.close();
    const { size } = statSync(file());
    const { readSync: real } = fs;
    let reads = 0;
    Object.assign(fs, {
      readSync: (from: number, bytes: Buffer, ...where: [number, number, number]) => {
        if (where[1] >= size) reads++;
        return real(from, bytes, ...where);
      },
    });
    try {
      store = await openStore(folder());
      await store.append("t1", 2, say("more", 2));
      await store.close();
    } finally {
      Object.assign(fs, { readSync: real });
    }
    assert.equal(reads, 1);
  });

  it("reads a long journal in pieces, and all of it", async () => {
    const journal = Journal.open(folder(), 0);
    journal.append({ id: "first", thread: "t1", expected: 0, events: firstTurn() });
    const text = "ü".repeat(1_000_001);
    for (let seq = 2; seq < 20; seq++) {
      const events = [added(message(`m${seq}`, seq, "assistant", [textPart(text)]))];
      journal.append({ id: `c${seq}`, thread: "t1", expected: seq, events });
    }
    journal.close();
    const { readSync: real } = fs;
    let most = 0;
    Object.assign(fs, {
      readSync: (file: number, bytes: Buffer, ...where: [number, number, number]) => {
        most = Math.max(most, bytes.length);
        return real(file, bytes, ...where);
      },
    });
    try {
      const store = await openStore(folder());
      const { messages } = await store.load("t1");
      assert.equal(messages.length, 20);
      for (const { parts } of messages.slice(2)) assert.deepEqual(parts, [textPart(text)]);
      await store.close();
    } finally {
      Object.assign(fs, { readSync: real });
    }
    assert.ok(most < 20_000_000, `${most} bytes at once`);
  });

  it("keeps its folder small while a draft of a megabyte is saved again and again", async () => {
    const store = await openStore(folder());
    const text = "x".repeat(1_000_000);
    await store.append("t1", 0, firstTurn());
    for (let count = 0; count < 40; count++) {
      await store.saveDraft({ thread: "t1", text: `${text}${count}`, unstored: null });
      await sleep(5);
    }
    const sizes = readdirSync(folder()).map((name) => statSync(join(folder(), name)).size);
    const all = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(all < 24_000_000, `${all} bytes`);
    assert.equal((await store.drafts())[0]?.text, `${text}39`);
    await store.close();
  });

  it("loses only a last record that was torn, wherever it was torn", async () => {
    const crashed = await openStore(folder());
    await crashed.append("t1", 0, firstTurn());
    const whole = readFileSync(journalPath(folder(), 0));
    await crashed.append("t1", 2, say("torn", 2));
    const longer = readFileSync(journalPath(folder(), 0));
    for (let length = whole.length; length < longer.length - 1; length += 37) {
      writeFileSync(journalPath(folder(), 0), longer.subarray(0, length));
      const problems: string[] = [];
      const store = await openStore(folder(), problems);
      assert.equal((await store.load("t1")).messages.length, 2);
      // What is written behind a torn record is whole.
      await store.append("t1", 2, say("next", 2));
      const again = await openStore(folder());
      assert.equal((await again.load("t1")).messages.length, 3);
    }
  });

  it("skips a record that was damaged, and says so", async () => {
    const crashed = await openStore(folder());
    await crashed.append("t1", 0, firstTurn("t1"));
    await crashed.append("t2", 0, firstTurn("t2"));
    const bytes = readFileSync(journalPath(folder(), 0));
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    writeFileSync(journalPath(folder(), 0), bytes);
    const problems: string[] = [];
    const store = await openStore(folder(), problems);
    assert.deepEqual(
      (await store.list()).map(({ id }) => id),
      ["t2"],
    );
    assert.equal(problems.length, 1);
  });

  it("sets a file aside that is no database, says so, and begins anew", async () => {
    writeFileSync(
      file(),
      "this is no database, and long enough to be looked at as one".repeat(100),
    );
    const problems: string[] = [];
    const store = await openStore(folder(), problems);
    assert.deepEqual(await store.list(), []);
    await store.append("t1", 0, firstTurn());
    await store.close();
    assert.match(problems.join(), /could not be read\. The file was kept as .*damaged-/);
    const kept = readdirSync(folder()).filter((name) => name.includes("damaged"));
    assert.equal(kept.length, 1);
    assert.match(readFileSync(file(kept[0]), "utf8"), /^this is no database/);
    assert.deepEqual(await ids(), ["t1-ask", "t1-answer"]);
  });

  it("has everything again when the file is cut short after a checkpoint, from the one before", async () => {
    for (const [index, id] of ["first", "second", "third"].entries()) {
      const store = await openStore(folder());
      await store.append(
        "t1",
        index === 0 ? 0 : index + 1,
        index === 0 ? firstTurn() : say(id, index + 1),
      );
      await store.close();
    }
    truncateSync(file(), 5000);
    const problems: string[] = [];
    const store = await openStore(folder(), problems);
    assert.deepEqual(
      (await store.load("t1")).messages.map(({ id }) => id),
      ["t1-ask", "t1-answer", "second", "third"],
    );
    assert.equal(problems.length, 1);
    await store.close();
  });

  it("has everything again from the file before, also when a checkpoint between was killed", async () => {
    let store = await openStore(folder());
    await store.append("t1", 0, firstTurn());
    await store.close();
    store = await openStore(folder());
    await store.append("t1", 2, say("a", 2));
    // The process that sealed this generation did not live to write the file.
    Journal.open(folder(), 1).seal("of a process that was killed");
    await store.append("t1", 3, say("b", 3));
    await store.close();
    truncateSync(file(), 5000);
    assert.deepEqual(await ids(), ["t1-ask", "t1-answer", "a", "b"]);
  });

  describe("with two windows on one folder", () => {
    it("shows each what the other has committed", async () => {
      const [one, two] = [await openStore(folder()), await openStore(folder())];
      await one.append("t1", 0, firstTurn());
      assert.equal((await two.load("t1")).messages.length, 2);
      await two.append("t1", 2, say("two", 2));
      await assert.rejects(one.append("t1", 2, say("one", 2)), ThreadConflictError);
      await one.append("t1", 3, say("one", 3));
      assert.deepEqual(await ids(), ["t1-ask", "t1-answer", "two", "one"]);
      await one.close();
      await two.close();
      assert.deepEqual(await ids(), ["t1-ask", "t1-answer", "two", "one"]);
    });

    it("goes on together when one of them writes the file, even many times", async () => {
      const idle = await openStore(folder());
      await idle.append("t1", 0, firstTurn());
      for (let count = 2; count < 7; count++) {
        const busy = await openStore(folder());
        await busy.append("t1", count, say(`m${count}`, count));
        await busy.close();
      }
      assert.equal((await idle.load("t1")).messages.length, 7);
      await idle.append("t1", 7, say("late", 7));
      await idle.close();
      assert.equal((await ids()).length, 8);
    });

    it("tells each what the other has committed, once and in order", async () => {
      const told: unknown[] = [];
      const one = await openStore(folder());
      await one.append("t1", 0, firstTurn());
      const two = await openStore(folder(), [], undefined, (thread, events) =>
        told.push([thread, events.map(({ type }) => type)]),
      );
      assert.deepEqual(told, []);
      await one.append("t1", 2, say("a", 2));
      await two.append("t1", 3, say("own", 3));
      await one.append("t1", 4, say("b", 4));
      two.poll();
      two.poll();
      assert.deepEqual(told, [
        ["t1", ["messageAdded"]],
        ["t1", ["messageAdded"]],
      ]);
    });

    it("lets one of them have a thread's turn, until it gives it back or is gone", async () => {
      const [one, two] = [await openStore(folder()), await openStore(folder())];
      assert.equal(await one.claim("t1", 10_000), true);
      assert.equal(await one.claim("t1", 10_000), true);
      assert.equal(await two.claim("t1", 10_000), false);
      assert.equal(await two.claim("t2", 10_000), true);
      await two.release("t1");
      assert.equal(await two.claim("t1", 10_000), false);
      await one.release("t1");
      assert.equal(await two.claim("t1", 1), true);
      await sleep(5);
      assert.equal(await one.claim("t1", 10_000), true);
      // A file that was rewritten meanwhile still tells.
      await one.append("t1", 0, firstTurn());
      await one.close();
      const three = await openStore(folder());
      assert.equal(await three.claim("t1", 10_000), false);
    });

    it("takes over from a process that is gone", async () => {
      const script = `
        const { SqlThreadStore } = require(${JSON.stringify(join(__dirname, "../../../src/store/sqlThreadStore.ts"))});
        const wasm = ${JSON.stringify(require.resolve("sql.js/dist/sql-wasm.wasm"))};
        SqlThreadStore.open({ folder: ${JSON.stringify(folder())}, wasm, onProblem() {} })
          .then((store) => store.claim("t1", 600000)).then((mine) => process.exit(mine ? 7 : 1));`;
      const child = spawnSync(process.execPath, ["--import", "tsx", "-e", script], {
        cwd: join(__dirname, "../../.."),
      });
      assert.equal(child.status, 7, child.stderr.toString());
      const store = await openStore(folder());
      assert.equal(await store.claim("t1", 10_000), true);
    });

    it("reads a record only when it is whole", async () => {
      const store = await openStore(folder());
      await store.append("t1", 0, firstTurn());
      const before = readFileSync(journalPath(folder(), 0));
      await store.append("t1", 2, say("later", 2));
      const record = readFileSync(journalPath(folder(), 0)).subarray(before.length);
      writeFileSync(journalPath(folder(), 0), before);
      const reader = await openStore(folder());
      appendFileSync(journalPath(folder(), 0), record.subarray(0, 60));
      assert.equal((await reader.load("t1")).messages.length, 2);
      appendFileSync(journalPath(folder(), 0), record.subarray(60));
      assert.equal((await reader.load("t1")).messages.length, 3);
    });
  });
});
