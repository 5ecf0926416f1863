/** Where a chat stands: in a tab among the editors, or in the view of a side bar. */
import * as vscode from "vscode";
import type { Port } from "../shared/link";
import type { ListedThread } from "../shared/thread";
import { page } from "./page";
import { stateOf } from "./threadItems";

/** What is shown of a thread's state. */
export type ChatState = Pick<ListedThread, "state" | "unread">;

export interface ChatFrame {
  readonly kind: "tab" | "view";
  /** The way to its page. */
  readonly port: Port;
  /** Whether it is to be seen, rather than behind another one. */
  readonly visible: boolean;
  /** Whether it is the active editor, whose cursor VS Code would put into it. */
  readonly active: boolean;
  /** The group of editors that it is in; undefined for none. */
  readonly viewColumn: vscode.ViewColumn | undefined;
  /** Makes its page. Called once, by whoever listens to the port. */
  load(): void;
  /** Brings it to the front, with the focus. */
  reveal(): void;
  /** Shows a thread's title and state. */
  show(title: string, state: ChatState): void;
  /** Tells when it came into sight or out of it, or was made the active editor. */
  onDidChange(listener: () => void): void;
  onDidDispose(listener: () => void): void;
}

/** A tab, whose icon shows the state: the same for VS Code's light and dark themes. */
export function tabFrame(panel: vscode.WebviewPanel, extension: vscode.Uri): ChatFrame {
  const iconOf = (name: string, theme: string): vscode.Uri =>
    vscode.Uri.joinPath(extension, "media", `${name}-${theme}.svg`);
  let icon: string | undefined;
  return {
    kind: "tab",
    ...content(panel.webview, extension),
    get visible() {
      return panel.visible;
    },
    get active() {
      return panel.active;
    },
    get viewColumn() {
      return panel.viewColumn;
    },
    reveal: () => panel.reveal(),
    show: (title, { state, unread }) => {
      panel.title = title;
      const name = state !== "idle" ? `chat-${state}` : unread ? "chat-unread" : "chat";
      // Each time that it is set, VS Code makes a style of it.
      if (name !== icon)
        panel.iconPath = { light: iconOf(name, "light"), dark: iconOf(name, "dark") };
      icon = name;
    },
    onDidChange: (listener) => void panel.onDidChangeViewState(listener),
    onDidDispose: (listener) => void panel.onDidDispose(listener),
  };
}

/** The view, whose container has an icon for all: it says the state beside the title. */
export function viewFrame(view: vscode.WebviewView, extension: vscode.Uri): ChatFrame {
  return {
    kind: "view",
    ...content(view.webview, extension),
    get visible() {
      return view.visible;
    },
    active: false,
    viewColumn: undefined,
    reveal: () => view.show(),
    show: (title, state) => {
      view.title = title;
      view.description = stateOf(state) ?? "";
    },
    onDidChange: (listener) => void view.onDidChangeVisibility(listener),
    onDidDispose: (listener) => void view.onDidDispose(listener),
  };
}

/** What is in a webview: our page, and the way to it. */
function content(webview: vscode.Webview, extension: vscode.Uri): Pick<ChatFrame, "port" | "load"> {
  const dist = vscode.Uri.joinPath(extension, "dist");
  return {
    port: {
      post: (message) => void webview.postMessage(message),
      listen: (listener) => {
        const listening = webview.onDidReceiveMessage(listener);
        return () => void listening.dispose();
      },
    },
    load: () => {
      webview.options = { enableScripts: true, localResourceRoots: [dist] };
      webview.html = page(
        (file) => webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString(),
        webview.cspSource,
      );
    },
  };
}
