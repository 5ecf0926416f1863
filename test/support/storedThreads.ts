/** The threads of a running workbench, as another window of it would read and write them. */
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Part, Scope, ThreadEvent } from "../../src/shared/thread";
import type { SqlThreadStore } from "../../src/store/sqlThreadStore";
import type { CodeServer } from "./codeServer";
import { added, deleted, emptyConversation, message, textPart } from "./conversations";
import { openStore } from "./openStore";

/** The folders in which a server's windows keep threads. */
function storages({ userDataDir }: CodeServer): string[] {
  const all = join(userDataDir, "User/workspaceStorage");
  if (!existsSync(all)) return [];
  const files = readdirSync(all, { recursive: true, encoding: "utf8" });
  const journals = files.filter((name) =>
    /sandbox-chat\.sandbox-chat\/threads\.journal-\d+$/.test(name),
  );
  return [...new Set(journals.map((name) => join(all, dirname(name))))];
}

/** Purges every thread. */
export async function purgeThreads(server: CodeServer): Promise<void> {
  for (const folder of storages(server))
    await withStore(folder, async (store) => {
      const at = Date.now();
      for (const { id } of [...(await store.list()), ...(await store.trash())]) {
        await store.append(id, null, [deleted(at)]);
        await store.append(id, null, [{ type: "threadPurged", at, deletedAt: at }]);
      }
      for (const draft of await store.drafts()) await store.saveDraft({ ...draft, text: "" });
    });
}

export interface StoredThread {
  readonly title: string;
  readonly answer?: string;
  /** What a command has printed, of which Claude tells then. */
  readonly output?: string;
  readonly scope?: Scope;
  readonly unread?: boolean;
}

/** Adds threads to those of the only workspace, the last one as the newest; the extension has to be active. */
export async function addThreads(
  server: CodeServer,
  ...threads: readonly StoredThread[]
): Promise<void> {
  let [folder] = storages(server);
  for (; !folder; [folder] = storages(server)) await sleep(50);
  await withStore(folder, async (store) => {
    const now = Date.now();
    for (const [at, thread] of threads.entries()) {
      const id = randomUUID();
      await store.append(id, 0, turnOf(id, thread, now - 1000 * (threads.length - at)));
    }
  });
}

/** A question, which is the title, and its answer. */
function turnOf(
  id: string,
  {
    title,
    answer = "An answer.",
    output,
    scope = { type: "workspace", id: "" },
    unread = false,
  }: StoredThread,
  at: number,
): ThreadEvent[] {
  const { thread } = emptyConversation(id);
  const times = { createdAt: at, updatedAt: at };
  const said = (seq: number, role: "user" | "assistant", ...parts: Part[]) =>
    added({
      ...message(randomUUID(), seq, role, parts, id),
      status: "complete",
      createdAt: at,
    });
  return [
    { type: "threadCreated", thread: { ...thread, title, scope, unread, ...times } },
    said(0, "user", textPart(title)),
    said(1, "assistant", ...(output === undefined ? [] : [printed(output)]), textPart(answer)),
  ];
}

const printed = (output: string): Part => ({
  type: "dynamic-tool",
  id: "tool",
  toolCallId: "tool",
  toolName: "Bash",
  state: "output-available",
  input: { command: "ls" },
  output,
});

async function withStore(
  folder: string,
  work: (store: SqlThreadStore) => Promise<void>,
): Promise<void> {
  const store = await openStore(folder);
  try {
    await work(store);
  } finally {
    await store.close();
  }
}
