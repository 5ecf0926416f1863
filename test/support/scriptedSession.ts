import type { ModelInfo } from "../../src/claude/claudeProcess";
import { explainExit } from "../../src/sandbox/explainExit";
import { ChatSession, type SessionServices } from "../../src/session/chatSession";
import type { FileNow } from "../../src/session/context";
import { ClaudePool } from "../../src/session/claudePool";
import { newConversation } from "../../src/shared/newThread";
import type { TurnState } from "../../src/shared/protocol";
import type { Message, Scope, ThreadEvent } from "../../src/shared/thread";
import { MemoryThreadStore } from "./memoryThreadStore";
import { ScriptedRuntime, type Step } from "./scriptedRuntime";

/** A file that is there and says its name. */
export const fileNow = (path: string, text = `Context of ${path}`): FileNow => ({
  path,
  content: { language: "", text, unsaved: false, changedAt: 0 },
  problems: [],
});

/** The services of a session whose Claude is scripted, with counted ids and times. */
export function scriptedServices(folder: string, scenarios: Step[][]) {
  const store = new MemoryThreadStore();
  const runtime = new ScriptedRuntime(folder, scenarios);
  const place = { kind: "docker-sandbox", label: runtime.label, program: "docker" } as const;
  const warnings: string[] = [];
  const models: ModelInfo[][] = [];
  let count = 0;
  const services: SessionServices = {
    store,
    runtime: () => Promise.resolve(runtime),
    claude: () => ({
      path: "claude",
      model: "",
      permissionMode: "bypassPermissions",
      extraArgs: [],
    }),
    environment: () => Promise.resolve({ TOKEN: "x" }),
    context: ({ scope: { type, id } }) =>
      Promise.resolve(type === "file" ? { file: fileNow(id) } : undefined),
    mask: (text) => Promise.resolve(text.replaceAll("hunter2-hunter2-hunter2", "[masked: TEST]")),
    maxMessages: () => 200,
    pool: new ClaudePool(() => ({ turns: 4, idle: 3 })),
    idleTimeout: () => 600_000,
    inactivityTimeout: () => 600_000,
    onModels: (offered) => models.push([...offered]),
    explain: (exit, unread) => explainExit(exit, unread, place),
    log: { warn: (message) => warnings.push(message) },
    newId: () => `id${++count}`,
    now: () => ++count,
    onShow: () => true,
  };
  return { store, runtime, warnings, models, services };
}

export interface Heard {
  readonly events: ThreadEvent[];
  readonly turns: TurnState[];
  readonly unsaved: (string | null)[];
  resets: number;
}

/** A session of a new thread, with what a panel would hear of it. */
export function scriptedSession(
  folder: string,
  scenarios: Step[][],
  {
    id = "thread1",
    scope = { type: "workspace", id: "" },
    change = {},
  }: { id?: string; scope?: Scope; change?: Partial<SessionServices> } = {},
) {
  const scripted = scriptedServices(folder, scenarios);
  const services = { ...scripted.services, ...change };
  const session = new ChatSession(services, newConversation(id, scope, 0), false);
  const heard: Heard = { events: [], turns: [], unsaved: [], resets: 0 };
  session.listen({
    changed: (events) => heard.events.push(...events),
    turn: (turn) => heard.turns.push(turn),
    unsaved: (problem) => heard.unsaved.push(problem),
    reset: () => heard.resets++,
  });
  return { ...scripted, services, session, heard };
}

/** Waits until something is so; a test's own time limit ends the waiting. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

export const idle = (session: ChatSession): Promise<void> =>
  until(() => session.turn.phase === "idle");

export const lastMessage = (session: ChatSession): Message => {
  const message = session.view().conversation.messages.at(-1);
  if (!message) throw new Error("There is no message.");
  return message;
};
