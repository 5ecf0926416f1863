import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ChatPage } from "../../support/chatPage";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

describe("probe", function () {
  this.timeout(150_000);
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  let chat: ChatPage;
  before(async function () {
    const home = mkdtempSync("/tmp/sandbox-chat-");
    const to = home + "/extensions/sandbox-chat.sandbox-chat-0.0.1";
    for (const n of ["package.json", "dist", "media"]) cpSync(n, to + "/" + n, { recursive: true });
    await suite.start(this, { settings: DEMO, home }, { extension: null });
    chat = await ChatPage.open(suite.workbench);
  });
  after(() => suite.stop());
  it("probes", async () => {
    for (const round of [1, 2, 3, 4, 5]) {
      await chat.ask(`answer slowly ${round}`);
      await chat.messages("Claude").last().getByText("I take my time").waitFor();
      await sleep(1500);
      const t = Date.now();
      const pids = hosts(suite.server.pid);
      console.log(round, pids, await chat.messages("Claude").last().innerText());
      process.kill(pids[0] ?? 0, "SIGKILL");
      for (let i = 0; i < 8; i++) {
        await sleep(1000);
        const page = suite.workbench.page;
        console.log(
          Date.now() - t,
          hosts(suite.server.pid),
          await page.locator(".notification-toast").allInnerTexts(),
          await page.locator(".monaco-dialog-box").allInnerTexts(),
          await page.locator("iframe.webview").count(),
          await chat.messages("You").allInnerTexts().catch(String),
          (await chat.alert.allInnerTexts().catch(String)).toString().slice(0, 100),
        );
      }
      await suite.workbench.screenshot(`probe-${round}`);
      console.log(suite.workbench.console.slice(-20));
      chat = await ChatPage.open(suite.workbench);
      console.log("reloaded", Date.now() - t);
      for (let i = 0; i < 1; i++) {
        await sleep(2000);
        const page = suite.workbench.page;
        console.log(
          Date.now() - t,
          hosts(suite.server.pid),
          await page.locator(".notification-toast").allInnerTexts(),
          await page.locator(".monaco-dialog-box").allInnerTexts(),
          await page.locator("iframe.webview").count(),
          await chat.messages("You").allInnerTexts().catch(String),
          (await chat.alert.allInnerTexts().catch(String)).toString().slice(0, 100),
        );
      }
      await suite.workbench.screenshot(`probe-r${round}`);
      console.log(suite.workbench.console.slice(-20));
      console.log(readFileSync(suite.server.userDataDir + "/../server.log", "utf8").slice(-3000));
      await chat.alert.last().waitFor();
      console.log("alert", Date.now() - t, await chat.messages("You").allInnerTexts());
      if (round == 2) return;
    }
  });
});

function hosts(server: number): number[] {
  const all = readdirSync("/proc").filter((n) => /^\d+$/.test(n)).map(Number);
  const info = new Map<number, { ppid: number; cmd: string }>();
  for (const pid of all) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const ppid = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      info.set(pid, { ppid, cmd: readFileSync(`/proc/${pid}/cmdline`, "utf8") });
    } catch {}
  }
  const under = (pid: number): boolean => pid === server || (info.has(pid) && under(info.get(pid)!.ppid));
  return all.filter((pid) => info.get(pid)?.cmd.includes("--type=extensionHost") && under(pid));
}
void assert;
