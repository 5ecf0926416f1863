import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs, { appendFileSync, linkSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { journalPath } from "../../../src/store/journal";
import { breakDisk, fillDisk, mendDisk } from "../../support/brokenDisk";
import { added, firstTurn, message, textPart } from "../../support/conversations";
import { openStore } from "../../support/openStore";
import { temporaryFolder } from "../../support/temporaryFolder";

const say = (id: string, seq: number) => [added(message(id, seq, "user", [textPart(id)]))];

describe("a disk that fails", () => {
  afterEach(mendDisk);
  const folder = temporaryFolder();

  const ids = async () => {
    const store = await openStore(folder());
    const { messages } = await store.load("t1");
    await store.close();
    return messages.map(({ id }) => id);
  };

  for (const code of ["ENOSPC", "EIO", "EROFS"])
    it(`refuses a commit with ${code}, and what was committed before is there`, async () => {
      const store = await openStore(folder());
      await store.append("t1", 0, firstTurn());
      breakDisk("writeSync", code);
      await assert.rejects(store.append("t1", 2, say("lost", 2)), new RegExp(code));
      mendDisk();
      assert.equal((await store.load("t1")).messages.length, 2);
      await store.append("t1", 2, say("kept", 2));
      assert.deepEqual(await ids(), ["t1-ask", "t1-answer", "kept"]);
    });

  for (const room of [0, 1, 20, 100])
    it(`takes only ${room} bytes of a commit, which is then not there, and spoils nothing`, async () => {
      const store = await openStore(folder());
      await store.append("t1", 0, firstTurn());
      fillDisk(room);
      await assert.rejects(store.append("t1", 2, say("torn", 2)), /ENOSPC/);
      mendDisk();
      await store.append("t1", 2, say("kept", 2));
      assert.deepEqual(await ids(), ["t1-ask", "t1-answer", "kept"]);
    });

  it("does not add twice what it wrote and could not sync", async () => {
    const store = await openStore(folder());
    await store.append("t1", 0, firstTurn());
    breakDisk("fdatasyncSync", "EIO");
    await assert.rejects(store.append("t1", 2, say("doubtful", 2), "commit1"), /EIO/);
    await assert.rejects(store.append("t1", 2, say("doubtful", 2), "commit1"), /EIO/);
    mendDisk();
    await store.append("t1", 2, say("doubtful", 2), "commit1");
    await store.append("t1", 3, say("next", 3));
    assert.deepEqual(await ids(), ["t1-ask", "t1-answer", "doubtful", "next"]);
  });

  for (const call of ["openSync", "writeFileSync", "fsyncSync", "renameSync"] as const)
    it(`fails in ${call} while the file is rewritten, which loses nothing and is said`, async () => {
      const problems: string[] = [];
      const store = await openStore(folder(), problems);
      await store.append("t1", 0, firstTurn());
      breakDisk(call, "ENOSPC");
      await store.close().catch(() => {});
      mendDisk();
      assert.match(problems.join(), /safe in their journal/);
      assert.deepEqual(await ids(), ["t1-ask", "t1-answer"]);
      assert.deepEqual(
        readdirSync(folder()).filter((name) => name.includes(".new")),
        [],
      );
    });

  it("has no hard links, and its database file is written all the same, with the one before", async () => {
    breakDisk("linkSync", "EPERM");
    const problems: string[] = [];
    for (let times = 0; times < 2; times++) {
      const store = await openStore(folder(), problems);
      if (times === 0) await store.append("t1", 0, firstTurn());
      else await store.append("t1", 2, say("more", 2));
      await store.close();
    }
    assert.deepEqual(problems, []);
    assert.deepEqual(
      readdirSync(folder()).filter((name) => !name.includes("journal")),
      ["threads.db", "threads.db.previous"],
    );
    assert.deepEqual(await ids(), ["t1-ask", "t1-answer", "more"]);
  });

  it("refuses to go on in a new journal, and is asked again", async () => {
    const problems: string[] = [];
    const store = await openStore(folder(), problems, 0);
    await store.append("t1", 0, firstTurn());
    breakDisk("openSync", "EMFILE", "journal-1");
    while (problems.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await assert.rejects(store.append("t1", 2, say("refused", 2)), /EMFILE/);
    mendDisk();
    await store.append("t1", 2, say("kept", 2));
    await store.close();
    assert.deepEqual(await ids(), ["t1-ask", "t1-answer", "kept"]);
  });

  it("is a folder that cannot be made", async () => {
    const path = join(folder(), "file");
    writeFileSync(path, "");
    await assert.rejects(openStore(join(path, "below")), /ENOTDIR|EEXIST/);
  });

  it("has leftovers of a checkpoint that crashed, which do no harm, and go with the next one", async () => {
    const store = await openStore(folder());
    await store.append("t1", 0, firstTurn());
    await store.close();
    const at = (name: string) => join(folder(), name);
    writeFileSync(at("threads.db.new"), "half of a database");
    // Between the two renames the previous file and the present one are the same.
    linkSync(at("threads.db"), at("threads.db.previous"));
    assert.deepEqual(await ids(), ["t1-ask", "t1-answer"]);
    const next = await openStore(folder());
    await next.append("t1", 2, say("next", 2));
    await next.close();
    assert.deepEqual(
      readdirSync(folder()).filter((name) => name.startsWith("threads.db")),
      ["threads.db", "threads.db.previous"],
    );
    assert.deepEqual(await ids(), ["t1-ask", "t1-answer", "next"]);
  });

  it("has a flipped byte anywhere in the journal, which costs at most that one commit", async () => {
    const store = await openStore(folder());
    await store.append("t1", 0, firstTurn());
    for (let seq = 2; seq < 6; seq++) await store.append("t1", seq, say(`m${seq}`, seq));
    const whole = readFileSync(journalPath(folder(), 0));
    const first = whole.indexOf("\n", 1) + 1;
    for (let at = first; at < whole.length; at += 61) {
      const spoilt = Buffer.from(whole);
      spoilt[at] = (spoilt[at] ?? 0) ^ 0x15;
      writeFileSync(journalPath(folder(), 0), spoilt);
      const again = await openStore(folder());
      assert.ok((await again.load("t1")).messages.length >= 2);
    }
  });

  it("has a clock that jumps, which changes no order", async () => {
    const store = await openStore(folder());
    await store.append("t1", 0, firstTurn());
    const past = { ...message("past", 2, "user", [textPart("x")]), createdAt: -1e12 };
    await store.append("t1", 2, [added(past)]);
    await store.append("t1", 3, say("next", 3));
    assert.deepEqual(await ids(), ["t1-ask", "t1-answer", "past", "next"]);
  });

  for (const [what, entry] of [
    ["a message that is none", { events: [{ type: "messageAdded" }] }],
    ["an end without a state", { events: [{ type: "messageEnded", message: "t1-answer", at: 9 }] }],
    ["events that are none", { events: 5 }],
    ["a lease without an owner", { lease: { thread: "t1", at: 1, until: 2, over: null } }],
    ["a draft without a text", { draft: { id: "d", at: 1, thread: "t1", unstored: null } }],
  ] as const)
    it(`keeps aside what cannot be applied, and reads the rest: ${what}`, async () => {
      const store = await openStore(folder());
      await store.append("t1", 0, firstTurn());
      const json = JSON.stringify({ id: "broken", thread: "t1", expected: null, ...entry });
      const sum = createHash("sha256").update(json).digest("hex").slice(0, 16);
      appendFileSync(journalPath(folder(), 0), `\n${sum} ${json}\n`);
      await store.append("t1", 2, say("next", 2));
      assert.deepEqual(
        (await store.load("t1")).messages.map(({ id }) => id),
        ["t1-ask", "t1-answer", "next"],
      );
      await store.append("t1", 3, say("after", 3));
      await store.close();
      assert.deepEqual(await ids(), ["t1-ask", "t1-answer", "next", "after"]);
      const kept = readdirSync(folder()).filter((name) => name.startsWith("threads.broken-"));
      assert.equal(kept.length, 1);
      assert.ok(json.includes(readFileSync(join(folder(), kept[0] ?? ""), "utf8").slice(1, -1)));
    });
});

describe("a store of two windows", () => {
  const folder = temporaryFolder();
  afterEach(mendDisk);

  it("tells of what comes behind a commit once whoever made that knows that it is there", async () => {
    const told: string[] = [];
    const a = await openStore(folder(), [], undefined, (_thread, events) =>
      told.push(
        ...events.map((event) => (event.type === "messageAdded" ? event.message.id : event.type)),
      ),
    );
    await a.append("t1", 0, firstTurn());
    const b = await openStore(folder());
    const { fdatasyncSync } = fs;
    // The other window commits after this one has written, and before it has read that back.
    Object.assign(fs, {
      fdatasyncSync: (file: number) => {
        Object.assign(fs, { fdatasyncSync });
        b.append("t1", 3, say("behind", 3)).catch(() => {});
        fdatasyncSync(file);
      },
    });
    await a.append("t1", 2, say("ours", 2));
    assert.deepEqual(told, []);
    a.poll();
    assert.deepEqual(told, ["behind"]);
    const { messages } = await a.load("t1");
    assert.deepEqual(
      messages.slice(2).map(({ id }) => id),
      ["ours", "behind"],
    );
    await a.close();
    await b.close();
  });
});
