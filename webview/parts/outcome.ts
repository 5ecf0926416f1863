import { t } from "@vscode/l10n";
import { IN_BACKGROUND, STOPPED, type ToolPart } from "../../src/shared/thread";
import { asText } from "./toolSummary";

/** What a failed call said, apart from the exit code that a command's begins with. */
export function errorOf(part: Extract<ToolPart, { state: "output-error" }>): {
  readonly code: string | undefined;
  readonly text: string;
} {
  if (part.errorText === STOPPED) return { code: undefined, text: t("Stopped before it ended.") };
  const [said = "", code] = /^Exit code (\d+)\n?/.exec(part.errorText) ?? [];
  // What is left out of a long one is told by its place in the whole.
  return { code, text: part.omitted ? part.errorText : part.errorText.slice(said.length) };
}

/** What a call put out, as text. */
export function outputOf({ output }: Extract<ToolPart, { state: "output-available" }>): string {
  return output === IN_BACKGROUND ? t("It runs in the background.") : asText(output);
}
