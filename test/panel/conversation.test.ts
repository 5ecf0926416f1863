import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Panel } from "../support/panel/panel";
import { begin, delta, result } from "../support/scriptedRuntime";

describe("a conversation with the demo", () => {
  it("is ready to type in, says that it is the demo, and has stored nothing", async () => {
    const { chat, host } = await Panel.open();
    await chat.status.getByText("Demo").waitFor();
    assert.ok(await chat.input.evaluate((input) => input.matches(":focus")));
    assert.equal(await chat.messages("You").count(), 0);
    assert.deepEqual(await host.store.list(), []);
  });

  it("sends nothing that is blank", async () => {
    const { chat } = await Panel.open();
    await chat.send("   ");
    await chat.ask("Not blank");
    await chat.answered(/I am the demo/);
    assert.equal(await chat.messages("You").count(), 1);
  });

  it("makes a new line with Shift+Enter and sends with Enter, to the disk", async () => {
    const { chat, host } = await Panel.open();
    await chat.input.fill("Hello");
    await chat.input.press("Shift+Enter");
    await chat.input.pressSequentially("demo");
    await chat.input.press("Enter");
    await chat.messages("You").getByText("Hello\ndemo").waitFor();
    assert.equal(await chat.input.inputValue(), "");
    await chat.answered(/I am the demo/);
    const [thread] = await host.store.list();
    assert.equal(thread?.title, "Hello demo");
    const { messages } = await host.store.load(thread.id);
    assert.deepEqual(
      messages.map(({ role, status }) => [role, status]),
      [
        ["user", "complete"],
        ["assistant", "complete"],
      ],
    );
  });

  it("shows a tool call with its input and its output", async () => {
    const { chat } = await Panel.open();
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
    const { chat } = await Panel.open();
    await chat.ask("show me an error");
    await chat.alert.getByText(/has a problem right now/).waitFor();
    await chat.messages("Claude").last().getByText("This is how a failure looks").waitFor();
    await chat.idle();
  });

  it("streams, refuses a second message kindly and keeps it, and stops when told", async () => {
    const answers = {
      Slowly: [
        ...begin("s1"),
        delta("I take my time, "),
        { awaitFile: "more" },
        delta("word by word."),
        // Until it is interrupted.
        { awaitLine: true } as const,
        result("s1", { subtype: "error_during_execution", is_error: true }),
      ],
    };
    const panel = await Panel.open({ answers });
    const { chat } = panel;
    await chat.ask("Slowly");
    const answer = chat.messages("Claude").last();
    await answer.getByText("I take my time,").waitFor();
    assert.equal(await answer.getByText("word by word").count(), 0);
    await chat.send("and another thing");
    assert.equal(await chat.input.inputValue(), "and another thing");
    panel.letGo("more");
    await answer.getByText("word by word").waitFor();
    await chat.stopButton.click();
    await answer.getByText("Stopped", { exact: true }).waitFor();
    await answer.getByText("I take my time").waitFor();
    assert.equal(await chat.input.inputValue(), "and another thing");
    assert.equal(await chat.messages("You").getByText("and another thing").count(), 0);
  });

  it("does not send twice what is sent with two quick presses", async () => {
    const { chat } = await Panel.open();
    await chat.input.fill("Only once");
    await Promise.all([chat.input.press("Enter"), chat.input.press("Enter")]);
    await chat.answered(/I am the demo/);
    assert.equal(await chat.messages("You").getByText("Only once").count(), 1);
  });

  it("takes a message of a megabyte whole", async () => {
    const { chat, host } = await Panel.open();
    const text = "x".repeat(1_000_000);
    await chat.input.fill(text);
    await chat.input.press("Enter");
    await chat.answered(/I am the demo/);
    const [thread] = await host.store.list();
    const [message] = (await host.store.load(thread?.id ?? "")).messages;
    const [part] = message?.parts ?? [];
    assert.ok(part?.type === "text" && part.text === text);
  });

  it("begins a new thread, which is there without a step and kept with its first message", async () => {
    const { chat } = await Panel.open();
    await chat.ask("A first thread");
    await chat.answered(/I am the demo/);
    await chat.newThread();
    await chat.ask("A second thread");
    await chat.answered(/I am the demo/);
    const threads = await chat.threads();
    assert.match(threads[0] ?? "", /^A second thread/);
    assert.match(threads[1] ?? "", /^A first thread · (now|1 min ago)$/);
    assert.equal(threads.length, 2);
    assert.match(
      await chat.threadSelector.locator("option:checked").innerText(),
      /A second thread/,
    );
    await chat.threadSelector.selectOption({ index: 1 });
    await chat.messages("You").getByText("A first thread").waitFor();
    assert.equal(await chat.messages("You").getByText("A second thread").count(), 0);
  });

  it("comes back after a reload as it was, and goes on", async () => {
    const panel = await Panel.open();
    const { chat } = panel;
    await chat.ask("Before");
    await chat.answered(/I am the demo/);
    await chat.input.fill("an unsent draft");
    await panel.reload();
    await chat.messages("You").getByText("Before").waitFor();
    assert.equal(await chat.input.inputValue(), "an unsent draft");
    await chat.ask("After the reload");
    await chat.answered(/I am the demo/);
    assert.equal(await chat.messages("You").count(), 2);
  });

  it("goes on while its panel is hidden, and shows the whole when it is back", async () => {
    const panel = await Panel.open();
    const { chat, host } = panel;
    await chat.ask("answer slowly");
    await chat.messages("Claude").last().getByText("I take my time").waitFor();
    await panel.hide();
    while (host.panel.session.turn.phase !== "idle") await sleep(10);
    await panel.show();
    await chat.answered(/word by word/);
  });

  it("says nothing in the console about its policy, or of errors, and asks for nothing else", async () => {
    const panel = await Panel.open();
    await panel.chat.ask("run a command");
    await panel.chat.answered(/was played, not run/);
    assert.deepEqual(panel.console, []);
    assert.deepEqual(panel.requests, []);
    assert.deepEqual(panel.host.warnings, []);
  });
});
