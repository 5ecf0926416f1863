/** The database on the disk, opened and looked at. */
import { join } from "node:path";
import type { Database, SqlJsStatic } from "sql.js";
import { previousOf, readWhole, setAside } from "./databaseFile";
import { journalGenerations } from "./journal";
import { migrate } from "./schema";

/** The database of the file, of the one before, or a new one. What is damaged is set aside, and said. */
export function openDatabase(
  sql: SqlJsStatic,
  folder: string,
  onProblem: (problem: string) => void,
): Database {
  const newest = join(folder, "threads.db");
  for (const path of [newest, previousOf(newest)]) {
    const bytes = readWhole(path);
    if (!bytes) continue;
    const database = new sql.Database(bytes);
    if (isSound(database)) {
      migrate(database);
      return database;
    }
    database.close();
    onProblem(`The threads in ${path} could not be read. The file was kept as ${setAside(path)}.`);
  }
  const database = new sql.Database();
  migrate(database);
  database.run("UPDATE journal SET generation = ?", [journalGenerations(folder)[0] ?? 0]);
  return database;
}

/** The generation of the journal that goes on where a database ends. */
export const generationOf = (database: Database): number =>
  Number(database.exec("SELECT generation FROM journal")[0]?.values[0]?.[0] ?? 0);

/** Looks at every table but the virtual one of the index, whose own check takes ten times as long. */
export function isSound(database: Database): boolean {
  try {
    const tables = database.exec(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'",
    )[0]?.values;
    return (tables ?? []).every(
      ([name]) =>
        database.exec(`PRAGMA quick_check("${String(name)}")`)[0]?.values[0]?.[0] === "ok",
    );
  } catch {
    return false;
  }
}
