import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import initSqlJs, { type Database } from "sql.js";
import type { Message, Part, ThreadEvent } from "../../../src/shared/thread";
import { searchableText } from "../../../src/store/search";
import { storedMessage } from "../../../src/store/storedMessage";
import { indexable } from "../../../src/store/words";
import { added, firstTurn, message, textPart } from "../../support/conversations";
import { toolBegun } from "../../support/longTexts";
import { openStore } from "../../support/openStore";
import { temporaryFolder } from "../../support/temporaryFolder";

const LEFT_OUT = /Parts of this message were left out, since it is too long\./g;
const MIDDLE = /\[The middle was left out, since the message is too long\.\]/g;

describe("what one message may come to", () => {
  const folder = temporaryFolder();
  const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const withParts = (parts: readonly Part[]): Message => message("m", 2, "assistant", parts);
  const ended = (id: string): ThreadEvent => ({
    type: "messageEnded",
    message: id,
    at: 9,
    status: "complete",
    usage: null,
    error: null,
  });

  it("is a million words in the index, those at its two ends", () => {
    const words = indexable(`first ${"w ".repeat(1_500_000)}last`).split(" ");
    assert.ok(words.length > 990_000 && words.length <= 1_000_000, String(words.length));
    assert.deepEqual([words[0], words.at(-1)], ["first", "last"]);
  });

  it("is searched at its two ends, and in each part that is not far too long", () => {
    const parts = [
      textPart(`begun ${"x".repeat(12_000_000)} ended`, "1"),
      textPart(`small`, "2"),
      textPart(`${"y".repeat(2_000_000)} middle ${"y".repeat(2_000_000)}`, "3"),
      textPart(`last`, "4"),
    ];
    const text = searchableText(parts, () => "");
    assert.ok(text.length < 10_000_010, String(text.length));
    for (const word of ["begun", "ended", "small", "last"]) assert.ok(text.includes(word), word);
    const ordinary = searchableText(parts.slice(1), () => "");
    assert.ok(ordinary.includes("middle"), "four megabytes are searched whole");
  });

  it("is stored as it is up to 32 MB, however many parts it has", () => {
    const message = withParts([textPart("x".repeat(30_000_000)), textPart("y", "2")]);
    assert.equal(storedMessage(message).message, message);
  });

  it("keeps the two ends of each long text beyond that, and says so", () => {
    const parts = Array.from({ length: 400 }, (_, index) =>
      textPart(`begin ${"x".repeat(100_000)} end`, `p${index}`),
    );
    const { message, row } = storedMessage(withParts(parts));
    assert.equal(message.parts.length, 400);
    assert.ok(row.parts.length < 32 * 1024 * 1024);
    assert.equal(count(row.parts, MIDDLE), 400);
    for (const part of message.parts)
      assert.match(part.type === "text" ? part.text : "", /^begin x+\n\n\[.*\]\n\nx+ end$/);
  });

  it("leaves out parts in its middle beyond that, and says so once, however often", () => {
    let parts: readonly Part[] = [];
    for (let time = 0; time < 3; time++) {
      const more = Array.from({ length: 40_000 }, (_, index) =>
        textPart("x".repeat(1000), `p${time}-${index}`),
      );
      const { message, row } = storedMessage(withParts([...parts, ...more]));
      parts = message.parts;
      assert.ok(row.parts.length < 32 * 1024 * 1024);
      assert.equal(count(row.parts, LEFT_OUT), 1);
      assert.equal(parts[0]?.id, "p0-0");
      assert.equal(parts.at(-1)?.id, `p${time}-39999`);
    }
  });

  it("can be read, searched and gone on with, whatever was added to it", async () => {
    const store = await openStore(folder());
    await store.append("t1", 0, firstTurn());
    for (let time = 0; time < 5; time++) {
      const part = textPart(`begin${time} ${"x".repeat(9_000_000)} end${time}`, `p${time}`);
      await store.append("t1", null, [{ type: "partSet", message: "t1-answer", part }]);
    }
    await store.append("t1", null, [ended("t1-answer")]);
    const { messages } = await store.load("t1");
    assert.ok(JSON.stringify(messages).length < 33 * 1024 * 1024);
    for (const word of ["begin0", "end0", "begin4", "end4"])
      assert.equal((await store.search(word, 9)).length, 1, word);
    await store.append("t1", 2, [added(message("next", 2, "user", [textPart("next")]))]);
    await store.close();
  });

  it("is not made of a megabyte that becomes a gigabyte", async () => {
    const store = await openStore(folder());
    await store.append("t1", 0, firstTurn());
    await store.append("t1", null, [
      toolBegun("bomb"),
      {
        type: "toolEnded",
        message: "t1-answer",
        part: "bomb",
        outcome: { output: "what is shown", omitted: { at: 4, bytes: 1e9 } },
        whole: gzipSync(Buffer.alloc(1_000_000_000)).toString("base64"),
      },
      ended("t1-answer"),
    ]);
    await assert.rejects(store.output("t1", "t1-answer", "bomb"), /cannot be read any more/);
    assert.equal((await store.search("shown", 9)).length, 1);
    await store.close();
  });
});

describe("rows that are spoilt", () => {
  const folder = temporaryFolder();

  async function change(work: (database: Database) => void): Promise<void> {
    const file = join(folder(), "threads.db");
    const { Database } = await initSqlJs();
    const database = new Database(readFileSync(file));
    work(database);
    writeFileSync(file, database.export());
    database.close();
  }

  it("keep no other from a list, nor a thread from being opened, and are not written over", async () => {
    let store = await openStore(folder());
    for (const id of ["t1", "t2", "t3"]) await store.append(id, 0, firstTurn(id));
    await store.saveDraft({ thread: "t1", text: "a draft", unstored: null });
    await store.close();
    await change((database) =>
      database.exec(`
        UPDATE threads SET metadata = '{', title = x'00ff', scope_type = 5 WHERE id = 't1';
        UPDATE messages SET parts = '[null]' WHERE id = 't2-ask';
        UPDATE messages SET parts = 5, usage = '[', error = '"' WHERE id = 't2-answer';
        UPDATE drafts SET unstored = '5'`),
    );
    const problems: string[] = [];
    store = await openStore(folder(), problems);
    assert.deepEqual((await store.list()).map(({ id }) => id).sort(), ["t1", "t2", "t3"]);
    assert.equal((await store.drafts()).length, 1);
    const { messages } = await store.load("t2");
    for (const { parts } of messages) assert.match(JSON.stringify(parts), /message is damaged/);
    assert.equal((await store.summary("t2")).costUsd, 0);
    await store.append("t2", 2, [added(message("next", 2, "user", [textPart("next")], "t2"))]);
    const part = textPart("in its place");
    await assert.rejects(
      store.append("t2", null, [{ type: "partSet", message: "t2-answer", part }]),
      /set aside/,
    );
    await store.close();
    await change((database) => {
      const [[parts] = []] =
        database.exec("SELECT parts FROM messages WHERE id = 't2-answer'")[0]?.values ?? [];
      assert.equal(String(parts), "5");
    });
  });
});
