/**
 * The built panel in a browser, joined to the real host side in this process: what is about the panel
 * and not about VS Code is tested here, each test with a panel of its own, which is there in a moment.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import type { SandboxSettings } from "../../../src/sandbox/runtimes";
import type { ThreadContext } from "../../../src/session/turnContext";
import { type Language, speak } from "../../../src/shared/language";
import type { Thread } from "../../../src/shared/thread";
import type { ThreadStore } from "../../../src/store/threadStore";
import type { ChatFrame, ChatState } from "../../../src/ui/chatFrame";
import type { Saved } from "../../../webview/saved";
import { ChatPage, type ChatWindow } from "../chatPage";
import { screenshot, screenshotOfFailure } from "../screenshot";
import { orSkip } from "../requirement";
import type { Step } from "../scriptedRuntime";
import { scriptedDocker } from "../scriptedDocker";
import type { ThemeName } from "../themes";
import { PanelHost } from "./panelHost";
import { PanelPage } from "./panelPage";
import { applyTheme, recordedTheme } from "./themes";

export interface PanelOptions {
  /** The files of the workspace. */
  readonly files?: Readonly<Record<string, string>>;
  /** What Claude does, by what it is asked. Unless given, the demo plays Claude. */
  readonly answers?: Readonly<Record<string, readonly Step[]>>;
  /** Changes of the sandbox's settings. */
  readonly sandbox?: Partial<SandboxSettings>;
  readonly maxMessages?: number;
  /** Fills the store before the panel opens. */
  readonly seed?: (store: ThreadStore) => Promise<void>;
  /** The thread that is shown first, unless a new one. */
  readonly thread?: string;
  readonly context?: (thread: Thread) => Promise<ThreadContext | undefined>;
  readonly size?: { readonly width: number; readonly height: number };
  readonly theme?: ThemeName;
  readonly language?: Language;
  /** What the panel calls something that is English here. */
  readonly words?: (english: string) => string;
}

/** The page that the panels of all tests have one after another. */
let shared: PanelPage | undefined;
const open = new Set<Panel>();

before(async function () {
  // The first run on a new machine may bring a browser.
  this.timeout(300_000);
  shared = await orSkip(this, PanelPage.start());
});
afterEach(async function () {
  const { currentTest: test } = this;
  if (test?.state === "failed" && open.size > 0 && shared)
    await screenshotOfFailure(shared.page, test);
  for (const panel of open) await panel.close();
});
after(() => shared?.stop());

/** One panel, which is closed after its test. */
export class Panel implements ChatWindow {
  /** All that it has on the disk. */
  readonly folder = mkdtempSync(join(tmpdir(), "sandbox-chat-panel-"));
  readonly workspace = join(this.folder, "workspace");
  readonly storage = join(this.folder, "storage");
  /** For programs. */
  readonly bin = join(this.folder, "bin");
  /** What the page said in the console, as "error: text", and in dialogs. */
  readonly console: string[] = [];
  /** What the page asked for besides its own files. */
  readonly requests: string[] = [];
  /** What the tab shows. */
  title = "";
  state: ChatState = { state: "idle", unread: false };
  readonly page: Page;
  readonly chat: ChatPage;
  host!: PanelHost;
  readonly #options: PanelOptions;
  readonly #listeners = new Set<() => void>();
  readonly #disposers = new Set<() => void>();
  readonly #receivers = new Set<(message: unknown) => void>();
  readonly #inBrowser: PanelPage;
  #theme: ThemeName;
  #visible = true;
  #kept: Partial<Saved> | undefined;
  /** Posts are made one after another, once the page listens. */
  #posts: Promise<unknown> = Promise.resolve();

  private constructor(inBrowser: PanelPage, options: PanelOptions) {
    this.#inBrowser = inBrowser;
    this.page = inBrowser.page;
    this.#options = options;
    this.#theme = options.theme ?? "dark";
    this.chat = new ChatPage(this, options.words);
  }

  /** Opens a panel, and waits until one can type. */
  static async open(options: PanelOptions = {}): Promise<Panel> {
    if (!shared) throw new Error("There is no browser.");
    // There is one page, and a test has one panel.
    for (const other of open) await other.close();
    const panel = new Panel(shared, options);
    open.add(panel);
    await panel.#start();
    return panel;
  }

  frame(): Page {
    return this.page;
  }

  /** How long a message takes from here to the page and back, in milliseconds: as on a slow link. */
  latency = 0;

  /** What VS Code keeps for the page. */
  get kept(): Partial<Saved> {
    return this.#kept ?? {};
  }

  /** Lets a Claude go on that awaits this file. */
  letGo(file: string): void {
    writeFileSync(join(this.bin, file), "");
  }

