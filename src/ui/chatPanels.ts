import type * as vscode from "vscode";
import type { ChatSession } from "../session/chatSession";
import { isId, type SandboxState } from "../shared/protocol";
import type { Thread } from "../shared/thread";
import { ChatPanel, type PanelServices } from "./chatPanel";

/** The key of the thread that was shown last, in the workspace's state. */
const LAST = "lastThread";

/** The chat panel of this window, while there is one, and what it showed last. */
export class ChatPanels {
  readonly #services: PanelServices;
  readonly #state: vscode.Memento;
  readonly #seen: (seen: boolean) => void;
  #panel: ChatPanel | undefined;

  /** `seen` is told whether a panel is to be seen. */
  constructor(services: PanelServices, state: vscode.Memento, seen: (seen: boolean) => void) {
    this.#services = services;
    this.#state = state;
    this.#seen = seen;
  }

  /** Opens the panel with the thread that it showed last, or brings it to the front. */
  async open(): Promise<void> {
    if (this.#reveal()) return;
    const session = await this.#session(this.#state.get<string>(LAST));
    // Two calls at once must not open two panels.
    if (!this.#reveal()) this.#adopt(ChatPanel.create(session, this.#services));
  }

  /** Shows a thread, at this message of it, in the panel that is there or in a new one. */
  async show(session: ChatSession, message?: string): Promise<void> {
    if (this.#panel) {
      this.#panel.reveal();
      await this.#panel.show(session, message);
    } else {
      this.#adopt(ChatPanel.create(session, this.#services, message));
    }
    this.remember();
  }

  /** Fills a panel that VS Code brings back after a reload; `state` is what the webview had kept. */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = (state as { thread?: unknown } | undefined)?.thread;
    const thread = isId(kept) ? kept : this.#state.get<string>(LAST);
    const session = await this.#session(thread);
    if (this.#panel) panel.dispose();
    else this.#adopt(new ChatPanel(panel, session, this.#services));
  }

  /** Shows a new thread that goes on where the one on show is full. */
  async continueInNewThread(): Promise<void> {
    const full = this.#panel?.session;
    if (full?.stored) await this.show(await this.#services.sessions.continue(full));
  }

  /** The thread on show, while there is a panel. */
  get session(): ChatSession | undefined {
    return this.#panel?.session;
  }

  stop(): void {
    this.#panel?.session.stop();
  }

  turnReadOnly(why: string): void {
    this.#panel?.turnReadOnly(why);
  }

  sandboxChanged(state: SandboxState): void {
    this.#panel?.sandboxChanged(state);
  }

  threadsChanged(threads: readonly Thread[]): void {
    this.#panel?.threadsChanged(threads);
    this.remember();
  }

  /** Keeps in mind which thread is on show. */
  remember(): void {
    const session = this.#panel?.session;
    if ((session?.stored || session?.draft.text) && session.id !== this.#state.get(LAST))
      void this.#state.update(LAST, session.id);
  }

  #reveal(): boolean {
    this.#panel?.reveal();
    return this.#panel !== undefined;
  }

  #adopt(panel: ChatPanel): void {
    this.#panel = panel;
    this.#seen(panel.visible);
    panel.onDidChangeVisibility(() => this.#seen(panel.visible));
    panel.onDidDispose(() => {
      if (this.#panel !== panel) return;
      // What was typed a moment ago has not been told of yet.
      this.remember();
      this.#panel = undefined;
      this.#seen(false);
    });
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
