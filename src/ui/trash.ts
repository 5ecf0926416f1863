/** Threads into the trash and out of it again, and what is said of that. */
import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import { relativeTime } from "../shared/relativeTime";
import { DAYS_IN_TRASH, type Thread } from "../shared/thread";
import { quoted } from "../shared/title";
import { ThreadNotFoundError } from "../store/threadStore";
import { messageOf } from "./messageOf";
import { type ChoiceServices, chosenThreads } from "./chosenThreads";
import { orSay } from "./orSay";
import { pickThread } from "./pickThread";

export interface TrashServices extends ChoiceServices {
  /** Resolves with false for a thread that is in the trash already. Rejects when it stays where it is. */
  readonly deleteThread: (thread: string) => Promise<boolean>;
  /** Resolves with false for a thread that is not in the trash any more. Rejects when it cannot be had. */
  readonly restoreThread: (thread: string) => Promise<boolean>;
  readonly resumeThread: (thread: string) => Promise<void>;
}

/**
 * Deletes the thread of a row of the view, or all that are `selected` there with it. The key, which has
 * no row, says `{ selected: true }`; whoever names nothing is asked.
 */
export async function deleteThreads(
  services: TrashServices,
  argument: unknown,
  selected: unknown,
): Promise<void> {
  const deleted: Thread[] = [];
  let threads: readonly Thread[] = [];
  try {
    threads = await chosenThreads(services, argument, selected, t("Delete which thread?"));
  } catch (error) {
    void vscode.window.showErrorMessage(messageOf(error));
  }
  for (const thread of threads) {
    try {
      if (await services.deleteThread(thread.id)) deleted.push(thread);
      else tell(t("{0} is in the trash already.", quoted(thread.title)));
    } catch (error) {
      fail(t("{0} could not be deleted: {1}", quoted(thread.title), reason(error)));
    }
  }
  const [first, ...more] = deleted;
  if (!first) return;
  const said =
    more.length === 0
      ? t(
          "{0} was deleted. It stays in the trash for {1} days.",
          quoted(first.title),
          DAYS_IN_TRASH,
        )
      : t(
          "{0} threads were deleted. They stay in the trash for {1} days.",
          deleted.length,
          DAYS_IN_TRASH,
        );
  orSay(offerUndo(services, deleted, said));
}

/** Says that another window has deleted the thread that was on show here. */
export const tellDeletedElsewhere = (
  services: Pick<TrashServices, "restoreThread">,
  thread: Thread,
): void =>
  orSay(
    offerUndo(
      services,
      [thread],
      t(
        "{0} was deleted in another window. It stays in the trash for {1} days.",
        quoted(thread.title),
        DAYS_IN_TRASH,
      ),
    ),
  );

/**
 * Takes a thread out of the trash and shows it: this one, or one that is chosen. Resolves with its id,
 * or with nothing where none was restored; what is in the way is said.
 */
export async function restoreDeletedThread(
  services: TrashServices,
  given?: string,
): Promise<string | undefined> {
  const trash = await services.trash();
  const named = trash.find(({ id }) => id === given);
  if (given !== undefined && !named) throw new Error(t("There is no such thread in the trash."));
  const choose = () =>
    pickThread(
      trash,
      t("Restore which thread?"),
      t("There is no thread in the trash."),
      ({ deletedAt }) => t("deleted {0}", relativeTime(deletedAt ?? 0, Date.now())),
    );
  const thread = named ?? (await choose());
  if (!thread || !(await restore(services, thread))) return undefined;
  await services.resumeThread(thread.id);
  return thread.id;
}

async function offerUndo(
  services: Pick<TrashServices, "restoreThread">,
  threads: readonly Thread[],
  said: string,
): Promise<void> {
  if (!(await vscode.window.showInformationMessage(said, t("Undo")))) return;
  for (const thread of threads) await restore(services, thread);
}

/** Resolves with whether the thread is out of the trash; what is in the way is said. */
async function restore(
  { restoreThread }: Pick<TrashServices, "restoreThread">,
  thread: Thread,
): Promise<boolean> {
  try {
    if (!(await restoreThread(thread.id)))
      tell(t("{0} was restored already.", quoted(thread.title)));
    return true;
  } catch (error) {
    fail(t("{0} could not be restored: {1}", quoted(thread.title), reason(error)));
    return false;
  }
}

const tell = (said: string) => void vscode.window.showInformationMessage(said);

const fail = (said: string) => void vscode.window.showErrorMessage(said);

const reason = (error: unknown): string =>
  error instanceof ThreadNotFoundError
    ? t("it is gone for good, as is all that was in the trash for {0} days.", DAYS_IN_TRASH)
    : messageOf(error);
