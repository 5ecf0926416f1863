/**
 * Folders of threads as somebody could hand them over: real ones, of which the journal or the database
 * was cut, spoilt, repeated, forged or made to be anything. The same random numbers make the same folder.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Database, SqlJsStatic } from "sql.js";
import type { ThreadEvent } from "../../src/shared/thread";
import { added, deleted, firstTurn, message, textPart } from "../support/conversations";
import { toolBegun, toolEnded } from "../support/longTexts";
import { mutated, pick } from "../support/mutations";
import { openStore } from "../support/openStore";
import { between, type Random, textOfSize } from "./random";

/** The title of a thread that is in the database file of every folder. */
export const INNOCENT = "An innocent thread";

/** Makes a real folder: a database, the one before, and a journal with all that there can be. */
export async function makeReal(folder: string): Promise<void> {
  const ended = (answer: string): ThreadEvent => ({
    type: "messageEnded",
    message: answer,
    at: 9,
    status: "complete",
    usage: null,
    error: null,
  });
  const text = textOfSize(() => 0.4, 8000);
  for (let round = 0; round < 2; round++) {
    const store = await openStore(folder);
    for (let count = 0; count < 12; count++) {
      const id = `t${round}-${count}`;
      await store.append(id, 0, firstTurn(id, round + count === 0 ? INNOCENT : `The needle ${id}`));
      const part = textPart(`${text} ${id}`);
      await store.append(id, null, [
        { type: "partSet", message: `${id}-answer`, part },
        ended(`${id}-answer`),
      ]);
    }
    await store.append("t0-1", null, [deleted(Date.now())]);
    await store.close();
  }
  // Its end is not closed, so that all of this is in the journal alone.
  const store = await openStore(folder, [], 600_000);
  await store.append("t9", 0, firstTurn("t9", "In the journal"));
  await store.append("t9", null, [
    toolBegun("tool", "t9-answer"),
    await toolEnded(
      "tool",
      textOfSize(() => 0.2, 600_000),
      "t9-answer",
    ),
    ended("t9-answer"),
  ]);
  await store.claim("t9", 1);
  await store.saveDraft({ thread: "t9", text, unstored: null });
  for (let seq = 2; seq < 12; seq++)
    await store.append("t9", seq, [added(message(`m${seq}`, seq, "user", [textPart(text)], "t9"))]);
  await store.append("t0-1", null, [
    { type: "threadChanged", at: 7, changes: { title: "Renamed", pinned: true } },
  ]);
}

/** What is done to a folder, and what with. */
interface Spoiler {
  readonly folder: string;
  readonly random: Random;
  readonly sql: SqlJsStatic;
}
type Spoil = (spoiler: Spoiler) => void;

/** Spoils a folder. Returns what was done to it, in words for whoever looks at what came of it. */
export function spoil(spoiler: Spoiler): string {
  const names: string[] = [];
  // The database once at most: what works with one that is spoilt may have no end.
  const kinds = [JOURNAL, pick([DATABASE, SCHEMA], spoiler.random), FILES];
  for (let count = pick([1, 1, 1, 2, 3], spoiler.random); count > 0; count--) {
    const all = pick(kinds, spoiler.random);
    if (all !== JOURNAL) kinds.splice(kinds.indexOf(all), 1);
    const name = pick(Object.keys(all), spoiler.random);
    names.push(name);
    all[name]?.(spoiler);
  }
  return names.join(", then ");
}

/** How large what is huge is here, in bytes. */
const HUGE = 30_000_000;

