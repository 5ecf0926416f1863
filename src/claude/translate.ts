/** Claude's wire messages into our thread events. The wire format is known up to here and no further. */
import { t } from "@vscode/l10n";
import { cutTo, remember } from "../shared/limits";
import type { Message, Part, ThreadEvent, TurnError, Usage } from "../shared/thread";
import { isStaleSession, resultError } from "./errors";
import { MessageBounds } from "./messageBounds";
import { begunPart, deltaText, textPart, wholePart } from "./parts";
import { toolOutcome } from "./tools";
import type {
  AssistantMessage,
  ResultMessage,
  StreamEvent,
  UserMessage,
  WireMessage,
} from "./wire";

/** What a message means for the running of a turn, beyond what it adds to the thread. */
export type TurnSignal =
  | {
      readonly type: "retrying";
      readonly attempt: number;
      readonly of: number;
      readonly error: string;
    }
  /** Claude asks something of its client, and waits for the answer. */
  | { readonly type: "asked"; readonly requestId: string; readonly subtype: string }
  /** There is no session to resume (any more). */
  | { readonly type: "staleSession"; readonly error: TurnError }
  | { readonly type: "ended"; readonly error: TurnError | null };

export interface Translation {
  readonly events: readonly ThreadEvent[];
  readonly signal?: TurnSignal;
}

export interface TranslatorOptions {
  /** Makes the message that an answer goes into: empty, streaming, at the thread's end. */
  readonly newReply: () => Message;
  readonly now: () => number;
  /** Whether what is read was said earlier, so that nothing is known of when. */
  readonly later?: boolean;
  /** The Claude session that the thread knows already. */
  readonly sessionId: () => string | null;
}

/** The API message being received, of Claude itself or of one of its subagents. */
interface ApiMessage {
  readonly id: string;
  /** Begins the ids of its parts: its id, and how often that was used before in this turn. */
  readonly prefix: string;
  /** The message of ours that it is written to. */
  readonly message: string;
  /** How many blocks came whole. */
  whole: number;
  /** The block that is streaming. */
  current?: number;
  /** Blocks that have begun and did not come whole: index → part. */
  readonly open: Map<number, string>;
}

/** So many notices between turns are kept, and so much of each, in UTF-16 units. */
const NOTICES_LIMIT = 100;
const NOTICE_LIMIT = 100_000;

export class Translator {
  readonly #options: TranslatorOptions;
  readonly #bounds = new MessageBounds();
  /** The message that the present turn writes, while there is a turn. */
  #reply: string | undefined;
  #spoke = false;
  #stopping = false;
  #failure: string | undefined;
  #begunSession: string | undefined;
  #processCostUsd = 0;
  #notices = 0;
  /** What the CLI said between turns, such as that its model was set. The next turn begins with it. */
  #noticed: Part[] = [];
  /** By the subagent's tool call; "" is Claude itself. */
  readonly #apiMessages = new Map<string, ApiMessage>();
  /** How often an API message began under an id in this turn: a gateway may give all of them the same. */
  readonly #uses = new Map<string, number>();
  /** Which message a tool call is in. Its result may come after the turn has ended. */
  readonly #tools = new Map<string, string>();
  /** When thoughts began that stream. */
  readonly #thinking = new Map<string, number>();

  constructor(options: TranslatorOptions) {
    this.#options = options;
  }

  /** Whether an answer is being written. */
  get inTurn(): boolean {
    return this.#reply !== undefined;
  }

  /** From here on another process speaks, which counts from zero what it counts. */
  processStarted(): void {
    this.#processCostUsd = 0;
    this.#begunSession = undefined;
    this.#apiMessages.clear();
  }

  /**
   * Begins a turn, whose answer goes into `message`. Claude may also begin one by itself, when a
   * background task is done.
   */
  begin(message = this.#options.newReply()): ThreadEvent[] {
    const noticed = this.#noticed.splice(0);
    this.#reply = message.id;
    this.#spoke = noticed.length > 0;
    this.#stopping = false;
    this.#failure = undefined;
    this.#apiMessages.delete("");
    this.#uses.clear();
    return [
      { type: "messageAdded", message },
      ...noticed.map((part): ThreadEvent => ({ type: "partSet", message: message.id, part })),
    ];
  }

  /** From here on, a turn that does not complete is one that was stopped. */
  stopping(): void {
    this.#stopping = true;
  }

  /** Takes back a `begin` whose message could not be stored, or leaves a turn that is another window's now. */
  forget(): void {
    this.#reply = undefined;
  }

  /** Ends a turn that no `result` ended. Without an error it was stopped. */
  abandon(error: TurnError | null): ThreadEvent[] {
    return this.#reply ? this.#end(this.#reply, error ? "failed" : "stopped", null, error) : [];
  }

  read(message: WireMessage): Translation {
    const { events, signal } = this.#translate(message);
    const kept = this.#bounds.within(events);
    return signal ? { events: kept, signal } : { events: kept };
  }

