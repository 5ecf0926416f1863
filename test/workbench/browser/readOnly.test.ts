import assert from "node:assert/strict";
import { dirname } from "node:path";
import { ChatPage, databaseFile } from "../../support/chatPage";
import { migrateToNewer } from "../../support/newerVersion";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

describe("threads that a newer version goes on with", function () {
  this.timeout(60_000);
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  const sentence = /saved by a newer version.*can be read; update the extension to go on/;
  let chat: ChatPage;

  before(async function () {
    await suite.start(this, { settings: DEMO });
    chat = await ChatPage.open(suite.workbench);
    await chat.ask("Greet me");
    await chat.answered(/I am the demo/);
  });
  after(() => suite.stop());

  it("are said to be read-only in a window that is open, which refuses messages and keeps them", async () => {
    await migrateToNewer(
      dirname(await databaseFile(suite.server)),
      "ALTER TABLE threads ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'",
    );
    await chat.alert.filter({ hasText: sentence }).waitFor();
    await chat.send("And now?");
    await chat.alert.filter({ hasText: sentence }).nth(1).waitFor();
    assert.equal(await chat.input.inputValue(), "And now?");
    assert.equal(await chat.messages("You").count(), 1);
    await suite.workbench.screenshot("read-only");
  });

  it("can be read after a reload", async () => {
    await suite.workbench.reloadWindow();
    chat = new ChatPage(suite.workbench);
    await chat.messages("You").getByText("Greet me").waitFor();
    await chat
      .messages("Claude")
      .getByText(/I am the demo/)
      .first()
      .waitFor();
    await chat.alert.filter({ hasText: sentence }).waitFor();
    assert.deepEqual(await chat.threads(), ["Greet me"]);
  });
});
