import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import initSqlJs from "sql.js";

/** Makes the database file of a folder one of a version to come: migrates it with SQL of our own. */
export async function migrateToNewer(folder: string, migration = ""): Promise<void> {
  const file = join(folder, "threads.db");
  const sql = await initSqlJs();
  const database = new sql.Database(readFileSync(file));
  database.exec(`${migration}; PRAGMA user_version = 99`);
  writeFileSync(file, database.export());
  database.close();
}

/** Every file of a folder with its bytes and times, to see that nothing was touched. */
export const snapshotOf = (folder: string): unknown[] => [
  statSync(folder).mtimeMs,
  ...readdirSync(folder)
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const { mtimeMs, ctimeMs, ino } = statSync(path);
      return [name, mtimeMs, ctimeMs, ino, readFileSync(path, "base64")];
    }),
];
