/** What can be done with a thread from its row, the palette, a key or another extension. */
import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import { threadMarkdown } from "../session/threadMarkdown";
import { spelledOut } from "../shared/invisible";
import { withoutIcons } from "../shared/plain";
import type { Scope, Thread } from "../shared/thread";
import { LONGEST_TITLE, shownTitle } from "../shared/title";
import { type ChoiceServices, chosenThread, chosenThreads } from "./chosenThreads";
import { exportThread, type ExportServices } from "./exportThread";
import { messageOf } from "./messageOf";
import { threadLink } from "./threadLinks";
import { isSelection, textOf } from "./threadId";

export interface ThreadServices extends ChoiceServices, ExportServices {
  /** Shows a thread in a panel of its own. This and the others reject for one that is not there. */
  readonly openToSide: (thread: string) => Promise<void>;
  readonly rename: (thread: string, title: string) => Promise<void>;
  readonly pin: (thread: string, pinned: boolean) => Promise<void>;
  readonly extension: vscode.Extension<unknown>;
  /** The folder that the paths of files' scopes start from. */
  readonly home: vscode.Uri | undefined;
}

type Command = (argument: unknown, more: unknown) => Promise<void>;

/** The commands that act on a thread, by their names. Each takes a row of the view or a thread's id. */
export function threadCommands(services: ThreadServices): Record<string, Command> {
  /** A command on one thread, which says what is in its way. */
  const onOne =
    (
      asked: string,
      failed: (why: string) => string,
      act: (thread: Thread, more: unknown) => Promise<unknown>,
    ) =>
    async (argument: unknown, more: unknown): Promise<void> => {
      try {
        const thread = await chosenThread(services, argument, asked);
        if (thread) await act(thread, more);
      } catch (error) {
        void vscode.window.showErrorMessage(failed(messageOf(error)));
      }
    };
  const pin =
    (asked: string, pinned: boolean) =>
    async (argument: unknown, selected: unknown): Promise<void> => {
      try {
        for (const { id } of await chosenThreads(services, argument, selected, asked))
          await services.pin(id, pinned);
      } catch (error) {
        void vscode.window.showErrorMessage(t("The pin could not be set: {0}", messageOf(error)));
      }
    };
  return {
    "sandboxChat.openThreadToSide": onOne(
      t("Open which thread to the side?"),
      (why) => t("The thread could not be opened: {0}", why),
      ({ id }) => services.openToSide(id),
    ),
    "sandboxChat.renameThread": onOne(
      t("Rename which thread?"),
      (why) => t("The thread could not be renamed: {0}", why),
      (thread, title) => rename(services, thread, title),
    ),
    "sandboxChat.pinThread": pin(t("Pin which thread?"), true),
    "sandboxChat.unpinThread": pin(t("Unpin which thread?"), false),
    "sandboxChat.exportThread": onOne(
      t("Export which thread?"),
      (why) => t("The thread could not be exported: {0}", why),
      (thread, target) => exportThread(services, thread, target),
    ),
    "sandboxChat.copyThread": onOne(
      t("Copy which thread?"),
      (why) => t("The thread could not be copied: {0}", why),
      async ({ id, title }) => {
        await vscode.env.clipboard.writeText(threadMarkdown(await services.whole(id)));
        vscode.window.setStatusBarMessage(
          t("“{0}” was copied as Markdown.", withoutIcons(shownTitle(title))),
          5000,
        );
      },
    ),
    "sandboxChat.copyThreadLink": onOne(
      t("Copy the link to which thread?"),
      (why) => t("The link could not be copied: {0}", why),
      async ({ id, title }) => {
        await vscode.env.clipboard.writeText(threadLink(services.extension.id, id));
        vscode.window.setStatusBarMessage(
          t("The link to “{0}” was copied.", withoutIcons(shownTitle(title))),
          5000,
        );
      },
    ),
    "sandboxChat.revealThreadFile": onOne(
      t("Reveal the file of which thread?"),
      (why) => t("The file could not be revealed: {0}", why),
      ({ scope }) => revealFile(services, scope),
    ),
  };
}

/** Gives a thread the title that it is called with, or that is typed. An empty one changes nothing. */
async function rename(services: ThreadServices, thread: Thread, given: unknown): Promise<void> {
  const title =
    given !== undefined && !isSelection(given)
      ? textOf(given)
      : await vscode.window.showInputBox({
          title: t("Rename Thread"),
          prompt: t("One line of at most {0} characters. Secrets in it are masked.", LONGEST_TITLE),
          value: shownTitle(thread.title),
        });
  if (title?.trim() && title !== shownTitle(thread.title)) await services.rename(thread.id, title);
}

async function revealFile({ home }: ThreadServices, scope: Scope): Promise<void> {
  if (scope.type !== "file")
    throw new Error(t("It is about the workspace, and not about a single file."));
  if (!home) throw new Error(t("No folder is open."));
  const uri = vscode.Uri.joinPath(home, scope.id);
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    throw new Error(t("“{0}” is not there any more.", spelledOut(scope.id)));
  }
  await vscode.commands.executeCommand("revealInExplorer", uri);
}
