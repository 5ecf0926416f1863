import assert from "node:assert/strict";
import { ChatPage, databaseFile, query } from "../../support/chatPage";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

describe("the chat panel, with the demo", function () {
  this.timeout(60_000);
  const suite = new WorkbenchSuite({ "a.txt": "hello\n" });
  let chat: ChatPage;

  before(async function () {
    await suite.start(this, { settings: DEMO });
    chat = await ChatPage.open(suite.workbench);
  });
  after(() => suite.stop());

  it("is ready to type in, says that it is the demo, and has stored nothing", async () => {
    assert.ok(await chat.input.evaluate((input) => input.matches(":focus")));
    await chat.status.getByText("Demo").waitFor();
    assert.equal(await chat.messages("You").count(), 0);
    await suite.workbench.page.getByRole("button", { name: /Demo/ }).first().waitFor();
  });

  it("sends nothing that is blank", async () => {
    await chat.send("   ");
    assert.equal(await chat.messages("You").count(), 0);
  });

  it("makes a new line with Shift+Enter and sends with Enter", async () => {
    await chat.input.fill("Hello");
    await chat.input.press("Shift+Enter");
    await chat.input.pressSequentially("demo");
    await chat.input.press("Enter");
    await chat.messages("You").getByText("Hello\ndemo").waitFor();
    assert.equal(await chat.input.inputValue(), "");
    await chat.answered(/I am the demo/);
  });

  it("has the message and the answer in the database", async () => {
    const rows = await query(
      await databaseFile(suite.server),
      "SELECT role, status, title FROM messages JOIN threads ON threads.id = thread_id ORDER BY seq",
    );
    assert.deepEqual(rows, [
      ["user", "complete", "Hello demo"],
      ["assistant", "complete", "Hello demo"],
    ]);
  });

  it("shows a tool call with its input and its output", async () => {
    await chat.ask("run a command");
    await chat.answered(/was played, not run/);
    const tool = chat.tool("Bash");
    assert.equal(await tool.getAttribute("aria-expanded"), "false");
    await tool.click();
    assert.equal(await tool.getAttribute("aria-expanded"), "true");
    const message = chat.messages("Claude").last();
    await message.getByText("ls -1").first().waitFor();
    await message.getByText("package.json").waitFor();
  });

  it("shows a failure as an alert, and keeps what came before it", async () => {
    await chat.ask("show me an error");
    await chat.alert.getByText(/has a problem right now/).waitFor();
    await chat.messages("Claude").last().getByText("This is how a failure looks").waitFor();
    await chat.idle();
  });

  it("streams, refuses a second message kindly and keeps it, and stops when told", async () => {
    await chat.ask("answer slowly");
    await chat.messages("Claude").last().getByText("I take my time").waitFor();
    const early = (await chat.messages("Claude").last().innerText()).length;
    await chat.send("and another thing");
    assert.equal(await chat.input.inputValue(), "and another thing");
    await chat.messages("Claude").last().getByText("word by word").waitFor();
    assert.ok((await chat.messages("Claude").last().innerText()).length > early);
    await chat.stopButton.click();
    await chat.messages("Claude").last().getByText("Stopped", { exact: true }).waitFor();
    await chat.messages("Claude").last().getByText("I take my time").waitFor();
    assert.equal(await chat.input.inputValue(), "and another thing");
    assert.equal(await chat.messages("You").getByText("and another thing").count(), 0);
    await chat.input.fill("");
  });

  it("does not send twice what is sent with two quick presses", async () => {
    await chat.input.fill("Only once");
    await Promise.all([chat.input.press("Enter"), chat.input.press("Enter")]);
    await chat.answered(/I am the demo/);
    assert.equal(await chat.messages("You").getByText("Only once").count(), 1);
  });

  it("takes a message of a megabyte whole", async () => {
    const before = await chat.messages("You").count();
    await chat.input.fill("x".repeat(1_000_000));
    await chat.input.press("Enter");
    await chat
      .messages("Claude")
      .nth(before)
      .getByText(/I am the demo/)
      .waitFor();
    await chat.idle();
    const rows = await query(
      await databaseFile(suite.server),
      "SELECT max(length(parts)) FROM messages WHERE role = 'user'",
    );
    assert.ok(Number(rows[0]?.[0]) >= 0);
  });

  it("begins a new thread, which is there without a step and kept with its first message", async () => {
    await chat.newThread();
    await chat.ask("A second thread");
    await chat.answered(/I am the demo/);
    const threads = await chat.threads();
    assert.match(threads[0] ?? "", /^A second thread/);
    assert.match(threads[1] ?? "", /^Hello demo · (now|1 min ago)$/);
    assert.equal(threads.length, 2);
    assert.match(
      await chat.threadSelector.locator("option:checked").innerText(),
      /A second thread/,
    );
  });

  it("switches threads with the selector, and back with the tree", async () => {
    await chat.threadSelector.selectOption({ index: 1 });
    await chat.messages("You").getByText("Hello\ndemo").waitFor();
    const { page } = suite.workbench;
    await page.locator(".activitybar").getByRole("tab", { name: "Sandbox Chat" }).click();
    const rows = page.getByRole("treeitem");
    await rows.filter({ hasText: "Hello demo" }).waitFor();
    await rows.filter({ hasText: "A second thread" }).click();
    await chat.messages("You").getByText("A second thread").waitFor();
    assert.equal(await chat.messages("You").getByText("Hello\ndemo").count(), 0);
  });

  it("is brought to the front by a second Open Chat, and is still one", async () => {
    await suite.workbench.runCommand("Sandbox Chat: Open Chat");
    await chat.input.waitFor();
    assert.equal(await suite.workbench.page.locator("iframe.webview").count(), 1);
  });

  it("comes back after Reload Window as it was, and goes on", async () => {
    await chat.input.fill("an unsent draft");
    await suite.workbench.reloadWindow();
    await chat.messages("You").getByText("A second thread").waitFor();
    await chat
      .messages("Claude")
      .getByText(/I am the demo/)
      .first()
      .waitFor();
    assert.equal(await chat.input.inputValue(), "an unsent draft");
    await chat.ask("After the reload");
    await chat.answered(/I am the demo/);
    assert.equal(await chat.messages("You").count(), 2);
    const [row] = await query(
      await databaseFile(suite.server),
      "SELECT count(DISTINCT claude_session_id), count(*) FROM threads",
    );
    assert.deepEqual(row, [2, 2]);
  });

  it("loses nothing that was shown when it is reloaded while Claude writes", async () => {
    await chat.ask("answer slowly, please");
    await chat.messages("Claude").last().getByText("word by word").waitFor();
    await suite.workbench.reloadWindow();
    await chat.messages("You").getByText("answer slowly, please").waitFor();
    await chat.messages("Claude").last().getByText("I take my time").waitFor();
    await chat.alert.getByText("The window was closed before Claude was done.").waitFor();
    await chat.ask("Go on");
    await chat.answered(/I am the demo/);
  });

  it("goes on while its panel is closed, and shows the whole in a new one", async () => {
    await chat.ask("answer slowly once more");
    await chat.messages("Claude").last().getByText("I take my time").waitFor();
    await suite.workbench.runCommand("View: Close Editor");
    await suite.workbench.page.waitForTimeout(500);
    const again = await ChatPage.open(suite.workbench);
    await again.messages("You").getByText("answer slowly once more").waitFor();
    await again.stopButton.click();
    await again.messages("Claude").last().getByText("Stopped", { exact: true }).waitFor();
  });

  it("has said nothing in the console about its policy, or of errors", () => {
    const ours = suite.workbench.console.filter((line) =>
      /Content Security Policy|webview\.js|Sandbox Chat/i.test(line),
    );
    assert.deepEqual(ours, []);
  });
});
