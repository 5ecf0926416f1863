import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ChatPage } from "../../support/chatPage";
import { root } from "../../support/paths";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

const ROUNDS = 10;
/** VS Code starts a killed extension host again by itself, but not for a third time in five minutes. */
const RESTARTS = 2;
/** Text that was on the screen for longer must not be lost, in milliseconds. */
const AT_RISK = 1000;

describe("the chat panel, when the extension host is killed", function () {
  this.timeout(180_000);
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  const home = mkdtempSync(join(tmpdir(), "sandbox-chat-"));
  let chat: ChatPage;

  before(async function () {
    installIn(home);
    // A host with an extension under development would not be started again.
    await suite.start(this, { settings: DEMO, home }, { extension: null });
    chat = await ChatPage.open(suite.workbench);
  });
  after(async () => {
    await suite.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });

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

/** The extension as it is installed for a user: no more than its package has. */
function installIn(home: string): void {
  const folder = join(home, "extensions/sandbox-chat.sandbox-chat");
  mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "dist", "media"])
    cpSync(join(root, name), join(folder, name), { recursive: true });
}

/** The extension hosts among what a process has started, and what that has started. */
function extensionHosts(ancestor: number): number[] {
  const processes = new Map(
    readdirSync("/proc").flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const parent = Number(stat.slice(stat.lastIndexOf(")")).split(" ")[2]);
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8");
        return [[Number(name), { parent, command }] as const];
      } catch {
        return []; // No process, or none any more.
      }
    }),
  );
  const descends = (pid: number): boolean => {
    const parent = processes.get(pid)?.parent;
    return parent !== undefined && (parent === ancestor || descends(parent));
  };
  return [...processes].flatMap(([pid, { command }]) =>
    command.includes("--type=extensionHost") && descends(pid) ? [pid] : [],
  );
}

async function gone(host: number, server: number): Promise<void> {
  while (extensionHosts(server).includes(host)) await sleep(50);
}

async function another(host: number, server: number): Promise<void> {
  while (!extensionHosts(server).some((pid) => pid !== host)) await sleep(50);
}
