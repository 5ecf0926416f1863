import assert from "node:assert/strict";
import type { SandboxState } from "../../../src/shared/protocol";
import { statusText } from "../../../src/ui/statusText";

describe("the status bar", () => {
  const label = "Docker sandbox app";
  const offline: SandboxState = {
    state: "offline",
    label,
    runtime: "docker-sandbox",
    message: "Docker sandbox app is stopped.",
    next: { step: "startSandbox", label: "Start Sandbox" },
  };
  const ready: SandboxState = {
    state: "ready",
    label,
    runtime: "docker-sandbox",
    auto: true,
    account: "a@b.c",
    version: "2.1.197",
  };
  const cases: [what: string, state: SandboxState, working: number, text: RegExp][] = [
    ["nothing known", { state: "unknown", label: "Sandbox" }, 0, /\) Sandbox Chat$/],
    ["a look under way", { state: "checking", label }, 0, /\$\(sync~spin\) Checking/],
    ["a sandbox that is ready", ready, 0, /\$\(comment-discussion\) Docker sandbox app$/],
    ["one thread at work", ready, 1, /\$\(loading~spin\) Claude is working$/],
    ["threads at work", ready, 3, /Claude is working in 3 threads$/],
    ["the demo", { state: "ready", label: "Demo", runtime: "demo" }, 0, /\$\(beaker\) Demo$/],
    ["what is wrong", offline, 1, /\$\(circle-slash\) Agent is offline$/],
  ];
  for (const [what, state, working, text] of cases)
    it(`shows ${what}`, () => assert.match(statusText(state, working).text, text));

  it("opens the chat, or takes the next step where something is wrong", () => {
    assert.equal(statusText(ready, 0).command, "sandboxChat.open");
    assert.equal(statusText(offline, 0).command, "sandboxChat.startSandbox");
  });

  it("tells more to who points at it", () => {
    assert.equal(
      statusText(ready, 0).tooltip,
      "Docker sandbox app (chosen by “auto”)\nLogged in as a@b.c, as the sandbox says\nClaude Code 2.1.197\nClick: Open the chat",
    );
    assert.equal(
      statusText({ state: "ready", label, cloneRemote: "sandbox-app", network: "nothing" }, 0)
        .tooltip,
      "Docker sandbox app\nClaude works on a clone of this folder, so your files stay as they are.\nWhat it commits comes by “git fetch sandbox-app”, while the sandbox runs.\nNetwork: nothing\nClick: Open the chat",
    );
    assert.equal(
      statusText(offline, 0).tooltip,
      "Agent is offline. Check the Docker sandbox.\nDocker sandbox app is stopped.\nDocker sandbox app\nClick: Start Sandbox",
    );
  });
});