  #translate(message: WireMessage): Translation {
    switch (message.type) {
      case "system":
        return this.#system(message);
      case "stream_event":
        return { events: [...this.#resumable(message.session_id), ...this.#partial(message)] };
      case "assistant":
        return { events: [...this.#resumable(message.session_id), ...this.#assistant(message)] };
      case "user":
        return { events: this.#user(message) };
      case "result":
        return this.#result(message);
      case "control_request":
        return {
          events: [],
          signal: {
            type: "asked",
            requestId: message.request_id,
            subtype: message.request.subtype,
          },
        };
      case "control_response":
        // Whoever asked has it.
        return { events: [] };
    }
  }

  #system(message: Extract<WireMessage, { type: "system" }>): Translation {
    switch (message.subtype) {
      case "init":
        this.#begunSession = message.session_id;
        return { events: [] };
      case "api_retry": {
        const { attempt, max_retries: of, error } = message;
        return { events: [], signal: { type: "retrying", attempt, of, error } };
      }
      case "compact_boundary":
        return {
          events: this.#notice(t("Claude summarised the conversation so far to make room.")),
        };
    }
  }

  #partial({ event, parent_tool_use_id: parent }: StreamEvent): ThreadEvent[] {
    const api = this.#apiMessages.get(parent ?? "");
    switch (event.type) {
      case "message_start":
        return this.#inTurn(
          (reply) => this.#enter(parent, event.message.id, reply).dropped,
          parent,
        );
      case "content_block_start": {
        if (!api) return [];
        const { message } = api;
        api.current = event.index;
        const part = begunPart(event.content_block, `${api.prefix}:${event.index}`, parent);
        if (!part) return [];
        remember(api.open, event.index, part.id);
        if (part.type === "dynamic-tool") remember(this.#tools, part.id, message);
        return [{ type: "partSet", message, part: this.#timed(part) }];
      }
      case "content_block_delta": {
        const part = api?.open.get(event.index);
        const text = deltaText(event.delta);
        return api && part && text ? [{ type: "partGrew", message: api.message, part, text }] : [];
      }
      case "content_block_stop":
        // A block that ends before it came whole may be one that was cut: it stays open.
        delete api?.current;
        return [];
    }
  }

  /** A whole block. It replaces what streamed of it; without partial messages it is all there is. */
  #assistant({ message, error, parent_tool_use_id: parent }: AssistantMessage): ThreadEvent[] {
    if (error && message.model === "<synthetic>") {
      // Not Claude's words but the CLI's, about a failure that the `result` tells of next.
      this.#failure = error;
      return [];
    }
    return this.#inTurn((reply) => {
      const before = this.#apiMessages.get(parent ?? "");
      const { api, dropped } =
        before?.id === message.id
          ? { api: before, dropped: [] }
          : this.#enter(parent, message.id, reply);
      const events: ThreadEvent[] = dropped;
      for (const block of message.content) {
        // A block comes whole just before its own stop; nothing streams of a subagent's.
        const index = api.current ?? api.whole;
        api.whole = Math.max(api.whole, index) + 1;
        delete api.current;
        const begun = api.open.get(index);
        api.open.delete(index);
        const part =
          block.type === "other" ? undefined : wholePart(block, `${api.prefix}:${index}`, parent);
        // It said nothing in the end, as a thought does that Claude keeps to itself.
        if (begun && begun !== part?.id)
          events.push({ type: "partDropped", message: reply, part: begun });
        if (!part) continue;
        if (part.type === "dynamic-tool") remember(this.#tools, part.id, reply);
        if (part.type === "text" && !parent) this.#spoke = true;
        events.push({ type: "partSet", message: reply, part: this.#timed(part) });
      }
      return events;
    }, parent);
  }

  /** A part with the time at which it began and, of a thought, ended. */
  #timed(part: Part): Part {
    if (this.#options.later) return part;
    const now = this.#options.now();
    if (part.type === "dynamic-tool")
      return part.state === "input-available" ? { ...part, startedAt: now } : part;
    if (part.type !== "reasoning") return part;
    const startedAt = this.#thinking.get(part.id);
    if (part.state === "done") {
      this.#thinking.delete(part.id);
      return startedAt === undefined ? part : { ...part, startedAt, endedAt: now };
    }
    remember(this.#thinking, part.id, now);
    return { ...part, startedAt: now };
  }

  #user({ message, tool_use_result: result }: UserMessage): ThreadEvent[] {
    return message.content.flatMap((block): ThreadEvent[] => {
      if (block.type === "tool_result") {
        const reply = this.#tools.get(block.tool_use_id);
        const only = message.content.length === 1 ? result : undefined;
        const outcome = toolOutcome(block.content, block.is_error ?? false, only);
        const time = this.#options.later ? {} : { at: this.#options.now() };
        return reply
          ? [{ type: "toolEnded", message: reply, part: block.tool_use_id, outcome, ...time }]
          : [];
      }
      const said = block.type === "text" && LOCAL_COMMAND.exec(block.text)?.[1]?.trim();
      return said ? this.#notice(said) : [];
    });
  }

  #result(result: ResultMessage): Translation {
    // One that has begun was found: what it has done must not be asked for again.
    if (this.#begunSession === undefined && isStaleSession(result))
      return {
        events: [],
        signal: { type: "staleSession", error: resultError(result, undefined) },
      };
    const stopped = (result.terminal_reason ?? "").startsWith("aborted") || this.#stopping;
    const incomplete = result.is_error || result.subtype.startsWith("error");
    const failed = incomplete && !stopped;
    const error = failed ? resultError(result, this.#failure) : null;
    const unsaid = !this.#spoke && !incomplete ? (result.result ?? "") : "";
    const resumable = this.#resumable(result.session_id);
    const ends = this.#reply !== undefined || failed || unsaid || this.#noticed.length > 0;
    const end = (reply: string): ThreadEvent[] => {
      const said: ThreadEvent[] = unsaid
        ? [{ type: "partSet", message: reply, part: textPart("result", unsaid, "done") }]
        : [];
      const status = failed ? "failed" : incomplete ? "stopped" : "complete";
      return [...said, ...this.#end(reply, status, this.#usage(result), error)];
    };
    return {
      events: [...resumable, ...(ends ? this.#inTurn(end) : [])],
      signal: { type: "ended", error },
    };
  }

  /**
   * The CLI counts cost up over its whole life, and a newer one over the session's, which it takes up when
   * it resumes; but that one tells the turn's as well. Everything else is counted by the turn.
   */
  #usage(result: ResultMessage): Usage {
    const { usage, total_cost_usd, duration_ms, model_usage_since_last_result: models } = result;
    const costUsd = models
      ? Object.values(models).reduce((sum, { costUSD }) => sum + costUSD, 0)
      : Math.max(0, total_cost_usd - this.#processCostUsd);
    this.#processCostUsd = total_cost_usd;
    return {
      inputTokens: usage?.input_tokens ?? 0,
      outputTokens: usage?.output_tokens ?? 0,
      cacheReadTokens: usage?.cache_read_input_tokens ?? 0,
      cacheWriteTokens: usage?.cache_creation_input_tokens ?? 0,
      costUsd,
      durationMs: duration_ms,
    };
  }

  /**
   * Makes `id` the API message being received. A stream that was cut is asked for again under another
   * id, and what had begun in the first one will never be ended: it is dropped.
   */
  #enter(
    parent: string | null | undefined,
    id: string,
    message: string,
  ): { api: ApiMessage; dropped: ThreadEvent[] } {
    const before = this.#apiMessages.get(parent ?? "");
    const uses = this.#uses.get(id) ?? 0;
    remember(this.#uses, id, uses + 1);
    // Claude's own record of the session gives the same ids, so that nothing is recovered twice.
    const prefix = uses > 0 ? `${id}:again${uses}` : id;
    const api: ApiMessage = { id, prefix, message, whole: 0, open: new Map() };
    remember(this.#apiMessages, parent ?? "", api);
    const dropped = [...(before?.open.values() ?? [])].map((part): ThreadEvent => {
      return { type: "partDropped", message, part };
    });
    return { api, dropped };
  }

  /**
   * Makes events of the message that is being written, and begins one where there is none: Claude
   * itself has begun a turn. A subagent's go to the message of its tool call, even after that ended.
   */
  #inTurn(make: (reply: string) => ThreadEvent[], parent?: string | null): ThreadEvent[] {
    const called = parent ? this.#tools.get(parent) : undefined;
    if (called) return make(called);
    const begun = this.#reply ? [] : this.begin();
    return this.#reply ? [...begun, ...make(this.#reply)] : begun;
  }

  #end(
    message: string,
    status: "complete" | "stopped" | "failed",
    usage: Usage | null,
    error: TurnError | null,
  ): ThreadEvent[] {
    this.#reply = undefined;
    this.#apiMessages.delete("");
    return [{ type: "messageEnded", message, at: this.#options.now(), status, usage, error }];
  }

  #notice(text: string): ThreadEvent[] {
    const data = { text: cutTo(NOTICE_LIMIT, text) };
    const part: Part = { type: "data-notice", id: `notice:${++this.#notices}`, data };
    if (!this.#reply) {
      if (this.#noticed.length < NOTICES_LIMIT) this.#noticed.push(part);
      return [];
    }
    this.#spoke = true;
    return [{ type: "partSet", message: this.#reply, part }];
  }

  /** A session can be resumed once it has begun and something real was said in it. */
  #resumable(sessionId: string | null | undefined): ThreadEvent[] {
    if (!sessionId || sessionId !== this.#begunSession || sessionId === this.#options.sessionId())
      return [];
    const changes = { claudeSessionId: sessionId };
    return [{ type: "threadChanged", at: this.#options.now(), changes }];
  }
}

/** What a slash command that runs in the CLI itself prints. */
const LOCAL_COMMAND = /^<local-command-stdout>([\s\S]*?)<\/local-command-stdout>$/;
