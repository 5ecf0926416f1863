import { t } from "@vscode/l10n";
import { isId } from "../shared/protocol";

/**
 * The thread that a command was given: an id, or a row of the tree with one. Undefined when it was given
 * none, as from the palette. Other extensions and keybindings may give anything; for what is no id it
 * throws a sentence for the user.
 */
export function threadIdOf(argument: unknown): string | undefined {
  if (argument === undefined || argument === null) return undefined;
  const id = typeof argument === "object" && "id" in argument ? argument.id : argument;
  if (isId(id)) return id;
  throw new Error(
    t(
      "What the command was given is not the id of a thread. Run it without an argument to choose a thread.",
    ),
  );
}

/** The text that a command was given; undefined when it was given none. Throws a sentence for the user. */
export function textOf(argument: unknown): string | undefined {
  if (argument === undefined || argument === null) return undefined;
  if (typeof argument === "string") return argument;
  throw new Error(t("What the command was given is not text. Run it without an argument."));
}

/** A menu of the view hands over all the rows that are selected, behind the one that it is of. */
export const isSelection = (given: unknown): boolean => Array.isArray(given);
