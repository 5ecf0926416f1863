import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ChatPage } from "../../support/chatPage";
import { copyExtension, extensionHosts } from "../../support/extensionHost";
import { root } from "../../support/paths";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

interface Told {
  readonly pid: number;
  readonly what: string;
  readonly stack?: string;
  readonly program?: string;
}

/** The internet sockets that a process has now, as "LOCAL REMOTE" in the kernel's hexadecimal. */
function socketsOf(pid: number): string[] {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return []; // It is closed already.
      }
    }),
  );
  return ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"].flatMap((kind) =>
    readFileSync(`/proc/${pid}/net/${kind}`, "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => own.has(fields[9] ?? ""))
      .map(([, local, remote]) => `${local} ${remote}`),
  );
}

describe("the extension in use", () => {
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  const file = `${suite.folder}-connections`;
  const extension = `${suite.folder}-extension`;
  /** What the browser asked for, the workbench included. */
  const requests: string[] = [];

  const told = (): Told[] =>
    readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Told);

  before(async function () {
    if (process.platform !== "linux") this.skip();
    const hook = join(root, "test/fixtures/connections.cjs");
    // The extension as it is, but that each of its programs has the hook before all else.
    copyExtension(extension);
    for (const program of ["extension.js", "storeWorker.js", "demoClaude.js"]) {
      const bundle = join(extension, "dist", program);
      const text = readFileSync(bundle, "utf8");
      writeFileSync(bundle, `require(${JSON.stringify(hook)})(${JSON.stringify(program)});${text}`);
    }
    await suite.start(
      this,
      { settings: DEMO, env: { CONNECTIONS: file } },
      {
        extension,
        prepare: (page) => {
          page.context().on("request", (request) => requests.push(request.url()));
          return Promise.resolve();
        },
      },
    );
    const chat = await ChatPage.open(suite.workbench);
    await chat.ask("Greet me");
    await chat.answered(/I am the demo/);
    await suite.workbench.runCommand("Sandbox Chat: Search Threads…");
    await suite.workbench.page.getByPlaceholder("Search titles, messages,").fill("demo");
    await suite.workbench.page.locator(".quick-input-widget .monaco-list-row").first().waitFor();
    await suite.workbench.page.keyboard.press("Escape");
    await suite.workbench.runCommand("Sandbox Chat: Check Sandbox");
  });
  after(async () => {
    await suite.stop();
    for (const made of [file, extension]) rmSync(made, { recursive: true, force: true });
  });

  it("opens no connection and looks up no name, nor does what it starts", () => {
    const begun = told().filter(({ what }) => what === "begins");
    // In the extension host the extension and its store, and what they started.
    const programs = begun.map(({ program }) => /(\w+)\.js$/.exec(program ?? "")?.[1]);
    const count = (name: string) => programs.filter((program) => program === name).length;
    for (const name of ["extension", "storeWorker", "demoClaude"])
      assert.ok(count(name) >= 1, String(programs));
    assert.deepEqual(
      told().filter(({ what }) => what !== "begins"),
      [],
    );
  });

  it("has no internet socket but the one of its window", () => {
    const port = suite.server.port.toString(16).toUpperCase().padStart(4, "0");
    const sockets = extensionHosts(suite.server.pid).flatMap(socketsOf);
    assert.ok(sockets.length > 0, "the window's own is seen");
    assert.deepEqual(
      sockets.filter((socket) => !socket.split(" ")[0]?.endsWith(`:${port}`)),
      [],
    );
  });

  it("has a panel that asks for nothing but its own files, from the server", async () => {
    await ChatPage.open(suite.workbench);
    const own = (url: string) => {
      const { host, pathname } = new URL(url);
      // A worker of the page answers for this name with what the server reads for it.
      return host.endsWith(".vscode-resource.vscode-cdn.net") && pathname.includes("/dist/");
    };
    assert.ok(
      requests.some((url) => own(url)),
      "the panel's files are seen",
    );
    const foreign = requests.filter((url) => {
      const { protocol, host } = new URL(url);
      return (
        host !== suite.server.host && protocol !== "blob:" && protocol !== "data:" && !own(url)
      );
    });
    assert.deepEqual(foreign, []);
    // And the panel could not.
    const policy = await suite.workbench
      .frame()
      .locator('meta[http-equiv="Content-Security-Policy"]')
      .getAttribute("content");
    assert.match(policy ?? "", /^default-src 'none'; /);
    assert.doesNotMatch(policy ?? "", /connect-src|frame-src|worker-src|http:| \*/);
    const before = requests.length;
    const refused = await suite.workbench
      .frame()
      .locator("body")
      .evaluate(
        (_, url) =>
          fetch(url).then(
            () => false,
            () => true,
          ),
        suite.server.url,
      );
    assert.ok(refused, "not even the server can be asked");
    assert.equal(requests.length, before);
  });
});
