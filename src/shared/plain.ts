/** Text that others wrote, for places in which VS Code, or a reader, would take part of it for something else. */
import { spelledOut } from "./invisible";

/** For a notification, in which `[text](address)` would become a link, and even run a command. */
export const unlinked = (text: string): string => text.replaceAll("](", "] (");

/** For a row of a quick pick, in which `$(name)` would become an icon. A joiner of no width is between. */
export const withoutIcons = (text: string): string => text.replaceAll("$(", "$\u2060(");

/**
 * For Markdown in which all its marks are escaped: addresses alone would still become links. A joiner
 * of no width is in each.
 */
export const unmarked = (text: string): string =>
  text.replace(/(?<=:)(?=\/\/)|(?<=www)(?=\.)|(?=@)/gi, "\u2060");

/** For one line: what is not to be seen in it, or would begin another, has its name. Cut with “…”. */
export function oneLine(text: string, length: number): string {
  const line = spelledOut(text.slice(0, length)).replace(/\s+/g, " ");
  return text.length > length ? `${line}…` : line;
}

/**
 * For the log: no line of it looks like the beginning of an entry but the first, and no control of a
 * terminal hides one.
 */
export const logEntry = (text: string): string =>
  spelledOut(text).replace(/\r\n|\r|\n/g, "\n    | ");
