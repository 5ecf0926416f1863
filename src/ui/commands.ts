import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import { chooseModel, type ModelServices } from "./chooseModel";
import type { Step } from "../shared/protocol";
import type { Scope } from "../shared/thread";
import { fileScope } from "./files";
import { messageOf } from "./messageOf";
import { pickThread } from "./pickThread";
import { sandboxCommands, type SandboxCommandServices } from "./sandboxCommands";
import { searchThreads, type SearchServices } from "./searchThreads";
import { threadCommands, type ThreadServices } from "./threadCommands";
import { threadIdOf } from "./threadId";
import { isFileRow, type MoreRow } from "./threadRows";
import { deleteThreads, restoreDeletedThread, type TrashServices } from "./trash";

/** What the commands act on. */
export interface CommandServices
  extends SearchServices, SandboxCommandServices, ThreadServices, TrashServices, ModelServices {
  readonly open: () => Promise<void>;
  readonly newThread: (scope: Scope) => Promise<void>;
  /** Shows a thread, at this message of it. Rejects for a thread that is not there. */
  readonly resumeThread: (thread: string, message?: string) => Promise<void>;
  readonly continueInNewThread: () => Promise<void>;
  /** The file that is open, also while the chat is what is active. */
  readonly openFile: () => vscode.Uri | undefined;
  /** Shows more rows of a long list in the view. */
  readonly showMoreThreads: (row: MoreRow) => void;
  readonly stop: () => void;
}

/** Every command of the extension, by its name. */
export function commands(
  services: CommandServices,
): Record<string, (...given: readonly unknown[]) => unknown> {
  return {
    "sandboxChat.open": () => services.open(),
    "sandboxChat.newThread": () => services.newThread({ type: "workspace", id: "" }),
    "sandboxChat.newThreadForFile": (uri) => newThreadForFile(services, uri),
    "sandboxChat.resumeThread": (thread) => resumeThread(services, thread),
    "sandboxChat.searchThreads": async () => {
      const place = await searchThreads(services);
      if (place) await resumeThread(services, place.thread, place.message);
    },
    "sandboxChat.deleteThread": (row, selected) => deleteThreads(services, row, selected),
    "sandboxChat.restoreThread": () => restoreDeletedThread(services),
    "sandboxChat.showMoreThreads": (row) => services.showMoreThreads(row as MoreRow),
    ...threadCommands(services),
    "sandboxChat.stop": () => services.stop(),
    "sandboxChat.continueInNewThread": () => services.continueInNewThread(),
    "sandboxChat.chooseModel": () => chooseModel(services),
    "sandboxChat.openFolder": () =>
      vscode.commands.executeCommand("workbench.action.files.openFolder"),
    "sandboxChat.showLog": () => services.log.show(),
    ...sandboxCommands(services),
  };
}

/** Does what the button of an error or of an unready sandbox says. */
export const takeStep = (step: Step): void =>
  void vscode.commands.executeCommand(`sandboxChat.${step}`);

async function newThreadForFile(services: CommandServices, argument: unknown): Promise<void> {
  if (isFileRow(argument)) return services.newThread({ type: "file", id: argument.path });
  const uri = argument instanceof vscode.Uri ? argument : services.openFile();
  const scope = uri && fileScope(uri, services.home);
  if (scope) return services.newThread(scope);
  void vscode.window.showErrorMessage(
    uri
      ? t("This file is not in the open folder, so it is not in the sandbox either.")
      : t("Open the file first that the thread should be about."),
  );
}

async function resumeThread(
  services: CommandServices,
  argument: unknown,
  message?: string,
): Promise<void> {
  try {
    const pick = async () =>
      pickThread(
        await services.threads(),
        t("Resume which thread?"),
        t("There are no threads yet."),
      );
    const thread = threadIdOf(argument) ?? (await pick())?.id;
    if (thread !== undefined) await services.resumeThread(thread, message);
  } catch (error) {
    void vscode.window.showErrorMessage(messageOf(error));
  }
}
