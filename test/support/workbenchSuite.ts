import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { openWorkbench, startBrowser, type Workbench, type WorkbenchOptions } from "./browser";
import { type CodeServer, type CodeServerOptions, startCodeServer } from "./codeServer";
import { installIn } from "./extensionHost";
import { orSkip } from "./requirement";
import { screenshotOfFailure } from "./screenshot";

/** One browser for all suites, since the first webview of each takes three seconds. */
let started: Promise<Browser> | undefined;
async function browserOfAll(): Promise<Browser> {
  if (started && !(await started).isConnected()) started = undefined;
  return (started ??= startBrowser());
}
after(async () => (await started?.catch(() => undefined))?.close());

/** A server and windows for all the tests of the present suite, on a folder with these files. */
export class WorkbenchSuite {
  server!: CodeServer;
  browser!: Browser;
  /** The window that tests share, unless they open one of their own. */
  workbench!: Workbench;
  readonly folder = mkdtempSync(join(tmpdir(), "sandbox-chat-files-"));
  /** A folder for programs, beside the workspace since they are not Claude's business. A test makes it. */
  readonly bin = `${this.folder}-bin`;
  readonly #home = `${this.folder}-home`;

  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
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
    context.timeout(300_000);
    this.browser = await orSkip(context, browserOfAll());
    this.server = await orSkip(context, startCodeServer({ folder: this.folder, ...options }));
    this.workbench = await openWorkbench(this.browser, this.server, window);
    const page = () => this.workbench.page;
    context.test?.parent?.afterEach(async function () {
      const { currentTest: test } = this;
      if (test?.state === "failed") await screenshotOfFailure(page(), test);
    });
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
