import assert from "node:assert/strict";
import { openWorkbench } from "../../support/browser";
import { displayLanguage } from "../../support/displayLanguage";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

describe("a VS Code in German", () => {
  const suite = new WorkbenchSuite();

  before(async function () {
    await suite.start(this, { settings: DEMO });
  });
  after(() => suite.stop());

  it("has a palette, a panel, a demo and questions that speak German", async () => {
    const workbench = await openWorkbench(suite.browser, suite.server, displayLanguage("de"));
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
    await workbench.runCommand("Sandbox Chat: Thread löschen");
    await workbench.page.getByPlaceholder("Welchen Thread löschen?").waitFor();
    await workbench.close();
  });
});
