/** Long outputs of tools: what is shown is their beginning and end, and the whole is for the store. */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { ThreadEvent, ToolOutcome } from "../shared/thread";
import { middleOf } from "./ends";

/** A longer output is shown in part; in bytes of UTF-8. */
export const LONG = 256 * 1024;

/** How much is shown of it, in UTF-16 units. */
const HEAD = 32 * 1024;
const TAIL = 8 * 1024;

/**
 * The event with its outcome cut, and the whole of it gzipped, where a tool's outcome is long; any other
 * as it is. What it is given must be masked: what a cut divides could not be found to be a secret.
 */
export async function cutLong(event: ThreadEvent): Promise<ThreadEvent> {
  if (event.type !== "toolEnded") return event;
  const text = "errorText" in event.outcome ? event.outcome.errorText : event.outcome.output;
  if (Buffer.byteLength(text) <= LONG) return event;
  const { at, to } = middleOf(text, HEAD, TAIL);
  const shown = text.slice(0, at) + text.slice(to);
  const omitted = { at, bytes: Buffer.byteLength(text.slice(at, to)) };
  const outcome: ToolOutcome =
    "errorText" in event.outcome
      ? { ...event.outcome, errorText: shown, omitted }
      : { ...event.outcome, output: shown, omitted };
  return { ...event, outcome, whole: (await promisify(gzip)(text)).toString("base64") };
}
