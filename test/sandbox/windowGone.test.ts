import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { apiEnvironment, installClaudeCli } from "../support/claudeCli";
import { ChatPage } from "../support/chatPage";
import { type SandboxEngine, startSandboxEngine } from "../support/dockerEngine";
import { extensionHosts } from "../support/extensionHost";
import { type MessagesApi, startMessagesApi } from "../support/messagesApi";
import { orSkip } from "../support/requirement";
import { WorkbenchSuite } from "../support/workbenchSuite";

describe("a window that crashes while Claude works in its sandbox", function () {
  this.timeout(120_000);
  const suite = new WorkbenchSuite({ "notes.txt": "Remember the milk.\n" });
  let api: MessagesApi | undefined;
  let engine: SandboxEngine | undefined;

  before(async function () {
    this.timeout(300_000);
    const claude = await orSkip(this, installClaudeCli());
    engine = await orSkip(
      this,
      startSandboxEngine({ workspace: suite.folder, claude: claude.path }),
    );
    api = await startMessagesApi();
    await suite.start(this, {
      env: engine.env,
      settings: {
        "sandboxChat.sandbox.runtime": "docker-sandbox",
        "sandboxChat.sandbox.name": engine.name,
        "sandboxChat.sandbox.dockerPath": engine.docker,
        "sandboxChat.sandbox.env": apiEnvironment(api),
      },
    });
  });
  after(async () => {
    await suite.stop();
    await engine?.stop();
    await api?.close();
  });

  const claudeRuns = async (): Promise<boolean> => {
    assert.ok(engine);
    const processes = await engine.processes(engine.name);
    return processes.some(({ args }) => args.startsWith("claude "));
  };

  it("has what Claude did meanwhile when it is back, and Claude goes on from there", async () => {
    let chat = await ChatPage.open(suite.workbench);
    await chat.ask("Take your time. [[textbash:sleep 2; echo finished|say:The end of it.]]");
    await chat.tool("Bash", /^sleep 2/).waitFor();
    for (const host of extensionHosts(suite.server.pid)) process.kill(host, "SIGKILL");
    // Claude comes to its end in the container, where nobody listens.
    while (await claudeRuns()) await sleep(100);

    await suite.workbench.reloadWindow();
    chat = await ChatPage.open(suite.workbench);
    const answer = chat.messages("Claude").last();
    await answer.getByText("The end of it.").waitFor();
    await answer.getByText("recovered from the sandbox").waitFor();
    await suite.workbench.screenshot("recovered");
    await chat.ask("And now? [[say:On we go.]]");
    await chat.answered("On we go.");
  });
});
