/** The blocks of Claude's messages into the parts of ours. */
import type { Part } from "../shared/thread";
import type { Block, StreamEvent } from "./wire";

type State = "streaming" | "done";
type Parent = string | null | undefined;

const under = (parent: Parent) => (parent ? { parent } : {});

export const textPart = (id: string, text: string, state: State, parent?: Parent): Part => ({
  type: "text",
  id,
  text,
  state,
  ...under(parent),
});

const reasoningPart = (id: string, text: string, state: State, parent: Parent): Part => ({
  type: "reasoning",
  id,
  text,
  state,
  ...under(parent),
});

const toolPart = ({ id, name }: { id: string; name: string }, parent: Parent) => ({
  type: "dynamic-tool" as const,
  id,
  toolCallId: id,
  toolName: name,
  ...under(parent),
});

/** A block that begins to stream, as a part; nothing of what we do not show. */
export function begunPart(block: Block, id: string, parent: Parent): Part | undefined {
  switch (block.type) {
    case "text":
      return textPart(id, block.text, "streaming", parent);
    case "thinking":
      return reasoningPart(id, block.thinking, "streaming", parent);
    case "tool_result":
      return undefined;
    default:
      return { ...toolPart(block, parent), state: "input-streaming" };
  }
}

/** A block that came whole, as a part; nothing of one that says nothing. */
export function wholePart(block: Block, id: string, parent: Parent): Part | undefined {
  switch (block.type) {
    // An empty block says nothing; a redacted thought arrives as one.
    case "text":
      return block.text ? textPart(id, block.text, "done", parent) : undefined;
    case "thinking":
      return block.thinking ? reasoningPart(id, block.thinking, "done", parent) : undefined;
    case "tool_result":
      return undefined;
    default:
      return { ...toolPart(block, parent), state: "input-available", input: block.input ?? {} };
  }
}

/** What a block grows by. */
export function deltaText(
  delta: Extract<StreamEvent["event"], { type: "content_block_delta" }>["delta"],
): string {
  switch (delta.type) {
    case "text_delta":
      return delta.text;
    case "thinking_delta":
      return delta.thinking;
    case "input_json_delta":
      return delta.partial_json;
  }
}
