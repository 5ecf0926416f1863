import assert from "node:assert/strict";
import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import initSqlJs, { type Database } from "sql.js";
import type { Part } from "../../../src/shared/thread";
import { migrate } from "../../../src/store/schema";
import { indexMessage, rebuildIndex, search } from "../../../src/store/search";
import { matches, parseQuery } from "../../../src/store/words";
import { added, firstTurn, message, textPart } from "../../support/conversations";
import { openStore } from "../../support/openStore";
import { temporaryFolder } from "../../support/temporaryFolder";

/** Numbers that are the same every time. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe("the search", () => {
  let database: Database;
  beforeEach(async () => {
    const sql = await initSqlJs();
    database = new sql.Database();
    migrate(database);
    database.run(
      "INSERT INTO threads VALUES ('t', 'Title', 'workspace', '', NULL, 0, '{}', 1, 1, NULL, 0)",
    );
  });
  afterEach(() => database.close());

  let count = 0;
  const put = (parts: readonly Part[], id = `m${count++}`) => {
    const { seq, visibility } = message(id, count++, "user");
    database.run(
      "INSERT OR REPLACE INTO messages VALUES (?, 't', ?, 'user', ?, ?, 'complete', NULL, NULL, ?)",
      [id, seq, JSON.stringify(parts), visibility, seq],
    );
    indexMessage(database, { id, parts, visibility, status: "complete" });
    return id;
  };
  const ids = (query: string, limit = 100) =>
    search(database, query, limit).map(({ message }) => message);

  it("ranks by how often and how densely the words occur", () => {
    const long = put([textPart(`needle ${"hay ".repeat(500)}`)]);
    const short = put([textPart("a needle in hay")]);
    const twice = put([textPart("needle and needle")]);
    assert.deepEqual(ids("needle"), [twice, short, long]);
    assert.deepEqual(ids("needle", 1), [twice]);
    assert.deepEqual(ids("needle", 0), []);
  });

  it("finds words in the colours of a terminal, and shows them without", () => {
    const output = "tests\u001b[90m(2 ms)\u001b[0m \u001b[31mshouts\u001b[39m";
    const id = put([
      {
        type: "dynamic-tool",
        id: "p",
        toolCallId: "p",
        toolName: "Bash",
        state: "output-available",
        input: { command: "npm test" },
        output,
      },
    ]);
    const [hit] = search(database, "shouts", 10);
    assert.deepEqual([hit?.message, hit?.snippet], [id, "Bash npm test tests(2 ms) shouts"]);
  });

  it("follows a message that was replaced, many times", () => {
    const id = put([textPart("first words")]);
    const other = put([textPart("other words")]);
    database.run("BEGIN");
    for (let time = 0; time < 1200; time++) put([textPart(`version${time} words`)], id);
    database.run("COMMIT");
    assert.deepEqual(ids("first"), []);
    assert.deepEqual(ids("version1198"), []);
    assert.deepEqual(ids("version1199"), [id]);
    assert.deepEqual(new Set(ids("words")), new Set([id, other]));
  });

  it("gives newer messages of a word that is in too many to rank", () => {
    database.run("BEGIN");
    const all = Array.from({ length: 1500 }, () => put([textPart("everywhere")]));
    database.run("COMMIT");
    assert.deepEqual(ids("everywhere", 3), all.slice(-3).reverse());
  });

  it("finds the same after the index was built anew", () => {
    for (const text of ["one two", "two three", "数据库 two", "Café two"]) put([textPart(text)]);
    put([textPart("one three")], "m0");
    const queries = ["two", "one", "三", "据库", "cafe t", '"two three"'];
    const before = queries.map((query) => search(database, query, 10));
    rebuildIndex(database);
    assert.deepEqual(
      queries.map((query) => search(database, query, 10)),
      before,
    );
  });

  it("answers any text, and finds what a look at every message finds", () => {
    const random = randomNumbers(1);
    const alphabet = Array.from(
      "ab ab ab é\u0301ßΣσς数据库カが한국🚀\"'*-:()^~/\\\0\n\u2028\ud800_0９ﬁAND OR NOT NEAR",
    );
    const text = (length: number) =>
      Array.from({ length: random(length) }, () => alphabet[random(alphabet.length)]).join("");
    const texts = new Map(
      Array.from({ length: 60 }, () => {
        const body = text(60);
        return [put([textPart(body)]), body];
      }),
    );
    let found = 0;
    for (let round = 0; round < 2000; round++) {
      const query = text(8);
      const phrases = parseQuery(query);
      const expected = [...texts].flatMap(([id, body]) =>
        phrases.length > 0 && matches(body, phrases) ? [id] : [],
      );
      assert.deepEqual(
        ids(query)
          .filter((id) => id !== null)
          .sort(),
        expected.sort(),
        JSON.stringify(query),
      );
      found += expected.length;
    }
    assert.ok(found > 5000, `found only ${found}`);
  });

  it("answers hostile texts within a moment", () => {
    put([textPart("a b c")]);
    for (const query of [
      '"',
      '""',
      '" "',
      "*",
      "a*",
      "-a",
      "text:a",
      "a NEAR/1 b",
      "(a",
      "a)",
      "^a",
      "'; DROP TABLE search; --",
      "\0",
      "a\0b",
      "x".repeat(10_000),
      "x ".repeat(5_000),
      '"a'.repeat(5_000),
      "数".repeat(10_000),
      "🚀".repeat(2_500),
      "!".repeat(10_000),
    ])
      assert.ok(Array.isArray(search(database, query, 10)), query);
  });
});

describe("the search in the SQLite store", () => {
  const folder = temporaryFolder();

  const databases = join(__dirname, "../../fixtures/databases");
  for (const name of readdirSync(databases))
    it(`opens the database of an earlier version, ${name}, and finds what is in it`, async () => {
      copyFileSync(join(databases, name), join(folder(), "threads.db"));
      const problems: string[] = [];
      const store = await openStore(folder(), problems);
      const { thread, messages } = await store.load("t1");
      assert.deepEqual([messages.length, thread.deletedAt], [2, null]);
      const found = async (text: string) =>
        (await store.search(text, 10)).map(({ thread, message }) => message ?? thread);
      assert.deepEqual(await found("cafe"), ["t1", "t1-ask"]);
      assert.deepEqual(await found("postgresql ls"), ["t1-answer"]);
      assert.deepEqual(await found("据库"), ["t2", "t2-ask"]);
      assert.deepEqual(await found("hidden"), []);
      await store.append("t1", 2, [added(message("new", 2, "user", [textPart("Postgres again")]))]);
      await store.close();
      const again = await openStore(folder(), problems);
      assert.deepEqual(
        (await again.search("again", 10)).map(({ message }) => message),
        ["new"],
      );
      await again.close();
      assert.deepEqual(problems, []);
    });

  it("finds what another window has said", async () => {
    const [one, two] = [await openStore(folder()), await openStore(folder())];
    await one.append("t1", 0, firstTurn("t1", "Between windows"));
    assert.equal((await two.search("between", 10)).length, 2);
    await one.close();
    await two.close();
  });
});
