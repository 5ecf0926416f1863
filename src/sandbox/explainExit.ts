import type { TurnError } from "../shared/thread";
import { problemOf } from "./probe";
import { problemText } from "./problems";
import type { Exit } from "./runtime";

/**
 * Why a turn's process ended without Claude's `result`. `unread` is what it printed on stdout that is
 * no message; `label` names the sandbox.
 */
export function explainExit(exit: Exit, unread: string, label: string): TurnError {
  const said = [exit.failure?.message, exit.stderr, unread].map((text) => text?.trim());
  const detail = said.filter(Boolean).join("\n") || `It ended with ${ending(exit)}.`;
  const problem = problemOf(exit, unread);
  if (problem) return { code: "sandbox", message: problemText(problem, label).message, detail };
  return { code: "claude", message: "Claude ended before its answer was complete.", detail };
}

const ending = ({ code, signal }: Exit): string =>
  signal ? `signal ${signal}` : `exit code ${String(code)}`;
