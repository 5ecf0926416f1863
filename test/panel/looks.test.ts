import assert from "node:assert/strict";
import { contrast } from "../support/contrast";
import { Panel } from "../support/panel/panel";
import { CHANGES, FILES, INSIDE } from "../support/showcase";
import { THEME_NAMES } from "../support/themes";

/** Pictures for people to look at, and what of their look a program can tell. */
describe("the looks of the panel", () => {
  it("have nothing unreadable in any theme", async () => {
    const panel = await askedAboutFile();
    const text = panel.chat.messages("Claude").locator("p", { hasText: "One test still fails" });
    for (const name of THEME_NAMES) {
      await panel.theme(name);
      await panel.screenshot(`looks-${name}`);
      const [color, background] = await text.evaluate((element) => [
        getComputedStyle(element).color,
        getComputedStyle(document.documentElement).getPropertyValue("--vscode-editor-background"),
      ]);
      assert.ok(contrast(color, background) >= 4.5, `${color} on ${background} in ${name}`);
    }
  });

  it("have nothing that scrolls sideways in a narrow panel", async () => {
    const panel = await askedAboutFile();
    for (const width of [700, 560]) {
      await panel.resize(width);
      const [inner, outer] = await panel.page
        .locator("body")
        .evaluate((body) => [body.scrollWidth, body.clientWidth] as const);
      assert.ok(inner <= outer, `${inner} in ${outer} pixels`);
      await panel.screenshot(`looks-narrow-${width}`);
    }
  });
});

/** A panel in which Claude has worked on a file, and a tool call is open. */
async function askedAboutFile(): Promise<Panel> {
  const prompt = "Is greet tested? Run the tests.";
  const panel = await Panel.open({
    files: FILES,
    answers: { [prompt]: CHANGES.filter((step) => !("sleep" in step)) },
    sandbox: { workspace: INSIDE },
  });
  const { chat, host } = panel;
  await host.panel.show(host.sessions.createThread({ type: "file", id: "src/greet.ts" }));
  await chat.frame.getByText("Ask Claude about greet.ts").waitFor();
  await chat.ask(prompt);
  await chat.answered(/One test still fails/);
  await chat.tool("Bash", /npm test/).click();
  return panel;
}
