import assert from "node:assert/strict";
import { migrateToNewer } from "../support/newerVersion";
import { Panel } from "../support/panel/panel";
import { answer } from "../support/scriptedRuntime";

const SENTENCE = /saved by a newer version.*can be read; update the extension to go on/;

/** A panel that shows a thread which a newer version has gone on with since it was opened. */
async function openMigrated(): Promise<Panel> {
  const panel = await Panel.open({ answers: { "Greet me": answer("Good morning.").slice(1) } });
  await panel.chat.ask("Greet me");
  await panel.chat.answered("Good morning.");
  // What is closed is on the disk whole.
  await panel.reload();
  await migrateToNewer(
    panel.storage,
    "ALTER TABLE threads ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'",
  );
  await panel.chat.alert.filter({ hasText: SENTENCE }).waitFor();
  return panel;
}

describe("threads that a newer version goes on with", () => {
  it("are said to be read-only in a window that is open, which refuses messages and keeps them", async () => {
    const panel = await openMigrated();
    const { chat } = panel;
    await chat.send("And now?");
    await chat.alert.filter({ hasText: SENTENCE }).nth(1).waitFor();
    assert.equal(await chat.input.inputValue(), "And now?");
    assert.equal(await chat.messages("You").count(), 1);
    await panel.screenshot("read-only");
  });

  it("can be read after a reload", async () => {
    const panel = await openMigrated();
    const { chat } = panel;
    await panel.reload();
    await chat.messages("You").getByText("Greet me").waitFor();
    await chat.messages("Claude").getByText("Good morning.").waitFor();
    await chat.alert.filter({ hasText: SENTENCE }).waitFor();
    assert.deepEqual(await chat.threads(), ["Greet me"]);
  });
});
