import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import { spelledOut } from "../shared/invisible";
import { withoutIcons } from "../shared/plain";
import { relativeTime } from "../shared/relativeTime";
import type { SearchHit } from "../shared/search";
import type { Thread } from "../shared/thread";
import { shownTitle } from "../shared/title";
import { orSay } from "./orSay";

export interface SearchServices {
  readonly threads: () => Promise<readonly Thread[]>;
  readonly searchThreads: (text: string, limit: number) => Promise<readonly SearchHit[]>;
}

/** A thread, or a message in it. */
export interface Place {
  readonly thread: string;
  readonly message?: string;
}

/** A place that can be chosen; or, without one, a line that only tells something. */
interface Row extends vscode.QuickPickItem {
  readonly place?: Place;
}

/** How many rows there are at most. */
const LIMIT = 30;
/** How long typing must rest before the search begins, in milliseconds. */
const REST = 100;

/** Searches every thread while one types, for this text first. Resolves with the place that was chosen, if one was. */
export function searchThreads(services: SearchServices, text = ""): Promise<Place | undefined> {
  const pick = vscode.window.createQuickPick<Row>();
  pick.placeholder = t("Search titles, messages, and what tools were given and answered");
  let asked = 0;
  let rest: NodeJS.Timeout | undefined;

  const show = async (text: string) => {
    const number = ++asked;
    try {
      const rows = await rowsFor(services, text);
      // An answer that comes late would stand under a text that it does not belong to.
      if (number === asked) pick.items = rows;
    } finally {
      if (number === asked) pick.busy = false;
    }
  };
  const ask = (text: string, delay: number) => {
    pick.busy = true;
    clearTimeout(rest);
    rest = setTimeout(() => orSay(show(text)), delay);
  };

  return new Promise((resolve) => {
    pick.onDidChangeValue((text) => ask(text, REST));
    pick.onDidAccept(() => {
      const place = pick.selectedItems[0]?.place;
      if (!place) return;
      resolve(place);
      pick.hide();
    });
    pick.onDidHide(() => {
      clearTimeout(rest);
      asked++;
      resolve(undefined);
      pick.dispose();
    });
    pick.value = text;
    ask(text, 0);
    pick.show();
  });
}

async function rowsFor(services: SearchServices, text: string): Promise<Row[]> {
  try {
    if (!text.trim()) {
      const threads = (await services.threads()).slice(0, LIMIT);
      return threads.length > 0 ? threads.map(threadRow) : [told(t("There are no threads yet."))];
    }
    const hits = await services.searchThreads(text, LIMIT);
    return hits.length > 0 ? hits.map(hitRow) : [told(t("No thread has these words."))];
  } catch (error) {
    return [told(withoutIcons(error instanceof Error ? error.message : String(error)))];
  }
}

// The quick pick would hide each row whose title lacks what is typed; here the store has chosen them.
const told = (label: string): Row => ({ label, alwaysShow: true });

const threadRow = ({ id, title, updatedAt }: Thread): Row => ({
  ...told(withoutIcons(shownTitle(title))),
  place: { thread: id },
  description: relativeTime(updatedAt, Date.now()),
});

const hitRow = ({ thread, title, message, snippet, updatedAt }: SearchHit): Row => ({
  ...told(withoutIcons(shownTitle(title))),
  place: { thread, ...(message !== null && { message }) },
  description: relativeTime(updatedAt, Date.now()),
  ...(message !== null && { detail: withoutIcons(spelledOut(snippet)) }),
});
