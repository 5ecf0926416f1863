import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { WorkbenchOptions } from "./browser";
import { ChatPage, databaseFile } from "./chatPage";
import { extensionHosts } from "./extensionHost";
import { migrateToNewer } from "./newerVersion";
import { root } from "./paths";
import { recordingLines } from "./recordings";
import { begin, delta, type Step } from "./scriptedRuntime";
import { CHANGES, EXPLAINS, FILES, INSIDE, WAITS } from "./showcase";
import { WorkbenchSuite } from "./workbenchSuite";

/** How a window has another language, and what the panel's words are in it. */
export interface PanelLanguage {
  readonly window: WorkbenchOptions;
  readonly words: (english: string) => string;
}

const FIXTURES = join(root, "test/fixtures");
const SANDBOX = "app";

/** What Claude does, by what it is asked. */
export const ANSWERS: Record<string, readonly Step[]> = {
  "Take your time.": [
    ...begin("s1"),
    delta("I take my time. This sentence is complete, and the next one is"),
    { hang: true },
  ],
  "Wait for both.": WAITS,
  "Let greet shout.": CHANGES,
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

/** Every state of the panel; what is offline has several looks. There is no way back from the last one. */
export const PANEL_STATES = [
  "empty",
  "empty-file",
  "streaming",
  "tools-running",
  "tools-done",
  "long-answer",
  "failed",
  "stopped",
  "full",
  "unsaved",
  ...OFFLINE.map((mode) => `offline-${mode}` as const),
  "read-only",
] as const;
export type PanelState = (typeof PANEL_STATES)[number];

/** A window whose panel can be brought into each of its states. */
export class PanelStates {
  readonly suite = new WorkbenchSuite(FILES);
  chat!: ChatPage;
  readonly #language: PanelLanguage | undefined;

  /** In another language than English, `language` says which. */
  constructor(language?: PanelLanguage) {
    this.#language = language;
  }

  async start(context: Mocha.Context): Promise<void> {
    this.#makeDocker();
    await this.suite.start(
      context,
      {
        settings: {
          "sandboxChat.sandbox.runtime": "docker-sandbox",
          "sandboxChat.sandbox.dockerPath": join(this.suite.bin, "docker"),
          "sandboxChat.sandbox.name": SANDBOX,
          "sandboxChat.sandbox.workspace": INSIDE,
        },
      },
      { size: { width: 1280, height: 900 }, ...this.#language?.window },
    );
    this.chat = await ChatPage.open(this.suite.workbench, this.#language?.words);
  }

  stop(): Promise<void> {
    return this.suite.stop();
  }

  /** Brings the panel into a state, from any but the last; the long answer follows on the tools. */
  async show(state: PanelState): Promise<void> {
    await this.#leave();
    const { chat } = this;
    const { workbench } = this.suite;
    switch (state) {
      case "empty":
        return this.#newThread();
      case "empty-file":
        await this.suite.workbench.openFile("greet.ts");
        await workbench.runCommand("Sandbox Chat: New Thread About This File");
        return chat.frame.getByText("Ask Claude about greet.ts").waitFor();
      case "streaming":
        return this.#stream();
      case "tools-running":
        await this.#newThread();
        await chat.ask("Wait for both.");
        return chat.messages("Claude").last().locator(".tool-state.running").nth(1).waitFor();
      case "tools-done":
        await this.#newThread();
        await chat.ask("Let greet shout.");
        await chat.answered(/One test still fails/);
        return this.#openRows();
      case "long-answer":
        await chat.ask("How does it work?");
        return chat.answered(/with a detail/);
      case "failed":
        await this.#newThread();
        await chat.ask("Fail.");
        await chat.alert.first().waitFor();
        return this.#openRows();
      case "stopped":
        return this.#streamAndStop();
      case "full":
        await workbench.setting("sandboxChat.threads.maxMessages", 2);
        await this.#streamAndStop();
        await chat.send("One more?");
        return chat.button("Continue in a New Thread").waitFor();
      case "unsaved":
        await this.#stream();
        this.#limitFiles("1");
        await chat.stopButton.click();
        return chat.alert.getByText(/is not saved yet/).waitFor();
      case "read-only":
        await this.#newThread();
        await chat.ask("Let greet shout.");
        await chat.answered(/One test still fails/);
        await migrateToNewer(dirname(await databaseFile(this.suite.server)));
        return chat.alert.getByText(/saved by a newer version/).waitFor();
      default:
        await this.#newThread();
        this.sandboxSays(state.slice("offline-".length) as Offline);
        await workbench.runCommand("Sandbox Chat: Check Sandbox");
        await chat.frame.getByRole("region", { name: "Sandbox" }).waitFor();
        return this.#openRows();
    }
  }

  /** Ends what the state of before has left behind. */
  async #leave(): Promise<void> {
    this.#limitFiles("unlimited");
    await this.chat.frame.getByText(/is not saved yet/).waitFor({ state: "hidden" });
    await this.suite.workbench.setting("sandboxChat.threads.maxMessages", 200);
    this.sandboxSays("ready");
    if (await this.chat.frame.getByRole("region", { name: "Sandbox" }).isVisible())
      await this.suite.workbench.runCommand("Sandbox Chat: Check Sandbox");
    await this.chat.frame.getByRole("region", { name: "Sandbox" }).waitFor({ state: "hidden" });
    if (await this.chat.stopButton.isVisible()) await this.chat.stopButton.click();
    await this.chat.button("Send").waitFor();
  }

  async #stream(): Promise<void> {
    await this.#newThread();
    await this.chat.ask("Take your time.");
    await this.chat.messages("Claude").getByText("the next one is").waitFor();
  }

  async #streamAndStop(): Promise<void> {
    await this.#stream();
    await this.chat.stopButton.click();
    await this.chat
      .messages("Claude")
      .getByText(this.chat.words("Stopped"), { exact: true })
      .waitFor();
  }

  async #newThread(): Promise<void> {
    const before = await this.chat.threadSelector.inputValue();
    await this.chat.button("New thread").click();
    // The thread of before may look the same.
    await this.chat.threadSelector.evaluate(async (selector, thread) => {
      while ((selector as HTMLSelectElement).value === thread)
        await new Promise(requestAnimationFrame);
    }, before);
    await this.chat.frame.getByText("Ask Claude about this workspace").waitFor();
    await this.chat.input.fill("");
  }

  /** Opens all that can be opened. What is opened may have more of it. */
  async #openRows(): Promise<void> {
    const closed = this.chat.frame.locator('[aria-expanded="false"]');
    while ((await closed.count()) > 0) await closed.first().click();
  }

  /** Lets no file grow that the extension host writes: to it, that is a disk that is full. */
  #limitFiles(bytes: string): void {
    for (const pid of extensionHosts(this.suite.server.pid))
      execFileSync("prlimit", [`--pid=${pid}`, `--fsize=${bytes}:`]);
  }

  /** A `docker` whose sandbox says what a test wants, and has a Claude that answers with `ANSWERS`. */
  #makeDocker(): void {
    mkdirSync(this.suite.bin);
    const said = join(this.suite.bin, "said");
    copyFileSync(join(FIXTURES, "docker/docker"), said);
    const scenario = join(this.suite.bin, "scenario.json");
    writeFileSync(scenario, JSON.stringify([{ answers: ANSWERS }]));
    writeFileSync(
      join(this.suite.bin, "docker"),
      `#!/bin/sh
case "$(cat '${this.suite.bin}/mode') $* " in
"ready "*" --input-format stream-json "*) FAKE_CLAUDE_SCENARIO='${scenario}' exec '${process.execPath}' '${FIXTURES}/fakeClaude.mjs' ;;
"ready "*" sh -c "*) exit ;;
esac
exec '${said}' "$@"
`,
    );
    for (const program of [said, join(this.suite.bin, "docker")]) chmodSync(program, 0o755);
    this.sandboxSays("ready");
  }

  sandboxSays(mode: Offline | "ready"): void {
    writeFileSync(join(this.suite.bin, "mode"), mode);
  }
}
