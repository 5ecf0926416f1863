/** Databases that a newer version of the extension has made: they are read, and never written. */
import { closeSync, openSync, readSync } from "node:fs";
import { t } from "@vscode/l10n";
import type { Database, SqlJsStatic } from "sql.js";
import { migrate, VERSION } from "./schema";

/** A newer version keeps threads in a way that cannot be read here. */
export class NewerSchemaError extends Error {
  override readonly name = "NewerSchemaError";

  constructor(options?: ErrorOptions) {
    super(
      t(
        "These threads were saved by a newer version of Sandbox Chat, in a way that this version cannot read. Update the extension to see them.",
      ),
      options,
    );
  }
}

/** What every SQLite file begins with, and where in its header `user_version` is, in bytes. */
const MAGIC = "SQLite format 3\0";
const VERSION_AT = 60;

/** Whether a newer version has written the database file. Reads its header alone. */
export function isNewer(path: string): boolean {
  const header = Buffer.alloc(VERSION_AT + 4);
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    // Whoever needs the file will say what is wrong with it.
    return false;
  }
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  return header.toString("latin1", 0, MAGIC.length) === MAGIC
    ? header.readInt32BE(VERSION_AT) > VERSION
    : false;
}

/** Threads cannot be read without these; other tables may have come and gone. */
const NEEDED = ["threads", "messages", "journal"];

/**
 * Makes a database of our own version with what we know of a newer one's, in memory: whatever else is
 * in there cannot come in the way of what is done with it. Its search index is empty, since how a newer
 * version splits words is its own affair. Closes the newer one. Throws `NewerSchemaError` where
 * something is missing that we need.
 */
export function copyOfNewer(sql: SqlJsStatic, newer: Database): Database {
  const copy = new sql.Database();
  try {
    migrate(copy);
    const path = newer.exec("PRAGMA database_list")[0]?.values[0]?.[2] ?? "";
    copy.run("ATTACH ? AS newer", [path]);
    for (const table of tablesOf(copy)) copyTable(copy, table);
    copy.run("DETACH newer");
    return copy;
  } catch (error) {
    copy.close();
    throw new NewerSchemaError({ cause: error });
  } finally {
    newer.close();
  }
}

const tablesOf = (database: Database): string[] =>
  names(
    database,
    "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'search%'",
  );

function copyTable(copy: Database, table: string): void {
  const theirs = names(copy, "SELECT name FROM pragma_table_info(?, 'newer')", [table]);
  if (theirs.length === 0 && !NEEDED.includes(table)) return;
  const ours = names(copy, "SELECT name FROM pragma_table_info(?, 'main')", [table]);
  const known = ours.filter((column) => theirs.includes(column)).join(", ");
  copy.run(`DELETE FROM main.${table}`);
  copy.run(`INSERT INTO main.${table} (${known}) SELECT ${known} FROM newer.${table}`);
}

const names = (database: Database, query: string, params: string[] = []): string[] =>
  (database.exec(query, params)[0]?.values ?? []).map(([name]) => String(name));