  write(name: string, text: string): void {
    const path = join(this.workspace, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Closes the panel and its host, and opens them on the same disk, as a reload of the window does. */
  async reload(): Promise<void> {
    const { host } = this;
    await this.#unload();
    for (const dispose of this.#disposers) dispose();
    for (const set of [this.#disposers, this.#listeners, this.#receivers]) set.clear();
    await host.close();
    this.host = this.#makeHost();
    await this.host.fill(this.#frame(), this.kept.thread);
    await this.#load();
  }

  /** Puts another tab before the panel, which ends its page. */
  async hide(): Promise<void> {
    this.#visible = false;
    await this.#unload();
    this.#listeners.forEach((tell) => tell());
  }

  async show(): Promise<void> {
    this.#visible = true;
    const loaded = this.#load();
    this.#listeners.forEach((tell) => tell());
    await loaded;
  }

  /** Changes the theme, as VS Code does. */
  async theme(name: ThemeName): Promise<void> {
    this.#theme = name;
    await this.page.evaluate(applyTheme, recordedTheme(name));
  }

  async resize(width: number, height = 800): Promise<void> {
    await this.page.setViewportSize({ width, height });
    await this.page.evaluate(() => new Promise(requestAnimationFrame));
  }

  /** @returns The picture's path. */
  screenshot(name: string): Promise<string> {
    return screenshot(this.page, name);
  }

  async close(): Promise<void> {
    open.delete(this);
    for (const dispose of this.#disposers) dispose();
    await this.#inBrowser.leave();
    await (this.host as PanelHost | undefined)?.close();
    if (this.#options.language) speak(undefined);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #start(): Promise<void> {
    const { files = {}, seed, size, thread, language } = this.#options;
    if (language) speak(language);
    for (const [name, text] of Object.entries(files)) this.write(name, text);
    mkdirSync(this.workspace, { recursive: true });
    await this.page.setViewportSize(size ?? { width: 800, height: 800 });
    await this.page.emulateMedia({ reducedMotion: "reduce" });
    this.host = this.#makeHost();
    await seed?.(this.host.store);
    await this.host.fill(this.#frame(), thread);
    await this.#load();
  }

  #makeHost(): PanelHost {
    const { answers, sandbox, maxMessages, context } = this.#options;
    return new PanelHost({
      workspace: this.workspace,
      storage: this.storage,
      sandbox: {
        ...(answers
          ? {
              runtime: "docker-sandbox",
              dockerPath: scriptedDocker(this.bin, [{ answers }]),
            }
          : { runtime: "demo" }),
        ...sandbox,
      },
      ...(maxMessages !== undefined && { maxMessages }),
      ...(context && { context }),
    });
  }

  #frame(): ChatFrame {
    const listen = (listeners: Set<() => void>) => (listener: () => void) =>
      void listeners.add(listener);
    const visible = (): boolean => this.#visible;
    return {
      kind: "tab",
      viewColumn: undefined,
      get visible() {
        return visible();
      },
      get active() {
        return visible();
      },
      port: {
        post: (message) => this.#post(message),
        listen: (listener) => {
          this.#receivers.add(listener);
          return () => this.#receivers.delete(listener);
        },
      },
      load: () => {},
      reveal: () => {},
      show: (title, state) => {
        this.title = title;
        this.state = state;
      },
      onDidChange: listen(this.#listeners),
      onDidDispose: listen(this.#disposers),
    };
  }

  #post(message: unknown): void {
    // What is told to a hidden page is lost.
    if (!this.#visible) return;
    const json = JSON.stringify(message);
    const post = () =>
      this.page
        .evaluate((text) => window.postMessage(JSON.parse(text), "*"), json)
        .catch(() => {
          // It was closed meanwhile.
        });
    const later = this.#later();
    this.#posts = this.#posts.then(() => later).then(post);
  }

  #later(): Promise<void> {
    return new Promise((resolve) =>
      this.latency > 0 ? setTimeout(resolve, this.latency) : resolve(),
    );
  }

  async #load(): Promise<void> {
    const loaded = this.#inBrowser.load({
      theme: recordedTheme(this.#theme),
      kept: this.#kept,
      receive: (message) => {
        const receive = () => this.#receivers.forEach((receiver) => receiver(message));
        if (this.latency > 0) setTimeout(receive, this.latency);
        else receive();
      },
      keep: (state) => (this.#kept = state as Saved),
      console: this.console,
      requests: this.requests,
    });
    this.#posts = loaded.catch(() => {});
    await loaded;
    await this.chat.input.waitFor();
  }

  /** Ends the page, whose last words still arrive. */
  async #unload(): Promise<void> {
    await this.page.evaluate(() => {
      window.dispatchEvent(new Event("blur"));
    });
    await this.#posts;
    await this.#inBrowser.leave();
  }
}
