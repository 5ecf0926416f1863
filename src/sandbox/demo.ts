import { t } from "@vscode/l10n";
import { type Language, spokenLanguage } from "../shared/language";
import { startProcess } from "./childProcess";
import type { Sandbox } from "./sandbox";

/**
 * A stand-in for Claude, for people without Docker: a scripted program that we ship. Nothing that is
 * asked of it is run; `script` is its path, and the editor's own Node runs it.
 */
export const demo = (script: string, workspace: string): Sandbox => ({
  kind: "demo",
  label: t("Demo"),
  program: process.execPath,
  workspace,
  exec: ([, ...args]) =>
    startProcess([process.execPath, script, ...args], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1", ...textsOf(spokenLanguage()) },
    }),
});

/** How the script finds the texts of a language: there are too many for an environment. */
const textsOf = (language: Language | undefined): Readonly<Record<string, string>> =>
  language?.file ? { SANDBOX_CHAT_TEXTS: language.file } : {};
