/** Threads and messages as rows of their tables, and back. */
import type { BindParams, Database } from "sql.js";
import type { Message, Thread } from "../shared/thread";

export type Row = Record<string, unknown>;

/** The rows that a query finds. */
export function select(database: Database, sql: string, params: BindParams = []): Row[] {
  const statement = database.prepare(sql, params);
  try {
    const rows: Row[] = [];
    while (statement.step()) rows.push(statement.getAsObject());
    return rows;
  } finally {
    statement.free();
  }
}

/** Does all of some work on the database, or nothing of it. */
export function transaction(database: Database, work: () => void): void {
  database.run("BEGIN");
  try {
    work();
    database.run("COMMIT");
  } catch (error) {
    database.run("ROLLBACK");
    throw error;
  }
}

/** A thread, also one of a journal that was written before threads had all of this. */
export type StoredThread = Omit<Thread, "deletedAt" | "unread"> &
  Partial<Pick<Thread, "deletedAt" | "unread">>;

export const threadRow = (thread: StoredThread) => ({
  id: thread.id,
  title: thread.title,
  scope_type: thread.scope.type,
  scope_id: thread.scope.id,
  claude_session_id: thread.claudeSessionId,
  pinned: Number(thread.pinned),
  metadata: JSON.stringify(thread.metadata),
  created_at: thread.createdAt,
  updated_at: thread.updatedAt,
  deleted_at: thread.deletedAt ?? null,
  unread: Number(thread.unread ?? false),
});

export const threadOf = (row: Row): Thread => ({
  id: row["id"] as string,
  title: row["title"] as string,
  scope: { type: row["scope_type"] as Thread["scope"]["type"], id: row["scope_id"] as string },
  claudeSessionId: row["claude_session_id"] as string | null,
  pinned: row["pinned"] === 1,
  metadata: JSON.parse(row["metadata"] as string) as Thread["metadata"],
  createdAt: row["created_at"] as number,
  updatedAt: row["updated_at"] as number,
  deletedAt: row["deleted_at"] as number | null,
  unread: row["unread"] === 1,
});

export const messageRow = (message: Message) => ({
  id: message.id,
  thread_id: message.threadId,
  seq: message.seq,
  role: message.role,
  parts: JSON.stringify(message.parts),
  visibility: message.visibility,
  status: message.status,
  usage: message.usage && JSON.stringify(message.usage),
  error: message.error && JSON.stringify(message.error),
  created_at: message.createdAt,
});

export const messageOf = (row: Row): Message => ({
  id: row["id"] as string,
  threadId: row["thread_id"] as string,
  seq: row["seq"] as number,
  role: row["role"] as Message["role"],
  parts: JSON.parse(row["parts"] as string) as Message["parts"],
  visibility: row["visibility"] as Message["visibility"],
  status: row["status"] as Message["status"],
  usage: row["usage"] ? (JSON.parse(row["usage"] as string) as Message["usage"]) : null,
  error: row["error"] ? (JSON.parse(row["error"] as string) as Message["error"]) : null,
  createdAt: row["created_at"] as number,
});
