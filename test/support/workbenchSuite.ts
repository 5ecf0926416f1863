import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { openWorkbench, startBrowser, type Workbench, type WorkbenchOptions } from "./browser";
import { type CodeServer, type CodeServerOptions, startCodeServer } from "./codeServer";
import { installIn } from "./extensionHost";
import { orSkip } from "./requirement";
import { screenshotOfFailure } from "./screenshot";
import { purgeThreads } from "./storedThreads";

/** One browser for all suites, since the first webview of each takes three seconds. */
let started: Promise<Browser> | undefined;
async function browserOfAll(): Promise<Browser> {
  if (started && !(await started).isConnected()) started = undefined;
  return (started ??= startBrowser());
}
after(async () => (await started?.catch(() => undefined))?.close());

/** The suite whose tests run. */
let current: { prepare(): Promise<void>; ended(test: Mocha.Runnable): Promise<void> } | undefined;

// These are the hooks of all files, so that they come before those of each.
beforeEach(() => current?.prepare());
afterEach(async function () {
  const { currentTest: test } = this;
  if (test) await current?.ended(test);
});

/**
 * A server and a window for all the tests of the present suite, on a folder with these files. What a
 * test has left behind is put right before the next one: files, settings, editors, threads.
 */
export class WorkbenchSuite {
  server!: CodeServer;
  browser!: Browser;
  /** The window that tests share, unless they open one of their own. */
  workbench!: Workbench;
  readonly #files: Readonly<Record<string, string>>;
  #window: WorkbenchOptions = {};
  /** What became of the test before. */
  #before: "none" | "passed" | "failed" = "none";
  readonly folder = mkdtempSync(join(tmpdir(), "sandbox-chat-files-"));
  /** A folder for programs, beside the workspace since they are not Claude's business. A test makes it. */
  readonly bin = `${this.folder}-bin`;
  readonly #home = `${this.folder}-home`;

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.#files = files;
    this.#writeAll();
  }

  write(name: string, text: string): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  async start(
    context: Mocha.Context,
    options: CodeServerOptions = {},
    window: WorkbenchOptions = {},
  ): Promise<void> {
    // The first suite on a new machine installs the workbench.
    context.timeout(600_000);
    this.browser = await orSkip(context, browserOfAll());
    this.server = await orSkip(context, startCodeServer({ folder: this.folder, ...options }));
    this.#window = window;
    this.workbench = await openWorkbench(this.browser, this.server, window);
    current = { prepare: () => this.#prepare(), ended: (test) => this.#ended(test) };
  }

  /** Puts right what the test before has left behind. */
  async #prepare(): Promise<void> {
    if (this.#before === "failed") await this.pristine();
    if (this.#before !== "none") await this.#reset();
  }

  async #ended(test: Mocha.Runnable): Promise<void> {
    this.#before = test.state === "failed" ? "failed" : "passed";
    if (test.state === "failed") await screenshotOfFailure(this.workbench.page, test);
  }

  /** Has a window that nobody has used yet, and that remembers nothing. */
  async pristine(): Promise<void> {
    if (this.#before === "none") return;
    for (const context of this.browser.contexts()) await context.close();
    this.workbench = await openWorkbench(this.browser, this.server, this.#window);
  }

  async #reset(): Promise<void> {
    const { workbench } = this;
    await this.server.resetSettings();
    await workbench.closeEditors();
    await purgeThreads(this.server);
    await workbench.clearNotifications();
    for (const name of readdirSync(this.folder))
      if (!Object.keys(this.#files).some((file) => file.split("/")[0] === name))
        rmSync(join(this.folder, name), { recursive: true, force: true });
    this.#writeAll();
  }

  /** Files that are as they should be are left alone, so that nobody is told of them. */
  #writeAll(): void {
    for (const [name, text] of Object.entries(this.#files)) {
      const path = join(this.folder, name);
      if (!existsSync(path) || readFileSync(path, "utf8") !== text) this.write(name, text);
    }
  }

  /**
   * The same with the extension as it is installed, for tests that kill its host: one with an extension
   * under development would not be started again.
   */
  startInstalled(context: Mocha.Context, options: CodeServerOptions = {}): Promise<void> {
    installIn(this.#home);
    return this.start(context, { home: this.#home, ...options }, { extension: null });
  }

  async stop(): Promise<void> {
    current = undefined;
    // What could not be started is not there.
    const { workbench, browser, server } = this as Partial<WorkbenchSuite>;
    await workbench?.close();
    for (const context of browser?.contexts() ?? []) await context.close();
    await server?.stop();
    for (const folder of [this.folder, this.bin, this.#home])
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export const DEMO = { "sandboxChat.sandbox.runtime": "demo" };
