import assert from "node:assert/strict";
import { Panel } from "../support/panel/panel";

/** How long each way takes, in milliseconds. */
const SLOW = 300;

describe("another thread on a slow link", () => {
  it("that is new has the very next key, and what is sent at once", async () => {
    const panel = await Panel.open();
    const { chat, page, host } = panel;
    await chat.ask("In the first");
    await chat.answered(/I am the demo/);
    const first = host.panel.session;
    panel.latency = SLOW;
    await chat.button("New thread").click();
    await page.keyboard.type("In the second");
    assert.equal(await chat.messages("You").count(), 0, "nothing of the first is there");
    assert.equal(await chat.input.inputValue(), "In the second");
    await page.keyboard.press("Enter");
    await chat.messages("You").getByText("In the second").waitFor();
    await chat.answered(/I am the demo/);
    assert.equal(first.draft.text, "");
    assert.equal(first.view().conversation.messages.length, 2);
    assert.notEqual(host.panel.session, first);
    assert.equal(host.panel.session.view().conversation.messages.length, 2);
  });

  it("that was chosen has what is typed and sent before it is on show", async () => {
    const panel = await Panel.open();
    const { chat, page, host } = panel;
    await chat.ask("In the first");
    await chat.answered(/I am the demo/);
    const first = host.panel.session;
    await chat.newThread();
    await chat.ask("In the second");
    await chat.answered(/I am the demo/);
    const second = host.panel.session;
    await chat.input.fill("a draft of the second");
    panel.latency = SLOW;
    await chat.threadSelector.selectOption(first.id);
    // Before the first is on show.
    await chat.frame.locator("main[aria-busy=true]").waitFor();
    assert.equal(await chat.input.inputValue(), "", "it belongs to the first already");
    assert.equal(await chat.threadSelector.inputValue(), first.id);
    await chat.input.focus();
    await page.keyboard.type("More in the first");
    await page.keyboard.press("Enter");
    await chat.messages("You").getByText("More in the first").waitFor();
    await chat.frame.locator("main[aria-busy=false]").waitFor();
    await chat.messages("You").getByText("In the first", { exact: true }).waitFor();
    await chat.answered(/I am the demo/);
    assert.equal(second.draft.text, "a draft of the second");
    assert.equal(second.view().conversation.messages.length, 2);
    assert.equal(first.view().conversation.messages.length, 4);
  });

  it("that was chosen twice, and back, loses no key", async () => {
    const panel = await Panel.open();
    const { chat, page, host } = panel;
    await chat.ask("In the first");
    await chat.answered(/I am the demo/);
    const first = host.panel.session;
    await chat.newThread();
    await chat.ask("In the second");
    await chat.answered(/I am the demo/);
    const second = host.panel.session;
    panel.latency = SLOW;
    await chat.threadSelector.selectOption(first.id);
    await chat.threadSelector.selectOption(second.id);
    await chat.input.focus();
    await page.keyboard.type("of the second");
    await chat.messages("You").getByText("In the second").waitFor();
    await page.keyboard.type(" and more");
    await chat.hasInput("of the second and more");
    // So many turns of the link as there were requests: nothing comes behind that would change it.
    panel.latency = 0;
    await chat.send("Sent");
    await chat.answered(/I am the demo/);
    assert.equal(host.panel.session, second);
    assert.equal(first.draft.text, "");
  });

  it("that was chosen and is slow to be read takes the place of none that was chosen after it", async () => {
    const panel = await Panel.open();
    const { chat, page, host } = panel;
    await chat.ask("In the first");
    await chat.answered(/I am the demo/);
    const first = host.panel.session;
    await chat.newThread();
    const open = host.sessions.open.bind(host.sessions);
    let read = (): void => {};
    const slow = new Promise<void>((resolve) => (read = resolve));
    const opened = slow.then(() => open(first.id));
    host.sessions.open = () => opened;
    await chat.threadSelector.selectOption(first.id);
    await chat.button("New thread").click();
    await page.keyboard.type("In a new one");
    read();
    await opened;
    await page.keyboard.press("Enter");
    await chat.messages("You").getByText("In a new one").waitFor();
    await chat.answered(/I am the demo/);
    assert.equal(first.view().conversation.messages.length, 2);
    assert.equal(await chat.messages("You").count(), 1);
  });
});
