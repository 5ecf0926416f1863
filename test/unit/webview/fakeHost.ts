import { Link, type Calls, type Port } from "../../../src/shared/link";
import type { ChatEvents, ChatRequests, ChatView } from "../../../src/shared/protocol";
import type { Message, Part, Thread } from "../../../src/shared/thread";
import type { Memory, Saved } from "../../../webview/saved";
import { Chat } from "../../../webview/state";

type Asked = {
  [Name in keyof ChatRequests]: readonly [Name, ChatRequests[Name]["params"]];
}[keyof ChatRequests];

/** Answers one request; what it throws reaches the webview as a failure. */
type Answer = (params: never) => unknown;

/** A chat with the host's end of its link in the hands of a test. */
export class FakeHost {
  readonly asked: Asked[] = [];
  readonly saved: Saved[] = [];
  readonly chat: Chat;
  /** What the host answers, where a test wants another answer than the usual one. */
  readonly answers: Partial<Record<keyof ChatRequests, Answer>> = {};
  view: ChatView;

  readonly #link: Link<Calls, ChatEvents>;

  constructor(view: ChatView, saved?: unknown) {
    this.view = view;
    const [ours, theirs] = portPair();
    this.#link = new Link(ours, {
      request: (name, params) => {
        this.asked.push([name, params] as Asked);
        const answer = this.answers[name as keyof ChatRequests];
        if (answer) return answer(params as never);
        if (name === "send") return { sent: true };
        return name === "ready" ? this.view : null;
      },
    });
    const memory: Memory = { load: () => saved, save: (state) => void this.saved.push(state) };
    this.chat = new Chat(theirs, memory);
  }

  /** Tells the webview something, and waits until it has heard it. */
  async tell<Name extends keyof ChatEvents>(name: Name, data: ChatEvents[Name]): Promise<void> {
    this.#link.tell(name, data);
    await settled();
  }

  count(name: keyof ChatRequests): number {
    return this.asked.filter(([asked]) => asked === name).length;
  }
}

/** Every message that is on its way has arrived, and every answer to it: each takes one turn of the loop. */
export async function settled(): Promise<void> {
  for (let turns = 0; turns < 10; turns++) await new Promise((resolve) => setImmediate(resolve));
}

/** Two connected ports, which copy what they carry and deliver it later, as `postMessage` does. */
function portPair(): [Port, Port] {
  const ends = [new Set<(message: unknown) => void>(), new Set<(message: unknown) => void>()];
  const port = (own: number): Port => ({
    post(message) {
      const copy: unknown = structuredClone(message);
      setImmediate(() => ends[1 - own]?.forEach((listener) => listener(copy)));
    },
    listen(listener) {
      ends[own]?.add(listener);
      return () => void ends[own]?.delete(listener);
    },
  });
  return [port(0), port(1)];
}

export const thread = (over: Partial<Thread> = {}): Thread => ({
  id: "t1",
  title: "A thread",
  scope: { type: "workspace", id: "" },
  claudeSessionId: null,
  pinned: false,
  metadata: {},
  createdAt: 1,
  updatedAt: 1,
  deletedAt: null,
  unread: false,
  ...over,
});

export const message = (id: string, text: string, over: Partial<Message> = {}): Message => ({
  id,
  threadId: "t1",
  seq: 0,
  role: "assistant",
  parts: [{ id: "p1", type: "text", text }],
  visibility: "visible",
  status: "complete",
  usage: null,
  error: null,
  createdAt: 1,
  ...over,
});

export const view = (messages: readonly Message[], over: Partial<ChatView> = {}): ChatView => ({
  conversation: { thread: thread(), messages },
  revision: 10,
  turn: { phase: "idle" },
  unsaved: null,
  readOnly: null,
  draft: "",
  threads: [],
  sandbox: { state: "ready", label: "Demo" },
  ...over,
});

export const textPart = (text: string): Part => ({ id: "p1", type: "text", text });
