import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { displayLanguage, pseudo, pseudoExtension, unmarked } from "../../support/displayLanguage";
import { ANSWERS, PANEL_STATES, PanelStates } from "../../support/panelStates";
import { FILES, INSIDE } from "../../support/showcase";
import { sourceTexts } from "../../support/texts";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";
import { relativePath, toolTitle } from "../../../webview/parts/toolSummary";

describe("a VS Code in German", function () {
  this.timeout(60_000);
  const suite = new WorkbenchSuite();

  before(async function () {
    await suite.start(this, { settings: DEMO }, displayLanguage("de"));
  });
  after(() => suite.stop());

  it("has a palette, a panel and a demo that speak German", async () => {
    const { workbench } = suite;
    await workbench.runCommand("Sandbox Chat: Chat öffnen");
    const frame = workbench.frame();
    const input = frame.getByRole("textbox", { name: "Nachricht an Claude" });
    await frame.getByText("Demo ist bereit.").waitFor();
    assert.equal(await frame.locator("html").getAttribute("lang"), "de");
    await input.fill("führe einen Befehl aus");
    await input.press("Enter");
    const answer = frame.getByRole("article", { name: "Claude" });
    await answer.getByText("Der Befehl oben war gespielt und wurde nicht ausgeführt.").waitFor();
    await answer.getByRole("button", { name: "Antwort kopieren" }).waitFor();
    await answer.getByText(/^\d+ Eingabe · \d+ Ausgabe · \d,\d s$/).waitFor();
    const clock = await frame.locator("time").last().textContent();
    assert.match(clock ?? "", /^\d\d:\d\d$/);
    const status = workbench.page.getByText("Demo", { exact: true }).last();
    await workbench.tooltip(status, "Klicken: Chat öffnen", (tooltip) => tooltip.waitFor());
  });

  it("asks in German", async () => {
    const { workbench } = suite;
    await workbench.runCommand("Sandbox Chat: Thread löschen");
    await workbench.page.getByPlaceholder("Welchen Thread löschen?").waitFor();
    await workbench.page.keyboard.press("Escape");
  });
});

describe("a VS Code in a language in which each of our texts is marked", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "sandbox-chat-pseudo-"));
  const panel = new PanelStates({ window: pseudoExtension(folder), words: pseudo });

  before(async function () {
    await panel.start(this);
  });
  after(async () => {
    await panel.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const state of PANEL_STATES)
    it(`no text of the panel is forgotten: ${state}`, async () => {
      await panel.show(state);
      const seen = await panel.chat.frame.locator("body").evaluate(textsSeen);
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

const data = new Set(["Claude", "Claude Code 2.1.197", "EFBIG: file too large, write"]);
for (const piece of [...Object.keys(FILES), ...saidIn(ANSWERS)]) {
  const path = relativePath(piece, INSIDE);
  for (const name of [path, basename(path), dirname(path), toolTitle(path)]) data.add(name);
}
// What is ours must be marked, be it among what was said or not.
for (const text of sourceTexts().texts) data.delete(text);

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
