/** Every message between the host and the webview. The webview's are checked; the host's are trusted. */
import * as v from "valibot";
import type { Conversation, Thread, ThreadEvent } from "./thread";

/** Ids are made by the host, and that of a new thread by the page; what claims to be one from outside must at least look like one. */
export const idSchema = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_-]{1,128}$/));
export const isId = (value: unknown): value is string => v.is(idSchema, value);

/** What the one button of an error or of an unready sandbox does: a command of ours, by its name. */
export const stepSchema = v.picklist([
  "allowSandbox",
  "checkSandbox",
  "createSandbox",
  "logIn",
  "openFolder",
  "openSandboxSettings",
  "setToken",
  "showLog",
  "signIn",
  "startDocker",
  "startSandbox",
  "useDemo",
  "newThread",
  "continueInNewThread",
]);
export type Step = v.InferOutput<typeof stepSchema>;

export interface NextStep {
  readonly step: Step;
  readonly label: string;
}

/** Where Claude works. */
interface SandboxPlace {
  /** Its name for people, such as "Demo". */
  readonly label: string;
  /** The setting `sandbox.runtime`, or what `auto` chose. */
  readonly runtime?: string;
  readonly auto?: boolean;
  /** What it has besides the workspace, and what it reaches on the network, in words for people. */
  readonly reach?: readonly string[];
  readonly network?: string;
  /** Whether it keeps a log of that, which a command shows. */
  readonly networkLog?: boolean;
  /** The git remote by which Claude's commits come, where it works on a clone and not on the folder. */
  readonly cloneRemote?: string;
}

/** The sandbox as the panel and the status bar show it. */
export type SandboxState = SandboxPlace &
  (
    | { readonly state: "unknown" | "checking" }
    /** `version` is Claude's. */
    | { readonly state: "ready"; readonly account?: string; readonly version?: string }
    | {
        readonly state: "offline";
        readonly message: string;
        readonly detail?: string;
        readonly next: NextStep;
      }
  );

/** `note` says what Claude waits for, such as a retry after an overload. */
export type TurnState =
  | { readonly phase: "idle" }
  | { readonly phase: "working"; readonly note?: string }
  | { readonly phase: "stopping" }
  /** Another window runs this thread's turn. What it stores is seen here. */
  | { readonly phase: "elsewhere" };

/** All that a panel shows. `revision` counts the events folded into `conversation`. */
export interface ChatView {
  readonly conversation: Conversation;
  /** So many messages come before those of `conversation`, which is the end of a long thread then. */
  readonly earlier?: number;
  readonly revision: number;
  readonly turn: TurnState;
  /** The message that the thread was opened for, to bring into sight: told until the page has found it. */
  readonly message?: string;
  /** Why something said is not on the disk yet; null when everything is. */
  readonly unsaved: string | null;
  /** Why threads can only be read; null when they can be gone on with. */
  readonly readOnly: string | null;
  /** What is written in this thread and not sent. */
  readonly draft: string;
  readonly threads: readonly Thread[];
  readonly sandbox: SandboxState;
  /** Whether the file that the thread is about is not there. */
  readonly fileMissing?: boolean;
  /** The workspace's path in the sandbox, which most paths that Claude names begin with. */
  readonly workspace?: string;
}

export interface Refusal {
  readonly sent: false;
  /** Why a message was not sent, for people. The draft stays. */
  readonly refused: string;
  /** What can be done about it. */
  readonly next?: NextStep;
}

export type SendReply = { readonly sent: true } | Refusal;

const pathSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
/** A line or a column, from 1. */
const placeSchema = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)));
const codeSchema = v.pipe(v.string(), v.maxLength(1_000_000));

