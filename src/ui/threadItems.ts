/** The rows of the view "Threads" as VS Code shows them. */
import { posix } from "node:path";
import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import { spelledOut } from "../shared/invisible";
import { relativeTime } from "../shared/relativeTime";
import { missingFile } from "../shared/missingFile";
import type { ListedThread } from "../shared/thread";
import { shownTitle } from "../shared/title";
import {
  type FileRow,
  type GroupKey,
  type GroupRow,
  type MoreRow,
  type Row,
  rowId,
  type ThreadRow,
} from "./threadRows";

/** What VS Code needs to show a row; a thread's tooltip is made when somebody points at it. */
export function itemOf(row: Row): vscode.TreeItem {
  const item = shown(row);
  item.id = rowId(row);
  return item;
}

function shown(row: Row): vscode.TreeItem {
  switch (row.type) {
    case "group":
      return groupItem(row);
    case "file":
      return fileItem(row);
    case "thread":
      return threadItem(row);
    case "more":
      return moreItem(row);
  }
}

function groupItem({ key, path, missing }: GroupRow): vscode.TreeItem {
  const item = new vscode.TreeItem(groupLabel(key), vscode.TreeItemCollapsibleState.Expanded);
  item.contextValue = `group.${key}`;
  if (path !== undefined)
    item.description = dotted(spelledOut(posix.basename(path)), gone(missing));
  return item;
}

function groupLabel(key: GroupKey): string {
  switch (key) {
    case "openFile":
      return t("About the Open File");
    case "pinned":
      return t("Pinned");
    case "workspace":
      return t("Workspace");
    case "files":
      return t("Files");
  }
}

function fileItem({ path, missing }: FileRow): vscode.TreeItem {
  const name = spelledOut(posix.basename(path));
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Collapsed);
  item.contextValue = "file";
  const folder = posix.dirname(path);
  item.description = dotted(folder === "." ? undefined : spelledOut(folder), gone(missing));
  item.iconPath = vscode.ThemeIcon.File;
  // Its name alone chooses the icon. Under the file's own address it would have the colours and marks
  // of git and of its problems, too, which would read as states of its threads.
  item.resourceUri = vscode.Uri.from({
    scheme: "sandbox-chat-file",
    path: `/${posix.basename(path)}`,
  });
  const shownPath = spelledOut(path);
  item.tooltip = missing ? missingFile(shownPath) : shownPath;
  item.accessibilityInformation = { label: listed(shownPath, gone(missing)) };
  return item;
}

function threadItem({ thread, missing }: ThreadRow): vscode.TreeItem {
  const title = shownTitle(thread.title);
  const item = new vscode.TreeItem(title);
  item.contextValue = ["thread", thread.pinned && "pinned", aboutFile(thread) && "file"]
    .filter(Boolean)
    .join(".");
  const when = relativeTime(thread.updatedAt, Date.now());
  const state = stateOf(thread);
  const file = aboutFile(thread) ? spelledOut(posix.basename(thread.scope.id)) : undefined;
  item.iconPath = icon(thread);
  // Where its file is not the row above it, it is to be seen here.
  item.description = thread.pinned ? dotted(file, gone(missing), when) : when;
  item.accessibilityInformation = { label: listed(title, state, file, gone(missing), when) };
  item.command = {
    command: "sandboxChat.resumeThread",
    title: t("Resume Thread…"),
    arguments: [thread.id],
  };
  return item;
}

/** The word for a file that is not there; undefined for one that may be. */
const gone = (missing: boolean | undefined): string | undefined =>
  missing ? t("missing") : undefined;

/** What a row says beside its name. */
const dotted = (...said: readonly (string | undefined)[]): string =>
  said.filter((one) => one !== undefined).join(" · ");

/** What a screen reader says of a row. */
const listed = (...said: readonly (string | undefined)[]): string =>
  said.filter((one) => one !== undefined).join(", ");

const aboutFile = ({ scope }: ListedThread): boolean => scope.type === "file";

/** What a thread's icon says, in words; undefined for one with nothing to say. */
export function stateOf({
  state,
  unread,
}: Pick<ListedThread, "state" | "unread">): string | undefined {
  if (state === "working") return t("Claude is working");
  if (state === "failed") return unread ? t("failed, unread") : t("failed");
  return unread ? t("unread") : undefined;
}

function icon({ state, unread }: ListedThread): vscode.ThemeIcon {
  if (state === "working") return new vscode.ThemeIcon("loading~spin");
  // What was read is still a failure, and calls no more.
  if (state === "failed")
    return unread
      ? new vscode.ThemeIcon("error", new vscode.ThemeColor("list.errorForeground"))
      : new vscode.ThemeIcon("error");
  return unread
    ? new vscode.ThemeIcon(
        "circle-filled",
        new vscode.ThemeColor("notificationsInfoIcon.foreground"),
      )
    : new vscode.ThemeIcon("comment-discussion");
}

function moreItem(row: MoreRow): vscode.TreeItem {
  const item = new vscode.TreeItem(t("Show More"));
  item.contextValue = "more";
  const count = t("{0} more", row.count);
  item.description = count;
  // A screen reader would be told the tooltip alone.
  item.accessibilityInformation = { label: `${t("Show More")}, ${count}` };
  item.iconPath = new vscode.ThemeIcon("ellipsis");
  item.tooltip = t("Shows the next threads of this list. “Search Threads…” finds any of them.");
  item.command = {
    command: "sandboxChat.showMoreThreads",
    title: t("Show More"),
    arguments: [row],
  };
  return item;
}
