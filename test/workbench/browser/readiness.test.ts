import assert from "node:assert/strict";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { ChatPage } from "../../support/chatPage";
import { isRunning } from "../../support/installOnce";
import { root } from "../../support/paths";
import { until as untilTrue } from "../../support/scriptedSession";
import { until } from "../../support/until";
import { ThreadsTree } from "../../support/threadsTree";
import { WorkbenchSuite } from "../../support/workbenchSuite";

describe("a sandbox that is not ready", () => {
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  const { bin } = suite;
  const docker = join(bin, "docker");
  /** Our entry at the bottom of the window. */
  const statusBar = () =>
    suite.workbench.page.locator('[id="sandbox-chat.sandbox-chat.sandboxChat.status"]');
  const say = (mode: string) => writeFileSync(join(bin, "mode"), mode);
  /** Opens the chat with a sandbox in a state, of which it has been told. */
  const openWith = async (mode: string, sentence: string | RegExp): Promise<ChatPage> => {
    say(mode);
    const chat = await ChatPage.open(suite.workbench);
    await suite.workbench.runCommand("Sandbox Chat: Check Sandbox");
    await chat.frame.getByText(sentence).first().waitFor();
    return chat;
  };

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
  });
  after(() => suite.stop());

  it("is what the panel, the status bar and the empty view of threads tell, with the same next step", async () => {
    const chat = await openWith("sandboxStopped", /Docker sandbox app is stopped/);
    const { page } = suite.workbench;
    await chat.button("Start Sandbox").waitFor();
    await statusBar().filter({ hasText: "Agent is offline" }).waitFor();
    await new ThreadsTree(() => suite.workbench).show();
    const view = page.locator(".pane", { hasText: "No threads yet. Agent is offline." });
    await view.getByRole("button", { name: "Start Sandbox" }).waitFor();
    await view.getByRole("button", { name: "Check Again" }).waitFor();
    assert.equal(await view.getByRole("button", { name: "Create Sandbox…" }).count(), 0);
    await suite.workbench.screenshot("threads-offline");
  });

  it("is made by the button, and that can be cancelled, with all that it started", async () => {
    writeFileSync(join(bin, "slow"), "");
    const chat = await openWith("sandboxMissing", /Docker sandbox app does not exist yet/);
    await chat.button("Create Sandbox…").click();
    const progress = await suite.workbench.notification(
      /Creating the sandbox: Pulling the template/,
    );
    await suite.workbench.screenshot("create-sandbox");
    const plugin = Number(readFileSync(join(bin, "plugin"), "utf8"));
    assert.ok(isRunning(plugin));
    await progress.getByRole("button", { name: "Cancel" }).click();
    await untilTrue(() => !isRunning(plugin));
    rmSync(join(bin, "slow"));
    await chat.button("Create Sandbox…").click();
    await chat.button("Create Sandbox…").waitFor({ state: "hidden" });
    await statusBar().filter({ hasText: "Docker sandbox app" }).waitFor();
  });

  it("opens a terminal to log in, by its button and by the status bar, and looks again when that is closed", async () => {
    for (const step of ["button", "status bar"] as const) {
      const chat = await openWith("loggedOut", /Claude is not logged in inside Docker sandbox app/);
      if (step === "button") await chat.button("Log In to Claude…").click();
      else await statusBar().filter({ hasText: "Agent is offline" }).click();
      await suite.workbench.page.locator(".terminal-wrapper").first().waitFor();
      say("ready");
      await suite.workbench.runCommand("Terminal: Kill All Terminals");
      await chat.button("Log In to Claude…").waitFor({ state: "hidden" });
      await chat.status.getByText("Docker sandbox app").waitFor();
      // It looks every second, too, and the look after the terminal may still be under way.
      await suite.workbench.page.locator(".part.panel").waitFor({ state: "hidden" });
      await suite.workbench.runCommand("Sandbox Chat: Check Sandbox");
      await suite.workbench.notification("Docker sandbox app is ready");
      await suite.workbench.clearNotifications();
    }
  });

  it("gives the terminal no secret, and begins it at home", async () => {
    await suite.workbench.setting("sandboxChat.sandbox.env", {
      ...{ MY_TOKEN: "s3cr3t-token", HTTPS_PROXY: "http://me:s3cr3t@proxy", CLAUDE_LANG: "plain" },
    });
    rmSync(join(bin, "login"), { force: true });
    const chat = await openWith("loggedOut", /only on a page of claude.ai, claude.com or/);
    await chat.button("Log In to Claude…").click();
    await suite.workbench.page.locator(".terminal-wrapper").first().waitFor();
    const given = await until(
      () => (existsSync(join(bin, "login")) ? readFileSync(join(bin, "login"), "utf8") : ""),
      (text) => text.includes("CLAUDE_LANG=plain"),
      "what the terminal was given",
    );
    assert.doesNotMatch(given, /s3cr3t|MY_TOKEN/);
    assert.equal(given.split("\n")[0], dirname(suite.server.userDataDir));
    await suite.workbench.runCommand("Terminal: Kill All Terminals");
    await suite.workbench.page.locator(".part.panel").waitFor({ state: "hidden" });
  });

  it("says who is logged in, where, and with which Claude, once it is ready", async () => {
    const chat = await openWith("ready", "Docker sandbox app");
    await chat.frame.locator('[role="status"][title*="Logged in"]').waitFor();
    const details = await chat.status.getAttribute("title");
    assert.equal(
      details,
      "Docker sandbox app (chosen by “auto”)\nNetwork: what this sandbox’s policy allows, through Docker’s proxy on your machine\nLogged in as someone@example.com, as the sandbox says\nClaude Code 2.1.197",
    );
    await statusBar().filter({ hasText: "Docker sandbox app" }).waitFor();
  });

  it("is found missing when Docker itself is, and the demo is offered, not chosen", async () => {
    const chat = await ChatPage.open(suite.workbench);
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
    const chat = await ChatPage.open(suite.workbench);
    await chat.frame
      .getByText(/“--privileged” cannot be used for the setting “sandbox.name”/)
      .first()
      .waitFor();
    await chat.button("Open Settings").waitFor();
  });
});
