import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ChatPage } from "../../support/chatPage";
import { scriptedDocker } from "../../support/scriptedDocker";
import { WorkbenchSuite } from "../../support/workbenchSuite";

describe("the choice of a model", () => {
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  // Not there until a test makes it.
  const { bin } = suite;

  const list = () => suite.workbench.page.locator(".quick-input-widget:visible");
  const input = () => list().locator(".quick-input-box input");
  const option = (name: string | RegExp) => list().getByRole("option", { name });
  const active = (name: string) =>
    list()
      .locator(".monaco-list-row.focused .label-name")
      .filter({ hasText: new RegExp(`^${name}$`) });
  const open = async () => {
    await suite.workbench.runCommand("Sandbox Chat: Choose Model…");
    await option(/^Default/).waitFor();
  };
  const chosen = (name: string) =>
    suite.workbench.page
      .locator(".statusbar")
      .getByText(`Model of the next turns: ${name}`, { exact: true })
      .waitFor();
  const setting = () =>
    (JSON.parse(readFileSync(settingsFile(), "utf8")) as Record<string, unknown>)[
      "sandboxChat.claude.model"
    ];
  // In a remote window that has the model in the machine's settings, that is where it is written.
  const settingsFile = () => join(suite.server.userDataDir, "Machine/settings.json");

  /** From now on there is a sandbox, whose Claude has these. Each test has its own, which nobody knows. */
  const offerModels = (...names: string[]) => {
    const models = names.map((displayName) => ({
      value: displayName.toLowerCase(),
      displayName,
      description: "",
    }));
    scriptedDocker(bin, [{ models }, { answers: {} }]);
  };

  before(async function () {
    await suite.start(this, {
      settings: {
        "sandboxChat.sandbox.runtime": "docker-sandbox",
        "sandboxChat.sandbox.name": "app",
        "sandboxChat.sandbox.dockerPath": join(bin, "docker"),
        "sandboxChat.claude.model": "my-model",
      },
    });
  });
  after(() => suite.stop());

  it("shows what Claude tells while the list is open, and keeps what is typed and selected", async () => {
    rmSync(bin, { recursive: true, force: true });
    const chat = await ChatPage.open(suite.workbench);
    await chat.frame.getByText("Agent is offline").first().waitFor();
    await open();
    await input().fill("m");
    await option(/^m$/).waitFor();
    await input().press("ArrowDown");
    await active("my-model").waitFor();
    offerModels("Medium", "Most");
    await option(/^Medium/).waitFor();
    await option(/^Most/).waitFor();
    assert.equal(await input().inputValue(), "m");
    await active("my-model").waitFor();
    await suite.workbench.screenshot("models");
    await input().fill("most");
    await option(/^Most/).waitFor();
    // The name that is typed is that of a model that is known by now.
    await option(/^most$/).waitFor({ state: "detached" });
    await input().press("Enter");
    await chosen("Most");
    assert.equal(setting(), "most");
  });

  it("says that the setting cannot be written, and opens it", async () => {
    offerModels("Less", "Least");
    const chat = await ChatPage.open(suite.workbench);
    await chat.status.getByText("app").waitFor();
    await open();
    await option(/^Less/).waitFor();
    await suite.workbench.page.keyboard.press("Escape");
    const before = readFileSync(settingsFile(), "utf8");
    writeFileSync(settingsFile(), `${before.trimEnd().slice(0, -1)},,\n`);
    await open();
    await option(/^Less/).click();
    const said = await suite.workbench.notification(
      /The model is the same as before, since VS Code could not write the setting: Unable to write/,
    );
    await suite.workbench.screenshot("model-refused");
    await said.getByRole("button", { name: "Open Settings" }).press("Enter");
    await suite.workbench.page.locator(".tab.active", { hasText: "Settings" }).waitFor();
    writeFileSync(settingsFile(), before);
    await suite.workbench.clearNotifications();
    await open();
    await option(/^Less/).click();
    await chosen("Less");
    assert.equal(setting(), "less");
  });
});
