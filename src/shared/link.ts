import { t } from "@vscode/l10n";

/**
 * Requests, replies, failures and events over any pair of `postMessage` ends: host and webview,
 * or host and worker thread.
 */

/** One end of a `postMessage` pair. `listen` returns a function that ends the listening. */
export interface Port {
  post(message: unknown): void;
  listen(listener: (message: unknown) => void): () => void;
}

/** What one end can be asked: a name, what is asked with it, and what it answers. */
export type Calls = Record<string, { params: unknown; reply: unknown }>;

/** What one end tells without being asked: a name and its data. */
export type Events = Record<string, unknown>;

export interface Handlers {
  /** Answers a request. What it throws reaches the asker as a failure of the same name and message. */
  request?(name: string, params: unknown): unknown;
  event?(name: string, data: unknown): void;
  /** Told of a message that is none of ours. It is dropped. */
  dropped?(message: unknown): void;
}

/** The other end answered with an error: `name` and `message` are that error's. */
export class RemoteError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** This end was closed before an answer came. */
export class LinkClosedError extends Error {
  override readonly name = "LinkClosedError";
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** One end of a link: it asks `Asked` of the other end and tells it `Told`. */
export class Link<Asked extends Calls, Told extends Events> {
  readonly #pending = new Map<number, Pending>();
  readonly #unlisten: () => void;
  #nextId = 1;
  #closed = false;

  constructor(
    private readonly port: Port,
    private readonly handlers: Handlers,
  ) {
    this.#unlisten = port.listen((message) => this.#receive(message));
  }

  request<Name extends keyof Asked & string>(
    name: Name,
    params: Asked[Name]["params"],
  ): Promise<Asked[Name]["reply"]> {
    if (this.#closed)
      return Promise.reject(new LinkClosedError(t("{0}: the link is closed.", name)));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#post({ kind: "request", id, name, params });
    });
  }

  tell<Name extends keyof Told & string>(name: Name, data: Told[Name]): void {
    this.#post({ kind: "event", name, data });
  }

  /** Ends the link: nothing is posted any more, and what was asked fails. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unlisten();
    for (const pending of this.#pending.values())
      pending.reject(new LinkClosedError(t("The link was closed before an answer came.")));
    this.#pending.clear();
  }

  #post(message: unknown): void {
    if (!this.#closed) this.port.post(message);
  }

  #receive(message: unknown): void {
    if (!isEnvelope(message)) return this.handlers.dropped?.(message);
    switch (message.kind) {
      case "request":
        this.#answer(message.id, message.name, message.params).catch(() => {
          // The other end is gone.
        });
        return;
      case "reply":
        this.#take(message.id)?.resolve(message.value);
        return;
      case "failure":
        this.#take(message.id)?.reject(new RemoteError(message.name, message.message));
        return;
      case "event":
        return this.handlers.event?.(message.name, message.data);
    }
  }

  async #answer(id: number, name: string, params: unknown): Promise<void> {
    try {
      // eslint-disable-next-line no-restricted-syntax -- Only a mistake of ours leads here.
      if (!this.handlers.request) throw new Error(`Nothing here answers "${name}".`);
      this.#post({ kind: "reply", id, value: await this.handlers.request(name, params) });
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      this.#post({ kind: "failure", id, name: error.name, message: error.message });
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }
}

type Envelope =
  | { kind: "request"; id: number; name: string; params: unknown }
  | { kind: "reply"; id: number; value: unknown }
  | { kind: "failure"; id: number; name: string; message: string }
  | { kind: "event"; name: string; data: unknown };

function isEnvelope(message: unknown): message is Envelope {
  if (typeof message !== "object" || message === null) return false;
  const { kind, id, name, message: text } = message as Record<string, unknown>;
  switch (kind) {
    case "request":
      return typeof id === "number" && typeof name === "string";
    case "reply":
      return typeof id === "number";
    case "failure":
      return typeof id === "number" && typeof name === "string" && typeof text === "string";
    case "event":
      return typeof name === "string";
    default:
      return false;
  }
}
