/** A page with our bundles in it, which VS Code's part is played for. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { page as htmlOf } from "../../../src/ui/page";
import { startBrowser } from "../browser";
import { root } from "../paths";
import { applyTheme, defaultStyleFile, type WebviewTheme } from "./themes";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".js": "text/javascript",
  ".ttf": "font/ttf",
};

/** The page is transparent, and lies on what VS Code has behind it. */
const BEHIND = "html { background: var(--vscode-editor-background); }";

/** What a page has of VS Code. */
export interface WebviewSide {
  readonly theme: WebviewTheme;
  /** What VS Code has kept for it. */
  readonly kept: unknown;
  readonly receive: (message: unknown) => void;
  readonly keep: (state: unknown) => void;
  /** What it says in the console, as "error: text", and in dialogs. */
  readonly console: string[];
  /** What it asks for besides its own files. */
  readonly requests: string[];
}

export class PanelPage {
  #side: WebviewSide | undefined;

  private constructor(
    readonly page: Page,
    private readonly browser: Browser,
    private readonly server: Server,
    private readonly origin: string,
  ) {}

  /** @throws {Unavailable} Where there is no browser. */
  static async start(): Promise<PanelPage> {
    const browser = await startBrowser();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const made = new PanelPage(
      await browser.newPage(),
      browser,
      server,
      `http://127.0.0.1:${port}`,
    );
    await made.#prepare();
    return made;
  }

  /** Makes the page anew. */
  async load(side: WebviewSide): Promise<void> {
    this.#side = side;
    await this.page.goto(`${this.origin}/`, { waitUntil: "domcontentloaded" });
  }

  /** Ends what is in the page. */
  async leave(): Promise<void> {
    this.#side = undefined;
    // Of the same origin, so that the browser need not have another process.
    await this.page.goto(`${this.origin}/blank`);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    this.server.closeAllConnections();
    this.server.close();
  }

  async #prepare(): Promise<void> {
    const { page } = this;
    page.setDefaultTimeout(60_000);
    page.on("console", (message) => this.#says(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => this.#says(`error: ${error.message}`));
    page.on("dialog", (dialog) => {
      this.#says(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(this.origin)) this.#side?.requests.push(request.url());
    });
    await page.exposeFunction("vscodePost", (message: string) =>
      this.#side?.receive(JSON.parse(message)),
    );
    await page.exposeFunction("vscodeKeep", (state: string) => this.#side?.keep(JSON.parse(state)));
    this.server.on("request", (request, response) => {
      const file = /^\/dist\/([\w.-]+)(?:\?.*)?$/.exec(request.url ?? "")?.[1];
      try {
        const made = () => (request.url === "/blank" ? "" : this.#html());
        const body = file === undefined ? made() : readFileSync(join(root, "dist", file));
        const type = TYPES[extname(file ?? "")] ?? "text/html; charset=utf-8";
        const headers = { "Content-Type": type, ...(file && { "Cache-Control": "max-age=3600" }) };
        response.writeHead(200, headers).end(body);
      } catch {
        response.writeHead(404).end();
      }
    });
  }

  #says(text: string): void {
    this.#side?.console.push(text);
  }

  /** Our page as VS Code makes it: its style comes before our policy, and its functions before our script. */
  #html(): string {
    const html = htmlOf((file) => `${this.origin}/dist/${file}`, this.origin);
    const nonce = /'nonce-([^']+)'/.exec(html)?.[1] ?? "";
    return html
      .replace("<head>", `<head><style>${readFileSync(defaultStyleFile, "utf8")}${BEHIND}</style>`)
      .replace(
        "<body>",
        `<body><script nonce="${nonce}">
(${String(applyTheme)})(${JSON.stringify(this.#side?.theme)});
let kept = ${JSON.stringify(this.#side?.kept ?? null)};
globalThis.acquireVsCodeApi = () => ({
  postMessage: (message) => void globalThis.vscodePost(JSON.stringify(message)),
  getState: () => kept,
  setState: (state) => {
    kept = state;
    void globalThis.vscodeKeep(JSON.stringify(state));
    return state;
  },
});
</script>`,
      );
  }
}
