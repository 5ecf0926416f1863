/** The sessions of a window as the extension runs them, on the store in its worker thread. */
import { randomUUID } from "node:crypto";
import { explainExit } from "../../src/sandbox/explainExit";
import type { Sandbox } from "../../src/sandbox/sandbox";
import { ChatSessions } from "../../src/session/chatSessions";
import { ClaudePool } from "../../src/session/claudePool";
import type { Mask } from "../../src/session/mask";
import { WorkerThreadStore } from "../../src/store/workerThreadStore";

export interface Paths {
  readonly folder: string;
  /** Of `sql-wasm.wasm`, and of the worker's program. */
  readonly wasm: string;
  readonly worker: string;
}

export const crashSessions = (
  { folder, wasm, worker }: Paths,
  { sandbox, mask }: { readonly sandbox: Sandbox; readonly mask: Mask },
): ChatSessions =>
  new ChatSessions(
    {
      store: new WorkerThreadStore({
        program: worker,
        folder,
        wasm,
        onProblem: () => {},
        onReadOnly: () => {},
        onForeign: () => {},
      }),
      claude: () => ({
        path: "claude",
        model: "",
        permissionMode: "bypassPermissions",
        extraArgs: [],
      }),
      environment: () => Promise.resolve({}),
      context: () => Promise.resolve(undefined),
      maxMessages: () => Infinity,
      pool: new ClaudePool(() => ({ turns: 1, idle: 1 })),
      idleTimeout: () => 60_000,
      inactivityTimeout: () => 0,
      onModels: () => {},
      onShow: () => true,
      explain: (exit, unread) => explainExit(exit, unread, sandbox),
      log: { warn: (warning) => console.error(warning) },
      newId: randomUUID,
      now: Date.now,
      runtime: () => Promise.resolve(sandbox),
      mask,
    },
    () => {},
  );
