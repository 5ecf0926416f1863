/** The workbench in another language than English. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkbenchOptions } from "./browser";
import { copyExtension } from "./extensionHost";
import { sourceTexts } from "./texts";

/**
 * A window whose language is this one: what VS Code's page has from a language pack. Without the pack
 * VS Code's own words stay English; those of extensions are in the language, where they have them.
 */
export const displayLanguage = (language: string): WorkbenchOptions => ({
  prepare: async (page) => {
    await page.addInitScript(
      (tag) => Object.assign(globalThis, { _VSCODE_NLS_LANGUAGE: tag }),
      language,
    );
  },
});

/** VS Code's own name for a language in which a forgotten text is seen. */
const PSEUDO = "qps-ploc";

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

/** A copy of the extension, in a new folder, with its texts in that language; and a window for it. */
export function pseudoExtension(folder: string): WorkbenchOptions {
  rmSync(folder, { recursive: true, force: true });
  copyExtension(folder);
  const { texts } = sourceTexts();
  // The last one would end the script that hands the texts to the page.
  const all = [...texts, "</script>"];
  const bundle = Object.fromEntries(all.map((text) => [text, pseudo(text)]));
  writeFileSync(join(folder, `l10n/bundle.l10n.${PSEUDO}.json`), JSON.stringify(bundle));
  return { ...displayLanguage(PSEUDO), extension: folder };
}
