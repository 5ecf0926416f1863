/** Threads, their messages and their events. */
import type { DynamicToolUIPart, FileUIPart, ReasoningUIPart, TextUIPart } from "ai";
import type { HostFile } from "./hostFile";

/**
 * What a thread is about. A file's id is its path with `/` from the folder whose threads these are, so
 * that it is the same whatever other folders are open; a workspace's is "".
 */
export interface Scope {
  readonly type: "workspace" | "file";
  readonly id: string;
}

export interface Thread {
  readonly id: string;
  readonly title: string;
  readonly scope: Scope;
  /** The Claude session to resume; null until Claude has begun one that can be resumed. */
  readonly claudeSessionId: string | null;
  readonly pinned: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When it was put into the trash; null for a thread that is not there. */
  readonly deletedAt: number | null;
  /** Whether an answer has ended in it that nobody has had on show since. */
  readonly unread: boolean;
}

/** A thread as a list of threads shows it. */
export interface ListedThread extends Thread {
  /** Whether some window works on it right now, or else how its last answer ended. */
  readonly state: "working" | "failed" | "idle";
}

/** What is told of a thread without opening it. */
export interface ThreadSummary {
  readonly thread: Thread;
  /** How many messages it has, without hidden ones. */
  readonly messages: number;
  /** What was asked first: the beginning of it. */
  readonly beginning: string;
  /** What it has cost so far, in dollars. */
  readonly costUsd: number;
}

/** How long a thread stays in the trash before it is purged, in days. */
export const DAYS_IN_TRASH = 30;

/** A quiet line of our own in the transcript, such as "Claude started a new session". */
export interface NoticePart {
  readonly type: "data-notice";
  readonly data: { readonly text: string };
}

/** What a turn changed of that which programs of its user's own machine run. */
export interface HostFilesPart {
  readonly type: "data-host-files";
  readonly data: {
    readonly files: readonly HostFile[];
    /** How many more there are. */
    readonly more?: number;
    /** The paths of what runs only when its user builds or tests, and what ordinary work changes. */
    readonly usual: readonly string[];
  };
}

/** What a long output is shown without: so many bytes of UTF-8, behind its first `at` UTF-16 units. */
export interface Omitted {
  readonly at: number;
  readonly bytes: number;
}

/** What a tool changed in one file. */
export interface FilePatch {
  readonly path: string;
  /** The changed lines as a unified diff, without file names; "" for a new file, whose text is the tool's input. */
  readonly diff: string;
  /** How many lines were added and removed, also where `diff` was cut since it is too long. */
  readonly added: number;
  readonly removed: number;
  readonly created?: boolean;
  readonly cut?: boolean;
}

/** When a thought or a tool call began and ended, where that is known. */
export interface Timed {
  readonly startedAt?: number;
  readonly endedAt?: number;
}

/** A tool call, what it changed in a file, and what is left out of its output, where that is long. */
export type ToolCallPart = DynamicToolUIPart &
  Timed & { readonly omitted?: Omitted; readonly patch?: FilePatch };

/**
 * A part of a message: the AI SDK's, each with an id that is unique in its message (a tool's is its
 * `toolCallId`), and with the tool call of the subagent that made it, where there is one.
 */
export type Part = (
  TextUIPart | (ReasoningUIPart & Timed) | ToolCallPart | FileUIPart | NoticePart | HostFilesPart
) & {
  readonly id: string;
  readonly parent?: string;
};

export type ToolPart = Extract<Part, { type: "dynamic-tool" }>;

/** What one turn used. Tokens are counts, `costUsd` is in dollars, `durationMs` in milliseconds. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly costUsd: number;
  readonly durationMs: number;
}

export type TurnErrorCode =
  | "notLoggedIn"
  | "rateLimited"
  | "overloaded"
  | "unknownModel"
  | "tooLarge"
  | "refused"
  | "maxTurns"
  | "sandbox"
  | "interrupted"
  | "inactive"
  | "claude";

/** Why a turn failed: a sentence for the user, and what the failing program said, word for word. */
export interface TurnError {
  readonly code: TurnErrorCode;
  readonly message: string;
  readonly detail?: string;
}

