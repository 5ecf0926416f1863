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
import {
  DEFAULT_SIZE,
  openWorkbench,
  startBrowser,
  type Workbench,
  type WorkbenchOptions,
} from "./browser";
import {
  type CodeServer,
  type CodeServerOptions,
  type Settings,
  startCodeServer,
} from "./codeServer";
import { installIn } from "./extensionHost";
import { orSkip } from "./requirement";
import { screenshotOfFailure } from "./screenshot";
import { purgeThreads } from "./storedThreads";

/** A server, and a window of it. */
interface Running {
  readonly browser: Browser;
  readonly server: CodeServer;
  readonly options: WorkbenchOptions;
  window: Workbench;
  /** What has become of the window: nobody has used it yet, a test has, or one has failed in it. */
  state: "unused" | "used" | "failed";
}

/** The folder that the windows of all suites show, one suite after the other. */
const folder = mkdtempSync(join(tmpdir(), "sandbox-chat-files-"));
let suites = 0;

/** One browser for all suites, since the first webview of each takes three seconds. */
let startedBrowser: Promise<Browser> | undefined;
async function browserOfAll(): Promise<Browser> {
  if (startedBrowser && !(await startedBrowser).isConnected()) startedBrowser = undefined;
  return (startedBrowser ??= startBrowser());
}

/** What the suites share that need no server or window of their own: those take ten seconds each. */
let shared: Running | undefined;

async function run(server: CodeServerOptions, options: WorkbenchOptions): Promise<Running> {
  const browser = await browserOfAll();
  const started = await startCodeServer({ folder, ...server });
  const window = await openWorkbench(browser, started, options);
  return { browser, server: started, options, window, state: "unused" };
}

async function end({ server, window }: Running): Promise<void> {
  await window.close();
  await server.stop();
}

/** The suite whose tests run. */
let current: { prepare(): Promise<void>; ended(test: Mocha.Runnable): Promise<void> } | undefined;

// These are the hooks of all files, so that they come before those of each.
beforeEach(() => current?.prepare());
afterEach(async function () {
  const { currentTest: test } = this;
  if (test) await current?.ended(test);
});
after(async () => {
  if (shared) await end(shared);
  await (await startedBrowser?.catch(() => undefined))?.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/**
 * A server and a window for all the tests of the present suite, on a folder with these files. Suites
 * that do not differ in more than settings have them in turn. What a test has left behind is put right
 * before the next one: files, settings, editors, threads.
 */
export class WorkbenchSuite {
  readonly folder = folder;
  /** A folder for programs, beside the workspace since they are not Claude's business. A test makes it. */
  readonly bin = `${folder}-bin${++suites}`;
  readonly #home = `${this.bin}-home`;
  readonly #files: Readonly<Record<string, string>>;
  #settings: Settings = {};
  #size = DEFAULT_SIZE;
  #running: Running | undefined;
  /** Whether all is as a test may expect it. */
  #prepared = false;

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.#files = files;
  }

  get browser(): Browser {
    return this.#started.browser;
  }

  get server(): CodeServer {
    return this.#started.server;
  }

  /** The window that tests share, unless they open one of their own. */
  get workbench(): Workbench {
    return this.#started.window;
  }

  /** Takes the place of the window, which a test has closed. */
  set workbench(window: Workbench) {
    this.#started.window = window;
  }

  get #started(): Running {
    if (!this.#running) throw new Error("the suite has not started");
    return this.#running;
  }

  write(name: string, text: string): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Has a server and a window; of its own where it says more than settings and a size. */
  async start(
    context: Mocha.Context,
    { settings = {}, ...server }: CodeServerOptions = {},
    { size = DEFAULT_SIZE, ...window }: WorkbenchOptions = {},
  ): Promise<void> {
    // The first suite on a new machine installs the workbench.
    context.timeout(600_000);
    this.#settings = settings;
    this.#size = size;
    this.#writeFiles();
    if (Object.keys({ ...server, ...window }).length > 0)
      this.#running = await orSkip(context, run({ settings, ...server }, { size, ...window }));
    else this.#running = shared ??= await orSkip(context, run({ settings }, { size }));
    current = { prepare: () => this.#prepare(), ended: (test) => this.#ended(test) };
    await this.#prepare();
  }

  /** Puts right what the test before has left behind. */
  async #prepare(): Promise<void> {
    if (this.#prepared) return;
    if (this.#started.state === "failed") await this.pristine();
    await this.#reset();
    this.#prepared = true;
  }

  async #ended(test: Mocha.Runnable): Promise<void> {
    this.#prepared = false;
    this.#started.state = test.state === "failed" ? "failed" : "used";
    if (test.state === "failed") await screenshotOfFailure(this.workbench.page, test);
  }

  /** Has a window that nobody has used yet, and that remembers nothing. */
  async pristine(): Promise<void> {
    const running = this.#started;
    if (running.state === "unused") return;
    // A window that has failed may not answer any more.
    await running.window.page.context().close();
    const options = { ...running.options, size: this.#size };
    running.window = await openWorkbench(running.browser, running.server, options);
    running.state = "unused";
  }

  async #reset(): Promise<void> {
    const { workbench } = this;
    await workbench.page.setViewportSize(this.#size);
    await workbench.closeEditors();
    const ofWorkspace = existsSync(join(this.folder, ".vscode/settings.json"));
    this.#writeFiles();
    const changed = await this.server.resetSettings(this.#settings);
    if (changed || ofWorkspace) await workbench.settingsTaken();
    await workbench.closeSideParts();
    await purgeThreads(this.server);
    await workbench.clearNotifications();
  }

  /** Has the suite's files in the folder, and no others. What is as it should be nobody is told of. */
  #writeFiles(): void {
    const files = Object.entries(this.#files);
    const isOne = (path: string) =>
      files.some(([name]) => name === path || name.startsWith(`${path}/`));
    for (const path of readdirSync(this.folder, { recursive: true, encoding: "utf8" }))
      if (!isOne(path)) rmSync(join(this.folder, path), { recursive: true, force: true });
    for (const [name, text] of files) {
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
    if (this.#running && this.#running !== shared) await end(this.#running);
    for (const own of [this.bin, this.#home])
      rmSync(own, { recursive: true, force: true, maxRetries: 5 });
  }
}

export const DEMO = { "sandboxChat.sandbox.runtime": "demo" };
