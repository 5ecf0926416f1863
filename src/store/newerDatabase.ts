/** Databases that a newer version of the extension has made: they are read, and never written. */
import { closeSync, constants, openSync, readSync } from "node:fs";
import { t } from "@vscode/l10n";
import { VERSION } from "./schema";

/** A newer version keeps threads in a way that cannot be read here. */
export class NewerSchemaError extends Error {
  override readonly name = "NewerSchemaError";

  constructor(options?: ErrorOptions) {
    super(
      t(
        "These threads were saved by a newer version of Sandbox Chat, in a way that this version cannot read. Update the extension to see them.",
      ),
      options,
    );
  }
}

/** What every SQLite file begins with, and where in its header `user_version` is, in bytes. */
const MAGIC = "SQLite format 3\0";
const VERSION_AT = 60;

/** Whether a newer version has written the database file. Reads its header alone. */
export function isNewer(path: string): boolean {
  const header = Buffer.alloc(VERSION_AT + 4);
  let file: number;
  try {
    // A pipe would keep its reader waiting for somebody who writes.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    // Whoever needs the file will say what is wrong with it.
    return false;
  }
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  return header.toString("latin1", 0, MAGIC.length) === MAGIC
    ? header.readInt32BE(VERSION_AT) > VERSION
    : false;
}
