/** Threads and messages as rows of their tables, and back. */
import { t } from "@vscode/l10n";
import type { BindParams, Database } from "sql.js";
import type { Message, Part, Thread } from "../shared/thread";

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

/** A longer title is cut, in UTF-16 units; what gives threads their titles is far below. */
const LONGEST_TITLE = 10_000;

export const threadRow = (thread: StoredThread) => ({
  id: thread.id,
  title: thread.title.slice(0, LONGEST_TITLE),
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

/** The thread of a row, whatever stands in it: one that is spoilt must not keep the others from a list. */
export const threadOf = (row: Row): Thread => ({
  id: textOf(row["id"]),
  title: textOf(row["title"]).slice(0, LONGEST_TITLE),
  scope: {
    type: row["scope_type"] === "file" ? "file" : "workspace",
    id: textOf(row["scope_id"]),
  },
  claudeSessionId: typeof row["claude_session_id"] === "string" ? row["claude_session_id"] : null,
  pinned: row["pinned"] === 1,
  metadata: objectIn(row["metadata"]) ?? {},
  createdAt: Number(row["created_at"]),
  updatedAt: Number(row["updated_at"]),
  deletedAt: typeof row["deleted_at"] === "number" ? row["deleted_at"] : null,
  unread: row["unread"] === 1,
});

/** The text of a column; bytes, which a forged row can have as well, are none. */
const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

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

/** The message of a row. Throws for one whose parts cannot be read, so that nothing is written over them. */
export function messageOf(row: Row): Message {
  const parts = parsed(row["parts"]);
  if (!areParts(parts)) throw new SyntaxError(t("This message is damaged."));
  return withParts(row, parts);
}

/** The message of a row to be shown, whatever stands in it. */
export function shownMessageOf(row: Row): Message {
  const parts = parsed(row["parts"]);
  const data = { text: t("This message is damaged.") };
  return withParts(row, areParts(parts) ? parts : [{ type: "data-notice", id: "damaged", data }]);
}

const withParts = (row: Row, parts: readonly Part[]): Message => ({
  id: textOf(row["id"]),
  threadId: textOf(row["thread_id"]),
  seq: Number(row["seq"]),
  role: oneOf(ROLES, row["role"]) ?? "system",
  parts,
  visibility: row["visibility"] === "hidden" ? "hidden" : "visible",
  status: oneOf(STATUSES, row["status"]) ?? "complete",
  usage: objectIn(row["usage"]) as Message["usage"],
  error: objectIn(row["error"]) as Message["error"],
  createdAt: Number(row["created_at"]),
});

/** The parts that a text of JSON has; none where it is damaged. */
export function partsIn(json: unknown): readonly Part[] {
  const parts = parsed(json);
  return areParts(parts) ? parts : [];
}

/** Throws where a row that is to be stored could not be read again: what a journal has may be anything. */
export function checkMessage(message: Message): void {
  const { id, threadId, seq, role, parts, visibility, status, createdAt } = message;
  const wellFormed =
    [id, threadId, visibility].every((text) => typeof text === "string") &&
    [seq, createdAt].every(Number.isFinite) &&
    oneOf(ROLES, role) &&
    oneOf(STATUSES, status) &&
    areParts(parts);
  if (!wellFormed) throw new TypeError(t("This message is damaged."));
}

const areParts = (value: unknown): value is readonly Part[] =>
  Array.isArray(value) && value.every(isPart);

const ROLES = ["user", "assistant", "system"] as const;
const STATUSES = ["complete", "streaming", "stopped", "failed"] as const;

const oneOf = <Value extends string>(values: readonly Value[], value: unknown) =>
  values.find((known) => known === value);

/** Whether a value has what is relied on of a part of its type; of types that are not known here, that it has one. */
function isPart(value: unknown): value is Part {
  if (typeof value !== "object" || value === null) return false;
  const { type, id, text, data, toolName } = value as Record<string, unknown>;
  if (typeof type !== "string" || typeof id !== "string") return false;
  switch (type) {
    case "text":
    case "reasoning":
      return typeof text === "string";
    case "dynamic-tool":
      return typeof toolName === "string";
    case "data-notice":
      return typeof (data as { text?: unknown } | undefined)?.text === "string";
    default:
      return true;
  }
}

/** The object that a text of JSON is; null for anything else. */
const objectIn = (json: unknown): Record<string, unknown> | null => {
  const value = parsed(json);
  return typeof value === "object" && !Array.isArray(value)
    ? (value as Record<string, unknown> | null)
    : null;
};

/** What a text of JSON says; undefined for one that is damaged. */
export function parsed(json: unknown): unknown {
  try {
    return typeof json === "string" ? JSON.parse(json) : undefined;
  } catch {
    return undefined;
  }
}
