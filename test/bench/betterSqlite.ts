/** Native SQLite, as a measure for the store: what a machine does without wasm and without a journal of ours. */
import { cp, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import type { Message } from "../../src/shared/thread";
import { messageRow } from "../../src/store/rows";
import { searchableText } from "../../src/store/search";
import { indexable } from "../../src/store/words";
import { installOnce } from "../support/installOnce";
import { cache, root } from "../support/paths";
import { Unavailable } from "../support/requirement";
import { run } from "../support/run";

/** What is used of better-sqlite3. */
interface Native {
  pragma(text: string): unknown;
  prepare(sql: string): { run(...values: unknown[]): { lastInsertRowid: number | bigint } };
  transaction<Args extends unknown[]>(work: (...args: Args) => void): (...args: Args) => void;
  close(): void;
}
type NativeConstructor = new (file: string) => Native;

/** A `threads.db` in WAL mode, synced at each commit, which a message can be added to. */
export interface NativeThreads {
  append(message: Message): void;
  close(): void;
}

const manifest = path.join(root, "test/bench/sqlite");

/**
 * Installs better-sqlite3, once: a few seconds, or a minute where it has to be compiled.
 * @returns How to open a database.
 * @throws {Unavailable} Where npm cannot install it, as without a compiler and its prebuilt binary.
 */
export async function installBetterSqlite(): Promise<(file: string) => NativeThreads> {
  const { dependencies } = JSON.parse(
    await readFile(path.join(manifest, "package.json"), "utf8"),
  ) as { dependencies: Record<string, string> };
  const version = dependencies["better-sqlite3"] ?? "";
  const abi = `${process.platform}-${process.arch}-${process.versions.modules}`;
  const folder = path.join(cache, "better-sqlite3", `${version}-${abi}`);
  await installOnce(folder, async (aside) => {
    process.stderr.write(
      `  Installing better-sqlite3 for the bench (once, a minute where it is compiled) ...\n`,
    );
    await cp(manifest, aside, { recursive: true });
    const { code, stderr } = await run("npm", ["ci", "--loglevel=error"], { cwd: aside });
    if (code !== 0) throw new Unavailable(`npm cannot install better-sqlite3:\n${stderr}`);
  });
  const require = createRequire(path.join(folder, "package.json"));
  try {
    const Database = require("better-sqlite3") as NativeConstructor;
    new Database(":memory:").close();
    return (file) => open(new Database(file));
  } catch (error) {
    throw new Unavailable(`better-sqlite3 was not built: ${String(error)}`);
  }
}

/** Does the same work for a message as the store: the row, its thread, the index. */
function open(database: Native): NativeThreads {
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  const columns = "id, thread_id, seq, role, parts, visibility, status, usage, error, created_at";
  const insert = database.prepare(
    `INSERT INTO messages (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const touch = database.prepare("UPDATE threads SET updated_at = ? WHERE id = ?");
  const number = database.prepare("INSERT INTO search_documents (message_id) VALUES (?)");
  const index = database.prepare("INSERT INTO search (docid, text) VALUES (?, ?)");
  return {
    append: database.transaction((message: Message) => {
      insert.run(...Object.values(messageRow(message)));
      touch.run(message.createdAt, message.threadId);
      const { lastInsertRowid } = number.run(message.id);
      // A number would be bound as a float, which no index takes.
      index.run(
        BigInt(lastInsertRowid),
        indexable(searchableText(message.parts, ({ output }) => output)),
      );
    }),
    close: () => database.close(),
  };
}
