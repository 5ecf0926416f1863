/** Why a message is not sent, in sentences for people. */
import { t } from "@vscode/l10n";
import type { Refusal } from "../shared/protocol";
import { ReadOnlyStoreError, ThreadFullError } from "../store/threadStore";

/** A message that is not sent. */
export const refused = (why: string): Refusal => ({ sent: false, refused: why });

/** While another window has the thread's turn. */
export const refusedElsewhere = (): Refusal =>
  refused(t("Claude is working on this thread in another window."));

/** Another window has added to the conversation what whoever sends has not seen. */
export class ConversationChangedError extends Error {
  override readonly name = "ConversationChangedError";

  constructor() {
    super(t("This conversation has just changed. Have a look, and send again."));
  }
}

/** The window closes while something is sent. */
export class WindowClosingError extends Error {
  override readonly name = "WindowClosingError";

  constructor() {
    super(t("The window is closing."));
  }
}

/** What came in the way of a message, and what can be done about it. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof ThreadFullError)
    return {
      ...refused(error.message),
      next: { step: "continueInNewThread", label: t("Continue in a New Thread") },
    };
  if (
    error instanceof ReadOnlyStoreError ||
    error instanceof ConversationChangedError ||
    error instanceof WindowClosingError
  )
    return refused(error.message);
  const detail = error instanceof Error ? error.message : String(error);
  return refused(t("The message could not be saved, so it was not sent: {0}", detail));
}
