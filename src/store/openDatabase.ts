/** The database on the disk, opened and looked at. */
import { join } from "node:path";
import { t } from "@vscode/l10n";
import type { Database, SqlJsStatic } from "sql.js";
import { previousOf, readWhole, setAside } from "./databaseFile";
import { journalGenerations } from "./journal";
import { copyOfNewer, isNewer, NewerSchemaError } from "./newerDatabase";
import { migrate, VERSION, versionOf } from "./schema";

export interface Opened {
  readonly database: Database;
  /** A newer version of the extension writes in this folder, so nothing may be written here. */
  readonly readOnly: boolean;
}

/**
 * The database of the file, of the one before, or a new one, in memory. What is damaged is set aside,
 * and said. Throws `NewerSchemaError`.
 */
export function openDatabase(
  sql: SqlJsStatic,
  folder: string,
  onProblem: (problem: string) => void,
): Opened {
  const newest = join(folder, "threads.db");
  const files = [newest, previousOf(newest)];
  const readOnly = files.some(isNewer);
  for (const path of files) {
    const bytes = readWhole(path);
    if (!bytes) continue;
    const database = new sql.Database(bytes);
    if (isSound(database)) return { database: inOurVersion(sql, database), readOnly };
    database.close();
    onProblem(
      readOnly
        ? t("The threads in {0} could not be read. The file was left as it is.", path)
        : t(
            "The threads in {0} could not be read. The file was kept as {1}.",
            path,
            setAside(path),
          ),
    );
  }
  if (readOnly) throw new NewerSchemaError();
  const database = new sql.Database();
  migrate(database);
  database.run("UPDATE journal SET generation = ?", [journalGenerations(folder)[0] ?? 0]);
  return { database, readOnly };
}

function inOurVersion(sql: SqlJsStatic, database: Database): Database {
  if (versionOf(database) > VERSION) return copyOfNewer(sql, database);
  migrate(database);
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
