import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ChatPage } from "../../support/chatPage";
import { WorkbenchSuite } from "../../support/workbenchSuite";

describe("what a sandbox of sbx is made with", () => {
  const suite = new WorkbenchSuite({ "a.txt": "hello\n", ".git/HEAD": "ref: refs/heads/main\n" });
  const { bin } = suite;
  const list = () => suite.workbench.page.locator(".quick-input-widget:visible");
  const row = (text: RegExp) => list().locator(".monaco-list-row", { hasText: text });
  const inBin = (name: string) => join(bin, name);
  const created = () =>
    existsSync(inBin("created")) ? readFileSync(inBin("created"), "utf8").trim().split("\n") : [];

  /** An `sbx` that makes one sandbox, app, and whose help says what it knows. */
  const sbx = (help: string) => {
    rmSync(bin, { recursive: true, force: true });
    mkdirSync(bin);
    writeFileSync(inBin("help"), help);
    writeFileSync(
      inBin("sbx"),
      `#!/bin/sh
here=$(dirname "$0")
case "$*" in
*" ls --json")
  if [ -e "$here/id" ]; then
    printf '{"sandboxes":[{"name":"app","id":"%s","agent":"claude","workspaces":["%s"]}]}' "$(cat "$here/id")" '${suite.folder}'
  else
    echo '{"sandboxes":[]}'
  fi
  ;;
"create --help") cat "$here/help" ;;
*" create "*)
  echo "$*" >>"$here/created"
  echo "id-$$" >"$here/id"
  ;;
*" auth status "*)
  [ -e "$here/id" ] || { echo "sandbox 'app' does not exist" >&2; exit 1; }
  echo '{"loggedIn":true,"authMethod":"claude.ai"}'
  ;;
*" claude --version") echo "2.1.197 (Claude Code)" ;;
*) exit 64 ;;
esac
`,
    );
    chmodSync(inBin("sbx"), 0o755);
  };
  const FLAGS =
    "Flags:\n      --clone         Run the agent on a clone\n      --name string   Name\n";

  const openWithout = async (): Promise<ChatPage> => {
    const chat = await ChatPage.open(suite.workbench);
    await suite.workbench.runCommand("Sandbox Chat: Check Sandbox");
    await chat.button("Create Sandbox…").waitFor();
    return chat;
  };

  before(async function () {
    await suite.start(this, {
      settings: {
        "sandboxChat.sandbox.runtime": "sbx",
        "sandboxChat.sandbox.name": "app",
        "sandboxChat.sandbox.sbxPath": inBin("sbx"),
      },
    });
  });
  after(() => suite.stop());

  it("is asked for where it may be a clone, and nothing is made of no answer", async () => {
    sbx(FLAGS);
    const chat = await openWithout();
    for (let time = 0; time < 2; time++) {
      await chat.button("Create Sandbox…").click();
      await row(/This Folder/).waitFor();
      assert.equal(await row(/./).count(), 2);
      if (time === 0) await suite.workbench.screenshot("create-sandbox-choice");
      await suite.workbench.page.keyboard.press("Escape");
      await list().waitFor({ state: "hidden" });
    }
    await suite.workbench.runCommand("Sandbox Chat: Check Sandbox");
    assert.deepEqual(created(), []);
    await chat.button("Create Sandbox…").click();
    await row(/This Folder/).click();
    await chat.button("Create Sandbox…").waitFor({ state: "hidden" });
    await chat.status.getByText("sbx sandbox app", { exact: true }).waitFor();
    assert.deepEqual(created(), [`--no-input create --name app claude ${suite.folder}`]);
  });

  it("may be a clone, which is told from then on, until another sandbox has its name", async () => {
    sbx(FLAGS);
    const chat = await openWithout();
    // The second of two clicks does nothing.
    await chat.button("Create Sandbox…").dblclick();
    await row(/A Clone of Its Repository.*git fetch sandbox-app/).click();
    await chat.status.getByText("sbx sandbox app (clone)").waitFor();
    assert.deepEqual(created(), [`--no-input create --clone --name app claude ${suite.folder}`]);
    assert.match((await chat.status.getAttribute("title")) ?? "", /“git fetch sandbox-app”/);
    await suite.workbench.screenshot("sandbox-clone");
    writeFileSync(inBin("id"), "another");
    await suite.workbench.runCommand("Sandbox Chat: Check Sandbox");
    await chat.status.getByText("sbx sandbox app", { exact: true }).waitFor();
    assert.doesNotMatch((await chat.status.getAttribute("title")) ?? "", /clone/);
  });

  it("is not asked for where its program knows no clones", async () => {
    sbx(FLAGS.replace("--clone ", "--branch"));
    const chat = await openWithout();
    await chat.button("Create Sandbox…").click();
    await chat.button("Create Sandbox…").waitFor({ state: "hidden" });
    assert.deepEqual(created(), [`--no-input create --name app claude ${suite.folder}`]);
  });
});