const JOURNAL: Readonly<Record<string, Spoil>> = {
  "the journal cut": (spoiler) => cut(journalIn(spoiler), spoiler.random),
  "bits of the journal flipped": (spoiler) => flip(journalIn(spoiler), spoiler.random),
  "lines of the journal moved, doubled and gone": (spoiler) =>
    withLines(spoiler, (lines, random) => {
      for (let count = between(random, 1, 30); count > 0; count--) {
        const [line = ""] = lines.splice(between(random, 0, lines.length), random() < 0.5 ? 1 : 0);
        lines.splice(between(random, 0, lines.length + 1), 0, line || pick(lines, random));
      }
      return lines;
    }),
  "the journal repeated": (spoiler) =>
    withLines(spoiler, (lines, random) => {
      // As much as is replayed in the time that there is: what is valid is applied each time.
      const most = Math.floor(Math.min(40, 4_000_000 / lines.join("").length));
      return Array.from({ length: between(random, 1, Math.max(1, most) + 1) }, () => lines).flat();
    }),
  "lines of the journal forged": (spoiler) =>
    withLines(spoiler, (lines, random) => {
      const json = lines.map((line) => line.slice(17));
      return mutated(json, json, random).map((text) => signed(text));
    }),
  "hostile lines in the journal": ({ folder, random }) => {
    const line = pick(HOSTILE, random);
    append(folder, `\n${signed(typeof line === "string" ? line : line())}\n`);
  },
  "a journal without an end of a line": (spoiler) => fill(spoiler, "a"),
  "a journal of ends of lines": (spoiler) => fill(spoiler, "\n"),
  "a journal of lines of nothing": (spoiler) =>
    fill(spoiler, pick(["a\n", "}\n", "{}\n"], spoiler.random)),
  "a journal of lines that could be some": (spoiler) =>
    fill(spoiler, `0123456789abcdef ${"{}".repeat(500)}\n`),
  "a binary journal": ({ folder, random }) =>
    append(folder, noise(random, between(random, 1, 3_000_000))),
  "a long line in the journal": ({ folder, random }) => {
    const parts = [textPart(pick(["x", "a ", "数据", "é\u0301", "ﷺ "], random).repeat(HUGE / 20))];
    const events = [added({ ...message("long", 12, "user", parts, "t9"), status: "complete" })];
    const record = { id: "long", thread: "t9", expected: null, events };
    append(folder, `\n${signed(JSON.stringify(record))}\n`);
  },
};

const DATABASE: Readonly<Record<string, Spoil>> = {
  "the database cut": ({ folder, random }) => cut(databaseOf(folder), random),
  "bits of the database flipped": ({ folder, random }) => flip(databaseOf(folder), random),
  "the database’s header spoilt": ({ folder, random }) =>
    withBytes(databaseOf(folder), (bytes) => {
      for (let count = between(random, 1, 5); count > 0; count--)
        bytes[between(random, 16, 100)] = between(random, 0, 256);
    }),
  "another size of pages": ({ folder, random }) =>
    withBytes(databaseOf(folder), (bytes) =>
      bytes.writeUInt16BE(pick([0, 1, 512, 1024, 8192, 32768, 4095], random), 16),
    ),
  "another version of the database": ({ folder, random }) =>
    withBytes(databaseOf(folder), (bytes) =>
      bytes.writeInt32BE(pick([0, -1, 1, 3, 7, 9, 99, 2 ** 31 - 1], random), 60),
    ),
  "pages of the database swapped": ({ folder, random }) =>
    withBytes(databaseOf(folder), (bytes) => {
      for (let count = between(random, 1, 6); count > 0; count--) {
        const [from, to] = [pageOf(bytes, random), pageOf(bytes, random)];
        bytes.copy(bytes, to, from, from + 4096);
      }
    }),
  "pointers between pages bent": ({ folder, random }) =>
    withBytes(databaseOf(folder), (bytes) => {
      // The right-most child of an inner page, and its first cells.
      for (let at = 4096; at + 4096 <= bytes.length; at += 4096)
        if (bytes[at] === 5 || bytes[at] === 2)
          bytes.writeUInt32BE(between(random, 1, bytes.length / 4096 + 2), at + 8);
    }),
  "a database of zeros": ({ folder, random }) =>
    withBytes(databaseOf(folder), (bytes) => bytes.fill(0, pick([0, 16, 100], random))),
  "rows of the database spoilt": (spoiler) =>
    withDatabase(spoiler, (database, random) => {
      for (let count = between(random, 1, 8); count > 0; count--) {
        const [table, column] = pick(COLUMNS, random);
        const value = pick(VALUES, random);
        tryTo(() => database.run(`UPDATE OR IGNORE ${table} SET ${column} = ${value}`));
      }
    }),
};