export type MessageStatus = "complete" | "streaming" | "stopped" | "failed";

export interface Message {
  readonly id: string;
  readonly threadId: string;
  readonly seq: number;
  readonly role: "user" | "assistant" | "system";
  readonly parts: readonly Part[];
  /** A hidden message went to Claude, but is no part of the conversation that people read. */
  readonly visibility: "visible" | "hidden";
  readonly status: MessageStatus;
  readonly usage: Usage | null;
  readonly error: TurnError | null;
  readonly createdAt: number;
}

export interface Conversation {
  readonly thread: Thread;
  readonly messages: readonly Message[];
}

export type ToolOutcome = (
  { readonly output: string; readonly patch?: FilePatch } | { readonly errorText: string }
) & {
  readonly omitted?: Omitted;
};

/** Why a tool failed that was stopped, and did not fail by itself. */
export const STOPPED = "Stopped before it ended.";

/** The output of a tool that goes on after its message has ended. This and `STOPPED` are translated where they are shown. */
export const IN_BACKGROUND = "It runs in the background.";

export type ThreadEvent =
  /** First event of every thread. */
  | { readonly type: "threadCreated"; readonly thread: Thread }
  | {
      readonly type: "threadChanged";
      readonly at: number;
      readonly changes: Partial<
        Pick<
          Thread,
          "title" | "scope" | "claudeSessionId" | "pinned" | "metadata" | "deletedAt" | "unread"
        >
      >;
    }
  /**
   * The only event of its commit: the thread goes for good. It counts only if the thread is still in the
   * trash since `deletedAt`, so that whoever took it out before was first.
   */
  | { readonly type: "threadPurged"; readonly at: number; readonly deletedAt: number }
  | { readonly type: "messageAdded"; readonly message: Message }
  /** Adds a part, or replaces the one with its id. */
  | { readonly type: "partSet"; readonly message: string; readonly part: Part }
  /** More text of a part. What streams is shown piece by piece, and stored in larger ones. */
  | {
      readonly type: "partGrew";
      readonly message: string;
      readonly part: string;
      readonly text: string;
    }
  /** A streaming part has all its text. */
  | {
      readonly type: "partEnded";
      readonly message: string;
      readonly part: string;
      readonly at?: number;
    }
  /** A part that turned out never to have been said, as when Claude's API cut a stream short. */
  | { readonly type: "partDropped"; readonly message: string; readonly part: string }
  | {
      readonly type: "toolEnded";
      readonly message: string;
      readonly part: string;
      readonly outcome: ToolOutcome;
      /** All of an outcome that has something omitted, gzipped, in base64. For the store alone. */
      readonly whole?: string;
      readonly at?: number;
    }
  | {
      readonly type: "messageEnded";
      readonly message: string;
      readonly at: number;
      readonly status: Exclude<MessageStatus, "streaming">;
      readonly usage: Usage | null;
      readonly error: TurnError | null;
    };

/** Whether an event is stored as it is, and at once. */
export const isDurable = (event: ThreadEvent): boolean => event.type !== "partGrew";

const KNOWN: Readonly<Record<ThreadEvent["type"], true>> = {
  threadCreated: true,
  threadChanged: true,
  threadPurged: true,
  messageAdded: true,
  partSet: true,
  partGrew: true,
  partEnded: true,
  partDropped: true,
  toolEnded: true,
  messageEnded: true,
};

/** Whether this version knows what an event means. A newer one may have stored events of other types. */
export const isKnown = ({ type }: { readonly type: string }): boolean => Object.hasOwn(KNOWN, type);

/** Whether an event can change what a list of threads shows. What parts become is not in there. */
export const changesList = (event: ThreadEvent): boolean => !("part" in event);

/** An event as it is shown: without what is for the store alone. */
export function shownOf(event: ThreadEvent): ThreadEvent {
  if (event.type !== "toolEnded" || !event.whole) return event;
  const { type, message, part, outcome, at } = event;
  return { type, message, part, outcome, ...(at !== undefined && { at }) };
}

/** The text of a message that its writer said, without reasoning and tools. */
export const textOf = (message: Message): string =>
  message.parts.map((part) => (part.type === "text" && !part.parent ? part.text : "")).join("");
