/** The whole texts of long outputs of tools. What a message itself has of them is their beginning and end. */
import { gunzipSync } from "node:zlib";
import type { Database } from "sql.js";
import type { Part, ThreadEvent } from "../shared/thread";
import { select } from "./rows";

/** A longer output is never made of what is stored, in bytes: a gzip of a kilobyte can be one of a megabyte. */
const LONGEST = 64 * 1024 * 1024;
/** So much is stored for one message, in bytes of gzip. */
const MOST = 64 * 1024 * 1024;

/** Stores the whole of an output that an event brings, unless its message has far too much of that already. */
export function storeOutput(database: Database, event: ThreadEvent): void {
  if (event.type !== "toolEnded" || !event.whole) return;
  const [stored] = select(
    database,
    "SELECT total(length(gzip)) AS bytes FROM outputs WHERE message_id = ? AND part_id <> ?",
    [event.message, event.part],
  );
  if (Number(stored?.["bytes"]) + event.whole.length * 0.75 > MOST) return;
  database.run("INSERT OR REPLACE INTO outputs VALUES (?, ?, ?)", [
    event.message,
    event.part,
    Buffer.from(event.whole, "base64"),
  ]);
}

/**
 * The whole text of a tool's output or error; undefined when the part has none, or when it is not
 * there, or not readable, any more.
 */
export function wholeOutput(database: Database, message: string, part: Part): string | undefined {
  if (part.type !== "dynamic-tool") return undefined;
  if (!part.omitted) return part.errorText ?? (part.output as string | undefined);
  const statement = database.prepare(
    "SELECT gzip FROM outputs WHERE message_id = ? AND part_id = ?",
    [message, part.id],
  );
  try {
    if (!statement.step()) return undefined;
    const gzip = statement.get()[0] as Uint8Array;
    return gunzipSync(gzip, { maxOutputLength: LONGEST }).toString("utf8");
  } catch {
    return undefined;
  } finally {
    statement.free();
  }
}
