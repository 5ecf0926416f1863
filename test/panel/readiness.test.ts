import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Panel } from "../support/panel/panel";
import { openState, type PanelState, sandboxSays } from "../support/panel/states";

describe("a sandbox that is not ready", () => {
  const cases: [state: PanelState, sentence: RegExp, button: string][] = [
    ["offline-sandboxMissing", /Docker sandbox app does not exist yet/, "Create Sandbox…"],
    ["offline-sandboxStopped", /Docker sandbox app is stopped/, "Start Sandbox"],
    ["offline-engineDown", /Docker is installed, but it is not running/, "Check Again"],
    ["offline-accessDenied", /Docker does not let you in/, "Check Again"],
    ["offline-pluginMissing", /This Docker has no sandboxes/, "Try the Demo"],
    ["offline-wrongProvider", /Claude would work through another provider/, "Open Settings"],
    ["offline-loggedOut", /Claude is not logged in inside Docker sandbox app/, "Log In to Claude…"],
  ];
  for (const [state, sentence, button] of cases)
    it(`is said in a sentence of its own, with its next step: ${state}`, async () => {
      const { chat, host } = await openState(state);
      await chat.frame.getByText(sentence).first().waitFor();
      await chat.frame.getByText("Agent is offline. Check the Docker sandbox.").first().waitFor();
      await chat.button(button).click();
      while (host.steps.length === 0) await sleep(10);
      assert.equal(host.steps.length, 1);
    });

  it("is said too when a message is sent, which is kept and not run elsewhere", async () => {
    // There is no Claude yet that could still answer.
    const { chat, host } = await Panel.open({ answers: {}, sandbox: { dockerPath: "/no/docker" } });
    await chat.frame
      .getByText(/Docker is not installed/)
      .first()
      .waitFor();
    await chat.ask("Hello?");
    await chat.alert.first().waitFor();
    await chat.idle();
    assert.equal(await chat.messages("You").getByText("Hello?").count(), 1);
    assert.equal((await host.store.list()).length, 1);
  });

  it("is found again by itself while the panel is to be seen", async () => {
    const panel = await openState("offline-engineDown");
    sandboxSays(panel, "ready");
    await panel.chat.frame
      .getByText(/Docker is installed, but/)
      .first()
      .waitFor({ state: "hidden" });
    await panel.chat.status.getByText("Docker sandbox app").waitFor();
  });
});