/** What a schema can have that is not ours. */
const SCHEMA: Readonly<Record<string, Spoil>> = {
  "an endless view": (spoiler) =>
    withDatabase(spoiler, (database, random) => {
      const table = pick([...TABLES, "journal"], random);
      database.exec(`ALTER TABLE ${table} RENAME TO hidden;
        CREATE VIEW ${table} AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)
          SELECT hidden.* FROM hidden, c`);
    }),
  "an endless trigger": (spoiler) =>
    withDatabase(spoiler, (database, random) => {
      const table = pick(TABLES, random);
      database.exec(`CREATE TRIGGER endless AFTER INSERT ON ${table} BEGIN
        DELETE FROM ${pick(TABLES, random)}; INSERT INTO ${table} SELECT * FROM ${table}; END`);
    }),
  "a trigger that deletes": (spoiler) =>
    withDatabase(spoiler, (database, random) =>
      database.exec(`CREATE TRIGGER deletes BEFORE ${pick(["INSERT", "UPDATE", "DELETE"], random)}
        ON ${pick(TABLES, random)} BEGIN DELETE FROM messages; DELETE FROM threads; END`),
    ),
  "a virtual table": (spoiler) =>
    withDatabase(spoiler, (database, random) => {
      const table = pick(TABLES, random);
      database.exec(`ALTER TABLE ${table} RENAME TO hidden;
        CREATE VIRTUAL TABLE ${table} USING fts4(content="hidden", id, thread_id, title, parts)`);
    }),
  "names that are SQL": (spoiler) =>
    withDatabase(spoiler, (database) =>
      database.exec(
        `CREATE TABLE "a""); DELETE FROM threads; --" (x); CREATE TABLE pragma_table_info (name);`,
      ),
    ),
  "a computed column": (spoiler) =>
    withDatabase(spoiler, (database, random) =>
      database.exec(`ALTER TABLE ${pick(TABLES, random)}
        ADD COLUMN x TEXT NOT NULL AS (hex(zeroblob(400000000))) VIRTUAL`),
    ),
  "an index of expressions": (spoiler) =>
    withDatabase(spoiler, (database) =>
      database.exec(`CREATE INDEX costly ON threads (length(hex(zeroblob(1000000))) + pinned)`),
    ),
  "tables missing": (spoiler) =>
    withDatabase(spoiler, (database, random) => {
      for (let count = between(random, 1, 4); count > 0; count--)
        database.exec(`DROP TABLE IF EXISTS ${pick([...TABLES, "journal", "search"], random)}`);
    }),
  "columns missing": (spoiler) =>
    withDatabase(spoiler, (database, random) => {
      const [table, column] = pick(COLUMNS, random);
      tryTo(() => database.exec(`ALTER TABLE ${table} DROP COLUMN ${column}`));
    }),
  "a huge schema": (spoiler) =>
    withDatabase(spoiler, (database) => {
      database.exec("BEGIN");
      for (let count = 0; count < 3000; count++)
        database.exec(`CREATE TABLE more${count} (a TEXT DEFAULT '${"x".repeat(500)}', b, c)`);
      database.exec("COMMIT");
    }),
  "a forged schema": (spoiler) =>
    withDatabase(spoiler, (database, random) =>
      database.exec(`PRAGMA writable_schema = ON;
        UPDATE sqlite_master SET ${pick(FORGERIES, random)} WHERE name = '${pick(TABLES, random)}'`),
    ),
  "a tree whose branches are one": ({ folder }) =>
    withBytes(databaseOf(folder), (bytes) => {
      // Each pointer of an inner page of a table leads to the child of the first: endless rows.
      for (let at = 4096; at + 4096 <= bytes.length; at += 4096) {
        if (bytes[at] !== 5) continue;
        const cells = bytes.readUInt16BE(at + 3);
        const child = bytes.readUInt32BE(at + 8);
        for (let cell = 0; cell < cells; cell++) {
          const place = at + bytes.readUInt16BE(at + 12 + 2 * cell);
          if (place + 4 <= bytes.length) bytes.writeUInt32BE(child, place);
        }
      }
    }),
};

const FILES: Readonly<Record<string, Spoil>> = {
  "a folder for a journal or a database": ({ folder, random }) => {
    const path = pick([journalOf(folder), databaseOf(folder)], random);
    rmSync(path, { force: true });
    mkdirSync(path);
  },
  "pipes, whose readers wait for ever": ({ folder }) => {
    for (const path of [databaseOf(folder), journalOf(folder)]) {
      rmSync(path, { force: true });
      spawnSync("mkfifo", [path]);
    }
  },
  "links in circles": ({ folder }) => {
    rmSync(databaseOf(folder), { force: true });
    symlinkSync(databaseOf(folder), databaseOf(folder));
  },
  "no database": ({ folder }) => rmSync(databaseOf(folder), { force: true }),
  "an empty database": ({ folder }) => cut(databaseOf(folder), () => 0),
  "marks of others": ({ folder, random }) => {
    for (const host of ["%", "x", "..", encodeURIComponent("ä/b")])
      writeFileSync(
        join(folder, `threads.applying-${host}-1-0-0`),
        pick(["", "apply 0123456789abcdef 9", "x".repeat(100_000), "index"], random),
      );
  },
  "journals without end": ({ folder }) => {
    for (const number of ["99999999999999999999999", "0", "9007199254740991"])
      writeFileSync(join(folder, `threads.journal-${number}`), "");
  },
};

