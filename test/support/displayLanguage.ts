/** The workbench in another language than English. */
import type { WorkbenchOptions } from "./browser";

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
