import { t } from "@vscode/l10n";
import type { Thread } from "../shared/thread";
import { ThreadNotFoundError } from "../store/threadStore";
import { pickThread } from "./pickThread";
import { threadIdOf } from "./threadId";

export interface ChoiceServices {
  readonly threads: () => Promise<readonly Thread[]>;
  readonly trash: () => Promise<readonly Thread[]>;
  /** The threads whose rows are selected in the view. */
  readonly selectedThreads: () => readonly string[];
}

/**
 * The threads that a command acts on: that of the row or with the id that it was given, or all that are
 * `selected` in the view with the row. A key, which has no row, says `{ selected: true }` for the rows
 * that are selected. Whoever names nothing is `asked`, and may cancel. Rejects, in a sentence for the
 * user, for what names no thread; one in the trash is still there.
 */
export async function chosenThreads(
  services: ChoiceServices,
  argument: unknown,
  selected: unknown,
  asked: string,
): Promise<readonly Thread[]> {
  const byKey = (argument as { selected?: unknown } | null | undefined)?.selected === true;
  const rows: readonly unknown[] = byKey
    ? services.selectedThreads()
    : Array.isArray(selected)
      ? selected.filter(isThreadRow)
      : [argument];
  const ids = new Set(rows.flatMap((row) => threadIdOf(row) ?? []));
  const threads = await services.threads();
  if (ids.size === 0) {
    const thread = await pickThread(threads, asked, t("There are no threads yet."));
    return thread ? [thread] : [];
  }
  const named = [...threads, ...(await services.trash())].filter(({ id }) => ids.has(id));
  if (named.length === 0) throw new ThreadNotFoundError();
  return named;
}

/** The same for a command that acts on one thread: of several the one of the row, or else the first. */
export async function chosenThread(
  services: ChoiceServices,
  argument: unknown,
  asked: string,
): Promise<Thread | undefined> {
  return (await chosenThreads(services, argument, undefined, asked))[0];
}

/** A group or a file may be selected together with threads. */
const isThreadRow = (row: unknown): boolean =>
  typeof row === "object" && row !== null && "id" in row;
