import assert from "node:assert/strict";
import { openState } from "../support/panel/states";

describe("what a turn changed that this machine runs", () => {
  it("stands in the answer with what its user can do, and what became of it", async () => {
    const panel = await openState("host-files");
    const { chat, host } = panel;
    const region = chat.frame.getByRole("region", { name: "Files your machine may run" });
    const row = (path: string) => region.getByRole("listitem").filter({ hasText: path });
    await row(".git/config").getByText("core.fsmonitor", { exact: true }).waitFor();
    await row(".git/config").getByText("Taken back. Git would run it as soon as").waitFor();
    await row(".envrc").getByText("New. direnv runs it when a terminal enters").waitFor();
    await row(".npmrc").getByText("Changed and put back during the turn. npm would").waitFor();
    await chat.messages("Claude").getByText("push: package.json").waitFor();
    await row(".vscode/tasks.json").getByRole("button", { name: "Show" }).click();
    await row(".envrc").getByRole("button", { name: "Undo" }).click();
    await row(".git/config").getByRole("button", { name: "Keep" }).click();
    const { session } = host.panel;
    const message = session.view().conversation.messages.at(-1)?.id ?? "";
    const asked = host.opened.map(({ name, params }) => ({ name, ...params }));
    const of = { name: "hostFile", thread: session.id, message };
    assert.deepEqual(asked, [
      { ...of, path: ".vscode/tasks.json", action: "show" },
      { ...of, path: ".envrc", action: "undo" },
      { ...of, path: ".git/config", action: "keep" },
    ]);
    await session.noteHostFile(message, ".envrc", "undone");
    await session.noteHostFile(message, ".git/config", "kept");
    for (const again of [false, true]) {
      if (again) await panel.reload();
      await row(".envrc").getByText("Undone. direnv would run it").waitFor();
      await row(".git/config").getByText("Kept. Git runs it").waitFor();
      assert.equal(await region.getByRole("button", { name: "Undo" }).count(), 1);
      assert.equal(await region.getByRole("button", { name: "Keep" }).count(), 0);
    }
  });
});
