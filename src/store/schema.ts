import type { Database } from "sql.js";
import { rebuildIndex } from "./search";

/** Numbered migrations: the one at index n makes version n + 1. One that was released never changes. */
const MIGRATIONS: readonly (string | ((database: Database) => void))[] = [
  `CREATE TABLE threads (
     id TEXT PRIMARY KEY,
     title TEXT NOT NULL,
     scope_type TEXT NOT NULL,
     scope_id TEXT NOT NULL,
     claude_session_id TEXT,
     pinned INTEGER NOT NULL,
     metadata TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     updated_at INTEGER NOT NULL
   );
   CREATE INDEX threads_by_update ON threads (updated_at);
   CREATE TABLE messages (
     id TEXT PRIMARY KEY,
     thread_id TEXT NOT NULL REFERENCES threads (id),
     seq INTEGER NOT NULL,
     role TEXT NOT NULL,
     parts TEXT NOT NULL,
     visibility TEXT NOT NULL,
     status TEXT NOT NULL,
     usage TEXT,
     error TEXT,
     created_at INTEGER NOT NULL,
     UNIQUE (thread_id, seq)
   );
   -- The generation of the journal that goes on where this file ends.
   CREATE TABLE journal (generation INTEGER NOT NULL);
   INSERT INTO journal VALUES (0);`,
  // The index holds nothing of its own, so each change of it is one more migration that builds it anew.
  rebuildIndex,
  `CREATE TABLE leases (
     thread_id TEXT PRIMARY KEY,
     owner TEXT NOT NULL,
     until INTEGER NOT NULL
   );`,
  // The whole of each long output of a tool; its message has the beginning and the end of it.
  `CREATE TABLE outputs (
     message_id TEXT NOT NULL,
     part_id TEXT NOT NULL,
     gzip BLOB NOT NULL,
     PRIMARY KEY (message_id, part_id)
   );`,
  `ALTER TABLE threads ADD COLUMN deleted_at INTEGER;`,
  `CREATE TABLE drafts (
     thread_id TEXT PRIMARY KEY,
     text TEXT NOT NULL,
     updated_at INTEGER NOT NULL,
     -- The thread as JSON, where it had no message yet.
     unstored TEXT
   );`,
  // A list of threads tells how each ended. The index has that alone, as messages can be long.
  `ALTER TABLE threads ADD COLUMN unread INTEGER NOT NULL DEFAULT 0;
   CREATE INDEX messages_by_status ON messages (thread_id, seq, status);`,
  // Words in colours are words.
  rebuildIndex,
];

/** The version that `migrate` brings a database to. */
export const VERSION = MIGRATIONS.length;

export const versionOf = (database: Database): number =>
  Number(database.exec("PRAGMA user_version")[0]?.values[0]?.[0] ?? 0);

/** Brings a database, new or of any earlier version, to the present one, or to one before that. */
export function migrate(database: Database, to = VERSION): void {
  const version = versionOf(database);
  for (const [index, step] of MIGRATIONS.slice(0, to).entries()) {
    if (index < version) continue;
    database.exec("BEGIN");
    if (typeof step === "string") database.exec(step);
    else step(database);
    database.exec(`PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}
