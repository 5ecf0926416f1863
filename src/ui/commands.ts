import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import { chooseModel, type ModelServices } from "./chooseModel";
import type { Step } from "../shared/protocol";
import type { Scope } from "../shared/thread";
import { fileScope } from "./files";
import { messageOf } from "./messageOf";
import { pickThread } from "./pickThread";
import { reportIssue, type ReportServices } from "./reportIssue";
import { sandboxCommands, type SandboxCommandServices } from "./sandboxCommands";
import { searchThreads, type SearchServices } from "./searchThreads";
import { threadCommands, type ThreadServices } from "./threadCommands";
import { textOf, threadIdOf } from "./threadId";
import { isFileRow, type MoreRow } from "./threadRows";
import { deleteThreads, restoreDeletedThread, type TrashServices } from "./trash";

/** What the commands act on. */
export interface CommandServices
  extends
    SearchServices,
    SandboxCommandServices,
    ThreadServices,
    TrashServices,
    ModelServices,
    ReportServices {
  readonly open: () => Promise<void>;
  /** Shows a new thread, and resolves with its id. */
  readonly newThread: (scope: Scope) => Promise<string>;
  /** Shows a thread, at this message of it. Rejects for a thread that is not there. */
  readonly resumeThread: (thread: string, message?: string) => Promise<void>;
  /** Resolves with the id of the new thread; undefined where none is on show that could be continued. */
  readonly continueInNewThread: () => Promise<string | undefined>;
  /** The file that is open, also while the chat is what is active. */
  readonly openFile: () => vscode.Uri | undefined;
  /** Shows more rows of a long list in the view. */
  readonly showMoreThreads: (row: MoreRow) => void;
  /** Stops a thread, else the one on show. Resolves with whether Claude worked in it. */
  readonly stop: (thread: string | undefined) => Promise<boolean>;
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
    "sandboxChat.searchThreads": saying(async (text) => {
      const place = await searchThreads(services, textOf(text));
      return place && (await resumeThread(services, place.thread, place.message));
    }),
    "sandboxChat.deleteThread": (row, selected) => deleteThreads(services, row, selected),
    "sandboxChat.restoreThread": saying((thread) =>
      restoreDeletedThread(services, threadIdOf(thread)),
    ),
    "sandboxChat.showMoreThreads": (row) => services.showMoreThreads(row as MoreRow),
    ...threadCommands(services),
    "sandboxChat.stop": saying((thread) => services.stop(threadIdOf(thread))),
    "sandboxChat.continueInNewThread": () => services.continueInNewThread(),
    "sandboxChat.chooseModel": saying((model) => chooseModel(services, textOf(model))),
    "sandboxChat.openFolder": () =>
      vscode.commands.executeCommand("workbench.action.files.openFolder"),
    "sandboxChat.showLog": () => services.log.show(),
    "sandboxChat.reportIssue": () => reportIssue(services),
    ...sandboxCommands(services),
  };
}

/** A command that says what is in its way, and then resolves with nothing. */
const saying =
  (run: (argument: unknown) => unknown) =>
  async (argument: unknown): Promise<unknown> => {
    try {
      return await run(argument);
    } catch (error) {
      void vscode.window.showErrorMessage(messageOf(error));
      return undefined;
    }
  };

/** Does what the button of an error or of an unready sandbox says. */
export const takeStep = (step: Step): void =>
  void vscode.commands.executeCommand(`sandboxChat.${step}`);

async function newThreadForFile(
  services: CommandServices,
  argument: unknown,
): Promise<string | undefined> {
  if (isFileRow(argument)) return services.newThread({ type: "file", id: argument.path });
  const uri = argument instanceof vscode.Uri ? argument : services.openFile();
  const scope = uri && fileScope(uri, services.home);
  if (scope) return services.newThread(scope);
  void vscode.window.showErrorMessage(
    uri
      ? t("This file is not in the open folder, so it is not in the sandbox either.")
      : t("Open the file first that the thread should be about."),
  );
  return undefined;
}

async function resumeThread(
  services: CommandServices,
  argument: unknown,
  message?: string,
): Promise<string | undefined> {
  try {
    const pick = async () =>
      pickThread(
        await services.threads(),
        t("Resume which thread?"),
        t("There are no threads yet."),
      );
    const thread = threadIdOf(argument) ?? (await pick())?.id;
    if (thread !== undefined) await services.resumeThread(thread, message);
    return thread;
  } catch (error) {
    void vscode.window.showErrorMessage(messageOf(error));
    return undefined;
  }
}
