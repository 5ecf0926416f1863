/** What lists of threads show, read without the messages themselves, which may be many and long. */
import type { Database } from "sql.js";
import {
  type ListedThread,
  type Message,
  textOf,
  type Thread,
  type ThreadSummary,
  type Usage,
} from "../shared/thread";
import { isGone } from "./checkpointLock";
import { parsed, type Row, select, shownMessageOf, threadOf } from "./rows";

/** How much of what was asked first is in a summary, in UTF-16 units. */
const BEGINNING = 500;

/** Every thread that is not in the trash, the last changed first. `now` is what leases are measured at. */
export function listThreads(database: Database, now: number): ListedThread[] {
  // The status comes from an index of its own: a row of `messages` has long parts before it.
  const rows = select(
    database,
    `SELECT threads.*, leases.owner, leases.until,
       (SELECT status FROM messages INDEXED BY messages_by_status
        WHERE thread_id = threads.id ORDER BY seq DESC LIMIT 1) AS status
     FROM threads LEFT JOIN leases ON leases.thread_id = threads.id
     WHERE deleted_at IS NULL ORDER BY updated_at DESC, threads.id`,
  );
  return rows.map((row) => ({ ...threadOf(row), state: stateOf(row, now) }));
}

/** An answer that nobody writes any more was cut short, whether that is stored yet or not. */
function stateOf(row: Row, now: number): ListedThread["state"] {
  const status = row["status"] as Message["status"] | null;
  if (status !== "streaming") return status === "failed" ? "failed" : "idle";
  const held = Number(row["until"] ?? 0) > now && !isGone(String(row["owner"]));
  return held ? "working" : "failed";
}

/** Every thread in the trash, the last deleted first. */
export const listTrash = (database: Database): Thread[] =>
  select(
    database,
    "SELECT * FROM threads WHERE deleted_at IS NOT NULL ORDER BY deleted_at DESC, id",
  ).map(threadOf);

export function summaryOf(database: Database, thread: string): Omit<ThreadSummary, "thread"> {
  const visible = select(
    database,
    "SELECT usage FROM messages WHERE thread_id = ? AND visibility = 'visible'",
    [thread],
  );
  const [first] = select(
    database,
    `SELECT * FROM messages
     WHERE thread_id = ? AND visibility = 'visible' AND role = 'user' ORDER BY seq LIMIT 1`,
    [thread],
  ).map(shownMessageOf);
  return {
    messages: visible.length,
    beginning: first ? textOf(first).slice(0, BEGINNING) : "",
    costUsd: visible.reduce((sum, { usage }) => sum + costOf(usage), 0),
  };
}

function costOf(usage: unknown): number {
  const { costUsd } = (parsed(usage) ?? {}) as Partial<Record<keyof Usage, unknown>>;
  return typeof costUsd === "number" ? costUsd : 0;
}
