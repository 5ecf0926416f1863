/**
 * The language that people are spoken to in. `t` of `@vscode/l10n` says a text in it wherever one is
 * needed; a text that is made before `speak` was called stays English.
 */
import { config } from "@vscode/l10n";

/** A language other than English. */
export interface Language {
  /** As `Intl` and the page's `lang` name it. */
  readonly tag: string;
  /** Its texts, by the English ones. */
  readonly texts: Readonly<Record<string, string>>;
  /** The file that has them, for programs that we start. */
  readonly file?: string;
}

let spoken: Language | undefined;

/** Speaks a language from now on; English where there is none. */
export function speak(language: Language | undefined): void {
  spoken = language;
  config({ contents: { ...language?.texts } });
}

/** The language to hand on to what is on its own: a worker, a page, a program. Undefined for English. */
export const spokenLanguage = (): Language | undefined => spoken;

/** The language for `Intl`. It is that of the texts, so that no sentence is half in another. */
export const languageTag = (): string => spoken?.tag ?? "en";
