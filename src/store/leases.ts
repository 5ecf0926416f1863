/** Whose turn it is in a thread, in the database. */
import type { Database } from "sql.js";
import type { Lease } from "./journal";
import { select } from "./rows";

/** Who has, or had, the turn, and until when, in milliseconds since the epoch. */
export interface Holder {
  readonly owner: string;
  readonly until: number;
}

export function holderOf(database: Database, thread: string): Holder | undefined {
  const [row] = select(database, "SELECT owner, until FROM leases WHERE thread_id = ?", [thread]);
  return row && { owner: String(row["owner"]), until: Number(row["until"]) };
}

/** The first to claim what nobody has is its owner; everybody sees the same one as the first. */
export function putLease(database: Database, { thread, owner, at, until, over }: Lease): void {
  const held = holderOf(database, thread);
  if (held && held.owner !== owner && held.owner !== over && held.until > at) return;
  database.run("INSERT OR REPLACE INTO leases VALUES (?, ?, ?)", [thread, owner, until]);
}
