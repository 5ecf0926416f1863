/** Claude's own words for a failure into our sentence for it. */
import { t } from "@vscode/l10n";
import { cutTo } from "../shared/limits";
import type { TurnError, TurnErrorCode } from "../shared/thread";
import type { ResultMessage } from "./wire";

/** What each kind of failure means for people. */
function sentenceOf(code: TurnErrorCode): string {
  switch (code) {
    case "notLoggedIn":
      return t("Claude is not logged in, or its login has expired.");
    case "rateLimited":
      return t("Claude’s API refuses more requests for now. Try again in a while.");
    case "overloaded":
      return t("Claude’s API has a problem right now. It is usually over in a moment: try again.");
    case "unknownModel":
      return t("The chosen model does not exist, or this account may not use it.");
    case "tooLarge":
      return t("The request is larger than Claude’s API takes.");
    case "refused":
      return t("Claude declined to answer this.");
    case "maxTurns":
      return t("Claude reached the allowed number of steps before it was done.");
    case "sandbox":
      return t("The sandbox ended before Claude was done.");
    case "inactive":
      return t("Claude said nothing for too long, so it was stopped.");
    case "interrupted":
      return t("The window was closed before Claude was done.");
    case "claude":
      return t("Claude could not finish this turn.");
  }
}

/** The `error` of a synthetic assistant message, to ours. */
const BY_NAME: ReadonlyMap<string, TurnErrorCode> = new Map([
  ["authentication_failed", "notLoggedIn"],
  ["oauth_org_not_allowed", "notLoggedIn"],
  ["rate_limit", "rateLimited"],
  ["billing_error", "rateLimited"],
  ["model_not_found", "unknownModel"],
  ["server_error", "overloaded"],
  ["overloaded", "overloaded"],
]);

const BY_STATUS: ReadonlyMap<number, TurnErrorCode> = new Map([
  [401, "notLoggedIn"],
  [403, "notLoggedIn"],
  [404, "unknownModel"],
  [413, "tooLarge"],
  [429, "rateLimited"],
]);

/**
 * That Claude tries once more, `attempt` of the `of` times that it will, and why, by the `error` that it
 * tells of.
 */
export function retrySentence(error: string, attempt: number, of: number): string {
  switch (error) {
    case "overloaded":
      return t("Claude’s API is overloaded, try {0} of {1}.", attempt, of);
    case "rate_limit":
      return t("Claude’s API refuses more requests for now, try {0} of {1}.", attempt, of);
    case "server_error":
      return t("Claude’s API has a problem right now, try {0} of {1}.", attempt, of);
    default:
      return t("Claude’s API does not answer as it should, try {0} of {1}.", attempt, of);
  }
}

/** So much of what was said about a failure is kept, in UTF-16 units. */
const DETAIL_LIMIT = 100_000;

/** A failure in our words, with what was said about it as the detail. */
export function turnError(code: TurnErrorCode, said = ""): TurnError {
  const detail = cutTo(DETAIL_LIMIT, said.trim());
  return { code, message: sentenceOf(code), ...(detail && { detail }) };
}

/** A turn that was stopped after so many minutes of silence. */
export const inactive = (minutes: number): TurnError => ({
  code: "inactive",
  message:
    minutes === 1
      ? t("Claude said nothing for a minute, so it was stopped. Send another message to go on.")
      : t(
          "Claude said nothing for {0} minutes, so it was stopped. Send another message to go on.",
          minutes,
        ),
});

/** The failure that a `result` tells of; `name` is the `error` of the message before it. */
export function resultError(result: ResultMessage, name: string | undefined): TurnError {
  const said = result.result || (result.errors?.join("\n") ?? "");
  return turnError(codeOf(result, name, said), said);
}

function codeOf(result: ResultMessage, name: string | undefined, said: string): TurnErrorCode {
  if (result.terminal_reason === "max_turns" || result.subtype === "error_max_turns")
    return "maxTurns";
  if (/Usage Policy/i.test(said)) return "refused";
  if (/Request too large|Prompt is too long/i.test(said)) return "tooLarge";
  const status = result.api_error_status ?? 0;
  return (
    BY_NAME.get(name ?? "") ??
    BY_STATUS.get(status) ??
    (status >= 500 ? "overloaded" : /Not logged in/i.test(said) ? "notLoggedIn" : "claude")
  );
}

/** Whether a failed turn says that the session to resume is not there (any more). */
export const isStaleSession = (result: ResultMessage): boolean =>
  result.errors?.some((error) =>
    /No conversation found|requires a valid session ID/i.test(error),
  ) ?? false;
