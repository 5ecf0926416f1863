/** What a thread keeps of a tool's result: its text, and what it changed in a file. */
import { t } from "@vscode/l10n";
import * as v from "valibot";
import { STOPPED, type FilePatch, type ToolOutcome } from "../shared/thread";

/** A longer diff is cut after a whole line, in characters: the file itself is in the workspace. */
const DIFF_LIMIT = 64 * 1024;

/** What the CLI tells Claude, not its user, of a tool that the user stopped. */
const REJECTED = /^(?:The user doesn't want to proceed with this tool use|\[Request interrupted)/;

/**
 * The outcome of a tool call. `content` is what Claude is told of it; `result` is the CLI's own
 * record (`tool_use_result`), of which each tool has another shape.
 */
export function toolOutcome(content: unknown, failed: boolean, result: unknown): ToolOutcome {
  const text = typeof content === "string" ? content : blocksText(content);
  if (failed)
    return {
      errorText: REJECTED.test(text) ? STOPPED : text || t("The tool failed and did not say why."),
    };
  const patch = filePatch(result);
  return { output: text, ...(patch && { patch }) };
}

/** A tool's output as text. A picture in it is named, not kept. */
const blocksText = (content: unknown): string =>
  (Array.isArray(content) ? (content as unknown[]) : [])
    .map((block) => {
      if (typeof block === "string") return block;
      const { type, text } = (block ?? {}) as { type?: unknown; text?: unknown };
      return typeof text === "string" ? text : `[${typeof type === "string" ? type : "unknown"}]`;
    })
    .join("\n");

/** A longer path is none, in UTF-16 units. */
const PATH_LIMIT = 4096;

/** Looked through at once, since there may be millions. */
const lines = v.custom<string[]>(
  (value) => Array.isArray(value) && value.every((line) => typeof line === "string"),
);

/** What Edit, Write and their like say of the file that they changed. */
const changedFile = v.object({
  type: v.optional(v.string()),
  filePath: v.pipe(v.string(), v.maxLength(PATH_LIMIT)),
  content: v.optional(v.string(), ""),
  structuredPatch: v.array(
    v.object({
      oldStart: v.number(),
      oldLines: v.number(),
      newStart: v.number(),
      newLines: v.number(),
      lines,
    }),
  ),
});

function filePatch(result: unknown): FilePatch | undefined {
  const parsed = v.safeParse(changedFile, result);
  if (!parsed.success) return undefined;
  const { type, filePath: path, content, structuredPatch } = parsed.output;
  if (type === "create")
    return { path, diff: "", added: lineCount(content), removed: 0, created: true };
  const lines = structuredPatch.flatMap((hunk) => [
    `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    ...hunk.lines,
  ]);
  const diff = lines.join("\n");
  const count = (sign: string) =>
    structuredPatch.reduce(
      (sum, hunk) => sum + hunk.lines.filter((line) => line.startsWith(sign)).length,
      0,
    );
  return {
    path,
    ...(diff.length <= DIFF_LIMIT ? { diff } : { diff: beginning(diff), cut: true }),
    added: count("+"),
    removed: count("-"),
  };
}

const beginning = (diff: string): string =>
  diff.slice(0, Math.max(0, diff.lastIndexOf("\n", DIFF_LIMIT)));

const lineCount = (text: string): number =>
  text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
