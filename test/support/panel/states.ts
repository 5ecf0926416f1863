/** Every state that people can find the panel in, each from nothing. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { migrateToNewer } from "../newerVersion";
import { root } from "../paths";
import { recordingLines } from "../recordings";
import { begin, delta, result, type Step } from "../scriptedRuntime";
import { until } from "../until";
import { CHANGES, EXPLAINS, FILES, INSIDE, WAITS } from "../showcase";
import { Panel, type PanelOptions } from "./panel";

/** A pause is as long as it takes to be told of, in milliseconds. */
const NOTICEABLE = 1100;

/** What Claude does, by what it is asked. */
export const ANSWERS: Record<string, readonly Step[]> = {
  "Take your time.": [
    ...begin("s1"),
    delta("I take my time. This sentence is complete, and the next one is"),
    // Until it is interrupted.
    { awaitLine: true },
    result("s1", { subtype: "error_during_execution", is_error: true }),
  ],
  "Wait for both.": WAITS,
  "Let greet shout.": CHANGES.map((step) => ("sleep" in step ? { sleep: NOTICEABLE } : step)),
  "How does it work?": EXPLAINS,
  "Fail.": recordingLines("330-err401.ndjson").map((text) => ({ write: `${text}\n` })),
};

/** What the `docker` of test/fixtures/docker can say is wrong. */
const OFFLINE = [
  "sandboxMissing",
  "sandboxStopped",
  "engineDown",
  "accessDenied",
  "pluginMissing",
  "wrongProvider",
  "loggedOut",
] as const;
type Offline = (typeof OFFLINE)[number];

/** What is offline has several looks. */
export const PANEL_STATES = [
  "empty",
  "empty-file",
  "streaming",
  "tools-running",
  "tools-done",
  "long-answer",
  "failed",
  "stopped",
  "host-files",
  "full",
  "unsaved",
  ...OFFLINE.map((mode) => `offline-${mode}` as const),
  "read-only",
] as const;
export type PanelState = (typeof PANEL_STATES)[number];

/** Opens a panel, and brings it into a state. */
export async function openState(state: PanelState, options: PanelOptions = {}): Promise<Panel> {
  const panel = await Panel.open({
    files: FILES,
    answers: ANSWERS,
    sandbox: { workspace: INSIDE },
    ...(state === "full" && { maxMessages: 2 }),
    ...options,
  });
  const { chat, host } = panel;
  switch (state) {
    case "empty":
      await chat.frame.getByText("Ask Claude about this workspace").waitFor();
      break;
    case "empty-file":
      await host.panel.show(host.sessions.createThread({ type: "file", id: "src/greet.ts" }));
      await chat.frame.getByText("Ask Claude about greet.ts").waitFor();
      break;
    case "streaming":
      await stream(panel);
      break;
    case "tools-running":
      await chat.ask("Wait for both.");
      await chat.messages("Claude").last().locator(".tool-state.running").nth(1).waitFor();
      break;
    case "tools-done":
      await change(panel);
      await openRows(panel);
      break;
    case "long-answer":
      await change(panel);
      await chat.ask("How does it work?");
      await chat.answered(/with a detail/);
      break;
    case "failed":
      await chat.ask("Fail.");
      await chat.alert.first().waitFor();
      await openRows(panel);
      break;
    case "stopped":
      await streamAndStop(panel);
      break;
    case "host-files":
      await changeHostFiles(panel);
      break;
    case "full":
      await streamAndStop(panel);
      await chat.send("One more?");
      await chat.button("Continue in a New Thread").waitFor();
      break;
    case "unsaved":
      await stream(panel);
      host.diskSays = "EFBIG: file too large, write";
      await chat.stopButton.click();
      await chat.alert.getByText(/is not saved yet/).waitFor();
      break;
    case "read-only":
      await change(panel);
      // What is closed is on the disk whole.
      await panel.reload();
      await migrateToNewer(panel.storage);
      await chat.alert.getByText(/saved by a newer version/).waitFor();
      break;
    default:
      takeSandboxOffline(panel, state.slice("offline-".length) as Offline);
      await host.monitor.recheck();
      await chat.frame.getByRole("region", { name: "Sandbox" }).waitFor();
      await openRows(panel);
  }
  return panel;
}

/** Has the sandbox of a state that is offline say this from now on. */
export const sandboxSays = (panel: Panel, mode: Offline | "ready"): void =>
  writeFileSync(join(panel.bin, "offline/mode"), mode);

function takeSandboxOffline(panel: Panel, mode: Offline): void {
  const folder = join(panel.bin, "offline");
  const dockerPath = join(folder, "docker");
  mkdirSync(folder);
  copyFileSync(join(root, "test/fixtures/docker/docker"), dockerPath);
  sandboxSays(panel, mode);
  panel.host.sandbox = { ...panel.host.sandbox, dockerPath };
}

async function stream({ chat }: Panel): Promise<void> {
  await chat.ask("Take your time.");
  await chat.messages("Claude").getByText("the next one is").waitFor();
}

async function streamAndStop(panel: Panel): Promise<void> {
  const { chat } = panel;
  await stream(panel);
  await chat.stopButton.click();
  await chat.messages("Claude").getByText(chat.words("Stopped"), { exact: true }).waitFor();
}

/** A turn in which the sandbox writes what this machine runs. */
async function changeHostFiles(panel: Panel): Promise<void> {
  const { chat, host, workspace } = panel;
  const git = (...args: string[]) => execFileSync("git", args, { cwd: workspace });
  git("init", "-q");
  await stream(panel);
  panel.write(".vscode/tasks.json", "{}");
  panel.write(".envrc", "./run");
  panel.write("package.json", '{"scripts":{"test":"./run"}}');
  panel.write(".npmrc", "script-shell=./run");
  const answer = host.panel.session.view().conversation.messages.at(-1)?.id ?? "";
  await until(
    () => host.guard.sides(answer, ".npmrc").after,
    (seen) => seen !== undefined,
    "what is there for a moment is seen",
  );
  rmSync(join(workspace, ".npmrc"));
  git("config", "core.fsmonitor", "./run");
  await until(
    () => host.heldBack.length,
    (count) => count > 0,
    "what git would run is taken back",
  );
  await chat.stopButton.click();
  await chat.frame
    .getByRole("region", { name: chat.words("Files your machine may run") })
    .waitFor();
}

async function change({ chat }: Panel): Promise<void> {
  await chat.ask("Let greet shout.");
  await chat.answered(/One test still fails/);
}

/** Opens all that can be opened. What is opened may have more of it. */
async function openRows({ chat }: Panel): Promise<void> {
  const closed = chat.frame.locator('[aria-expanded="false"]');
  while ((await closed.count()) > 0) await closed.first().click();
}
