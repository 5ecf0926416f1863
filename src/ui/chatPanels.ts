import * as vscode from "vscode";
import type { ChatSession } from "../session/chatSession";
import { isId, type SandboxState } from "../shared/protocol";
import type { Thread } from "../shared/thread";
import { tabFrame, viewFrame } from "./chatFrame";
import { ChatPanel, type PanelServices } from "./chatPanel";

/** The key of the thread that was shown last, in the workspace's state. */
const LAST = "lastThread";

/** The id of the view, which the manifest has in the secondary side bar. */
const VIEW = "sandboxChat.chatView";

/** The type of the tabs, by which VS Code brings them back. */
const TAB = "sandboxChat.chat";

/** What a panel shows first. */
interface Shown {
  readonly thread: string;
  readonly message?: string | undefined;
}

export interface ChatPanelsServices extends PanelServices {
  readonly extensionUri: vscode.Uri;
  /** Where "Open Chat" opens it. */
  readonly location: () => "editor" | "sideBar";
}

/** The chats of this window, in tabs and in the view, and what they showed last. */
export class ChatPanels {
  static readonly view = VIEW;
  /** The type of the tabs. */
  static readonly tab = TAB;

  readonly #services: ChatPanelsServices;
  readonly #state: vscode.Memento;
  readonly #seen: (seen: boolean) => void;
  /** The one that was active last is the first, and is what commands act on. */
  #panels: readonly ChatPanel[] = [];
  /** Those that VS Code has brought back. */
  readonly #restored = new WeakSet<ChatPanel>();
  /** The view was asked for, and shows this once VS Code has it made. */
  #asked: Shown | true | undefined;

  /** `seen` is told whether a panel is to be seen. */
  constructor(services: ChatPanelsServices, state: vscode.Memento, seen: (seen: boolean) => void) {
    this.#services = services;
    this.#state = state;
    this.#seen = seen;
  }

