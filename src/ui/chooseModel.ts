import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import type { ModelInfo } from "../claude/claudeProcess";
import { withoutIcons } from "../shared/plain";
import { settings } from "./settings";

export interface ModelServices {
  /** What Claude offers to this account; none until it has told. */
  readonly models: () => readonly ModelInfo[];
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
 * asked for; empty is the account's.
 */
export function chooseModel({ models }: ModelServices, model?: string): Thenable<void> | undefined {
  if (model !== undefined) return settings.chooseModel(model);
  const pick = vscode.window.createQuickPick<Row>();
  pick.placeholder = t("The model for the next turns, or type the name of another one");
  pick.matchOnDescription = true;
  const rows = rowsOf(models(), settings.model());
  pick.items = rows;
  pick.onDidChangeValue((text) => {
    const typed = text.trim();
    const known = rows.some(({ model }) => model === typed);
    pick.items =
      typed && !known ? [...rows, { label: typed, model: typed, alwaysShow: true }] : rows;
  });
  pick.onDidAccept(() => {
    const [chosen] = pick.selectedItems;
    if (chosen) void choose(chosen);
    pick.hide();
  });
  pick.onDidHide(() => pick.dispose());
  pick.show();
  return undefined;
}

/** It counts once the setting is written, which is said. */
async function choose({ model, label }: Row): Promise<void> {
  await settings.chooseModel(model);
  vscode.window.setStatusBarMessage(t("Model of the next turns: {0}", label), SAID);
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