const TABLES = ["threads", "messages", "outputs", "drafts", "leases", "search_documents"] as const;

const COLUMNS = [
  ...[
    "id",
    "title",
    "scope_type",
    "scope_id",
    "metadata",
    "updated_at",
    "deleted_at",
    "unread",
  ].map((column) => ["threads", column] as const),
  ...["id", "thread_id", "seq", "role", "parts", "status", "usage", "error", "created_at"].map(
    (column) => ["messages", column] as const,
  ),
  ["journal", "generation"],
  ["outputs", "gzip"],
  ["drafts", "unstored"],
  ["drafts", "text"],
  ["leases", "owner"],
  ["leases", "until"],
  ["search_documents", "message_id"],
] as const;

const VALUES: readonly string[] = [
  ...[
    "NULL",
    "0",
    "-1",
    "1e999",
    "9223372036854775807",
    "4503599627370497",
    "''",
    "'x'",
    "x'00ff'",
  ],
  ...["'null'", "'[null]'", "'{}'", "'[{}]'", '\'[{"type":"text","id":1}]\'', "'\"x\"'"],
  `'${"[".repeat(100_000)}'`,
  `'[{"type":"text","id":"p","text":"${"a ".repeat(1_000_000)}"}]'`,
  // Longer than any text of ours; in all rows it would make a file of more than half of the memory allowed.
  "zeroblob(5000000) WHERE rowid % 8 = 0",
];

const FORGERIES = [
  "sql = 'CREATE VIEW threads AS SELECT * FROM messages'",
  "sql = 'nonsense'",
  "sql = NULL",
  "rootpage = 1",
  "rootpage = 999999",
  "rootpage = 0",
  "type = 'view'",
  "name = 'sqlite_master'",
  "tbl_name = ''",
] as const;

const record = (events: readonly unknown[], more: object = {}) =>
  JSON.stringify({ id: "hostile", thread: "t9", expected: null, events, ...more });
const withPart = (part: object) => record([{ type: "partSet", message: "t9-answer", part }]);

/** Lines of a journal that are as they were written, by somebody who is against us. */
const HOSTILE: readonly (string | (() => string))[] = [
  "null",
  "5",
  "[]",
  "not JSON at all }",
  ...[{ seal: 5 }, { seal: {} }, { seal: "x" }, { lease: {} }, { lease: 5 }, { draft: 5 }].map(
    (line) => JSON.stringify(line),
  ),
  JSON.stringify({ lease: { thread: "t9", owner: {}, at: "x", until: 1e300, over: null } }),
  JSON.stringify({ draft: { id: "d", at: 1, thread: "t9", text: "x", unstored: "x" } }),
  record([null]),
  record([5]),
  JSON.stringify({ id: 5, thread: {}, expected: {}, events: [{ type: "threadCreated" }] }),
  record([{ type: "threadCreated", thread: { id: "new" } }], { thread: "new" }),
  record([
    { type: "threadChanged", at: 1, changes: { metadata: 5, title: { x: 1 }, scope: null } },
  ]),
  record([{ type: "threadChanged", at: 1e308, changes: { deletedAt: "x", pinned: {} } }]),
  record([{ type: "messageAdded", message: { id: "x", parts: 5 } }]),
  record([added(message("x", -1, "user", [null, 5, {}] as never, "t9"))]),
  record([{ type: "toolEnded", message: "t9-answer", part: "tool", outcome: 5, whole: 5 }]),
  withPart({ id: "tool", type: "__proto__" }),
  () => withPart({ type: "text", id: "p", text: "a\u0301\u0316".repeat(200_000) }),
  () => withPart({ type: "text", id: "p", text: `a${"\u0301\u0316".repeat(500_000)}` }),
  () => withPart({ type: "text", id: "p", text: "ﷺ".repeat(2_000_000) }),
  () => withPart({ type: "text", id: "p", text: "\u4e00\u4e01".repeat(2_000_000) }),
  () => withPart({ type: "text", id: "p", text: "\0".repeat(3_000_000) }),
  () => `{"id":"d","thread":"t9","expected":null,"events":${deepOf(100_000)}}`,
  () =>
    `{"id":"d","thread":"t9","expected":null,"events":[{"type":"threadChanged","at":1,"changes":{"metadata":{"a":${deepOf(20_000)}}}}]}`,
  () =>
    withPart({
      type: "dynamic-tool",
      id: "t",
      toolName: "x",
      input: JSON.parse(deepOf(1000)) as unknown,
    }),
  () =>
    withPart({ type: "dynamic-tool", id: "t", toolName: "x", input: Array(300_000).fill("ab") }),
  // A megabyte that becomes a gigabyte.
  () =>
    record([
      toolBegun("bomb", "t9-answer"),
      {
        type: "toolEnded",
        message: "t9-answer",
        part: "bomb",
        outcome: { output: "short", omitted: { at: 1, bytes: 1e9 } },
        whole: gzipSync(Buffer.alloc(1_000_000_000)).toString("base64"),
      },
      {
        type: "messageEnded",
        message: "t9-answer",
        at: 1,
        status: "complete",
        usage: null,
        error: null,
      },
    ]),
  () =>
    record(
      Array.from({ length: 3000 }, (_, index) => ({
        type: "partSet",
        message: "t9-answer",
        part: textPart("x", `p${index}`),
      })),
    ),
];

