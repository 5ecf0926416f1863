import assert from "node:assert/strict";
import { basename, dirname } from "node:path";
import { relativePath, toolTitle } from "../../webview/parts/toolSummary";
import { ANSWERS, openState, PANEL_STATES } from "../support/panel/states";
import { pseudo, pseudoLanguage, TEXTS, unmarked } from "../support/pseudoLanguage";
import { FILES, INSIDE } from "../support/showcase";

describe("a panel in a language in which each of our texts is marked", () => {
  const language = pseudoLanguage();

  for (const state of PANEL_STATES)
    it(`has no text that was forgotten: ${state}`, async () => {
      const { page } = await openState(state, { language, words: pseudo });
      const seen = await page.locator("body").evaluate(textsSeen);
      assert.ok(seen.some(({ text }) => text.includes("⟦")));
      const forgotten = seen
        .filter(({ text, isContent }) => !isContent && !isData(unmarked(text)))
        .map(({ text, where }) => `${where}: ${text}`);
      assert.deepEqual(forgotten, []);
    });
});

/** Whether what is left of a text is what Claude, people or the sandbox said, or says nothing. */
const isData = (text: string): boolean =>
  text
    .split(/ · |\n/)
    .map((piece) => piece.trim())
    .every((piece) => !/\p{L}/u.test(piece) || data.has(piece));

const data = new Set([
  "Claude",
  "Claude Code 2.1.197",
  "EFBIG: file too large, write",
  ...[".git/config", "core.fsmonitor", ".envrc", ".npmrc", ".vscode/tasks.json", "package.json"],
]);
for (const piece of [...Object.keys(FILES), ...saidIn(ANSWERS)]) {
  const path = relativePath(piece, INSIDE);
  for (const name of [path, basename(path), dirname(path), toolTitle(path)]) data.add(name);
}
// What is ours must be marked, be it among what was said or not.
for (const text of TEXTS) data.delete(text);

/** All that is said in the lines of Claude, and the names of its tools’ inputs. */
function* saidIn(value: unknown): Generator<string> {
  if (typeof value === "string") {
    if (value.startsWith("{")) yield* saidIn(JSON.parse(value));
    else yield value;
  } else if (typeof value === "object" && value !== null)
    for (const [name, entry] of Object.entries(value)) {
      if (value === ANSWERS) yield name;
      if (name === "input") yield* Object.keys(entry as object);
      yield* saidIn(entry);
    }
}

/** Every text of the page and its attributes. Runs in the page. */
function textsSeen(body: HTMLElement) {
  const seen: { text: string; where: string; isContent: boolean }[] = [];
  const roots: (Element | ShadowRoot)[] = [body];
  for (const root of roots)
    for (const element of root.querySelectorAll(":not(script, style, time)")) {
      if (element.shadowRoot) roots.push(element.shadowRoot);
      const where = `${element.localName}.${element.className}`;
      for (const name of ["aria-label", "aria-description", "title", "placeholder", "alt"])
        seen.push({ text: element.getAttribute(name) ?? "", where, isContent: false });
      const isContent =
        element.closest(".markdown, .plain, .diff, .language, [aria-live] > p") !== null &&
        element.closest(".code-head :not(.language), button") === null;
      for (const child of element.childNodes)
        if (child instanceof Text) seen.push({ text: child.data, where, isContent });
    }
  return seen;
}
