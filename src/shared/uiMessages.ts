import type { UIMessage } from "ai";
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
 * The tool call of the subagent that a part came from is the provider's word on it, in the SDK's terms;
 * what is left out of a long output is ours.
 */
function toUIPart(part: Part): UIMessage["parts"][number] {
  const { parent, ...plain } = part;
  const provider = parent && { claude: { parentToolCallId: parent } };
  if (plain.type === "dynamic-tool") {
    const { omitted, ...call } = plain;
    const metadata = { ...provider, ...(omitted && { sandboxChat: { omitted: { ...omitted } } }) };
    return Object.keys(metadata).length > 0 ? { ...call, callProviderMetadata: metadata } : call;
  }
  return provider && plain.type !== "data-notice"
    ? { ...plain, providerMetadata: provider }
    : plain;
}
