/** A message as a row, whose parts are not longer than what is read again at each change of it can be. */
import { t } from "@vscode/l10n";
import type { Message, Part } from "../shared/thread";
import { endsOf, fromBothEnds } from "./ends";
import { messageRow } from "./rows";

/** So long may all parts of a message be as JSON, in UTF-16 units. */
const MOST = 32 * 1024 * 1024;
/** Where they are longer, so much is kept of each text in them. */
const LONG_TEXT = 64 * 1024;
/** The id of the part that stands where others were left out. */
const LEFT_OUT = "left-out";

export interface StoredMessage {
  readonly message: Message;
  readonly row: ReturnType<typeof messageRow>;
}

/**
 * A message as it is stored, and its row: of one that is too long, the two ends of each long text, and
 * then of so many parts only the first and the last, each time with a sentence in the place of the rest.
 */
export function storedMessage(message: Message): StoredMessage {
  const row = messageRow(message);
  if (row.parts.length + (row.error?.length ?? 0) <= MOST) return { message, row };
  const parts = withinLimit(message.parts.map(withoutMiddles));
  const short = { ...message, parts, error: withoutMiddles(message.error) };
  return { message: short, row: messageRow(short) };
}

/** A JSON value in which each long text is cut. */
function withoutMiddles<Value>(value: Value): Value {
  if (typeof value === "string") {
    const between = `\n\n${t("[The middle was left out, since the message is too long.]")}\n\n`;
    return endsOf(value, LONG_TEXT, between) as Value;
  }
  if (Array.isArray(value)) return value.map(withoutMiddles) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutMiddles(inner)]),
  ) as Value;
}

function withinLimit(all: readonly Part[]): readonly Part[] {
  // With what stands between them.
  const lengths = all.map((part) => JSON.stringify(part).length + 1);
  if (lengths.reduce((sum, length) => sum + length, 0) < MOST) return all;
  const kept = new Set<number>();
  // Half of it, so that not each change has it cut again.
  let left = MOST / 2;
  for (const place of fromBothEnds(all.length)) {
    const length = lengths[place] ?? 0;
    if (length > left || all[place]?.id === LEFT_OUT) continue;
    left -= length;
    kept.add(place);
  }
  const text = t("Parts of this message were left out, since it is too long.");
  const notice: Part = { type: "data-notice", id: LEFT_OUT, data: { text } };
  const gap = all.findIndex((_, place) => !kept.has(place));
  return all.flatMap((part, place) => {
    if (place === gap) return [notice];
    return kept.has(place) ? [part] : [];
  });
}
