/** A language in which a text is seen that nobody has translated: every one of ours is marked. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Language } from "../../src/shared/language";
import { root } from "./paths";

/** Each of our texts. That the translation has them all is a test of its own. */
export const TEXTS: readonly string[] = Object.keys(
  JSON.parse(readFileSync(join(root, "l10n/bundle.l10n.de.json"), "utf8")) as object,
);

/** A text as it is in that language. */
export const pseudo = (english: string): string => `⟦${english}⟧`;

/**
 * What of a text is not within the marks of that language, also where one text is put into another. A
 * text that an element divides has its second mark elsewhere.
 */
export function unmarked(text: string): string {
  const shorter = text.replace(/⟦[^⟦⟧]*(⟧|$)/g, "");
  return shorter === text ? text : unmarked(shorter);
}

/** That language, by VS Code's own name for it. */
export function pseudoLanguage(): Language {
  // The last one would end the script that hands the texts to the page.
  const all = [...TEXTS, "</script>"];
  return {
    tag: "qps-ploc",
    texts: Object.fromEntries(all.map((text) => [text, pseudo(text)])),
  };
}
