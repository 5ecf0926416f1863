/** The workbench in a real browser, as a user has it before them. */
import { randomUUID } from "node:crypto";
import os from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import type { Browser, BrowserContext, FrameLocator, Locator, Page } from "playwright-core";
import { type CodeServer, KEYS, NO_TOOLTIPS, TITLE } from "./codeServer";
import { launchBrowser } from "./installBrowser";
import { root } from "./paths";
import { screenshot } from "./screenshot";
import { type ThemeName, THEMES } from "./themes";

export interface WorkbenchOptions {
  /** Else the server's, or a `.code-workspace` file; null for a window without a folder. */
  folder?: string | null;
  /** The extension under development; else this project's own. Null where it is installed. */
  extension?: string | null;
  /** More pairs for the workbench's payload, such as `["extensionTestsPath", URI]`. */
  payload?: readonly (readonly [string, string])[];
  size?: { width: number; height: number };
  theme?: ThemeName;
  /** An earlier workbench's, for one that keeps its browser storage; else a clean one. */
  context?: BrowserContext;
  /** Called with the page before it loads. */
  prepare?: (page: Page) => Promise<void>;
}

export const DEFAULT_SIZE = { width: 1280, height: 800 };

/**
 * Starts a Chromium, which reaches the loopback interface alone.
 * @throws {Unavailable} Where none can be had.
 */
export function startBrowser(): Promise<Browser> {
  return launchBrowser((options) =>
    chromium.launch({
      ...options,
      // Its crash reports and caches are nothing for anybody's home.
      env: { ...(options.env ?? process.env), HOME: path.join(os.tmpdir(), "sandbox-chat-home") },
      args: [
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-gpu",
        "--disable-quic",
        "--disable-sync",
        "--no-first-run",
      ],
    }),
  );
}

/** Opens a window of the workbench, and waits until it is restored and answers. */
export async function openWorkbench(
  browser: Browser,
  server: CodeServer,
  options: WorkbenchOptions = {},
): Promise<Workbench> {
  const context =
    options.context ??
    (await browser.newContext({
      viewport: options.size ?? DEFAULT_SIZE,
      reducedMotion: "reduce",
    }));
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const workbench = new Workbench(page, server);
  await options.prepare?.(page);
  await page.goto(addressOf(server, options), { waitUntil: "commit" });
  await workbench.restored();
  if (options.theme) await workbench.theme(options.theme);
  return workbench;
}

/** The address of a window with that folder and that payload. */
export function addressOf(
  server: CodeServer,
  { folder = server.folder, extension = root, payload = [] }: WorkbenchOptions = {},
): string {
  const url = new URL(server.url);
  const kind = folder?.endsWith(".code-workspace") ? "workspace" : "folder";
  if (folder) url.searchParams.set(kind, path.resolve(folder));
  else url.searchParams.set("ew", "true");
  const pairs = [["skipWelcome", "true"], ["skipReleaseNotes", "true"], ...payload];
  if (extension) pairs.push(["extensionDevelopmentPath", remoteUri(server, extension)]);
  url.searchParams.set("payload", JSON.stringify(pairs));
  return url.href;
}

/** A file on the server, as its windows name it. */
export function remoteUri(server: CodeServer, file: string): string {
  return `vscode-remote://${server.host}${encodeURI(path.resolve(file))}`;
}

/** One window. */
export class Workbench {
  /** What the pages said in the console, as "error: text"; a refused resource is among it. */
  readonly console: string[] = [];

  constructor(
    readonly page: Page,
    private readonly server: CodeServer,
  ) {
    page.on("console", (message) => this.console.push(`${message.type()}: ${message.text()}`));
    page.on("dialog", (dialog) => void dialog.accept()); // "Leave this page?"
    page.on("pageerror", (error) => this.console.push(`error: ${error.message}`));
  }

  /** Resolves when the window has its parts, and the editors of last time. */
  async restored(): Promise<void> {
    const timeout = 120_000;
    await this.page.locator(".monaco-workbench .part.statusbar").waitFor({ timeout });
    await this.page.waitForFunction(
      async () => {
        const { driver } = globalThis as { driver?: { whenWorkbenchRestored(): Promise<void> } };
        await driver?.whenWorkbenchRestored();
        return driver !== undefined;
      },
      undefined,
      { timeout },
    );
  }

  /** Opens the palette with this in it, and does something with its rows. */
  palette<Result>(text: string, act: (rows: Locator) => Promise<Result>): Promise<Result> {
    return this.#quickly("F1", `>${text}`, act);
  }

