import { rmSync } from "node:fs";
import { join } from "node:path";
import { t } from "@vscode/l10n";
import type { Database, SqlJsStatic } from "sql.js";
import { readWhole, replaceFile, stampOf } from "./databaseFile";
import { journalGenerations, journalPath } from "./journal";
import { isNewer } from "./newerDatabase";
import { openDatabase, type Opened } from "./openDatabase";
import { generationOf, isSound } from "./soundDatabase";

/** The database file: what was committed until some generation of the journal. */
export class Snapshot {
  readonly #path: string;
  /** The file as it was last read or written, and its generation. */
  #known: { readonly stamp: string | undefined; readonly generation: number } | undefined;

  constructor(
    private readonly folder: string,
    private readonly sql: SqlJsStatic,
  ) {
    this.#path = join(folder, "threads.db");
  }

  /** The generation of the journal that goes on where the file ends. A file that is known is not read. */
  get generation(): number | undefined {
    const stamp = stampOf(this.#path);
    if (stamp !== undefined && stamp === this.#known?.stamp) return this.#known.generation;
    const bytes = readWhole(this.#path);
    if (!bytes) return undefined;
    const database = new this.sql.Database(bytes);
    try {
      return generationOf(database);
    } catch {
      // What is damaged ends nowhere.
      return undefined;
    } finally {
      database.close();
    }
  }

  /** Whether a newer version of the extension has written it. */
  get isNewer(): boolean {
    return isNewer(this.#path);
  }

  /** The database of the file, in memory. Throws `NewerSchemaError`; see `openDatabase`. */
  open(onProblem: (problem: string) => void): Opened & { readonly generation: number } {
    const stamp = stampOf(this.#path);
    const opened = openDatabase(this.sql, this.folder, onProblem);
    const generation = generationOf(opened.database);
    this.#known = { stamp, generation };
    return { ...opened, generation };
  }

  /**
   * Replaces the file, unless it is as far already, and returns how many bytes it has now; undefined
   * when it was left. Who calls it has the right to, and what is written must be right: it is looked
   * at, and throws if it is not.
   */
  replace(database: Database): number | undefined {
    const bytes = database.export();
    this.#verify(bytes);
    const generation = generationOf(database);
    const kept = this.generation;
    if (kept !== undefined && kept >= generation) return undefined;
    replaceFile(this.#path, bytes);
    this.#known = { stamp: stampOf(this.#path), generation };
    // The file before is kept, and with it all the journal from there on: the whole again.
    for (const old of journalGenerations(this.folder))
      if (old < (kept ?? 0)) rmSync(journalPath(this.folder, old), { force: true });
    return bytes.length;
  }

  #verify(bytes: Uint8Array): void {
    // Of a buffer sql.js makes no copy, and nothing is written here.
    const database = new this.sql.Database(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
    );
    const sound = isSound(database);
    database.close();
    if (!sound) throw new Error(t("What was to be written is damaged."));
  }
}
