import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ChatPage, databaseFile } from "../../support/chatPage";
import { another, extensionHosts } from "../../support/extensionHost";
import { shows } from "../../support/measureMasking";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

/** Text that was on the screen for longer must not be lost, in milliseconds. */
const AT_RISK = 1000;

// In two pieces, so that nobody who searches this project for secrets finds one.
const SECRET = "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx";
const TYPED = `Use ${["ghp", SECRET].join("_")}, please`;
const MASKED = "Use [masked: GITHUB_TOKEN], please";

/** VS Code starts a killed extension host again by itself, but not for a third time in five minutes. */
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
    await another(kill(), suite.server.pid);
    chat = await ChatPage.open(suite.workbench);
    await chat.hasInput(MASKED);
    assert.ok(!shows(await onDisk(), [SECRET]));
  });

  it("has all that it showed, and goes on", async () => {
    let chat = await ChatPage.open(suite.workbench);
    await chat.ask("answer slowly");
    const seen = await watch(chat, 1500);
    const killedAt = Date.now();
    await another(kill(), suite.server.pid);
    chat = await ChatPage.open(suite.workbench);
    await chat.messages("You").getByText("answer slowly", { exact: true }).waitFor();
    const answer = chat.messages("Claude").last();
    await answer.getByText("The window was closed before Claude was done.").waitFor();
    const old = seen.findLast(({ at }) => at < killedAt - AT_RISK)?.text ?? "";
    const text = (await answer.innerText()).replaceAll(/\s+/g, " ");
    assert.ok(text.startsWith(old), `“${old}” was shown, and this is left: “${text}”`);
    await chat.ask("And now?");
    await chat.answered(/I am the demo/);
    assert.equal(await chat.messages("You").count(), 2);
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
