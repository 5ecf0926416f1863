import assert from "node:assert/strict";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ChatPage } from "../../support/chatPage";
import { isRunning } from "../../support/installOnce";
import { root } from "../../support/paths";
import { until } from "../../support/scriptedSession";
import { WorkbenchSuite } from "../../support/workbenchSuite";

describe("a sandbox that is not ready", function () {
  this.timeout(60_000);
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  const { bin } = suite;
  const docker = join(bin, "docker");
  let chat: ChatPage;

  /** Our entry at the bottom of the window. */
  const statusBar = () =>
    suite.workbench.page.locator('[id="sandbox-chat.sandbox-chat.sandboxChat.status"]');
  const say = (mode: string) => writeFileSync(join(bin, "mode"), mode);

  before(async function () {
    mkdirSync(bin);
    copyFileSync(join(root, "test/fixtures/docker/docker"), docker);
    chmodSync(docker, 0o755);
    say("sandboxMissing");
    await suite.start(this, {
      settings: {
        "sandboxChat.sandbox.dockerPath": docker,
        "sandboxChat.sandbox.name": "app",
      },
    });
    chat = await ChatPage.open(suite.workbench);
  });
  after(() => suite.stop());

  const cases: [mode: string, sentence: RegExp, button: string][] = [
    ["sandboxMissing", /Docker sandbox app does not exist yet/, "Create Sandbox…"],
    ["sandboxStopped", /Docker sandbox app is stopped/, "Start Sandbox"],
    ["engineDown", /Docker is installed, but it is not running/, "Check Again"],
    ["accessDenied", /Docker does not let you in/, "Check Again"],
    ["pluginMissing", /This Docker has no sandboxes/, "Try the Demo"],
    ["wrongProvider", /Claude would work through another provider/, "Open Settings"],
    ["loggedOut", /Claude is not logged in inside Docker sandbox app/, "Log In to Claude…"],
  ];
  for (const [mode, sentence, button] of cases)
    it(`says ${mode} in a sentence of its own, with its next step`, async () => {
      say(mode);
      await suite.workbench.runCommand("Sandbox Chat: Check Sandbox");
      await chat.frame.getByText(sentence).first().waitFor();
      await chat.frame.getByText("Agent is offline. Check the Docker sandbox.").first().waitFor();
      await chat.button(button).waitFor();
      await statusBar().filter({ hasText: "Agent is offline" }).waitFor();
      await suite.workbench.screenshot(`offline-${mode}`);
    });

  it("is what the empty view of threads tells, with the same next step", async () => {
    say("sandboxStopped");
    const { page } = suite.workbench;
    await page.locator(".activitybar").getByRole("tab", { name: "Sandbox Chat" }).click();
    await suite.workbench.runCommand("Sandbox Chat: Check Sandbox");
    const view = page.locator(".pane", { hasText: "No threads yet. Agent is offline." });
    await view.getByRole("button", { name: "Start Sandbox" }).waitFor();
    await view.getByRole("button", { name: "Check Again" }).waitFor();
    assert.equal(await view.getByRole("button", { name: "Create Sandbox…" }).count(), 0);
    await suite.workbench.screenshot("threads-offline");
  });

  it("is made by the button, and that can be cancelled, with all that it started", async () => {
    say("sandboxMissing");
    writeFileSync(join(bin, "slow"), "");
    await suite.workbench.runCommand("Sandbox Chat: Check Sandbox");
    await chat.button("Create Sandbox…").click();
    const { page } = suite.workbench;
    await suite.workbench.runCommand("Notifications: Show Notifications");
    const center = page.locator(".notifications-center");
    await center.getByText(/Creating the sandbox: Pulling the template/).waitFor();
    await suite.workbench.screenshot("create-sandbox");
    const plugin = Number(readFileSync(join(bin, "plugin"), "utf8"));
    assert.ok(isRunning(plugin));
    await center.getByRole("button", { name: "Cancel" }).click();
    await until(() => !isRunning(plugin));
    rmSync(join(bin, "slow"));
    await chat.button("Create Sandbox…").click();
    await chat.button("Create Sandbox…").waitFor({ state: "hidden" });
    await statusBar().filter({ hasText: "Docker sandbox app" }).waitFor();
    say("sandboxMissing");
    await suite.workbench.runCommand("Sandbox Chat: Check Sandbox");
    await chat.button("Create Sandbox…").waitFor();
  });

  it("says so too when a message is sent, keeps the message, and does not run it elsewhere", async () => {
    await chat.ask("Hello?");
    await chat.alert.waitFor();
    await chat.idle();
    assert.equal(await chat.messages("You").getByText("Hello?").count(), 1);
  });

  it("opens a terminal to log in, and looks again when that is closed", async () => {
    say("loggedOut");
    await chat.button("Log In to Claude…").click();
    const terminal = suite.workbench.page.locator(".terminal-wrapper").first();
    await terminal.waitFor();
    say("ready");
    await suite.workbench.runCommand("Terminal: Kill All Terminals");
    await chat.button("Log In to Claude…").waitFor({ state: "hidden" });
    await chat.status.getByText("Docker sandbox app").waitFor();
  });

  it("says who is logged in, where, and with which Claude", async () => {
    await chat.frame.locator('[role="status"][title*="Logged in"]').waitFor();
    const details = await chat.status.getAttribute("title");
    assert.equal(
      details,
      "Docker sandbox app (chosen by “auto”)\nLogged in as someone@example.com\nClaude Code 2.1.197",
    );
    await statusBar().filter({ hasText: "Docker sandbox app" }).waitFor();
  });

  it("is found again by itself, while the panel is to be seen", async () => {
    say("engineDown");
    await suite.workbench.runCommand("Sandbox Chat: Check Sandbox");
    await chat.frame
      .getByText(/Docker is installed, but it is not running/)
      .first()
      .waitFor();
    say("ready");
    await chat.frame
      .getByText(/Docker is installed, but/)
      .first()
      .waitFor({ state: "hidden" });
    await statusBar().filter({ hasText: "Docker sandbox app" }).waitFor();
  });

  it("takes the next step by a click in the status bar", async () => {
    say("loggedOut");
    await suite.workbench.runCommand("Sandbox Chat: Check Sandbox");
    await statusBar().filter({ hasText: "Agent is offline" }).click();
    await suite.workbench.page.locator(".terminal-wrapper").first().waitFor();
    say("ready");
    await suite.workbench.runCommand("Terminal: Kill All Terminals");
    await chat.button("Log In to Claude…").waitFor({ state: "hidden" });
  });

  it("is found missing when Docker itself is, and the demo is offered, not chosen", async () => {
    await suite.workbench.setting("sandboxChat.sandbox.dockerPath", join(bin, "nothing"));
    await chat.frame
      .getByText(/Docker is not installed/)
      .first()
      .waitFor();
    assert.equal(await chat.status.getByText("Demo").count(), 0);
    await chat.button("Try the Demo").click();
    await chat.status.getByText("Demo").waitFor();
    await chat.ask("Hello, demo");
    await chat.answered(/I am the demo/);
  });

  it("names a setting that makes no sense", async () => {
    await suite.workbench.setting("sandboxChat.sandbox.name", "--privileged");
    // The demo was chosen for this workspace, which counts more than the user's settings.
    suite.write(".vscode/settings.json", '{ "sandboxChat.sandbox.runtime": "auto" }');
    await chat.frame
      .getByText(/“--privileged” cannot be used for the setting “sandbox.name”/)
      .first()
      .waitFor();
    await chat.button("Open Settings").waitFor();
  });
});
