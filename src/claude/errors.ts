/** Claude's own words for a failure into our sentence for it. */
import type { TurnError, TurnErrorCode } from "../shared/thread";
import type { ResultMessage } from "./wire";

const SENTENCES: Record<TurnErrorCode, string> = {
  notLoggedIn: "Claude is not logged in, or its login has expired.",
  rateLimited: "Claude's API refuses more requests for now. Try again in a while.",
  overloaded: "Claude's API has a problem right now. It is usually over in a moment: try again.",
  unknownModel: "The chosen model does not exist, or this account may not use it.",
  tooLarge: "The request is larger than Claude's API takes.",
  refused: "Claude declined to answer this.",
  maxTurns: "Claude reached the allowed number of steps before it was done.",
  sandbox: "The sandbox ended before Claude was done.",
  inactive: "Claude said nothing for too long, so it was stopped.",
  interrupted: "The window was closed before Claude was done.",
  claude: "Claude could not finish this turn.",
};

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

/** Why Claude asks its API again, by the `error` that it tells of. */
const RETRIES: ReadonlyMap<string, string> = new Map([
  ["overloaded", "Claude’s API is overloaded"],
  ["rate_limit", "Claude’s API refuses more requests for now"],
  ["server_error", "Claude’s API has a problem right now"],
]);

/** That Claude tries once more, and why: `attempt` of the `of` times that it will. */
export const retrySentence = (error: string, attempt: number, of: number): string =>
  `${RETRIES.get(error) ?? "Claude’s API does not answer as it should"}, try ${attempt} of ${of}.`;

/** A failure in our words, with what was said about it as the detail. */
export const turnError = (code: TurnErrorCode, detail?: string): TurnError => ({
  code,
  message: SENTENCES[code],
  ...(detail?.trim() && { detail: detail.trim() }),
});

/** A turn that was stopped after so long a silence: "10 minutes". */
export const inactive = (silence: string): TurnError => ({
  code: "inactive",
  message: `Claude said nothing for ${silence}, so it was stopped. Send another message to go on.`,
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
