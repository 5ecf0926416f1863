/** Long outputs: of a tool's, the beginning and end are shown, and the whole is for the store. */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Masked } from "../shared/masked";
import type { ThreadEvent, ToolOutcome } from "../shared/thread";
import { endOf, middleOf } from "./ends";

/** A longer output is shown in part; in bytes of UTF-8. */
export const LONG = 256 * 1024;

/** How much is shown of it, in UTF-16 units. */
const HEAD = 32 * 1024;
const TAIL = 8 * 1024;

/**
 * How much is kept, in UTF-16 units, of what a failing program has printed, from its end. Whoever
 * collects that keeps several times as much, so that what was cut there is not among it.
 */
export const DETAIL = 8 * 1024;

/**
 * The event with its outcome cut, and the whole of it gzipped, where a tool's outcome is long, and with
 * the end of what a failing program has printed; any other as it is.
 */
export async function cutLong(event: Masked<ThreadEvent>): Promise<ThreadEvent> {
  if (event.type === "messageEnded" && event.error?.detail !== undefined)
    return { ...event, error: { ...event.error, detail: endOf(event.error.detail, DETAIL) } };
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
