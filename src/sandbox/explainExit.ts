import { t } from "@vscode/l10n";
import type { TurnError } from "../shared/thread";
import { problemOf } from "./problem";
import { problemSentence } from "./problems";
import type { Exit } from "./runtime";
import type { Place } from "./sandbox";

/**
 * Why a turn's process ended without Claude's `result`. `unread` is what it printed on stdout that is
 * no message.
 */
export function explainExit(exit: Exit, unread: string, place: Place): TurnError {
  const said = [exit.failure?.message, exit.stderr, unread].map((text) => text?.trim());
  const detail = said.filter(Boolean).join("\n") || ending(exit);
  const problem = problemOf(exit, unread);
  if (problem) return { code: "sandbox", message: problemSentence(problem, place), detail };
  return { code: "claude", message: t("Claude ended before its answer was complete."), detail };
}

const ending = ({ code, signal }: Exit): string =>
  signal ? t("It ended with signal {0}.", signal) : t("It ended with exit code {0}.", String(code));
