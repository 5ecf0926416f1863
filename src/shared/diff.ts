/** The lines of a change, from a unified diff or from what a tool was given to replace. */
import type { ToolPart } from "./thread";

export interface DiffLine {
  /** A gap stands for the lines between two places. */
  readonly kind: "same" | "added" | "removed" | "gap";
  readonly text: string;
  /** The number of the line in the file, from 1: as it was for a removed line, else as it is. */
  readonly number?: number;
}

/** A change of one file by one tool call. */
export interface Change {
  readonly path: string;
  readonly added: number;
  readonly removed: number;
  readonly lines: readonly DiffLine[];
  /** Whether there is more than `lines`. */
  readonly cut: boolean;
}

/** What a tool call changes or has changed, if it is one of those that change files. */
export function changeOf(part: ToolPart): Change | undefined {
  if (part.patch && !part.patch.created) {
    const { path, diff, added, removed, cut = false } = part.patch;
    return { path, added, removed, lines: parseDiff(diff), cut };
  }
  const { input } = part;
  if (!isRecord(input) || typeof input["file_path"] !== "string") return undefined;
  const lines = linesOf(part.toolName, input);
  if (!lines) return undefined;
  const count = (kind: DiffLine["kind"]): number =>
    lines.filter((line) => line.kind === kind).length;
  const path = part.patch?.path ?? input["file_path"];
  return { path, added: count("added"), removed: count("removed"), lines, cut: false };
}

function linesOf(tool: string, input: Record<string, unknown>): readonly DiffLine[] | undefined {
  switch (tool) {
    case "Write":
      return typeof input["content"] === "string"
        ? split(input["content"]).map((text, at) => ({ kind: "added", text, number: at + 1 }))
        : undefined;
    case "Edit":
      return replaced(input);
    case "MultiEdit":
      return Array.isArray(input["edits"])
        ? input["edits"].flatMap((edit: unknown, at): DiffLine[] => [
            ...(at > 0 ? [{ kind: "gap" as const, text: "" }] : []),
            ...(isRecord(edit) ? (replaced(edit) ?? []) : []),
          ])
        : undefined;
    default:
      return undefined;
  }
}

/** Where a text stands in its file is not known before the tool says so; what both sides share is. */
function replaced(edit: Record<string, unknown>): readonly DiffLine[] | undefined {
  const { old_string: old, new_string: now } = edit;
  if (typeof old !== "string" || typeof now !== "string") return undefined;
  const [before, after] = [split(old), split(now)];
  const most = Math.min(before.length, after.length);
  let first = 0;
  while (first < most && before[first] === after[first]) first++;
  let last = 0;
  while (last < most - first && before.at(-1 - last) === after.at(-1 - last)) last++;
  const lines = (kind: DiffLine["kind"], texts: readonly string[]): DiffLine[] =>
    texts.map((text) => ({ kind, text }));
  return [
    ...lines("same", before.slice(0, first)),
    ...lines("removed", before.slice(first, before.length - last)),
    ...lines("added", after.slice(first, after.length - last)),
    ...lines("same", before.slice(before.length - last)),
  ];
}

/** The lines of a unified diff without file names. Never throws: what is odd counts as unchanged. */
export function parseDiff(diff: string): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  let [old, now] = [1, 1];
  for (const line of diff === "" ? [] : diff.split("\n")) {
    const [, oldStart, newStart] = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line) ?? [];
    if (oldStart !== undefined && newStart !== undefined) {
      if (lines.length > 0) lines.push({ kind: "gap", text: "" });
      [old, now] = [Number(oldStart), Number(newStart)];
    } else if (line.startsWith("+"))
      lines.push({ kind: "added", text: line.slice(1), number: now++ });
    else if (line.startsWith("-"))
      lines.push({ kind: "removed", text: line.slice(1), number: old++ });
    else if (!line.startsWith("\\")) {
      old++;
      lines.push({ kind: "same", text: line.slice(1), number: now++ });
    }
  }
  return lines;
}

/** The lines of a text, without an empty one behind its last line break. */
const split = (text: string): string[] => {
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
