/** The database on the disk, opened and looked at. */
import { join } from "node:path";
import { t } from "@vscode/l10n";
import type { Database, SqlJsStatic } from "sql.js";
import { copyOfThreads } from "./copyOfThreads";
import { keepCopy, previousOf, readWhole, setAside } from "./databaseFile";
import { journalGenerations } from "./journal";
import { isNewer, NewerSchemaError } from "./newerDatabase";
import { migrate, VERSION, versionOf } from "./schema";
import { rebuildIndex } from "./search";
import { hasThreads, isOurs, isSound } from "./soundDatabase";

export interface Opened {
  readonly database: Database;
  /** A newer version of the extension writes in this folder, so nothing may be written here. */
  readonly readOnly: boolean;
  /** Whether it is another one than the file has. */
  readonly changed: boolean;
}

/**
 * The database of the file, of the one before, or a new one, in memory. What is damaged is set aside,
 * and said. Of what has more in it than we have made only our own tables are taken; the file as it was is
 * kept, and that is said, too. Throws `NewerSchemaError`.
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
    const taken = take(sql, bytes);
    if (taken) {
      const { database, isWhole } = taken;
      if (!isWhole && !readOnly)
        onProblem(
          t(
            "The file {0} had more in it than Sandbox Chat has made. Only the threads were taken; the file as it was is kept as {1}.",
            path,
            keepCopy(path),
          ),
        );
      return { database, readOnly, changed: !isWhole };
    }
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
  return { database, readOnly, changed: false };
}

/**
 * The database of these bytes in our version, and whether it has all that they have; undefined for one
 * that is damaged. Throws `NewerSchemaError`.
 */
function take(
  sql: SqlJsStatic,
  bytes: Uint8Array,
): { database: Database; isWhole: boolean } | undefined {
  const database = new sql.Database(bytes);
  let isNewerOne = false;
  try {
    const sound = isSound(database);
    isNewerOne = sound && versionOf(database) > VERSION;
    // An empty file is a database without tables, which nobody has written.
    if (!sound || (!isNewerOne && !hasThreads(database))) {
      database.close();
      return undefined;
    }
    if (!isNewerOne && isOurs(sql, database)) {
      migrate(database);
      return { database, isWhole: true };
    }
    const copy = copyOfThreads(sql, database);
    if (!isNewerOne) rebuildIndex(copy);
    return { database: copy, isWhole: isNewerOne };
  } catch (error) {
    if (isNewerOne) throw new NewerSchemaError({ cause: error });
    database.close();
    return undefined;
  }
}
