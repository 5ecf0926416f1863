/** The drafts in the database. */
import type { Database } from "sql.js";
import type { Thread } from "../shared/thread";
import type { DraftRecord } from "./journal";
import { parsed, type StoredThread, threadOf, threadRow } from "./rows";
import type { Draft } from "./threadStore";

/** Puts a draft in the place of the thread's earlier one, or removes it where there is no text, or no thread. */
export function putDraft(database: Database, { thread, text, at, unstored }: DraftRecord): void {
  removeDraft(database, thread);
  database.run(
    `INSERT INTO drafts SELECT ?1, ?2, ?3, ?4
     WHERE ?2 <> '' AND (?4 IS NOT NULL OR EXISTS (SELECT 1 FROM threads WHERE id = ?1))`,
    [thread, text, at, unstored && JSON.stringify(unstored)],
  );
}

export function removeDraft(database: Database, thread: string): void {
  database.run("DELETE FROM drafts WHERE thread_id = ?", [thread]);
}

/** Every draft, the last written first. */
export function allDrafts(database: Database): Draft[] {
  // Another window may have stored the thread after its draft was written.
  const [result] = database.exec(
    `SELECT thread_id, text, iif(threads.id IS NULL, unstored, NULL)
     FROM drafts LEFT JOIN threads ON threads.id = thread_id
     ORDER BY drafts.updated_at DESC`,
  );
  return (result?.values ?? []).map(([thread, text, unstored]) => ({
    thread: String(thread),
    text: String(text),
    unstored: unstored === null ? null : unstoredThread(unstored),
  }));
}

/** The thread that was kept with a draft; null where it is damaged. */
function unstoredThread(json: unknown): Thread | null {
  try {
    return threadOf(threadRow(parsed(json) as StoredThread));
  } catch {
    return null;
  }
}
