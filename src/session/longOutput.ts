/** Long outputs of tools: what is shown is their beginning and end, and the whole is for the store. */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { ThreadEvent, ToolOutcome } from "../shared/thread";

/** A longer output is shown in part; in bytes of UTF-8. */
export const LONG = 256 * 1024;

/** How much is shown of it, in UTF-16 units. */
const HEAD = 32 * 1024;
const TAIL = 8 * 1024;

/** A line's end this near is where it is cut, in UTF-16 units. */
const NEAR = 2048;

/**
 * The event with its outcome cut, and the whole of it gzipped, where a tool's outcome is long; any other
 * as it is. What it is given must be masked: what a cut divides could not be found to be a secret.
 */
export async function cutLong(event: ThreadEvent): Promise<ThreadEvent> {
  if (event.type !== "toolEnded") return event;
  const text = "errorText" in event.outcome ? event.outcome.errorText : event.outcome.output;
  if (Buffer.byteLength(text) <= LONG) return event;
  const at = headEnd(text);
  const from = tailStart(text);
  const shown = text.slice(0, at) + text.slice(from);
  const omitted = { at, bytes: Buffer.byteLength(text.slice(at, from)) };
  const outcome: ToolOutcome =
    "errorText" in event.outcome
      ? { ...event.outcome, errorText: shown, omitted }
      : { ...event.outcome, output: shown, omitted };
  return { ...event, outcome, whole: (await promisify(gzip)(text)).toString("base64") };
}

function headEnd(text: string): number {
  const line = text.lastIndexOf("\n", HEAD - 1) + 1;
  return line >= HEAD - NEAR ? line : betweenCharacters(text, HEAD);
}

function tailStart(text: string): number {
  const start = text.length - TAIL;
  const line = text.indexOf("\n", start - 1) + 1;
  return line > 0 && line <= start + NEAR ? line : betweenCharacters(text, start);
}

/** A place that does not divide a character of two UTF-16 units. */
const betweenCharacters = (text: string, place: number): number =>
  isLowSurrogate(text.charCodeAt(place)) ? place + 1 : place;

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
