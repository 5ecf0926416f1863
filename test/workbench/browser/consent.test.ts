import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ChatPage } from "../../support/chatPage";
import { TITLE } from "../../support/codeServer";
import { until } from "../../support/until";
import { WorkbenchSuite } from "../../support/workbenchSuite";

/** A docker CLI with a sandbox of any name, and a container with more than it should have. */
const docker = (workspace: string) => `#!/bin/sh
here=$(dirname "$0")
printf '%s\\n' "$*" >>"$here/seen"
case "$*" in
"sandbox ls --json") echo '{"vms":[]}' ;;
*" version") echo v0.0.1 ;;
"container inspect open") cat <<'END'
${JSON.stringify([
  {
    Id: "0123456789abcdef",
    Name: "/open",
    HostConfig: { Privileged: true, NetworkMode: "host" },
    Mounts: [
      { Type: "bind", Source: workspace, Destination: workspace },
      { Type: "bind", Source: "/var/run/docker.sock", Destination: "/var/run/docker.sock" },
      { Type: "bind", Source: "/srv/models", Destination: "/models", RW: false },
    ],
  },
])}
END
;;
"sandbox network log") printf 'GET https://api.example.com/?key=ghp_%s allowed\\n\\033[2J\\n' 0123456789abcdefghij0123456789abcdef ;;
"container inspect "*) echo "Error response from daemon: No such container: app" >&2; exit 1 ;;
*" claude --version") echo "2.1.197 (Claude Code)" ;;
*" auth status --json") echo '{"loggedIn":true,"authMethod":"claude.ai"}' ;;
*) echo "no Claude here" >&2; exit 1 ;;
esac
`;

