import { t } from "@vscode/l10n";
import { withoutInvisible } from "./invisible";
import type { Masked } from "./masked";
import { unlinked } from "./plain";

const LIMIT = 60;
/** How many characters a title may have that its user gives. */
export const LONGEST_TITLE = 120;
/** Of a title that another version has stored, so many UTF-16 units are shown. */
const SHOWN_LIMIT = 200;

/** What a thread is called before it has a first message. */
export const untitled = (): string => t("New thread");

/** A stored title in one line, in which each character is to be seen. */
export const shownTitle = (title: string): string =>
  oneLine(title.slice(0, SHOWN_LIMIT)) || untitled();

/** A title within a sentence of a notification. */
export const quoted = (title: string): string => t("“{0}”", unlinked(shownTitle(title)));

/** A thread's title from its first message: one line of at most so many characters, cut at a word. */
export function titleFrom(text: Masked<string>, limit = LIMIT): string {
  // The first thousand characters hold every title; a pasted log need not be walked whole.
  const line = oneLine(text.slice(0, 1000));
  // Characters as people count them: an emoji or an accented letter is one. The first segmenter costs
  // milliseconds, which are not to be those of the extension's activation.
  const counted = Array.from(new Intl.Segmenter().segment(line), ({ segment }) => segment);
  if (counted.length <= limit) return line || untitled();
  // One character is left for the ellipsis. A word that goes on behind the cut is left out, unless it
  // is all there is.
  const cut = counted.slice(0, limit - 1).join("");
  const whole = /\s/.test(counted[limit - 1] ?? "") ? cut : cut.replace(/\s+\S*$/, "");
  return `${whole || cut}…`;
}

const oneLine = (text: string): string =>
  withoutInvisible(text.replace(/\s+/g, " ")).replace(/ {2,}/g, " ").trim();
