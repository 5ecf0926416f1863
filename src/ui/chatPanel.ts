import { t } from "@vscode/l10n";
import type { ChatSession } from "../session/chatSession";
import type { ChatSessions } from "../session/chatSessions";
import { inBackground } from "../shared/inBackground";
import { Link } from "../shared/link";
import {
  type ChatEvents,
  type ChatRequests,
  type ChatView,
  parseRequest,
  type SandboxState,
  type Step,
} from "../shared/protocol";
import { endOf } from "../shared/longThread";
import type { Scope, Thread } from "../shared/thread";
import { shownTitle } from "../shared/title";
import type { ChatFrame } from "./chatFrame";
import { Outbox } from "./outbox";
import type { EditorRequest } from "./editorRequests";

/** What a panel needs of the rest of the extension. */
export interface PanelServices {
  readonly sessions: ChatSessions;
  readonly sandbox: () => SandboxState;
  /** Why threads can only be read; null when they can be gone on with. */
  readonly readOnly: () => string | null;
  /** Whether the file that a thread is about is not there. */
  readonly fileMissing: (scope: Scope) => boolean;
  /** Looks at the sandbox, unless it is known to be ready; what it finds is broadcast. */
  readonly checkSandbox: () => void;
  /** The workspace's path in the sandbox; undefined where no folder is open. */
  readonly sandboxWorkspace: () => string | undefined;
  readonly takeStep: (step: Step) => void;
  /** Opens something in VS Code. Rejects, in a sentence for people. */
  readonly openInEditor: (
    request: EditorRequest,
    session: ChatSession,
    frame: ChatFrame,
  ) => Promise<void>;
  readonly log: { warn(message: string): void };
}

type Reply<Name extends keyof ChatRequests> = ChatRequests[Name]["reply"];

