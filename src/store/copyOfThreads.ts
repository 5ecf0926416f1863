/** What is ours of a database that has more in it than we have made. */
import type { Database, SqlJsStatic } from "sql.js";
import { migrate } from "./schema";
import { hasThreads, plainTables } from "./soundDatabase";

/**
 * Makes a database of our own version with what we know of another one’s tables, in memory: whatever else
 * is in there cannot come in the way of what is done with it. Its search index is empty, since how others
 * split words is their own affair. Closes the other one. Throws where something is missing that we need.
 */
export function copyOfThreads(sql: SqlJsStatic, other: Database): Database {
  const copy = new sql.Database();
  try {
    // eslint-disable-next-line no-restricted-syntax -- Whoever asks has words of their own for it.
    if (!hasThreads(other)) throw new TypeError("There are no threads in this database.");
    migrate(copy);
    const path = other.exec("PRAGMA database_list")[0]?.values[0]?.[2] ?? "";
    copy.run("ATTACH ? AS other", [path]);
    const theirs = plainTables(copy, "other");
    for (const table of plainTables(copy))
      if (!/^(sqlite|search)/.test(table) && theirs.includes(table)) copyTable(copy, table);
    copy.run("DETACH other");
    return copy;
  } catch (error) {
    copy.close();
    throw error;
  } finally {
    other.close();
  }
}

function copyTable(copy: Database, table: string): void {
  const theirs = columnsOf(copy, "other", table);
  const known = columnsOf(copy, "main", table)
    .filter((column) => theirs.includes(column))
    .join(", ");
  copy.run(`DELETE FROM main.${table}`);
  copy.run(`INSERT INTO main.${table} (${known}) SELECT ${known} FROM other.${table} NOT INDEXED`);
}

const columnsOf = (database: Database, schema: string, table: string): string[] =>
  (database.exec(`PRAGMA ${schema}.table_info(${table})`)[0]?.values ?? []).map(([, name]) =>
    String(name),
  );
