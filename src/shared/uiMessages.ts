import type { JSONValue, UIMessage } from "ai";
import type { Conversation, MessageStatus, Part, TurnError, Usage } from "./thread";

/** What a message of ours has beyond the AI SDK's. */
export interface MessageMetadata {
  readonly status: MessageStatus;
  readonly createdAt: number;
  readonly usage?: Usage;
  readonly error?: TurnError;
}

/** A conversation as the AI SDK's `UIMessage`s, without what was hidden from its readers. */
export const toUIMessages = ({ messages }: Conversation): UIMessage<MessageMetadata>[] =>
  messages
    .filter(({ visibility }) => visibility === "visible")
    .map(({ id, role, parts, status, createdAt, usage, error }) => ({
      id,
      role,
      // The SDK takes no message without a part; a step in which nothing was said is one.
      parts: parts.length > 0 ? parts.map(toUIPart) : [{ type: "step-start" }],
      metadata: { status, createdAt, ...(usage && { usage }), ...(error && { error }) },
    }));

/**
 * What a part has beyond the SDK's is the provider's word on it, in the SDK's terms; what is left out
 * of a long output is ours.
 */
function toUIPart(part: Part): UIMessage["parts"][number] {
  if (part.type === "dynamic-tool") {
    const { parent, startedAt, endedAt, patch, omitted, ...tool } = part;
    const claude = { ...origin(parent, startedAt, endedAt), ...(patch && { patch: { ...patch } }) };
    const metadata = {
      ...(Object.keys(claude).length > 0 && { claude }),
      ...(omitted && { sandboxChat: { omitted: { ...omitted } } }),
    };
    return Object.keys(metadata).length > 0 ? { ...tool, callProviderMetadata: metadata } : tool;
  }
  if (part.type === "reasoning") {
    const { parent, startedAt, endedAt, ...reasoning } = part;
    return withOrigin(reasoning, origin(parent, startedAt, endedAt));
  }
  const { parent, ...plain } = part;
  return "data" in plain ? plain : withOrigin(plain, origin(parent));
}

const origin = (parent?: string, startedAt?: number, endedAt?: number) => ({
  ...(parent && { parentToolCallId: parent }),
  ...(startedAt !== undefined && { startedAt }),
  ...(endedAt !== undefined && { endedAt }),
});

/** With what there is of Claude's, under the provider's name. */
const withOrigin = <UIPart extends UIMessage["parts"][number]>(
  part: UIPart,
  claude: Record<string, JSONValue>,
): UIPart => (Object.keys(claude).length > 0 ? { ...part, providerMetadata: { claude } } : part);
