/**
 * Tries the extension, built before, in a sample folder: in the desktop VS Code where there is one,
 * else in the workbench that the tests use. `npm start`, or `npm start -- --headless`, which asks
 * one question by itself and prints the answer.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { detect } from "../src/sandbox/detect";
import { problemSentence } from "../src/sandbox/problems";
import { derivedName } from "../src/sandbox/sandboxName";
import { addressOf, openWorkbench, startBrowser } from "./support/browser";
import type { Workbench } from "./support/browser";
import { startCodeServer } from "./support/codeServer";
import type { CodeServer, Settings } from "./support/codeServer";
import { findProgram } from "./support/findProgram";
import { cache, out, root } from "./support/paths";
import { run } from "./support/run";

const sample = path.join(cache, "sample");
const question = "Which files are in this folder, and is there a bug in src/math.py?";

async function main(): Promise<void> {
  await makeSample();
  const settings = await settingsForThisMachine();
  const headless = process.argv.includes("--headless");
  const desktop = headless ? undefined : findDesktop();
  if (desktop) return openDesktop(desktop, settings);
  const server = await startCodeServer({ folder: sample, settings, env: dockerEnvironment() });
  try {
    await (headless ? ask(server) : serveUntilInterrupted(server));
  } finally {
    await server.stop();
  }
}

/** The copy stays as it was left; deleting it brings back the original. */
async function makeSample(): Promise<void> {
  if (existsSync(sample)) return;
  await cp(path.join(root, "test/fixtures/sample-workspace"), sample, { recursive: true });
}

/** Where no sandbox can be had, the demo: in a profile of its own, so that it is nowhere else. */
async function settingsForThisMachine(): Promise<Settings> {
  const missing = await missingForSandbox();
  if (missing === undefined) return {};
  console.log(
    `${missing} So this is the demo: a script answers in Claude's place, and runs nothing.`,
  );
  return { "sandboxChat.sandbox.runtime": "demo" };
}

/** Why there is no sandbox to be had here, as a sentence. */
async function missingForSandbox(): Promise<string | undefined> {
  const found = await detect({
    ...{ docker: findProgram("docker"), sbx: findProgram("sbx") },
    ...{ name: "", hostWorkspace: sample, inside: () => sample },
  });
  const place = { kind: "auto", label: derivedName(sample), program: "docker" } as const;
  if ("problem" in found) return problemSentence(found.problem, place);
  if (found.kind === "sbx") return undefined;
  const { code } = await run("docker", ["version"], { timeout: 10_000 });
  return code === 0 ? undefined : problemSentence("engineDown", place);
}

/** What the docker CLI is told by its environment: its engine, and where its plugins are. */
function dockerEnvironment(): Record<string, string> {
  const { PATH, DOCKER_CONFIG, DOCKER_CONTEXT, DOCKER_HOST } = process.env;
  return {
    ...(PATH && { PATH }),
    ...(DOCKER_CONTEXT && { DOCKER_CONTEXT }),
    ...(DOCKER_HOST && { DOCKER_HOST }),
    DOCKER_CONFIG: DOCKER_CONFIG ?? path.join(os.homedir(), ".docker"),
  };
}

/** In a terminal of a remote window, `code` is another program, which cannot do this. */
function findDesktop(): string | undefined {
  if (process.env["VSCODE_IPC_HOOK_CLI"]) return undefined;
  if (process.platform !== "win32") return findProgram("code");
  const script = findProgram("code.cmd");
  return script && findProgram(path.resolve(script, "../../Code.exe"));
}

async function openDesktop(code: string, settings: Settings): Promise<void> {
  const profile = path.join(cache, "desktop-profile");
  await mkdir(path.join(profile, "User"), { recursive: true });
  await writeFile(path.join(profile, "User/settings.json"), JSON.stringify(settings, null, 2));
  console.log(`Opening ${code}. There, run "Sandbox Chat: Open Chat" from the Command Palette.`);
  const args = [`--extensionDevelopmentPath=${root}`, `--user-data-dir=${profile}`, sample];
  const child = spawn(code, args, { detached: true, stdio: "ignore" });
  await new Promise((resolve, reject) => child.on("spawn", resolve).on("error", reject));
  child.unref();
}

async function serveUntilInterrupted(server: CodeServer): Promise<void> {
  console.log(`VS Code is at\n\n  ${addressOf(server)}\n`);
  console.log('There, press F1 and run "Sandbox Chat: Open Chat". Ctrl+C ends it.');
  const alive = setInterval(() => undefined, 2 ** 30);
  await new Promise((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve));
  clearInterval(alive);
}

/** @throws When no whole answer came within two minutes. */
async function ask(server: CodeServer): Promise<void> {
  const browser = await startBrowser();
  try {
    const workbench = await openWorkbench(browser, server);
    try {
      await converse(workbench);
    } finally {
      const picture = path.join(out, "start.png");
      await workbench.page.screenshot({ path: picture });
      console.log(`\nScreenshot: ${path.relative(root, picture)}`);
    }
  } finally {
    await browser.close();
  }
}

async function converse(workbench: Workbench): Promise<void> {
  await workbench.runCommand("Sandbox Chat: Open Chat");
  const chat = workbench.frame();
  const input = chat.getByRole("textbox", { name: "Message Claude" });
  await input.fill(question);
  await input.press("Enter");
  console.log(`> ${question}\n`);
  const answer = chat.getByRole("article", { name: "Claude" }).last();
  const stop = chat.getByRole("button", { name: "Stop" });
  await printUntilWhole(
    () => answer.innerText(),
    () => stop.isVisible(),
  );
}

/** Prints a text as it grows, until nothing more comes of it. */
async function printUntilWhole(
  text: () => Promise<string>,
  isGrowing: () => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + 120_000;
  let printed = "";
  for (;;) {
    const growing = await isGrowing();
    const now = await text();
    process.stdout.write(growth(printed, now));
    printed = now;
    if (!growing && printed.trim()) break;
    if (Date.now() > deadline) throw new Error("Claude's answer did not end within two minutes.");
    await sleep(100);
  }
  process.stdout.write("\n");
}

/** What is new; where something changed ("running" is "done" now), all from its line on. */
function growth(before: string, now: string): string {
  if (now.startsWith(before)) return now.slice(before.length);
  let same = 0;
  while (before[same] === now[same]) same += 1;
  return `\n${now.slice(now.lastIndexOf("\n", same - 1) + 1)}`;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