describe("where Claude works", () => {
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  const { bin } = suite;
  const seen = join(bin, "seen");

  before(async function () {
    mkdirSync(bin);
    writeFileSync(join(bin, "docker"), docker(suite.folder), { mode: 0o755 });
    await suite.start(this, {
      settings: {
        "sandboxChat.sandbox.dockerPath": join(bin, "docker"),
        // It is not there to be found.
        "sandboxChat.sandbox.sbxPath": join(bin, "sbx"),
      },
    });
  });
  after(() => suite.stop());

  const workspaceSays = (settings: Readonly<Record<string, unknown>>): Promise<void> =>
    suite.workbench.takes((title) =>
      suite.write(".vscode/settings.json", JSON.stringify({ ...settings, [TITLE]: title })),
    );
  const question = () => suite.workbench.page.locator(".monaco-dialog-box");
  const answer = async (name: string) => {
    await question().getByRole("button", { name, exact: true }).click();
    await question().waitFor({ state: "detached" });
  };
  /** What was run in a sandbox of this name, or of any. */
  const ranIn = (name: string): readonly string[] =>
    readFileSync(seen, "utf8")
      .split("\n")
      .filter((line) => /\bexec\b/.test(line) && line.includes(` ${name} `));
  const runsIn = (name: string) =>
    until(
      () => ranIn(name).length,
      (count) => count > 0,
      `what ran in ${name}`,
    );
  const check = () => suite.workbench.runCommand("Sandbox Chat: Check Sandbox");

  it("is asked when a workspace says it: nothing runs there before a yes, which holds for that place", async () => {
    const chat = await ChatPage.open(suite.workbench);
    await chat.status.getByText("Docker sandbox claude-").waitFor();
    await workspaceSays({
      "sandboxChat.sandbox.name": "prod-box",
      "sandboxChat.sandbox.workspace": "/srv",
    });
    await question()
      .getByText("This workspace wants Claude to work in Docker sandbox prod-box, at /srv.")
      .waitFor();
    const asked = await question().innerText();
    assert.ok(asked.includes(`Folder: ${suite.folder}`));
    assert.ok(asked.includes("(sandbox.name, sandbox.workspace)"));
    assert.ok(asked.includes("Network: what this sandbox’s policy allows"));
    await suite.workbench.screenshot("consent");
    // Whoever is typing does not say yes by it.
    const focused = question().locator(".monaco-button:focus");
    assert.equal(await focused.innerText(), "Open Settings");
    await answer("Don’t Allow");
    await chat.frame.getByText(/have Claude work in Docker sandbox prod-box, and you/).waitFor();
    await suite.workbench.screenshot("consent-refused");

    // Settings that change all the time are no way to a yes.
    await workspaceSays({ "sandboxChat.sandbox.name": "other-box" });
    await chat.frame.getByText(/have Claude work in Docker sandbox other-box, and you/).waitFor();
    await chat.ask("Hello?");
    await chat.alert.first().waitFor();
    await chat.idle();
    assert.equal(await question().count(), 0);
    assert.deepEqual([...ranIn("prod-box"), ...ranIn("other-box")], []);

    await chat.button("Allow…").first().click();
    await question().getByText("Docker sandbox other-box").first().waitFor();
    await answer("Allow");
    await chat.status.getByText("Docker sandbox other-box").waitFor();
    await runsIn("other-box");

    await suite.workbench.reloadWindow();
    await chat.status.getByText("Docker sandbox other-box").waitFor();
    assert.equal(await question().count(), 0);

    await workspaceSays({ "sandboxChat.sandbox.name": "third-box" });
    await question().getByText("Docker sandbox third-box").first().waitFor();
    await answer("Don’t Allow");
    assert.deepEqual(ranIn("third-box"), []);
    await workspaceSays({ "sandboxChat.sandbox.name": "other-box" });
    await chat.status.getByText("Docker sandbox other-box").waitFor();
    assert.equal(await question().count(), 0);

    await workspaceSays({ "sandboxChat.sandbox.runtime": "demo" });
    await chat.status.getByText("Demo").waitFor();
    assert.equal(await question().count(), 0);
  });

  it("is asked when the place leads out of the sandbox, with what it has, which the details keep saying", async () => {
    // Both at once, before the window is there: the second of two may be heard of without the first.
    await suite.server.change({
      "sandboxChat.sandbox.runtime": "docker",
      "sandboxChat.sandbox.name": "open",
    });
    await suite.pristine();
    await suite.workbench.settingsTaken();
    const opening = ChatPage.open(suite.workbench);
    await question().getByText("Let Claude work in Container open?").waitFor();
    const asked = await question().innerText();
    for (const what of [
      "all rights of your machine",
      "/var/run/docker.sock",
      "/srv/models (read-only)",
    ])
      assert.ok(asked.includes(`• ${what}`), `${what} in ${asked}`);
    assert.deepEqual(ranIn("0123456789abcdef"), []);
    await suite.workbench.screenshot("consent-open");
    await answer("Allow");
    const chat = await opening;
    await chat.status.getByText("Container open").waitFor();
    await runsIn("0123456789abcdef");
    assert.deepEqual(ranIn("open"), []);
    const details = await chat.status.getAttribute("title");
    assert.match(
      details ?? "",
      /\nAlso has: .*docker\.sock.*\nNetwork: everything that your machine/,
    );
    await check();
    await suite.workbench.notification("Container open is ready");
    assert.equal(await question().count(), 0);
  });

  it("is told in the status bar, with a way to the log of what was asked for on the network", async () => {
    const chat = await ChatPage.open(suite.workbench);
    await chat.status.getByText("Docker sandbox claude-").waitFor();
    const { page } = suite.workbench;
    const bar = page.locator('[id="sandbox-chat.sandbox-chat.sandboxChat.status"]');
    await suite.workbench.tooltip(bar, "Network:", async (tooltip) => {
      assert.match(await tooltip.innerText(), /Network: what this sandbox’s policy allows/);
      await suite.workbench.screenshot("network");
      await tooltip.getByText("Show Network Log").click();
    });
    const output = page.locator(".part.panel .view-lines");
    await output.getByText("api.example.com").waitFor();
    const shown = await output.innerText();
    // Nothing in it is a secret, nor a control of a terminal.
    assert.doesNotMatch(shown, /ghp_0123456789/);
    assert.match(shown, /U\+001B/);
    await suite.workbench.screenshot("network-log");
    await suite.workbench.runCommand("View: Hide Panel");
  });
});
