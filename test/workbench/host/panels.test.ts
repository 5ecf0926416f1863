import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { ChatSession } from "../../../src/session/chatSession";
import type { ChatSessions } from "../../../src/session/chatSessions";
import { ChatPanels, type ChatPanelsServices } from "../../../src/ui/chatPanels";
import { Diffs } from "../../../src/ui/diffs";

describe("a tab that VS Code brings back", () => {
  it("and that is closed before its thread is read gets no panel", async () => {
    let read: (session: ChatSession) => void = () => {};
    const sessions = {
      open: () => new Promise<ChatSession>((resolve) => (read = resolve)),
    } as unknown as ChatSessions;
    const state = { get: () => undefined, update: () => Promise.resolve(), keys: () => [] };
    const seen: boolean[] = [];
    const panels = new ChatPanels({ sessions } as ChatPanelsServices, state, (is) => seen.push(is));
    const tab = vscode.window.createWebviewPanel("test", "Test", vscode.ViewColumn.Active);
    const restoring = panels.restore(tab, { thread: "t1" });
    tab.dispose();
    // Whatever is done with it, or with the closed tab, throws.
    read(undefined as unknown as ChatSession);
    await restoring;
    assert.equal(panels.sessions.size, 0);
    assert.deepEqual(seen, []);
  });
});

describe("the diff of a change", () => {
  it("keeps its text when it is given another language, and forgets it with its tab", async () => {
    // The editor asks for a text once; what would be there the next time, the provider tells.
    const { registerTextDocumentContentProvider: register } = vscode.workspace;
    let textOf: (uri: vscode.Uri) => unknown = () => undefined;
    const registers = (provides: typeof register): void =>
      void Object.defineProperty(vscode.workspace, "registerTextDocumentContentProvider", {
        value: provides,
        configurable: true,
      });
    registers((scheme, provider) => {
      const none = new vscode.CancellationTokenSource().token;
      textOf = (uri) => provider.provideTextDocumentContent(uri, none);
      return register(scheme, provider);
    });
    const diffs = new Diffs();
    registers(register);
    try {
      const lines = [{ type: "added" as const, text: "hello", to: 1 }];
      await diffs.open(
        [{ path: "/elsewhere/a.txt", added: 1, removed: 0, lines: lines as never, cut: false }],
        undefined,
        { viewColumn: undefined },
      );
      const tab = vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .find(({ input }) => input instanceof vscode.TabInputTextDiff);
      assert.ok(tab?.input instanceof vscode.TabInputTextDiff);
      const { modified } = tab.input;
      const text = textOf(modified);
      assert.match(String(text), /hello/);
      const document = await vscode.workspace.openTextDocument(modified);
      await vscode.languages.setTextDocumentLanguage(document, "markdown");
      assert.equal(textOf(modified), text);
      await vscode.window.tabGroups.close(tab);
      const deadline = Date.now() + 10_000;
      while (textOf(modified) === text) {
        assert.ok(Date.now() < deadline, "it is still there");
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    } finally {
      diffs.dispose();
    }
  });
});
