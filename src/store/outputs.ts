/** The whole texts of long outputs of tools. What a message itself has of them is their beginning and end. */
import { gunzipSync } from "node:zlib";
import type { Database } from "sql.js";
import type { Part, ThreadEvent } from "../shared/thread";

/** Stores the whole of an output that an event brings. */
export function storeOutput(database: Database, event: ThreadEvent): void {
  if (event.type !== "toolEnded" || !event.whole) return;
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
    return gunzipSync(statement.get()[0] as Uint8Array).toString("utf8");
  } catch {
    return undefined;
  } finally {
    statement.free();
  }
}
