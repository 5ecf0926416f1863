/** The question where Claude may work, when it is not its user who has said it, or when the place has too much. */
import { t } from "@vscode/l10n";
import * as vscode from "vscode";
import type { Reach } from "../sandbox/isolation";
import { type Question, questionKey } from "../sandbox/sandboxes";
import { oneLine } from "../shared/plain";
import { settings } from "./settings";

const GIVEN = "sandbox.allowed";
/** The answers that are kept; an older one is asked for again. */
const KEPT = 200;

/** What fits in a line of the question, in UTF-16 units. */
const LINE = 300;

/**
 * Asks once for each place, and keeps a yes outside of the folder, which Claude can write to. After a no
 * nothing is asked in this window until its user wants to be: settings that change all the time must not
 * tire anybody into a yes.
 */
export class SandboxConsent {
  readonly #state: vscode.Memento;
  /** Those that are asked or wait for it, by their keys. */
  readonly #asking = new Map<string, Promise<boolean>>();
  #last: Promise<unknown> = Promise.resolve();
  #refused = false;

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  /** Resolves with whether Claude may work there, once that is known. */
  allowed(question: Question): Promise<boolean> {
    const key = questionKey(question);
    const asking =
      this.#asking.get(key) ??
      this.#inLine(() => this.#answer(key, question)).finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    return asking;
  }

  /** Has what was refused in this window asked again. */
  askAgain(): void {
    this.#refused = false;
  }

  /** One question at a time. */
  #inLine(answer: () => Promise<boolean>): Promise<boolean> {
    const next = this.#last.then(answer, answer);
    this.#last = next;
    return next;
  }

  async #answer(key: string, question: Question): Promise<boolean> {
    // Another window may have asked meanwhile.
    if (this.#given().includes(key)) return true;
    if (this.#refused) return false;
    const yes = await ask(question);
    if (yes) await this.#state.update(GIVEN, [...this.#given(), key].slice(-KEPT));
    else this.#refused = true;
    return yes;
  }

  #given(): readonly string[] {
    return this.#state.get<readonly string[]>(GIVEN, []);
  }
}

async function ask(question: Question): Promise<boolean> {
  const { sandbox, ofWorkspace } = question;
  const place = oneLine(sandbox.label, LINE);
  const message =
    ofWorkspace.length > 0
      ? t(
          "This workspace wants Claude to work in {0}, at {1}.",
          place,
          oneLine(sandbox.workspace, LINE),
        )
      : t("Let Claude work in {0}?", place);
  const allow = t("Allow");
  const open = t("Open Settings");
  // The first has the focus, and Enter may be meant for what its user was typing.
  const chosen = await vscode.window.showWarningMessage<vscode.MessageItem>(
    message,
    { modal: true, detail: detailOf(question) },
    { title: open },
    { title: allow },
    { title: t("Don’t Allow"), isCloseAffordance: true },
  );
  if (chosen?.title === open) void settings.open("sandbox.runtime");
  return chosen?.title === allow;
}

function detailOf({ hostWorkspace, sandbox, ofWorkspace, reach }: Question): string {
  return [
    t("Folder: {0}", oneLine(hostWorkspace, LINE)),
    ...(ofWorkspace.length > 0
      ? [
          t(
            "Its own settings say so ({0}). Anybody who can write to the folder can have written them, Claude too.",
            ofWorkspace.map((setting) => `sandbox.${setting}`).join(", "),
          ),
        ]
      : []),
    ...listed(
      t("Careful, this leads out of the sandbox, or to other files:"),
      reach.filter((one) => one.ask),
    ),
    ...listed(
      t("It also has:"),
      reach.filter((one) => !one.ask),
    ),
    ...(sandbox.network ? [t("Network: {0}", sandbox.network)] : []),
    t("There Claude may do anything, with your login, and is told what you write."),
  ].join("\n\n");
}

const listed = (heading: string, reach: readonly Reach[]): string[] =>
  reach.length > 0 ? [[heading, ...reach.map(({ what }) => `• ${what}`)].join("\n")] : [];
