import { randomUUID } from "node:crypto";
import { Worker } from "node:worker_threads";
import { t } from "@vscode/l10n";
import { type Language, spokenLanguage } from "../shared/language";
import { Link, RemoteError } from "../shared/link";
import type { SearchHit } from "../shared/search";
import type {
  Conversation,
  ListedThread,
  Thread,
  ThreadEvent,
  ThreadSummary,
} from "../shared/thread";
import {
  BrokenRecordError,
  type Draft,
  ReadOnlyStoreError,
  ThreadConflictError,
  ThreadNotFoundError,
  type ThreadStore,
} from "./threadStore";

/** What the worker is asked. */
export type StoreCalls = {
  list: { params: null; reply: readonly ListedThread[] };
  trash: { params: null; reply: readonly Thread[] };
  summary: { params: { thread: string }; reply: ThreadSummary };
  load: { params: { thread: string }; reply: Conversation };
  output: { params: { thread: string; message: string; part: string }; reply: string };
  search: { params: { text: string; limit: number }; reply: readonly SearchHit[] };
  append: {
    params: {
      thread: string;
      expected: number | null;
      events: readonly ThreadEvent[];
      commit: string;
      sendsDraft: boolean;
    };
    reply: undefined;
  };
  drafts: { params: null; reply: readonly Draft[] };
  saveDraft: { params: Draft; reply: undefined };
  claim: { params: { thread: string; milliseconds: number }; reply: boolean };
  release: { params: { thread: string }; reply: undefined };
  close: { params: null; reply: undefined };
};

/** What the worker tells. */
export type StoreEvents = {
  /** A sentence for the user about what was found damaged. */
  problem: string;
  /** What another window has committed; to a thread that is null, more than can be told. */
  foreign: { thread: string | null; events: readonly ThreadEvent[] };
  /** Why, in a sentence for the user, the store can only be read from now on. */
  readOnly: string;
};

/** What the worker starts with. */
export interface WorkerData {
  readonly folder: string;
  readonly wasm: string;
  readonly language: Language | undefined;
}

export interface WorkerThreadStoreOptions {
  /** The path of the worker's program. */
  readonly program: string;
  readonly folder: string;
  readonly wasm: string;
  readonly onProblem: (problem: string) => void;
  /** Told of what other windows have committed; null when it is more than can be told. */
  readonly onForeign: (thread: string | null, events: readonly ThreadEvent[]) => void;
  /** Told why, in a sentence for the user, when the store can only be read from now on. */
  readonly onReadOnly: (why: string) => void;
}

/** The store as the host sees it: the real one is in a worker thread, which starts on first need. */
export class WorkerThreadStore implements ThreadStore {
  readonly #options: WorkerThreadStoreOptions;
  #running: { worker: Worker; link: Link<StoreCalls, Record<string, never>> } | undefined;

  constructor(options: WorkerThreadStoreOptions) {
    this.#options = options;
  }

  list(): Promise<readonly ListedThread[]> {
    return this.#ask("list", null);
  }

  trash(): Promise<readonly Thread[]> {
    return this.#ask("trash", null);
  }

  summary(thread: string): Promise<ThreadSummary> {
    return this.#ask("summary", { thread });
  }

  load(thread: string): Promise<Conversation> {
    return this.#ask("load", { thread });
  }

  output(thread: string, message: string, part: string): Promise<string> {
    return this.#ask("output", { thread, message, part });
  }

  search(text: string, limit: number): Promise<readonly SearchHit[]> {
    return this.#ask("search", { text, limit });
  }

  append(
    thread: string,
    expected: number | null,
    events: readonly ThreadEvent[],
    commit: string = randomUUID(),
    sendsDraft = false,
  ): Promise<void> {
    return this.#ask("append", { thread, expected, events, commit, sendsDraft });
  }

  drafts(): Promise<readonly Draft[]> {
    return this.#ask("drafts", null);
  }

  saveDraft(draft: Draft): Promise<void> {
    return this.#ask("saveDraft", draft);
  }

  claim(thread: string, milliseconds: number): Promise<boolean> {
    return this.#ask("claim", { thread, milliseconds });
  }

  release(thread: string): Promise<void> {
    return this.#ask("release", { thread });
  }

  async close(): Promise<void> {
    if (this.#running) await this.#ask("close", null);
  }

  async #ask<Name extends keyof StoreCalls>(
    name: Name,
    params: StoreCalls[Name]["params"],
  ): Promise<StoreCalls[Name]["reply"]> {
    try {
      return await this.#link().request(name, params);
    } catch (error) {
      throw error instanceof RemoteError ? localError(error) : error;
    }
  }

  #link(): Link<StoreCalls, Record<string, never>> {
    if (this.#running) return this.#running.link;
    const { program, folder, wasm, onProblem, onForeign, onReadOnly } = this.#options;
    const workerData: WorkerData = { folder, wasm, language: spokenLanguage() };
    // It is plain JavaScript, and not for whatever this process was told to load into itself.
    const worker = new Worker(program, { workerData, execArgv: [] });
    const link = new Link<StoreCalls, Record<string, never>>(
      {
        post: (message) => worker.postMessage(message),
        listen: (listener) => {
          worker.on("message", listener);
          return () => worker.off("message", listener);
        },
      },
      {
        event: (name, data) => {
          const told = { [name]: data } as Partial<StoreEvents>;
          if (told.problem !== undefined) onProblem(told.problem);
          if (told.foreign) onForeign(told.foreign.thread, told.foreign.events);
          if (told.readOnly !== undefined) onReadOnly(told.readOnly);
        },
      },
    );
    const running = { worker, link };
    // A worker that died is started anew by the next who asks; the journal has all that was promised.
    worker.on("error", (error) =>
      onProblem(t("The store of threads broke down: {0}", error.message)),
    );
    worker.on("exit", () => {
      link.close();
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return link;
  }
}

function localError({ name, message }: RemoteError): Error {
  switch (name) {
    case "ThreadConflictError":
      return new ThreadConflictError(message);
    case "ThreadNotFoundError":
      return new ThreadNotFoundError(message);
    case "ReadOnlyStoreError":
      return new ReadOnlyStoreError();
    case "BrokenRecordError":
      return new BrokenRecordError();
    default:
      return new Error(message);
  }
}
