/**
 * The fields of Claude Code's stream-json that we read. The CLI adds kinds and fields often, so the
 * schemas are loose: a field that is missing or odd costs that field, not the line.
 */
import * as v from "valibot";
import { COUNT_LIMIT, cutTo, ID_LIMIT, isSessionId, shortened, TEXT_LIMIT } from "../shared/limits";

const maybe = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.fallback(v.nullish(schema), undefined);

/** How much or how many. JSON can say 1e999, which would be no number any more when it is stored. */
const count = v.fallback(v.pipe(v.number(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER)), 0);
const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const cut = v.pipe(
  v.string(),
  v.transform((value) => cutTo(TEXT_LIMIT, value)),
);
const text = v.fallback(cut, "");
const name = v.pipe(v.string(), v.transform(shortened));
const id = v.custom<string>(isId);
const sessionId = v.custom<string>((value) => typeof value === "string" && isSessionId(value));
/** A list of which no more is read than can be kept. */
const list = v.pipe(
  v.array(v.unknown()),
  v.transform((items) => items.slice(0, COUNT_LIMIT + 1)),
);

const block = v.variant("type", [
  v.object({ type: v.literal("text"), text }),
  v.object({ type: v.literal("thinking"), thinking: text }),
  v.object({
    type: v.picklist(["tool_use", "server_tool_use", "mcp_tool_use"]),
    id,
    name,
    input: v.pipe(
      v.optional(v.unknown()),
      v.transform((value) => storable(value)),
    ),
  }),
  v.object({
    type: v.literal("tool_result"),
    tool_use_id: id,
    content: v.optional(v.unknown()),
    is_error: maybe(v.boolean()),
  }),
]);
export type Block = v.InferOutput<typeof block>;

/** A block of a kind that we do not know. It counts among the others. */
const OTHER = { type: "other" } as const;

/** A message's blocks; a plain string stands for one text block. */
const content = v.pipe(
  v.union([cut, list]),
  v.transform((value): (Block | typeof OTHER)[] =>
    typeof value === "string"
      ? [{ type: "text", text: value }]
      : value.map((item) => {
          const parsed = v.safeParse(block, item);
          return parsed.success ? parsed.output : OTHER;
        }),
  ),
);

const delta = v.variant("type", [
  v.object({ type: v.literal("text_delta"), text: v.string() }),
  v.object({ type: v.literal("thinking_delta"), thinking: v.string() }),
  v.object({ type: v.literal("input_json_delta"), partial_json: v.string() }),
]);

const partial = v.variant("type", [
  v.object({ type: v.literal("message_start"), message: v.object({ id }) }),
  v.object({ type: v.literal("content_block_start"), index, content_block: block }),
  v.object({ type: v.literal("content_block_delta"), index, delta }),
  v.object({ type: v.literal("content_block_stop"), index }),
]);

function isId(value: unknown): boolean {
  return typeof value === "string" && value !== "" && value.length <= ID_LIMIT;
}

/** Whether an object has no more fields than can be read. */
const isSmall = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length <= COUNT_LIMIT;

const from = { session_id: maybe(sessionId), parent_tool_use_id: maybe(id) };

const system = v.variant("subtype", [
  v.object({ type: v.literal("system"), subtype: v.literal("init"), session_id: sessionId }),
  v.object({
    type: v.literal("system"),
    subtype: v.literal("api_retry"),
    attempt: count,
    max_retries: count,
    error: v.fallback(name, ""),
  }),
  v.object({ type: v.literal("system"), subtype: v.literal("compact_boundary") }),
]);

