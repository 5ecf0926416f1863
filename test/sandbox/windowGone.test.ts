import { setTimeout as sleep } from "node:timers/promises";
import { ChatPage } from "../support/chatPage";
import { extensionHosts } from "../support/extensionHost";
import { SandboxSuite } from "../support/sandboxSuite";

describe("a window that crashes while Claude works in its sandbox", function () {
  const suite = new SandboxSuite({ "notes.txt": "Remember the milk.\n" });

  before(function () {
    return suite.start(this, { settings: { "sandboxChat.sandbox.runtime": "docker-sandbox" } });
  });
  after(() => suite.stop());

  const claudeRuns = async (): Promise<boolean> => {
    const { engine } = suite;
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
