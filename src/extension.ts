import { randomUUID } from "node:crypto";
import { join } from "node:path";
import * as vscode from "vscode";
import { explainExit } from "./sandbox/explainExit";
import { SandboxMonitor } from "./sandbox/monitor";
import type { ChatSession } from "./session/chatSession";
import { ChatSessions } from "./session/chatSessions";
import { ClaudePool } from "./session/claudePool";
import { inBackground } from "./shared/inBackground";
import { UnlessOnClone } from "./session/hostFiles";
import { lazyMask } from "./session/lazyMask";
import { UnseenTurns } from "./session/unseenTurns";
import { wholeThread } from "./session/wholeThread";
import { type Language, speak } from "./shared/language";
import { unlinked } from "./shared/plain";
import { changesList, type ThreadEvent } from "./shared/thread";
import { WorkerThreadStore } from "./store/workerThreadStore";
import { ChatPanels } from "./ui/chatPanels";
import { coalesce } from "./ui/coalesce";
import { commands, takeStep } from "./ui/commands";
import { fileScope } from "./ui/files";
import { Diffs } from "./ui/diffs";
import { HostFiles } from "./ui/hostFiles";
import { openInEditor } from "./ui/editorRequests";
import { LastEditor } from "./ui/editors";
import { Log } from "./ui/log";
import { OfferedModels } from "./ui/offeredModels";
import { OpenFile } from "./ui/openFile";
import { SentContext } from "./ui/sentContext";
import { setContext } from "./ui/setContext";
import { settings } from "./ui/settings";
import { StatusBar } from "./ui/statusBar";
import { threadContext } from "./ui/threadContext";
import { threadStorage } from "./ui/threadStorage";
import { ThreadFiles } from "./ui/threadFiles";
import { threadLinks } from "./ui/threadLinks";
import { Threads } from "./ui/threads";
import { tellDeletedElsewhere } from "./ui/trash";
import { tellOfTurns } from "./ui/turnNotices";
import { WindowSandbox } from "./ui/windowSandbox";

let shutDown: () => Promise<void> = () => Promise.resolve();

