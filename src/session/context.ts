import type { Scope } from "../shared/thread";
import { fence } from "./fence";

/** A file as its reader sees it now: the unsaved editor buffer, where there is one. */
export interface FileSnapshot {
  /** Its path inside the sandbox. */
  readonly path: string;
  readonly language: string;
  readonly text: string;
  readonly unsaved: boolean;
}

/** How much of a file is sent along, in characters; Claude can read the rest itself. */
const LIMIT = 100_000;

/** What Claude is told of a thread's file before the first prompt. */
export function fileContext(scope: Scope, file: FileSnapshot | undefined): string {
  if (!file)
    return `This conversation is about the file ${scope.id}. It could not be read, so it is not given here.`;
  const { path, language, text, unsaved } = file;
  const given = text.slice(0, LIMIT);
  return [
    `This conversation is about the file ${path}.`,
    unsaved
      ? "Its present content follows, with changes that are not saved yet, so the file on the disk differs:"
      : "Its present content follows:",
    fence(given, language),
    ...(given.length < text.length
      ? [
          `Only the first ${LIMIT} of its ${text.length} characters are given. Read the file for the rest.`,
        ]
      : []),
  ].join("\n\n");
}