/** What the webview may ask, with the schema of each request. */
const requestSchemas = {
  /**
   * The webview is there, or has lost count: it wants what the host has it show, of a long thread the
   * end, or the whole if it says so.
   */
  ready: v.object({ whole: v.optional(v.boolean()) }),
  /** The page got the focus: its chat is what commands act on. */
  focused: v.object({}),
  /** The message that the view named is in sight: no view need name it any more. */
  found: v.object({ message: idSchema }),
  /** The new text, and how many messages the sender saw; never any history. */
  send: v.object({ thread: idSchema, text: v.string(), seen: v.number() }),
  /** What is written in a thread and not sent, each time that it has changed. */
  draft: v.object({ thread: idSchema, text: v.string() }),
  stop: v.object({ thread: idSchema }),
  /** The whole of a tool's output that is shown in part. A part's id is Claude's own. */
  output: v.object({
    thread: idSchema,
    message: idSchema,
    part: v.pipe(v.string(), v.maxLength(1024)),
  }),
  openThread: v.object({ thread: idSchema }),
  /** A new thread, which the page has made the id of. Asked again, it is the same one. */
  newThread: v.object({ thread: idSchema }),
  takeStep: v.object({ step: stepSchema }),
  /** A link and what its reader sees of it. Fails for one that leads neither to the web nor to a mail. */
  openLink: v.object({
    url: v.pipe(v.string(), v.maxLength(8192)),
    text: v.pipe(v.string(), v.maxLength(1024)),
  }),
  /** A file that Claude named, by its path in the sandbox or in the workspace. Fails where there is none. */
  openFile: v.object({ path: pathSchema, line: placeSchema, column: placeSchema }),
  /** What these tool calls of a message changed in one file. */
  openDiff: v.object({
    thread: idSchema,
    message: idSchema,
    tools: v.pipe(v.array(v.pipe(v.string(), v.maxLength(256))), v.maxLength(1000)),
  }),
  /** What Claude was told with a message besides it, as a document. */
  openContext: v.object({ thread: idSchema, message: idSchema }),
  /** A file that this machine runs, and that an answer says was changed: to see it, or what becomes of it. */
  hostFile: v.object({
    thread: idSchema,
    message: idSchema,
    path: pathSchema,
    action: v.picklist(["show", "undo", "keep"]),
  }),
  /** Code of a message, at the cursor of the text editor that was used last. Fails where there is none. */
  insertCode: v.object({ text: codeSchema }),
  /** The same, as a new file that is not saved. */
  openCode: v.object({ text: codeSchema, language: v.pipe(v.string(), v.maxLength(64)) }),
  /** Something went wrong in the webview; for the log. */
  report: v.object({ message: v.pipe(v.string(), v.maxLength(64 * 1024)) }),
};

interface Replies {
  ready: ChatView;
  focused: null;
  found: null;
  send: SendReply;
  draft: null;
  stop: null;
  output: string;
  openThread: null;
  newThread: null;
  takeStep: null;
  openLink: null;
  openFile: null;
  openDiff: null;
  openContext: null;
  hostFile: null;
  insertCode: null;
  openCode: null;
  report: null;
}

export type ChatRequests = {
  [Name in keyof typeof requestSchemas]: {
    params: v.InferOutput<(typeof requestSchemas)[Name]>;
    reply: Replies[Name];
  };
};

export type ChatRequest = {
  [Name in keyof ChatRequests]: { name: Name; params: ChatRequests[Name]["params"] };
}[keyof ChatRequests];

/** A request of the webview's, if it is one that fits. */
export function parseRequest(name: string, params: unknown): ChatRequest | undefined {
  if (!Object.hasOwn(requestSchemas, name)) return undefined;
  const parsed = v.safeParse(requestSchemas[name as keyof ChatRequests], params);
  return parsed.success ? ({ name, params: parsed.output } as ChatRequest) : undefined;
}

/** What the host tells the webview. */
export type ChatEvents = {
  /** Another thread, of a long one its end, or the whole of this one again. */
  show: ChatView;
  /** What came to the thread on show; `revision` is the count after these events. */
  changed: { thread: string; revision: number; events: readonly ThreadEvent[] };
  turn: { thread: string; turn: TurnState };
  /** What is written and not sent, when it was written elsewhere. */
  draft: { thread: string; text: string };
  unsaved: { thread: string; problem: string | null };
  /** Whether the file of the thread on show is not there. */
  fileMissing: { thread: string; missing: boolean };
  /** Threads can only be read from now on, and why. */
  readOnly: string;
  threads: readonly Thread[];
  sandbox: SandboxState;
  /** Put the cursor where a message is written. */
  focus: null;
};
