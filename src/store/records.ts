/** What the records of the journal make of the threads in the database. */
import { t } from "@vscode/l10n";
import type { Database } from "sql.js";
import { applyAll } from "../shared/reducer";
import {
  type Conversation,
  isKnown,
  type Message,
  type Part,
  type Thread,
  type ThreadEvent,
} from "../shared/thread";
import { removeDraft } from "./drafts";
import type { JournalRecord } from "./journal";
import { storeOutput } from "./outputs";
import { purge } from "./purge";
import { checkMessage, messageOf, select, threadOf, threadRow, transaction } from "./rows";
import { type StoredMessage, storedMessage } from "./storedMessage";
import { BrokenRecordError, ThreadConflictError, ThreadNotFoundError } from "./threadStore";

/** What becomes of a record when its turn in the journal comes; "broken" is one that cannot be applied. */
export type Outcome = "applied" | "conflict" | "unknownThread" | "broken";

/** What would become of a record now. */
export function outcomeOf(
  database: Database,
  { thread, expected, events }: Omit<JournalRecord, "id">,
): Outcome {
  const [first] = events;
  const [known] = select(database, "SELECT deleted_at FROM threads WHERE id = ?", [thread]);
  if (!known) return first?.type === "threadCreated" ? "applied" : "unknownThread";
  if (first?.type === "threadCreated") return "conflict";
  if (first?.type === "threadPurged")
    return known["deleted_at"] === first.deletedAt ? "applied" : "conflict";
  const [row] = select(database, "SELECT count(*) AS n FROM messages WHERE thread_id = ?", [
    thread,
  ]);
  return expected === null || row?.["n"] === expected ? "applied" : "conflict";
}

/** Throws the error of a record that does not count. */
export function refuse(outcome: Outcome, thread: string): void {
  if (outcome === "unknownThread") throw new ThreadNotFoundError();
  if (outcome === "conflict")
    throw new ThreadConflictError(t("Thread {0} was changed by another window.", thread));
  if (outcome === "broken") throw new BrokenRecordError();
}

/** Applies a record that counts. Returns the messages that it has changed, as they are stored. */
export function applyRecord(database: Database, record: JournalRecord): readonly StoredMessage[] {
  const { thread, events } = record;
  if (events[0]?.type === "threadPurged") {
    purge(database, thread);
    return [];
  }
  const before = mentioned(database, thread, events);
  const after = applyAll(before, events);
  const known = new Set(before.messages);
  const changed = after.messages.filter((message) => !known.has(message));
  for (const message of changed) checkMessage(message);
  const stored = changed.map(storedMessage);
  transaction(database, () => {
    put(database, "threads", threadRow(after.thread));
    for (const { row } of stored) put(database, "messages", row);
    for (const event of events) storeOutput(database, event);
    if (record.sendsDraft) removeDraft(database, thread);
  });
  return stored;
}

/**
 * A record that nobody survives, without what its messages say: there are as many of them as before, so
 * that what others have added behind them counts.
 */
export function withoutContents(record: JournalRecord): JournalRecord {
  const text = t("What was said here ended the processes that read it, and was set aside.");
  const parts: Part[] = [{ type: "data-notice", id: "set-aside", data: { text } }];
  const events = record.events.flatMap((event: ThreadEvent | null): ThreadEvent[] => {
    // Whoever has made it may have made anything.
    if (typeof event !== "object" || event === null) return [];
    if (event.type === "messageAdded") return [{ ...event, message: { ...event.message, parts } }];
    return "part" in event ? [] : [event];
  });
  return { ...record, events };
}

/** Throws a `ThreadNotFoundError`. */
export function threadIn(database: Database, id: string): Thread {
  const [row] = select(database, "SELECT * FROM threads WHERE id = ?", [id]);
  if (!row) throw new ThreadNotFoundError();
  return threadOf(row);
}

/** Those of a thread's messages that have one of these ids, in the order of the ids. */
export const messagesIn = (
  database: Database,
  thread: string,
  ids: readonly string[],
): readonly Message[] =>
  ids.flatMap((id) =>
    select(database, "SELECT * FROM messages WHERE id = ? AND thread_id = ?", [id, thread]).map(
      messageOf,
    ),
  );

/** A conversation of just those messages that the events speak of: no more need be read to fold them. */
function mentioned(
  database: Database,
  thread: string,
  events: readonly ThreadEvent[],
): Conversation {
  const first = events[0];
  if (first?.type === "threadCreated") return { thread: first.thread, messages: [] };
  const ids = new Set(
    events
      .filter(isKnown)
      .flatMap((event) =>
        "part" in event || event.type === "messageEnded" ? [event.message] : [],
      ),
  );
  return { thread: threadIn(database, thread), messages: messagesIn(database, thread, [...ids]) };
}

function put(
  database: Database,
  table: "threads" | "messages",
  row: Record<string, string | number | null>,
): void {
  const columns = Object.keys(row);
  database.run(
    `INSERT OR REPLACE INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
    Object.values(row),
  );
}
