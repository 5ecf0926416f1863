/**
 * Runs the tests of test/workbench/host/ inside a real extension host, with this project as the
 * extension under development (built before): `node --import tsx test/support/mochaInHost.ts`.
 * Its status is 1 when a test failed or none could be run.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { openWorkbench, remoteUri, startBrowser } from "./browser";
import { startCodeServer } from "./codeServer";
import { bundleHostTests } from "./hostBundle";
import { reporterLine } from "./hostMain";
import { report } from "./reporter";
import { everythingMustRun, Unavailable } from "./requirement";

const longestRun = 10 * 60_000;
const reportFile = process.env["SANDBOX_CHAT_TEST_REPORT"];

/** @returns The status that VS Code ends with. */
async function runMochaIn(browser: Browser): Promise<number> {
  const tests = await bundleHostTests();
  const folder = await mkdtemp(path.join(os.tmpdir(), "sandbox-chat-folder-"));
  const env = reportFile ? { SANDBOX_CHAT_TEST_REPORT: reportFile } : {};
  const server = await startCodeServer({ folder, env });
  try {
    return await new Promise<number>((resolve, reject) => {
      setTimeout(() => reject(new Error("the tests did not end")), longestRun).unref();
      openWorkbench(browser, server, {
        payload: [["extensionTestsPath", remoteUri(server, tests)]],
        prepare: (page) => listen(page, resolve),
      }).catch(reject);
    });
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The two functions that the workbench calls in a page under automation. */
async function listen(page: Page, end: (status: number) => void): Promise<void> {
  let ended = false;
  await page.exposeFunction("codeAutomationLog", (type: string, args: unknown[]) => {
    const line = String(args[0]);
    if (line.startsWith(reporterLine)) console.log(line.slice(reporterLine.length));
    // What VS Code itself complains of is for who reads the log.
    else if (type === "error" && !ended) console.log(...args);
  });
  await page.exposeFunction("codeAutomationExit", (status: number) => {
    ended = true;
    end(status);
  });
}

async function main(): Promise<number> {
  const browser = await startBrowser();
  try {
    return await runMochaIn(browser);
  } finally {
    await browser.close();
  }
}

/** As one skipped test, since there is no saying how many there are. */
function skipAll(reason: string): number {
  console.log(`  - skipped: ${reason}`);
  const title = "the tests in the extension host";
  report({ type: "test", outcome: "skipped", group: title, title, why: reason, duration: 0 });
  return 0;
}

void main()
  .catch((error: unknown) => {
    if (error instanceof Unavailable && !everythingMustRun) return skipAll(error.message);
    console.error(error);
    return 1;
  })
  .then((status) => (process.exitCode = status));