/** One chat, in a tab or in the view: a webview that shows one thread at a time. */
export class ChatPanel {
  readonly #frame: ChatFrame;
  readonly #services: PanelServices;
  readonly #link: Link<Record<string, never>, ChatEvents>;
  #session: ChatSession;
  /** The message of the thread that the webview has still to bring into sight. */
  #sought: string | undefined;
  #unlisten: () => void = () => {};
  #followed: () => void = () => {};
  #focused: () => void = () => {};
  /** Whether the cursor belongs into the page that VS Code is about to make. */
  #focusSoon = false;
  /** What the webview has of the draft. */
  #draft = "";
  #sending = false;
  /** Counts the threads that were chosen. */
  #opening = 0;
  /** What streams in the thread on show. */
  readonly #outbox = new Outbox((events, revision) =>
    this.#link.tell("changed", { thread: this.#session.id, revision, events }),
  );

  /** Fills a frame, new or restored, with a thread, at this message of it. */
  constructor(
    frame: ChatFrame,
    session: ChatSession,
    services: PanelServices,
    { message, focus = false }: { message?: string | undefined; focus?: boolean } = {},
  ) {
    this.#frame = frame;
    this.#sought = message;
    this.#focusSoon = focus;
    this.#services = services;
    this.#session = session;
    this.#link = new Link(frame.port, {
      request: (name, params) => this.#answer(name, params),
      dropped: () =>
        services.log.warn("A message from the panel that is none of ours was dropped."),
    });
    frame.onDidDispose(() => this.#close());
    let visible = frame.visible;
    frame.onDidChange(() => {
      // VS Code makes its page anew, and keeps for it what is told until it listens: so it has something
      // to show before it has asked.
      if (frame.visible && !visible) this.#do(this.#showEnd());
      visible = frame.visible;
    });
    frame.load();
    this.#follow(session);
  }

  get session(): ChatSession {
    return this.#session;
  }

  /** Whether it is to be seen, rather than behind another tab. */
  get visible(): boolean {
    return this.#frame.visible;
  }

  get kind(): ChatFrame["kind"] {
    return this.#frame.kind;
  }

  /** Tells when it came into sight or out of it, or shows another thread. */
  onDidChange(listener: () => void): void {
    this.#frame.onDidChange(listener);
    this.#followed = listener;
  }

  /** Tells when it became what its user is at. */
  onDidFocus(listener: () => void): void {
    this.#frame.onDidChange(() => {
      if (this.#frame.active) listener();
    });
    this.#focused = listener;
  }

  onDidDispose(listener: () => void): void {
    this.#frame.onDidDispose(listener);
  }

  /** Brings the panel to the front, with the cursor where one types. */
  reveal(): void {
    // What is hidden has no page, and makes one.
    this.#focusSoon = !this.#frame.visible;
    this.#frame.reveal();
    this.#link.tell("focus", null);
  }

  /** Shows another thread, unless somebody has chosen yet another while it was read. */
  async #open(thread: string): Promise<void> {
    const opening = ++this.#opening;
    const session = await this.#services.sessions.open(thread);
    if (opening === this.#opening) await this.show(session);
  }

  /** Shows another thread, at this message of it, with the cursor where one types. */
  async show(session: ChatSession, message?: string): Promise<void> {
    this.#opening++;
    this.#follow(session);
    this.#sought = message;
    await this.#showEnd();
    this.#link.tell("focus", null);
  }

  turnReadOnly(why: string): void {
    this.#link.tell("readOnly", why);
  }

  sandboxChanged(state: SandboxState): void {
    this.#link.tell("sandbox", state);
    this.#prepare();
  }

  threadsChanged(threads: readonly Thread[]): void {
    this.#showState();
    this.#link.tell("threads", threads);
    // The thread may be about another file than before.
    this.filesChanged();
  }

  filesChanged(): void {
    const { id, thread } = this.#session;
    this.#link.tell("fileMissing", {
      thread: id,
      missing: this.#services.fileMissing(thread.scope),
    });
  }

  /** The thread on show was deleted: until that is undone, a new one about the same takes its place. */
  #leave(): void {
    const deleted = this.#session;
    const instead = this.#services.sessions.createThread(deleted.thread.scope);
    this.#follow(instead);
    this.#do(this.#showWhole());
    const comeBack = () => {
      if (deleted.thread.deletedAt !== null || instead.stored) return;
      this.#follow(deleted);
      this.#do(this.#showWhole());
    };
    const nothing = () => {};
    const stops = [
      this.#unlisten,
      deleted.listen({ changed: comeBack, reset: comeBack, turn: nothing, unsaved: nothing }),
    ];
    this.#unlisten = () => stops.forEach((stop) => stop());
  }

  #follow(session: ChatSession): void {
    this.#unlisten();
    this.#session = session;
    this.#prepare();
    this.#showState();
    this.#outbox.clear();
    const unlisten = session.listen({
      changed: (events, revision) => {
        if (session.thread.deletedAt === null) this.#outbox.push(events, revision);
        else this.#leave();
      },
      turn: (turn) => {
        // What was said comes before that it is over.
        this.#outbox.flush();
        this.#link.tell("turn", { thread: session.id, turn });
        this.#showState();
      },
      unsaved: (problem) => this.#link.tell("unsaved", { thread: session.id, problem }),
      // Another window's doing: the cursor stays where it is.
      reset: () => {
        if (session.thread.deletedAt !== null) this.#leave();
        else this.#do(this.#showWhole());
      },
    });
    const stops = [unlisten, session.draft.listen((text) => this.#drafted(text))];
    this.#unlisten = () => stops.forEach((stop) => stop());
    this.#followed();
  }

  /** Shows what was typed elsewhere. What was typed here the webview has, and what it sends it drops. */
  #drafted(text: string): void {
    const known = text === this.#draft || this.#sending;
    this.#draft = text;
    if (!known) this.#link.tell("draft", { thread: this.#session.id, text });
  }

  #showState(): void {
    const { stored, thread, turn } = this.#session;
    const title = stored ? shownTitle(thread.title) : "Sandbox Chat";
    const failed = this.#session.view().conversation.messages.at(-1)?.status === "failed";
    const state = turn.phase !== "idle" ? "working" : failed ? "failed" : "idle";
    this.#frame.show(title, { state, unread: thread.unread });
  }

  /** Has Claude ready for the thread on show, where it could be asked something. */
  #prepare(): void {
    const { readOnly, sandbox } = this.#services;
    if (readOnly() === null && sandbox().state === "ready") this.#do(this.#session.prepare());
  }

  #do(work: Promise<unknown>): void {
    inBackground(work, this.#services.log);
  }

  /** The page asks for what is before the end of a long thread once it has that on show. */
  async #showEnd(): Promise<void> {
    // What is hidden has no page to tell; the one that VS Code makes is told then.
    if (this.#frame.visible) this.#link.tell("show", await this.#endView());
  }

  async #showWhole(): Promise<void> {
    if (this.#frame.visible) this.#link.tell("show", await this.#view());
  }

  /** What the page is to show, but of a long thread its end alone: VS Code takes long to hand on the whole. */
  async #endView(): Promise<ChatView> {
    const view = await this.#view();
    const { conversation, earlier } = endOf(view.conversation);
    return { ...view, conversation, ...(earlier > 0 && { earlier }) };
  }

  async #view(): Promise<ChatView> {
    const { sessions, sandbox, readOnly, sandboxWorkspace, fileMissing } = this.#services;
    const threads = await sessions.listWithDrafts();
    // The whole includes what waits to be posted. Between these two lines nothing else can happen.
    this.#outbox.clear();
    const workspace = sandboxWorkspace();
    const message = this.#sought;
    const shown = this.#session.view();
    this.#draft = shown.draft;
    return {
      ...shown,
      ...(message && { message }),
      readOnly: readOnly(),
      threads,
      sandbox: sandbox(),
      ...(fileMissing(this.#session.thread.scope) && { fileMissing: true }),
      ...(workspace && { workspace }),
    };
  }

  async #answer(name: string, params: unknown): Promise<Reply<keyof ChatRequests>> {
    const { sessions, checkSandbox, takeStep, openInEditor, log } = this.#services;
    const request = parseRequest(name, params);
    if (!request) {
      const what = name.slice(0, 80);
      log.warn(`A request from the panel does not fit and was dropped: ${what}`);
      throw new Error(t("“{0}” is not understood.", what));
    }
    switch (request.name) {
      case "ready":
        if (request.params.whole) return this.#view();
        checkSandbox();
        // Behind the answer, once there is something to put the cursor in.
        if (this.#frame.active || this.#focusSoon)
          setImmediate(() => this.#link.tell("focus", null));
        this.#focusSoon = false;
        return this.#endView();
      case "focused":
        this.#focused();
        return null;
      case "found":
        if (request.params.message === this.#sought) this.#sought = undefined;
        return null;
      case "send":
        if (request.params.thread !== this.#session.id)
          return { sent: false, refused: t("Another thread was opened meanwhile.") };
        return this.#send(request.params.text, request.params.seen);
      case "draft":
        if (request.params.thread === this.#session.id) this.#draft = request.params.text;
        sessions.writeDraft(request.params.thread, request.params.text);
        return null;
      case "openThread":
        await this.#open(request.params.thread);
        return null;
      case "newThread":
        await this.show(
          sessions.createThread({ type: "workspace", id: "" }, request.params.thread),
        );
        return null;
      case "stop":
        if (request.params.thread === this.#session.id) this.#session.stop();
        return null;
      case "output": {
        const { thread, message, part } = request.params;
        if (thread !== this.#session.id) throw new Error(t("Another thread was opened meanwhile."));
        return this.#session.output(message, part);
      }
      case "takeStep":
        takeStep(request.params.step);
        return null;
      case "report":
        log.warn(`The panel reports: ${request.params.message}`);
        return null;
      default:
        await openInEditor(request, this.#session, this.#frame);
        return null;
    }
  }

  async #send(text: string, seen: number): Promise<Reply<"send">> {
    this.#sending = true;
    try {
      return await this.#session.send(text, seen);
    } finally {
      this.#sending = false;
    }
  }

  #close(): void {
    this.#unlisten();
    this.#outbox.clear();
    this.#link.close();
  }
}
