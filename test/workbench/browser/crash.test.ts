import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ChatPage, databaseFile } from "../../support/chatPage";
import { another, extensionHosts, gone } from "../../support/extensionHost";
import { shows } from "../../support/measureMasking";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

/** VS Code starts a killed extension host again by itself, but not for a third time in five minutes. */
const ROUNDS = 2;
/** Text that was on the screen for longer must not be lost, in milliseconds. */
const AT_RISK = 1000;

// In two pieces, so that nobody who searches this project for secrets finds one.
const SECRET = "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx";
const TYPED = `Use ${["ghp", SECRET].join("_")}, please`;
const MASKED = "Use [masked: GITHUB_TOKEN], please";

describe("the chat panel, when the extension host is killed", () => {
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });

  before(async function () {
    await suite.startInstalled(this, { settings: DEMO });
  });
  after(() => suite.stop());

  const kill = (): number => {
    const [host, ...others] = extensionHosts(suite.server.pid);
    assert.ok(host !== undefined && others.length === 0, "one extension host");
    process.kill(host, "SIGKILL");
    return host;
  };
  /** All that the store has written, as text. */
  const onDisk = async (): Promise<string> => {
    const folder = dirname(await databaseFile(suite.server));
    return readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), "latin1"))
      .join("\n");
  };

  it("has what was written and not sent, and no secret is on the disk", async () => {
    let chat = await ChatPage.open(suite.workbench);
    await chat.ask("Hello");
    await chat.answered(/I am the demo/);
    await chat.newThread();
    await chat.input.pressSequentially(TYPED);
    while (!(await onDisk()).includes(MASKED)) await sleep(50);
    await gone(kill(), suite.server.pid);
    await suite.workbench.reloadWindow();
    chat = await ChatPage.open(suite.workbench);
    await chat.hasInput(MASKED);
    assert.ok(!shows(await onDisk(), [SECRET]));
  });

  it(`has all that it showed, ${ROUNDS} times`, async () => {
    let chat = await ChatPage.open(suite.workbench);
    const prompts: string[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const prompt = `answer slowly, number ${round}`;
      await chat.ask(prompt);
      prompts.push(prompt);
      const seen = await watch(chat, round * 700);
      const killedAt = Date.now();
      await another(kill(), suite.server.pid);
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
