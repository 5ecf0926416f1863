import { shownTitle } from "./title";

/** How many UTF-16 units a name has at most: with four bytes for each two of them no system refuses it. */
const LONGEST = 80;

/** Names that Windows keeps for devices, with whatever ending. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** A title as the name of a file without its ending, which every file system takes. */
export function fileName(title: string): string {
  const name = shownTitle(title)
    .replace(/[<>:"/\\|?*]+/g, " ")
    .replace(/ {2,}/g, " ")
    .slice(0, LONGEST)
    // A half of a character that the cut has divided.
    .replace(/[\ud800-\udbff]$/, "")
    .replace(/^[. ]+|[. ]+$/g, "")
    .replace(DEVICES, "$1_");
  return name || "thread";
}
