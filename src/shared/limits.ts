/**
 * The most that is taken in of what comes out of a sandbox, where anything may be at work. All of it is
 * far beyond what Claude and its tools say by themselves; what exceeds it is left out, and a word says so.
 */
import { t } from "@vscode/l10n";

/** Of a line of Claude's, in bytes: the CLI's own longest have 32 MB. */
export const LINE_LIMIT = 64 * 1024 * 1024;

/** Of what a short command prints, in bytes. */
export const OUTPUT_LIMIT = 16 * 1024 * 1024;

/** How many parts a message has, values a tool's input, and entries what is remembered of a session. */
export const COUNT_LIMIT = 10_000;

/** Of a text, a thought, or a string in a tool's input, in UTF-16 units. */
export const TEXT_LIMIT = 4_000_000;

/** Of all that is said in one message, outputs of tools included, in UTF-16 units. */
export const MESSAGE_LIMIT = 64_000_000;

/** Of the name of a tool, a model or an account, in UTF-16 units. */
export const NAME_LIMIT = 200;

/** Of the id of a message or of a tool call: some gateways have odd ones. */
export const ID_LIMIT = 128;

/** Whether a session can have this id, which becomes an argument of Claude's command line. */
export const isSessionId = (id: string): boolean => /^[\w-]{1,128}$/.test(id);

/** What came is more than can be taken in. The message is for the user, and holds nothing of it. */
export class LimitError extends Error {
  override readonly name = "LimitError";
}

/** Says that a text goes on. */
export const leftOut = (): string =>
  t("[The rest is left out here: it is longer than what is kept.]");

/** How far back a cut may move so that it divides no word, which might be a secret, in UTF-16 units. */
const LONGEST_WORD = 4096;

/** A text as it is, or its beginning, in whole words, and a word about that. */
export function cutTo(limit: number, text: string): string {
  if (text.length <= limit) return text;
  let end = limit;
  while (end > limit - LONGEST_WORD && end > 0 && !/\s/.test(text.charAt(end - 1))) end--;
  return `${text.slice(0, end)}\n${leftOut()}`;
}

/** A name as it is, or its beginning. */
export const shortened = (name: string): string =>
  name.length <= NAME_LIMIT ? name : `${name.slice(0, NAME_LIMIT - 1)}…`;

/** Sets an entry of what is remembered; the oldest are forgotten. */
export function remember<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= COUNT_LIMIT) return;
    map.delete(oldest);
  }
}