const deepOf = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

/** A line of the journal with the checksum that belongs to it. */
const signed = (json: string): string =>
  `${createHash("sha256").update(json).digest("hex").slice(0, 16)} ${json}`;

const databaseOf = (folder: string): string => join(folder, "threads.db");

/** The journal that goes on, in a folder that was made by `makeReal`. */
function journalOf(folder: string): string {
  const numbers = readdirSync(folder)
    .flatMap((name) => /^threads\.journal-(\d{1,6})$/.exec(name)?.[1] ?? [])
    .map(Number);
  return join(folder, `threads.journal-${Math.max(0, ...numbers)}`);
}

const journalIn = ({ folder }: Spoiler): string => journalOf(folder);

function withBytes(path: string, change: (bytes: Buffer) => void): void {
  tryTo(() => {
    const bytes = bytesOf(path);
    if (bytes.length < 8192) return;
    change(bytes);
    writeFileSync(path, bytes);
  });
}

const pageOf = (bytes: Buffer, random: Random): number =>
  4096 * between(random, 0, Math.floor(bytes.length / 4096));

function withLines(
  { folder, random }: Spoiler,
  change: (lines: string[], random: Random) => string[],
): void {
  tryTo(() => {
    const path = journalOf(folder);
    const lines = bytesOf(path).toString().split("\n").filter(Boolean);
    if (lines.length === 0) return;
    writeFileSync(path, `\n${change(lines, random).join("\n\n")}\n`);
  });
}

function withDatabase(
  { folder, random, sql }: Spoiler,
  change: (database: Database, random: Random) => void,
): void {
  tryTo(() => {
    const database = new sql.Database(bytesOf(databaseOf(folder)));
    try {
      change(database, random);
      writeFileSync(databaseOf(folder), database.export());
    } finally {
      database.close();
    }
  });
}

/** The bytes of a file. Throws for what is none, such as a pipe, which would keep its reader waiting. */
export function bytesOf(path: string): Buffer {
  if (!statSync(path).isFile()) throw new TypeError(`${path} is no file.`);
  return readFileSync(path);
}

/** What was spoilt before may not be there to be spoilt once more. */
function tryTo(work: () => void): void {
  try {
    work();
  } catch {
    return;
  }
}

const cut = (path: string, random: Random) =>
  tryTo(() => truncateSync(path, between(random, 0, bytesOf(path).length + 1)));

const flip = (path: string, random: Random) =>
  withBytes(path, (bytes) => {
    for (let count = between(random, 1, 60); count > 0; count--) {
      const at = between(random, 0, bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << between(random, 0, 8));
    }
  });

function append(folder: string, text: string | Buffer): void {
  tryTo(() => {
    bytesOf(journalOf(folder));
    appendFileSync(journalOf(folder), text);
  });
}

/** Makes the journal huge by one piece of text again and again, with what was in it before that. */
function fill({ folder, random }: Spoiler, piece: string): void {
  tryTo(() => {
    bytesOf(journalOf(folder));
    const file = openSync(journalOf(folder), "a");
    const block = piece.repeat(Math.ceil(1_000_000 / piece.length));
    for (let size = between(random, 1, HUGE / 1_000_000); size > 0; size--) writeSync(file, block);
    closeSync(file);
  });
}

function noise(random: Random, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) bytes.writeUInt32LE(Math.floor(random() * 2 ** 32), at);
  return bytes;
}