const wire = v.variant("type", [
  system,
  v.object({ type: v.literal("stream_event"), ...from, event: partial }),
  v.object({
    type: v.literal("assistant"),
    ...from,
    error: maybe(name),
    message: v.object({ id, model: maybe(v.string()), content }),
  }),
  v.object({
    type: v.literal("user"),
    ...from,
    message: v.object({ content }),
    /** What the one tool that this tells of has done, in a shape of its own. */
    tool_use_result: v.optional(v.unknown()),
  }),
  v.object({
    type: v.literal("result"),
    ...from,
    subtype: text,
    is_error: v.fallback(v.boolean(), false),
    api_error_status: maybe(v.number()),
    terminal_reason: maybe(v.string()),
    result: maybe(cut),
    errors: maybe(v.pipe(list, v.array(text))),
    duration_ms: count,
    total_cost_usd: count,
    model_usage_since_last_result: maybe(
      v.pipe(v.custom<object>(isSmall), v.record(v.string(), v.object({ costUSD: count }))),
    ),
    usage: maybe(
      v.object({
        input_tokens: count,
        output_tokens: count,
        cache_read_input_tokens: count,
        cache_creation_input_tokens: count,
      }),
    ),
  }),
  v.object({
    type: v.literal("control_request"),
    request_id: id,
    request: v.object({ subtype: name }),
  }),
  v.object({
    type: v.literal("control_response"),
    response: v.object({
      subtype: v.string(),
      request_id: id,
      error: maybe(v.string()),
      response: v.optional(v.unknown()),
    }),
  }),
]);
export type WireMessage = v.InferOutput<typeof wire>;
export type StreamEvent = Extract<WireMessage, { type: "stream_event" }>;
export type AssistantMessage = Extract<WireMessage, { type: "assistant" }>;
export type UserMessage = Extract<WireMessage, { type: "user" }>;
export type ResultMessage = Extract<WireMessage, { type: "result" }>;

/** Kinds that are known and say nothing that we show, so that only news reaches the log. */
const IGNORED = new Set([
  "control_cancel_request",
  "conversation_reset",
  "keep_alive",
  "rate_limit_event",
  "stream_event/ping",
  "stream_event/message_delta",
  "stream_event/message_stop",
  "stream_event/signature_delta",
  "stream_event/citations_delta",
  "stream_event/redacted_thinking",
  "system/background_tasks_changed",
  "system/informational",
  "system/model_refusal_no_fallback",
  "system/status",
  "system/task_notification",
  "system/task_progress",
  "system/task_started",
  "system/task_updated",
  "system/thinking_tokens",
]);

export type Parsed =
  | { readonly message: WireMessage }
  /** `skipped` says why, when it is worth a line in the log. */
  | { readonly message: undefined; readonly skipped: string | undefined };

/** One line of Claude's stdout. Never throws: what cannot be read is skipped, with a reason. */
export function parseLine(line: string): Parsed {
  if (line.trim() === "") return { message: undefined, skipped: undefined };
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return { message: undefined, skipped: `a line that is not JSON (${line.length} characters)` };
  }
  const parsed = v.safeParse(wire, json);
  if (parsed.success) return { message: parsed.output };
  const kind = kindOf(json);
  return {
    message: undefined,
    skipped: IGNORED.has(kind) ? undefined : `a message of an unknown shape: ${kind}`,
  };
}

/** A message's kind, as deep as it is told: `system/status`, `stream_event/signature_delta`. */
function kindOf(json: unknown): string {
  const { type, subtype, event } = record(json);
  if (type !== "stream_event") return [type, subtype].filter(isShort).join("/") || "?";
  const { type: eventType, delta: eventDelta, content_block } = record(event);
  const inner = record(eventDelta)["type"] ?? record(content_block)["type"] ?? eventType;
  return `stream_event/${isShort(inner) ? inner : "?"}`;
}

/** Deeper than any tool's input is, and not too deep to be walked through. */
const DEEPEST = 100;

/**
 * The same value, such that JSON can say it and nobody who walks through it can fall, and with no more in
 * it than there is `room` for.
 */
function storable(
  value: unknown,
  room = { values: COUNT_LIMIT, text: TEXT_LIMIT },
  depth = 0,
): unknown {
  room.values--;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "string") {
    const kept = cutTo(Math.max(0, room.text), value);
    room.text -= kept.length;
    return kept;
  }
  if (typeof value !== "object" || value === null) return value;
  if (depth === DEEPEST) return "…";
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      if (room.values > 0) items.push(storable(item, room, depth + 1));
      else return [...items, "…"];
    }
    return items;
  }
  const fields: [string, unknown][] = [];
  for (const [key, field] of Object.entries(value)) {
    if (room.values > 0) fields.push([shortened(key), storable(field, room, depth + 1)]);
    else return Object.fromEntries([...fields, ["…", "…"]]);
  }
  return Object.fromEntries(fields);
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

/** Whether this is a word for the log, in which it must not look like lines of others. */
const isShort = (value: unknown): value is string =>
  typeof value === "string" && /^[\w.-]{1,80}$/.test(value);
