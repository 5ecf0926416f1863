import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import { diffSides } from "../session/diffSides";
import type { Change } from "../shared/diff";
import { besideChat, type Standing, workspaceFile } from "./editors";
import { textNow } from "./files";

const SCHEME = "sandbox-chat-diff";

/** A tab that is moved to another group is closed, and opened there so much later at most, in milliseconds. */
const MOVED_WITHIN = 1000;

/** VS Code's diff editor on what Claude changed. Both its sides are documents that only we have. */
export class Diffs implements vscode.Disposable {
  readonly #texts = new Map<string, string>();
  #count = 0;
  readonly #registered = [
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) =>
        this.#texts.get(uri.toString()) ??
        t("This change is no longer at hand. Open it again from the chat."),
    }),
    // A document is closed and opened again when it is given another language, or was hidden for long.
    vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      if (closed.length > 0) setTimeout(() => this.#forget(closed), MOVED_WITHIN);
    }),
  ];

  /** Opens the changes of one file, and leaves the focus where it is. Rejects where there are none. */
  async open(
    changes: readonly Change[],
    inside: string | undefined,
    chat: Standing,
  ): Promise<void> {
    const path = changes[0]?.path;
    if (path === undefined) throw new Error(t("What was changed there is not known."));
    const file = await workspaceFile(path, inside);
    const sides = diffSides(changes, file && (await textNow(file)));
    const name = path.slice(path.lastIndexOf("/") + 1);
    await this.show(
      path,
      sides,
      sides.excerpt ? t("{0} (changed places)", name) : t("{0} (Claude’s change)", name),
      chat,
    );
  }

  /** Opens two texts of a file, and leaves the focus where it is. */
  async show(
    path: string,
    { before, after }: { readonly before: string; readonly after: string },
    title: string,
    chat: Standing,
  ): Promise<void> {
    const count = ++this.#count;
    await vscode.commands.executeCommand(
      "vscode.diff",
      this.#document(`before-${count}`, path, before),
      this.#document(`after-${count}`, path, after),
      title,
      {
        viewColumn: besideChat(chat),
        preserveFocus: true,
      } satisfies vscode.TextDocumentShowOptions,
    );
  }

  /** Forgets the texts of tabs that were closed, and not only moved elsewhere. */
  #forget(closed: readonly vscode.Tab[]): void {
    const open = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.flatMap(documentsOf));
    for (const document of closed.flatMap(documentsOf))
      if (!open.includes(document)) this.#texts.delete(document);
  }

  dispose(): void {
    for (const registered of this.#registered) registered.dispose();
  }

  /** A document that ends as the file does, which tells its language. */
  #document(authority: string, path: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({
      scheme: SCHEME,
      authority,
      path: path.startsWith("/") ? path : `/${path}`,
    });
    this.#texts.set(uri.toString(), text);
    return uri;
  }
}

/** The documents that a tab shows. */
function documentsOf({ input }: vscode.Tab): string[] {
  if (input instanceof vscode.TabInputTextDiff)
    return [input.original.toString(), input.modified.toString()];
  return input instanceof vscode.TabInputText ? [input.uri.toString()] : [];
}
