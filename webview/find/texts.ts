/** What a message shows when all of it is open, as text: the same as `ranges.ts` finds in the document. */
import { t } from "@vscode/l10n";
import { changeOf } from "../../src/shared/diff";
import type { Message, Part, ToolPart } from "../../src/shared/thread";
import { plainText } from "../ansi";
import { parse } from "../markdown/parse";
import type { Node } from "../markdown/tree";
import { branchesOf, type Branch } from "../parts/branches";
import { errorOf, outputOf } from "../parts/outcome";
import { relativePath, textField, toolFields, toolTitle } from "../parts/toolSummary";
import { isTaskCall, type Task } from "../tasks";
import { BREAK } from "./pattern";

/** The text of one part; that of the message itself has the part "". */
export interface PartText {
  readonly part: string;
  /** The parts that it is nested in, the outermost first. */
  readonly within: readonly string[];
  readonly text: string;
}

/** The list of tasks and the error of a message are parts of these names. */
export const TASKS = "tasks";
export const ERROR = "error";

/** The texts of a message, in the order in which they are shown. */
export function textsOf(
  message: Message,
  tasks: readonly Task[],
  workspace: string,
): readonly PartText[] {
  const texts: PartText[] = [];
  const push = (part: string, pieces: readonly string[], within: readonly string[] = []): void => {
    texts.push({ part, text: pieces.join(BREAK), within });
  };
  const isClaudes = message.role === "assistant";
  push(
    "",
    message.parts.flatMap((part) => ownText(part, !isClaudes)),
  );
  if (!isClaudes) return texts;
  if (tasks.length > 0 && message.parts.some(isTaskCall))
    push(TASKS, [t("Tasks"), ...tasks.map(({ title }) => title)]);
  const pushAll = (branches: readonly Branch[], within: readonly string[]): void => {
    for (const { part, nested } of branches) {
      if (isText(part)) push(part.id, [markdownText(part.text)], within);
      else if (part.type === "dynamic-tool" && !(within.length === 0 && isTaskCall(part)))
        push(part.id, toolTexts(part, workspace), within);
      pushAll(nested, [...within, part.id]);
    }
  };
  pushAll(branchesOf(message.parts), []);
  if (message.error) push(ERROR, [message.error.message, message.error.detail ?? ""]);
  return texts;
}

const isText = (part: Part): part is Extract<Part, { text: string }> =>
  part.type === "text" || part.type === "reasoning";

function ownText(part: Part, withText: boolean): readonly string[] {
  if (part.type === "data-notice") return [part.data.text];
  return withText && part.type === "text" ? [part.text] : [];
}

function toolTexts(part: ToolPart, workspace: string): readonly string[] {
  const title = toolTitle(part.toolName);
  if (part.state === "input-streaming") return [title, part.rawInput ?? ""];
  const change = changeOf(part);
  if (change) {
    const outcome = part.state === "output-error" ? outcomeTexts(part) : [];
    const lines = change.lines.map(({ text }) => text);
    return [title, relativePath(change.path, workspace), ...lines, ...outcome];
  }
  const field = (name: string): string => textField(part.input, name);
  switch (part.toolName) {
    case "Bash":
      return [title, field("command"), ...outcomeTexts(part)];
    case "Read":
      return [title, relativePath(field("file_path"), workspace), ...outcomeTexts(part)];
    case "Agent":
    case "Task": {
      const answer = part.state === "output-available" ? outputOf(part) : "";
      return [title, field("prompt"), ...(answer ? [markdownText(answer)] : outcomeTexts(part))];
    }
    default:
      return [title, ...toolFields(part.input).map(([, text]) => text), ...outcomeTexts(part)];
  }
}

function outcomeTexts(part: ToolPart): readonly string[] {
  if (part.state !== "output-available" && part.state !== "output-error") return [];
  const text = part.state === "output-error" ? errorOf(part).text : outputOf(part);
  if (!part.omitted) return [plainText(text)];
  const { at } = part.omitted;
  return [plainText(text.slice(0, at)), plainText(text.slice(at))];
}

function markdownText(text: string): string {
  if (!text.trim()) return "";
  return parse(text)
    .blocks.map(({ node }) => nodeText(node))
    .join(BREAK);
}

const INLINE: ReadonlySet<string> = new Set(["strong", "em", "s", "code"]);

function nodeText(node: Node): string {
  if (typeof node === "string") return node;
  switch (node.type) {
    case "code":
    case "plain":
      return BREAK + node.text + BREAK;
    case "task":
      return "";
    default: {
      const text = node.children.map(nodeText).join("");
      const inline =
        node.type === "link" ||
        node.type === "file" ||
        (node.type === "element" && INLINE.has(node.tag));
      return inline ? text : BREAK + text + BREAK;
    }
  }
}
