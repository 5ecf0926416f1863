/**
 * The least that an extension can do with Claude's stdout: it hands the bytes to a webview, which
 * shows them as they are. What the chat takes longer than this, it takes for what it does with them.
 */
import { spawn } from "node:child_process";
import * as vscode from "vscode";

const page = `<!DOCTYPE html>
<button>Ask</button>
<pre></pre>
<script>
  const host = acquireVsCodeApi();
  const answer = document.querySelector("pre");
  document.querySelector("button").onclick = () => {
    answer.textContent = "";
    host.postMessage("ask");
  };
  addEventListener("message", ({ data }) => answer.append(data));
</script>`;

export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(vscode.commands.registerCommand("bare.open", open));
}

function open(): void {
  const { webview } = vscode.window.createWebviewPanel("bare", "Bare", vscode.ViewColumn.Beside, {
    enableScripts: true,
  });
  webview.html = page;
  webview.onDidReceiveMessage(() => {
    const docker = vscode.workspace.getConfiguration("sandboxChat.sandbox").get("dockerPath", "");
    const claude = spawn(docker, ["sandbox", "exec", "-i", "bare", "claude"]);
    claude.stdout.on("data", (chunk: Buffer) => void webview.postMessage(chunk.toString()));
    claude.stdin.end(`${JSON.stringify({ type: "user" })}\n`);
  });
}