  /** Opens a file of the workspace by its name, as an editor of text. */
  async openFile(name: string): Promise<void> {
    const tab = this.page.locator(".tab.active", { hasText: name }).first();
    // The list is sorted anew when the search for files has come to its end.
    do await this.#choose("ControlOrMeta+p", name, name);
    while (!(await appears(tab, 10_000)));
    await this.page.locator(".editor-instance .view-lines").first().waitFor();
  }

  /** Once more where it was closed: a panel that is restored meanwhile takes the focus. */
  async #quickly<Result>(
    key: string,
    text: string,
    act: (rows: Locator) => Promise<Result>,
  ): Promise<Result> {
    const input = this.page.locator(".quick-input-widget:visible");
    for (let attempt = 1; ; attempt++) {
      try {
        await this.page.keyboard.press(key);
        await input.locator(".quick-input-box input").fill(text, { timeout: 2000 });
        return await act(input.locator(".monaco-list-row"));
      } catch (error) {
        if (attempt === 8) throw new Error(`“${text}” leads nowhere`, { cause: error });
        await this.page.keyboard.press("Escape");
      }
    }
  }

  /** Runs a command by its full title in the palette ("Sandbox Chat: Open Chat"), once. */
  runCommand(title: string): Promise<void> {
    return this.#choose("F1", `>${title}`, title);
  }

  /** Opens a list by this key, with this in it, and accepts the row of that name. */
  async #choose(key: string, text: string, name: string): Promise<void> {
    const label = this.page.locator(".label-name").getByText(name, { exact: true });
    await this.#quickly(key, text, async (rows) => {
      await rows.filter({ has: label }).first().waitFor({ timeout: 3000 });
      // A click may have come although it says that it has not. A key comes, and what is typed next later.
      const chosen = this.page
        .locator(".quick-input-widget .monaco-list-row.focused")
        .filter({ has: label });
      for (let steps = 0; (await chosen.count()) === 0; steps++) {
        if (steps === 20) throw new Error(`“${name}” cannot be reached by the arrow keys`);
        await this.page.keyboard.press("ArrowDown");
      }
      await this.#accept(text);
    });
  }

  /** Presses Enter until the list with this text has it: what takes the focus meanwhile gets the key. */
  async #accept(text: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget:visible .quick-input-box input");
    const isOpen = () =>
      input
        .evaluateAll((boxes) => boxes.map((box) => (box as HTMLInputElement).value))
        // The page is going when the command reloads it.
        .then((texts) => texts.includes(text))
        .catch(() => false);
    while (await isOpen()) {
      await input.focus();
      await this.page.keyboard.press("Enter");
    }
  }

  /** Our panels in sight. */
  frames(): Locator {
    return this.page.locator(
      'iframe.webview[src*="extensionId=sandbox-chat.sandbox-chat"]:visible',
    );
  }

  /** The content of our panel; of the `nth` one, where several are seen side by side. */
  frame(nth = 0): FrameLocator {
    return this.frames().nth(nth).contentFrame().frameLocator("#active-frame");
  }

  /** What was said in a notification, which may have gone to the list behind the bell meanwhile. */
  async notification(text: string | RegExp): Promise<Locator> {
    const found = this.page
      .locator(".notifications-toasts.visible, .notifications-center.visible")
      .locator(".notification-list-item")
      .filter({ hasText: text })
      .first();
    const bell = this.page.locator("#status\\.notifications a");
    // A toast is there for ten seconds.
    for (let tries = 0; tries < 6 && !(await appears(found, 10_000)); tries++) await bell.click();
    await found.waitFor({ timeout: 1000 });
    return found;
  }

  /** Clears all notifications. */
  clearNotifications(): Promise<void> {
    const shown = this.page.locator(".notification-list-item:visible").first();
    return this.#press(KEYS.clearNotifications.key, () => disappears(shown, 3000));
  }

  /** Hides the secondary side bar, and the panel with its terminals, which are ended. */
  async closeSideParts(): Promise<void> {
    for (const [part, command] of [
      ["auxiliarybar", "View: Hide Secondary Side Bar"],
      ["panel", "Terminal: Kill All Terminals"],
    ] as const) {
      const shown = this.page.locator(`.part.${part}:visible`);
      if ((await shown.count()) === 0) continue;
      await this.runCommand(command);
      await shown.waitFor({ state: "hidden" });
    }
  }

  /** Closes all editors, without what is not saved in them. */
  async closeEditors(): Promise<void> {
    const tabs = this.page.locator(".part.editor .tab");
    if ((await tabs.count()) === 0) return;
    const discard = this.page
      .locator(".monaco-dialog-box")
      .getByRole("button", { name: "Don't Save" });
    await this.#press(KEYS.closeAllEditors.key, async () => {
      for (const deadline = Date.now() + 3000; Date.now() < deadline;)
        if ((await tabs.count()) === 0) return true;
        else if (await discard.isVisible()) await discard.click();
        else await this.page.waitForTimeout(50);
      return false;
    });
  }

  /** Presses a key until it has done what it does: what takes the focus meanwhile may have got it. */
  async #press(key: string, isDone: () => Promise<boolean>): Promise<void> {
    do await this.page.keyboard.press(key);
    while (!(await isDone()));
  }

  /** Points at something until its tooltip says that, and has a look at it. */
  async tooltip(
    target: Locator,
    text: string,
    look: (tooltip: Locator) => Promise<unknown>,
  ): Promise<void> {
    await this.server.change({ "workbench.hover.delay": 200 });
    const tooltip = this.page.locator(".workbench-hover:visible").filter({ hasText: text });
    // A list that is shown anew meanwhile takes the tooltip away.
    for (let tries = 0; tries < 20 && !(await tooltip.isVisible()); tries++) {
      await this.page.mouse.move(0, 0);
      await target.hover();
      await this.page.waitForTimeout(1500);
    }
    await look(tooltip);
    await this.server.change(NO_TOOLTIPS);
    await this.page.mouse.move(0, 0);
    await tooltip.waitFor({ state: "hidden" });
  }

  /** As a user reloads it; the browser's own reload loses the state of webviews. */
  async reloadWindow(): Promise<void> {
    const reloaded = this.page.waitForEvent("domcontentloaded");
    await this.runCommand("Developer: Reload Window");
    await reloaded;
    await this.restored();
  }

  /** Changes one setting, beside those of before, for all windows of the server. */
  async setting(key: string, value: unknown): Promise<void> {
    await this.server.change({ [key]: value });
    await this.settingsTaken();
  }

  /** Waits until the window has the settings as they are in the file. */
  settingsTaken(): Promise<void> {
    return this.takes((title) => this.server.change({ [TITLE]: title }));
  }

  /** Waits until the window has settings, among them the title that is written. It is not always told. */
  async takes(write: (title: string) => Promise<void> | void): Promise<void> {
    for (;;) {
      const title = `Settings ${randomUUID()}`;
      await write(title);
      const seen = this.page.waitForFunction((wanted) => document.title.includes(wanted), title, {
        timeout: 3000,
      });
      if (await seen.then(...HOLDS)) return;
    }
  }

  /** Changes the theme, and waits until the window has it. */
  async theme(name: ThemeName): Promise<void> {
    const { id, file } = THEMES[name];
    const changed = this.page.locator(
      `.monaco-workbench.vscode-theme-defaults-themes-${file}-json`,
    );
    // A window that begins looks for its theme before it knows any, and again when a setting of this
    // kind changes. It may not be told of a file that was written just after its start.
    for (let tries = 0; tries < 10; tries++) {
      await this.server.change({
        "workbench.colorTheme": id,
        "workbench.preferredHighContrastLightColorTheme": tries % 2 ? "Light+" : "Light 2026",
      });
      if (await appears(changed, 3000)) return;
    }
    await changed.waitFor();
  }

  /** @returns The picture's path, `test/.out/screenshots/NAME.png`. */
  screenshot(name: string): Promise<string> {
    return screenshot(this.page, name);
  }

  /**
   * Closes the window as a user does, so that it stores its state and ends its extension host.
   * With `keepContext` another can be opened in its browser storage.
   */
  async close({ keepContext = false } = {}): Promise<void> {
    if (!this.page.isClosed()) {
      await this.page.goto("about:blank");
      await this.page.close();
    }
    if (!keepContext) await this.page.context().close();
  }
}

const HOLDS = [() => true, () => false] as const;

/** Whether something is to be seen, or not any more, within so many milliseconds. */
export const appears = (locator: Locator, timeout: number): Promise<boolean> =>
  locator.waitFor({ timeout }).then(...HOLDS);
const disappears = (locator: Locator, timeout: number): Promise<boolean> =>
  locator.waitFor({ state: "hidden", timeout }).then(...HOLDS);
