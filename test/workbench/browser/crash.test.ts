import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { ChatPage } from "../../support/chatPage";
import { another, extensionHosts, gone } from "../../support/extensionHost";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

const ROUNDS = 10;
/** VS Code starts a killed extension host again by itself, but not for a third time in five minutes. */
const RESTARTS = 2;
/** Text that was on the screen for longer must not be lost, in milliseconds. */
const AT_RISK = 1000;

describe("the chat panel, when the extension host is killed", function () {
  // VS Code takes its time for each.
  this.timeout(1_200_000);
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  let chat: ChatPage;

  before(async function () {
    await suite.startInstalled(this, { settings: DEMO });
    chat = await ChatPage.open(suite.workbench);
  });
  after(() => suite.stop());

  it(`has all that it showed, ${ROUNDS} times`, async () => {
    const prompts: string[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const prompt = `answer slowly, number ${round}`;
      await chat.ask(prompt);
      prompts.push(prompt);
      const seen = await watch(chat, (round * 700) % 2900);
      const killedAt = Date.now();
      const [host, ...others] = extensionHosts(suite.server.pid);
      assert.ok(host !== undefined && others.length === 0, "one extension host");
      process.kill(host, "SIGKILL");

      if (round % (RESTARTS + 1) === 0) {
        await gone(host, suite.server.pid);
        await suite.workbench.reloadWindow();
      } else {
        await another(host, suite.server.pid);
      }
      chat = await ChatPage.open(suite.workbench);
      await chat.messages("You").getByText(prompt, { exact: true }).waitFor();
      const answer = chat.messages("Claude").last();
      await answer.getByText("The window was closed before Claude was done.").waitFor();
      // What is not in sight is rendered a moment later.
      await chat
        .messages("You")
        .nth(round * 2 - 2)
        .waitFor();
      assert.deepEqual(
        await chat.messages("You").locator('[data-field="said"]').allTextContents(),
        prompts,
      );
      const old = seen.findLast(({ at }) => at < killedAt - AT_RISK)?.text ?? "";
      const text = (await answer.innerText()).replaceAll(/\s+/g, " ");
      assert.ok(text.startsWith(old), `“${old}” was shown, and this is left: “${text}”`);

      await chat.ask("And now?");
      prompts.push("And now?");
      await chat.answered(/I am the demo/);
    }
  });
});

/** Reads the answer again and again, from its first word on for so many milliseconds. */
async function watch(
  chat: ChatPage,
  milliseconds: number,
): Promise<{ at: number; text: string }[]> {
  const answer = chat.messages("Claude").last();
  await answer.getByText("I take").waitFor();
  const seen = [];
  for (const end = Date.now() + milliseconds; Date.now() < end;) {
    const text = (await answer.innerText()).trim().replaceAll(/\s+/g, " ");
    seen.push({ at: Date.now(), text });
    await sleep(50);
  }
  return seen;
}