export function activate(context: vscode.ExtensionContext): void {
  speak(languageOf(vscode.l10n));
  const dist = (file: string) => context.asAbsolutePath(join("dist", file));
  const mask = lazyMask(dist("mask.js"));
  const log = new Log(mask);
  const storage = threadStorage(context);
  let readOnly: string | null = null;
  const store = new WorkerThreadStore({
    program: dist("storeWorker.js"),
    wasm: dist("sql-wasm.wasm"),
    folder: storage.folder,
    onForeign: (thread, events) => inBackground(takeIn(thread, events), log),
    onReadOnly: (why) => {
      readOnly = why;
      panels.turnReadOnly(why);
    },
    onProblem: (problem) => {
      log.error(problem);
      void vscode.window.showWarningMessage(unlinked(problem));
    },
  });

  const sandbox = new WindowSandbox({
    secrets: context.secrets,
    globalState: context.globalState,
    demoScript: dist("demoClaude.js"),
    log,
  });
  const models = new OfferedModels();
  const pool = new ClaudePool(settings.claudeLimits);
  const sessions: ChatSessions = new ChatSessions(
    {
      store,
      runtime: () => {
        // Who sends while it is offline wants to know whether it still is.
        if (monitor.state.state === "offline") inBackground(monitor.check(), log);
        return sandbox.current();
      },
      claude: settings.claude,
      environment: () => sandbox.environment(),
      mask,
      maxMessages: settings.maxMessages,
      pool,
      idleTimeout: settings.idleTimeout,
      inactivityTimeout: settings.inactivityTimeout,
      onModels: (offered) => models.tell(offered),
      log,
      context: async (thread) =>
        settings.includeFile()
          ? threadContext(thread, storage.home, () => sandbox.findWorkspace())
          : undefined,
      explain: (exit, unread) => explainExit(exit, unread, sandbox.last),
      guard: () => turnGuard,
      newId: randomUUID,
      now: Date.now,
      onShow: (thread) => panels.onShow(thread),
    },
    (session) => sessionChanged(session),
  );
  const monitor = new SandboxMonitor(
    () => sandbox.target(),
    (state) => {
      log.debug(() => `The sandbox: ${JSON.stringify(state)}`);
      panels.sandboxChanged(state);
      threads.sandboxChanged(state);
      showStatus();
    },
  );
  const editors = new LastEditor();
  const diffs = new Diffs();
  const showThread = async (thread: string) => panels.showWhereItIs(await sessions.open(thread));
  const hostFiles = new HostFiles({
    storage: storage.folder,
    mode: settings.guard,
    diffs,
    showThread,
    log,
  });
  const turnGuard = new UnlessOnClone(
    () => hostFiles.guard,
    () => sandbox.worksOnClone(),
  );
  const sentContext = new SentContext((thread) => store.load(thread));
  const sandboxWorkspace = () => sandbox.workspace;
  const panels: ChatPanels = new ChatPanels(
    {
      extensionUri: context.extensionUri,
      sessions,
      sandbox: () => monitor.state,
      readOnly: () => readOnly,
      sandboxWorkspace,
      fileMissing: ({ type, id }) => type === "file" && files.isMissing(id),
      checkSandbox: () => monitor.ensure(),
      takeStep,
      openInEditor: (request, session, frame) =>
        openInEditor(request, session, frame, {
          sandboxWorkspace,
          editors,
          diffs,
          sentContext,
          hostFiles,
        }),
      location: settings.location,
      log,
    },
    context.workspaceState,
    (seen) => {
      monitor.watch(seen);
      // The number of unread threads is to be seen without their view, too.
      if (seen) refreshThreads();
      tellPanel();
    },
  );
  const threads = new Threads({
    threads: () => sessions.list(),
    summary: (thread) => store.summary(thread),
    openFile: () => openFile.uri && fileScope(openFile.uri, storage.home)?.id,
    isMissing: (path) => files.isMissing(path),
    refresh: () => refreshThreads(),
    checkSandbox: () => monitor.ensure(),
  });
  const openFile = new OpenFile((file) => {
    setContext("noFile", file === undefined);
    threads.regroup();
  });
  const files = new ThreadFiles({
    home: storage.home,
    follow: async (moves) => {
      await sessions.follow(moves);
      refreshThreads();
    },
    log,
  });
  files.onDidChange(() => {
    panels.filesChanged();
    threads.regroup();
  });
  const statusBar = new StatusBar();
  const unseenTurns = new UnseenTurns(
    ({ id }) => !settings.notifyTurnEnded() || (vscode.window.state.focused && panels.onShow(id)),
    (ended) => inBackground(tellOfTurns(ended, showThread), log),
  );

  const showStatus = () => statusBar.show(monitor.state, sessions.working);
  const tellPanel = () => {
    const { current } = panels;
    const phase = current?.turn.phase;
    setContext("working", phase === "working" || phase === "stopping");
    setContext("stored", current?.stored === true);
  };
  // When there are none to be had, who asks for threads by hand is told why.
  const refreshThreads = coalesce(async () => {
    const [listed, trash] = await Promise.all([sessions.list(), sessions.trash()]);
    threads.show(listed);
    files.show(sessions.files([...listed, ...trash]));
    panels.threadsChanged(await sessions.withDrafts(listed));
    setContext("emptyTrash", trash.length === 0);
  });
  const sessionChanged = (session: ChatSession | undefined) => {
    refreshThreads();
    if (!session) return;
    unseenTurns.changed(session);
    hostFiles.changed(session);
    tellPanel();
    showStatus();
    const error = session.view().conversation.messages.at(-1)?.error;
    if (session.turn.phase === "idle" && error?.code === "sandbox")
      inBackground(monitor.check(), log);
  };

  /** Takes in what another window has committed. */
  const takeIn = async (thread: string | null, events: readonly ThreadEvent[]) => {
    const onShow = panels.sessions;
    await sessions.foreign(thread, events);
    if (thread === null || events.some(changesList)) refreshThreads();
    for (const shown of onShow)
      if (shown.thread.deletedAt !== null) tellDeletedElsewhere({ restoreThread }, shown.thread);
  };
  const restoreThread = (thread: string) => sessions.restore(thread);

  const registered = commands({
    open: () => panels.open(),
    newThread: async (scope) => {
      const session = sessions.createThread(scope);
      await panels.show(session);
      return session.id;
    },
    resumeThread: async (thread, message) => panels.show(await sessions.open(thread), message),
    continueInNewThread: async () => (await panels.continueInNewThread())?.id,
    stop: async (thread) => {
      const session = thread === undefined ? panels.current : await sessions.open(thread);
      const works = session?.turn.phase === "working";
      if (works) session.stop();
      return works;
    },
    threads: () => sessions.list(),
    openFile: () => openFile.uri,
    home: storage.home,
    trash: () => sessions.trash(),
    selectedThreads: () => threads.selected,
    openToSide: async (thread) => panels.showBeside(await sessions.open(thread)),
    rename: (thread, title) => sessions.rename(thread, title),
    pin: (thread, pinned) => sessions.pin(thread, pinned),
    whole: (thread) => wholeThread(store, thread),
    globalState: context.globalState,
    showMoreThreads: (row) => threads.showMore(row),
    deleteThread: (thread) => sessions.delete(thread),
    restoreThread,
    searchThreads: (text, limit) => store.search(text, limit),
    models,
    checkSandbox: () => monitor.recheck(),
    sandbox: () => sandbox.current(),
    allowSandbox: () => sandbox.askAgain(),
    rememberClone: (id) => sandbox.rememberClone(id),
    environment: () => sandbox.environment(),
    secrets: context.secrets,
    extension: context.extension,
    sandboxState: () => monitor.state,
    mask,
    log,
  });

  for (const [name, run] of Object.entries(registered))
    context.subscriptions.push(vscode.commands.registerCommand(name, run));
  context.subscriptions.push(
    log,
    statusBar,
    models,
    unseenTurns,
    editors,
    diffs,
    sentContext,
    hostFiles,
    monitor,
    openFile,
    files,
    threads,
    vscode.window.registerWebviewPanelSerializer(ChatPanels.tab, {
      deserializeWebviewPanel: (panel, state) => panels.restore(panel, state),
    }),
    vscode.window.registerWebviewViewProvider(ChatPanels.view, {
      resolveWebviewView: (view, { state }) => panels.fillView(view, state),
    }),
    vscode.window.registerUriHandler(threadLinks(showThread)),
    settings.onDidChange(() => {
      pool.limitsChanged();
      inBackground(monitor.recheck(), log);
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => inBackground(monitor.recheck(), log)),
  );
  shutDown = async () => {
    await sessions.dispose();
    await store.close();
  };
}

/** VS Code waits for this, for a few seconds: long enough to store what is known. */
export const deactivate = (): Promise<void> => shutDown();

/** The language of VS Code, where we have texts in it. */
const languageOf = ({ bundle, uri }: typeof vscode.l10n): Language | undefined =>
  bundle && { tag: vscode.env.language, texts: bundle, ...(uri && { file: uri.fsPath }) };
