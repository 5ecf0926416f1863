import { t } from "@vscode/l10n";

/** What a tool call is about, in a line: read from its input, whatever that looks like. */

/** The inputs that say what a call is about, the most telling first. */
const TELLING = [
  "command",
  "file_path",
  "notebook_path",
  "pattern",
  "url",
  "query",
  "description",
  "path",
  "skill",
  "prompt",
  "bash_id",
  "task_id",
] as const;

const LENGTH_LIMIT = 200;

/**
 * The most telling of a tool's inputs as one line, or "" when none of them is text. A path in
 * `workspace` is given from there.
 */
export function toolSummary(input: unknown, workspace = ""): string {
  if (!isRecord(input)) return typeof input === "string" ? oneLine(input) : "";
  const known = TELLING.find((name) => isText(input[name]));
  const said = known ? textField(input, known) : (Object.values(input).find(isText) ?? "");
  return oneLine(known?.endsWith("path") ? relativePath(said, workspace) : said);
}

/** A path from the workspace's root, where it is in there. */
export const relativePath = (path: string, workspace: string): string =>
  workspace && path.startsWith(`${workspace}/`) ? path.slice(workspace.length + 1) : path;

/** One of a tool's inputs, or "" where it is no text. */
export function textField(input: unknown, name: string): string {
  const value = isRecord(input) ? input[name] : undefined;
  return typeof value === "string" ? value : "";
}

/** A tool's name for people: "mcp__github__create_issue" is "create_issue (github)". */
export function toolTitle(name: string): string {
  const [, server, tool] = /^mcp__(.+?)__(.+)$/.exec(name) ?? [];
  return server && tool ? `${tool} (${server})` : name;
}

/** A tool's input as named texts. Text stays as it is, the rest becomes JSON. */
export const toolFields = (input: unknown): readonly (readonly [name: string, text: string])[] =>
  isRecord(input)
    ? Object.entries(input).map(([name, value]) => [name, asText(value)])
    : [[t("input"), asText(input)]];

/** What a tool put out, as text. Claude's content blocks give their texts. */
export function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.length > 0 && value.every(isTextBlock))
    return value.map(({ text }) => text).join("\n");
  // JSON has no word for undefined.
  return value === undefined ? "" : JSON.stringify(value, null, 2);
}

const oneLine = (text: string): string => text.slice(0, LENGTH_LIMIT).replace(/\s+/g, " ").trim();

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isTextBlock = (value: unknown): value is { text: string } =>
  isRecord(value) && value["type"] === "text" && typeof value["text"] === "string";
