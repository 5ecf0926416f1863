import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import { spelledOut } from "../shared/invisible";
import { languageTag } from "../shared/language";
import { missingFile } from "../shared/missingFile";
import { unmarked } from "../shared/plain";
import type { ThreadSummary } from "../shared/thread";
import { shownTitle } from "../shared/title";
import { stateOf } from "./threadItems";
import type { ThreadRow } from "./threadRows";

/** How many lines of what was asked first are shown, and how many UTF-16 units of them. */
const LINES = 4;
const LENGTH = 300;

/**
 * What is told of a thread when somebody points at its row. Nothing that was written in it is Markdown
 * here.
 */
export function threadTooltip(
  { thread, missing }: ThreadRow,
  { messages, beginning, costUsd }: ThreadSummary,
): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  const paragraph = (text: string) => tooltip.appendMarkdown("\n\n").appendText(unmarked(text));
  tooltip
    .appendMarkdown("**")
    .appendText(unmarked(shownTitle(thread.title)))
    .appendMarkdown("**");
  const asked = firstLines(beginning);
  if (asked) paragraph(spelledOut(asked));
  tooltip.appendMarkdown("\n\n---");
  if (thread.scope.type === "file") {
    const path = spelledOut(thread.scope.id);
    paragraph(missing ? missingFile(path) : t("About {0}", path));
  }
  const dollars = new Intl.NumberFormat(languageTag(), { style: "currency", currency: "USD" });
  const counted = messages === 1 ? t("1 message") : t("{0} messages", messages);
  paragraph([counted, ...(costUsd > 0 ? [dollars.format(costUsd)] : [])].join(" · "));
  const changed = new Date(thread.updatedAt).toLocaleString(languageTag());
  paragraph([t("Last changed {0}", changed), ...[stateOf(thread) ?? []].flat()].join(" · "));
  return tooltip;
}

function firstLines(text: string): string {
  const lines = text.trim().split(/\r?\n/);
  const first = lines.slice(0, LINES).join("\n");
  const cut = first.length > LENGTH || lines.length > LINES;
  return cut ? `${first.slice(0, LENGTH)}…` : first;
}
