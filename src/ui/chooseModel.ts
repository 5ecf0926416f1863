import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import type { ModelInfo } from "../claude/claudeProcess";
import { withoutIcons } from "../shared/plain";
import { messageOf } from "./messageOf";
import type { OfferedModels } from "./offeredModels";
import { orSay } from "./orSay";
import { settings } from "./settings";

export interface ModelServices {
  /** What Claude offers to this account; none until it has told. */
  readonly models: Pick<OfferedModels, "all" | "onDidChange">;
}

interface Row extends vscode.QuickPickItem {
  readonly model: string;
}

/** What Claude calls the model of the account; the setting is empty for it. */
const DEFAULT = "default";

/** How long it is said which model was chosen, in milliseconds. */
const SAID = 5000;

/**
 * Has the model chosen for the turns to come: one of those that Claude offers, or another by the name
 * that is typed, since new ones may have names that nobody here knows. A `model` that is given is not
 * asked for; empty is the account's. What stands in the way is said.
 */
export function chooseModel({ models }: ModelServices, model?: string): Promise<void> | undefined {
  if (model !== undefined) return choose({ model, label: model || t("Default") });
  const pick = vscode.window.createQuickPick<Row>();
  pick.placeholder = t("The model for the next turns, or type the name of another one");
  pick.matchOnDescription = true;
  const show = () => {
    const rows = rowsOf(models.all, settings.model());
    const typed = pick.value.trim();
    const known = rows.some((row) => row.model === typed);
    pick.items =
      typed && !known ? [...rows, { label: typed, model: typed, alwaysShow: true }] : rows;
  };
  show();
  pick.onDidChangeValue(show);
  // Claude may have just been started.
  const told = models.onDidChange(() => {
    const [active] = pick.activeItems;
    show();
    const same = pick.items.filter(({ model }) => model === active?.model);
    // Else it would be the first row, and somebody may be about to press Enter.
    if (same.length > 0) pick.activeItems = same;
  });
  pick.onDidAccept(() => {
    const [chosen] = pick.selectedItems;
    if (chosen) orSay(choose(chosen));
    pick.hide();
  });
  pick.onDidHide(() => {
    told.dispose();
    pick.dispose();
  });
  pick.show();
  return undefined;
}

/** It counts once the setting is written, which is said, and so is that it cannot be. */
async function choose({ model, label }: Pick<Row, "model" | "label">): Promise<void> {
  try {
    await settings.chooseModel(model);
    vscode.window.setStatusBarMessage(t("Model of the next turns: {0}", label), SAID);
  } catch (error) {
    await sayUnchanged(error);
  }
}

async function sayUnchanged(error: unknown): Promise<void> {
  const sentence = t(
    "The model is the same as before, since VS Code could not write the setting: {0}",
    messageOf(error),
  );
  const open = t("Open Settings");
  if ((await vscode.window.showErrorMessage(sentence, open)) === open)
    await settings.open("claude.model");
}

function rowsOf(models: readonly ModelInfo[], current: string): Row[] {
  const rows = models.map(({ value, displayName, description }) =>
    rowOf(value === DEFAULT ? "" : value, displayName, description),
  );
  const missing = (model: string) => !rows.some((row) => row.model === model);
  if (missing("")) rows.unshift(rowOf("", t("Default"), t("The model of the account")));
  if (missing(current)) rows.push(rowOf(current, current, ""));
  return rows.map((row) => ({
    ...row,
    iconPath: new vscode.ThemeIcon(row.model === current ? "check" : "blank"),
  }));
}

const rowOf = (model: string, name: string, about: string): Row => ({
  model,
  label: withoutIcons(name),
  description: withoutIcons(about),
});
