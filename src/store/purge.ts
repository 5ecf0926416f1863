/** What was in the trash for long enough, out of the database for good. */
import type { Database } from "sql.js";
import { DAYS_IN_TRASH } from "../shared/thread";
import { transaction } from "./rows";

/** In milliseconds, as all times here. */
export const DAY = 24 * 60 * 60 * 1000;

/** The threads whose time in the trash is over, and since when each is there. */
export const expired = (database: Database, now: number): { id: string; deletedAt: number }[] =>
  (
    database.exec("SELECT id, deleted_at FROM threads WHERE deleted_at <= ?", [
      now - DAYS_IN_TRASH * DAY,
    ])[0]?.values ?? []
  ).map(([id, deletedAt]) => ({ id: String(id), deletedAt: Number(deletedAt) }));

/** Removes a thread. Its words in the index count no more, since nothing can be taken out of that. */
export function purge(database: Database, thread: string): void {
  transaction(database, () => {
    for (const sql of [
      "DELETE FROM search_documents WHERE message_id IN (SELECT id FROM messages WHERE thread_id = ?)",
      "DELETE FROM outputs WHERE message_id IN (SELECT id FROM messages WHERE thread_id = ?)",
      "DELETE FROM messages WHERE thread_id = ?",
      "DELETE FROM drafts WHERE thread_id = ?",
      "DELETE FROM leases WHERE thread_id = ?",
      "DELETE FROM threads WHERE id = ?",
    ])
      database.run(sql, [thread]);
  });
}
