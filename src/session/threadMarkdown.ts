/** A thread as Markdown, for people to read and pass on. */
import { t } from "@vscode/l10n";
import { codeSpan, fence } from "../shared/fence";
import type { Conversation, Message, Part, ToolPart } from "../shared/thread";
import { shownTitle } from "../shared/title";

/** All that people see of a thread: what was said and thought, and what tools were given and answered. */
export function threadMarkdown({ thread, messages }: Conversation): string {
  const { scope, createdAt } = thread;
  const day = new Date(createdAt).toISOString().slice(0, 10);
  const about =
    scope.type === "file"
      ? t("Begun on {0}, about {1}.", day, codeSpan(scope.id))
      : t("Begun on {0}.", day);
  const visible = messages.filter(({ visibility }) => visibility === "visible");
  const blocks = [`# ${escaped(shownTitle(thread.title))}`, about, ...visible.flatMap(blocksOf)];
  return `${blocks.join("\n\n")}\n`;
}

function blocksOf({ role, parts, status, error }: Message): string[] {
  return [
    `## ${role === "user" ? t("You") : "Claude"}`,
    ...parts.flatMap(partBlocks),
    ...(status === "stopped" ? [`_${t("Stopped")}_`] : []),
    ...(error ? [quote(`**${t("Failed:")}** ${escaped(error.message)}`)] : []),
    ...(error?.detail ? [quote(fence(error.detail, ""))] : []),
  ];
}

/** What a subagent did is a quotation under the tool call that began it. */
function partBlocks(part: Part): string[] {
  const blocks = ownBlocks(part).filter((block) => block.trim() !== "");
  return part.parent ? blocks.map(quote) : blocks;
}

function ownBlocks(part: Part): string[] {
  switch (part.type) {
    case "text":
      return [part.text];
    case "reasoning":
      return part.text.trim() ? [quote(`_${t("Thinking")}_\n\n${part.text}`)] : [];
    case "dynamic-tool":
      return toolBlocks(part);
    case "file":
      return [codeSpan(part.filename ?? part.mediaType)];
    case "data-notice":
      return [quote(escaped(part.data.text))];
    case "data-host-files":
      return part.data.files.map(({ path }) => quote(codeSpan(path)));
    default:
      // Parts of other kinds, which a newer version of the extension has stored.
      return [];
  }
}

function toolBlocks(part: ToolPart): string[] {
  const { toolName, input, patch } = part;
  const command = (input as { command?: unknown } | null | undefined)?.command;
  return [
    part.state === "output-error"
      ? t("{0} failed", `**${escaped(toolName)}**`)
      : `**${escaped(toolName)}**`,
    typeof command === "string"
      ? fence(command, "sh")
      : input === undefined
        ? ""
        : fence(JSON.stringify(input, null, 2), "json"),
    ...(patch?.diff ? [fence(patch.diff.replace(/\n$/, ""), "diff")] : []),
    ...outputBlocks(part),
  ];
}

function outputBlocks({ output, errorText, omitted }: ToolPart): string[] {
  const text = errorText ?? (typeof output === "string" ? output : "");
  if (!text) return [];
  if (!omitted) return [fence(text, "")];
  const left = `_${t("{0} bytes are left out, which cannot be read any more.", omitted.bytes)}_`;
  return [fence(text.slice(0, omitted.at), ""), left, fence(text.slice(omitted.at), "")];
}

const quote = (text: string): string =>
  text
    .split("\n")
    .map((line) => (line ? `> ${line}` : ">"))
    .join("\n");

/** In one line, with no character that would be a mark. */
const escaped = (text: string): string =>
  text.replace(/\s+/g, " ").replace(/[\\`*_{}[\]()#+\-!<>|~&]/g, "\\$&");