  /** Opens the chat with the thread that it showed last, where the setting says, or brings it to the front. */
  async open(): Promise<void> {
    if (this.#reveal()) return;
    if (this.#services.location() === "sideBar") return this.#openView();
    const session = await this.#session(this.#state.get<string>(LAST));
    // Two calls at once must not open two panels.
    if (!this.#reveal()) this.#adopt(this.#newTab(session));
  }

  /** Shows a thread, at this message of it, in the panel that was active last or in a new one. */
  async show(session: ChatSession, message?: string): Promise<void> {
    const [panel] = this.#panels;
    if (panel) {
      panel.reveal();
      await panel.show(session, message);
    } else if (this.#services.location() === "sideBar") {
      await this.#openView({ thread: session.id, message });
    } else {
      this.#adopt(this.#newTab(session, { message }));
    }
  }

  /** Shows a thread, in a panel that shows it already if there is one. */
  async showWhereItIs(session: ChatSession): Promise<void> {
    const there = this.#panels.find((panel) => panel.session === session);
    if (there) there.reveal();
    else await this.show(session);
  }

  /** Shows a thread in a panel of its own, beside what is active. */
  showBeside(session: ChatSession): void {
    this.#adopt(this.#newTab(session, { beside: true }));
  }

  /** A new tab beside the editor; with `beside`, beside whatever is active. */
  #newTab(
    session: ChatSession,
    { message, beside = false }: { message?: string | undefined; beside?: boolean } = {},
  ): ChatPanel {
    const column =
      beside || vscode.window.activeTextEditor
        ? vscode.ViewColumn.Beside
        : vscode.ViewColumn.Active;
    const panel = vscode.window.createWebviewPanel(TAB, "Sandbox Chat", column);
    const frame = tabFrame(panel, this.#services.extensionUri);
    return new ChatPanel(frame, session, this.#services, { message });
  }

  /** Fills a panel that VS Code brings back after a reload; `state` is what the webview had kept. */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const gone = disposalOf(panel);
    const session = await this.#session(this.#keptIn(state));
    if (gone.aborted) return;
    // One that was behind another tab comes late: somebody may have opened its thread meanwhile.
    const opened = this.#panels.filter(
      (other) => other.kind === "tab" && !this.#restored.has(other),
    );
    if (opened.some((other) => other.session === session)) {
      panel.dispose();
      return;
    }
    const frame = tabFrame(panel, this.#services.extensionUri);
    const restored = new ChatPanel(frame, session, this.#services);
    this.#restored.add(restored);
    this.#adopt(restored);
  }

  /**
   * Fills the view, which VS Code makes when it comes into sight for the first time, and once more when
   * its user drags it elsewhere; `state` is what the webview had kept.
   */
  async fillView(view: vscode.WebviewView, state: unknown): Promise<void> {
    const asked = this.#asked;
    this.#asked = undefined;
    const gone = disposalOf(view);
    const { thread, message } =
      typeof asked === "object" ? asked : { thread: this.#keptIn(state), message: undefined };
    const session = await this.#session(thread);
    if (gone.aborted) return;
    const frame = viewFrame(view, this.#services.extensionUri);
    const options = { message, focus: asked !== undefined };
    this.#adopt(new ChatPanel(frame, session, this.#services, options));
  }

  /** Shows a new thread that goes on where the one on show is full, and tells it. */
  async continueInNewThread(): Promise<ChatSession | undefined> {
    const full = this.current;
    if (!full?.stored) return undefined;
    const session = await this.#services.sessions.continue(full);
    await this.show(session);
    return session;
  }

  /** The threads on show, each once. */
  get sessions(): ReadonlySet<ChatSession> {
    return new Set(this.#panels.map(({ session }) => session));
  }

  /** Whether a thread is to be seen, rather than behind another tab. */
  onShow(thread: string): boolean {
    return this.#panels.some(({ visible, session }) => visible && session.id === thread);
  }

  /** The thread that commands act on: that of the panel that was active last. */
  get current(): ChatSession | undefined {
    return this.#panels[0]?.session;
  }

  turnReadOnly(why: string): void {
    for (const panel of this.#panels) panel.turnReadOnly(why);
  }

  sandboxChanged(state: SandboxState): void {
    for (const panel of this.#panels) panel.sandboxChanged(state);
  }

  /** Files that threads are about have vanished, or are back. */
  filesChanged(): void {
    for (const panel of this.#panels) panel.filesChanged();
  }

  threadsChanged(threads: readonly Thread[]): void {
    for (const panel of this.#panels) panel.threadsChanged(threads);
    this.#look();
  }

  /** Keeps in mind which thread is on show, and that it is read. */
  #look(): void {
    const [first] = this.#panels;
    if (first) this.#remember(first.session);
    if (this.#services.readOnly() !== null) return;
    for (const shown of this.sessions)
      if (shown.thread.unread && this.onShow(shown.id)) this.#markRead(shown);
  }

  #remember({ id, stored, draft }: ChatSession): void {
    if ((stored || draft.text) && id !== this.#state.get(LAST)) void this.#state.update(LAST, id);
  }

  #markRead(session: ChatSession): void {
    session.change({ unread: false }).catch((error: unknown) => {
      // The next change of a thread is another chance.
      this.#services.log.warn(`A thread could not be marked as read: ${String(error)}`);
    });
  }

  /** Brings the chat to the front that is where the setting says. */
  #reveal(): boolean {
    const kind = this.#services.location() === "sideBar" ? "view" : "tab";
    const there = this.#panels.find((panel) => panel.kind === kind);
    there?.reveal();
    return there !== undefined;
  }

  async #openView(shown?: Shown): Promise<void> {
    this.#asked = shown ?? this.#asked ?? true;
    await vscode.commands.executeCommand(`${VIEW}.focus`);
  }

  #adopt(panel: ChatPanel): void {
    this.#panels = [panel, ...this.#panels];
    const changed = () => {
      this.#seen(this.#panels.some(({ visible }) => visible));
      this.#look();
    };
    changed();
    panel.onDidFocus(() => {
      this.#panels = [panel, ...this.#panels.filter((other) => other !== panel)];
      changed();
    });
    panel.onDidChange(changed);
    panel.onDidDispose(() => {
      // What was typed a moment ago has not been told of yet.
      if (this.#panels[0] === panel) this.#remember(panel.session);
      this.#panels = this.#panels.filter((other) => other !== panel);
      this.#seen(this.#panels.some(({ visible }) => visible));
    });
  }

  /** The thread that a webview has kept in its state, or else the one that was shown last. */
  #keptIn(state: unknown): string | undefined {
    const kept = (state as { thread?: unknown } | undefined)?.thread;
    return isId(kept) ? kept : this.#state.get<string>(LAST);
  }

  /** The session of a thread that is kept, or of a new one where there is no such thread. */
  async #session(thread: string | undefined): Promise<ChatSession> {
    const { sessions, log } = this.#services;
    if (thread !== undefined) {
      try {
        return await sessions.open(thread);
      } catch (error) {
        log.warn(`The thread that was shown last is not there: ${String(error)}`);
      }
    }
    return sessions.createThread({ type: "workspace", id: "" });
  }
}

/** Aborted when a tab or a view is closed: who has waited for something then finds nothing to show it in. */
function disposalOf(panel: vscode.WebviewPanel | vscode.WebviewView): AbortSignal {
  const gone = new AbortController();
  panel.onDidDispose(() => gone.abort());
  return gone.signal;
}
