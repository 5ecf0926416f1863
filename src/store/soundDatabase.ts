/**
 * Whether a database that is on the disk can be worked with. Somebody may have handed it over, so nothing
 * of it is run before it is known to be ours: a view can be endless, a trigger can delete.
 */
import type { Database, SqlJsStatic } from "sql.js";
import { migrate, versionOf } from "./schema";

/** Without these there are no threads; others may have come and gone. */
const NEEDED = ["threads", "messages", "journal"];
/** All that we ever make a table of; those of the index are within its virtual table. */
const OURS = /^(threads|messages|journal|leases|outputs|drafts|search_[a-z]+)$/;

/**
 * Whether what is there of our tables is whole, and where the journal goes on. The virtual table of the
 * index is not looked at, since its own check takes ten times as long.
 */
export function isSound(database: Database): boolean {
  try {
    database.exec("PRAGMA trusted_schema = OFF; PRAGMA ignore_check_constraints = ON");
    const tables = plainTables(database).filter((table) => OURS.test(table));
    if (tables.includes("journal")) generationOf(database);
    return tables.every((table) => isWhole(database, table));
  } catch {
    return false;
  }
}

/**
 * Whether a database of this version or an earlier one has been made by us and has nothing else in it.
 * What its tables are is compared by their words, which no migration has ever changed.
 */
export function isOurs(sql: SqlJsStatic, database: Database): boolean {
  const made = new sql.Database();
  try {
    migrate(made, versionOf(database));
    return schemaOf(made) === schemaOf(database);
  } finally {
    made.close();
  }
}

const schemaOf = (database: Database): string =>
  JSON.stringify(
    database.exec("SELECT type, name, tbl_name, sql FROM main.sqlite_master ORDER BY type, name"),
  );

/** The generation of the journal that goes on where a database ends. Throws where it tells none. */
export function generationOf(database: Database): number {
  const tells = plainTables(database).includes("journal");
  const rows = tells ? database.exec("SELECT generation FROM main.journal LIMIT 2")[0]?.values : [];
  const generation = rows?.[0]?.[0];
  if (rows?.length === 1 && Number.isSafeInteger(generation) && Number(generation) >= 0)
    return Number(generation);
  // eslint-disable-next-line no-restricted-syntax -- Nobody is told of it.
  throw new TypeError("The database does not tell where its journal goes on.");
}

/** Whether all that is needed is there. */
export const hasThreads = (database: Database): boolean => {
  const tables = plainTables(database);
  return NEEDED.every((table) => tables.includes(table));
};

/** The tables that are neither views nor virtual, whatever their row in the schema calls them. */
export function plainTables(database: Database, schema = "main"): string[] {
  // As a statement: a table of theirs could have the name of the function that does the same.
  const list = database.exec(`PRAGMA ${schema}.table_list`)[0]?.values ?? [];
  return list.flatMap(([of, name, type]) =>
    of === schema && (type === "table" || type === "shadow") ? [String(name)] : [],
  );
}

/** Looks at the pages of a table and then at its rows; of one with a damaged page no row is read. */
function isWhole(database: Database, table: string): boolean {
  const columns = database.exec(`PRAGMA main.table_xinfo(${table})`)[0]?.values ?? [];
  // A hidden column is computed, by an expression of theirs.
  if (columns.some((column) => column[6] !== 0)) return false;
  const check = database.prepare(`PRAGMA main.quick_check(${table})`);
  try {
    return check.step() && check.get()[0] === "ok";
  } finally {
    check.free();
  }
}
