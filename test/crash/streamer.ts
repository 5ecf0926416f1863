/**
 * A thread at work as the extension runs it, until it is killed: a session on the store in its worker
 * thread, and the demo's Claude, who streams. It says what a panel would show.
 */
import { randomUUID } from "node:crypto";
import { demo } from "../../src/sandbox/demo";
import { explainExit } from "../../src/sandbox/explainExit";
import { ChatSessions } from "../../src/session/chatSessions";
import { ClaudePool } from "../../src/session/claudePool";
import { textOf } from "../../src/shared/thread";
import { WorkerThreadStore } from "../../src/store/workerThreadStore";
import { say } from "./facts";
import { program } from "./threadWriter";

program(async ([folder = "", wasm = "", worker = "", claude = ""]) => {
  const sandbox = demo(claude, folder);
  const sessions = new ChatSessions(
    {
      store: new WorkerThreadStore({
        program: worker,
        folder,
        wasm,
        onProblem: () => {},
        onReadOnly: () => {},
        onForeign: () => {},
      }),
      runtime: () => Promise.resolve(sandbox),
      claude: () => ({
        path: "claude",
        model: "",
        permissionMode: "bypassPermissions",
        extraArgs: [],
      }),
      environment: () => Promise.resolve({}),
      context: () => Promise.resolve(undefined),
      mask: (text) => Promise.resolve(text),
      maxMessages: () => 200,
      pool: new ClaudePool(() => ({ turns: 1, idle: 1 })),
      idleTimeout: () => 60_000,
      inactivityTimeout: () => 0,
      explain: (exit, unread) => explainExit(exit, unread, sandbox),
      log: { warn: (warning) => console.error(warning) },
      newId: randomUUID,
      now: Date.now,
    },
    () => {},
  );
  const session = sessions.createThread({ type: "workspace", id: "" });
  session.listen({
    changed: () => {
      for (const message of session.view().conversation.messages.slice(-2))
        say({
          type: "shown",
          thread: session.id,
          message: message.id,
          length: textOf(message).length,
          at: Date.now(),
        });
    },
    turn: () => {},
    unsaved: () => {},
    reset: () => {},
  });
  await session.send("Answer slowly, please.", 0);
});
