/** What the stand-in for the Messages API is asked. */
import type { IncomingHttpHeaders } from "node:http";

export interface ApiContent {
  readonly type: string;
  readonly text?: string;
  readonly source?: { readonly media_type?: string; readonly data?: string };
}

export interface ApiMessage {
  /** The CLI tells of its environment, and of messages sent during a turn, as `system`. */
  readonly role: "user" | "assistant" | "system";
  readonly content: string | readonly ApiContent[];
}

/** One call of `/v1/messages`, as the API saw it. */
export interface RecordedRequest {
  readonly model: string;
  readonly system: string;
  readonly messages: readonly ApiMessage[];
  readonly tools: readonly string[];
  readonly headers: IncomingHttpHeaders;
  readonly streaming: boolean;
  /** The client hung up before the answer's end. */
  aborted: boolean;
}

export interface RequestBody {
  readonly model?: string;
  readonly system?: string | readonly ApiContent[];
  readonly messages?: readonly ApiMessage[];
  readonly tools?: readonly { readonly name: string }[];
  readonly stream?: boolean;
}

export function record(body: RequestBody, headers: IncomingHttpHeaders): RecordedRequest {
  return {
    model: body.model ?? "",
    system: textOf(body.system ?? ""),
    messages: body.messages ?? [],
    tools: (body.tools ?? []).map((tool) => tool.name),
    headers,
    streaming: body.stream === true,
    aborted: false,
  };
}

/** The text blocks of a message's content, one below the other. */
export function textOf(content: ApiMessage["content"]): string {
  return blocksOf(content)
    .map((block) => block.text)
    .filter((text) => text !== undefined)
    .join("\n");
}

export function blocksOf(content: ApiMessage["content"]): readonly ApiContent[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

/** Not what the CLI tells of itself, nor what a tool gave. */
export const isPrompt = ({ role, content }: ApiMessage) =>
  role === "user" && blocksOf(content).every((block) => block.type !== "tool_result");

/** What a test wants to know of a request. */
export function summaryOf(request: RecordedRequest): object {
  const blocks = request.messages.flatMap((message) => blocksOf(message.content));
  return {
    model: request.model,
    systemLength: request.system.length,
    messages: request.messages.length,
    images: blocks
      .filter((block) => block.type === "image")
      .map(({ source }) => ({ type: source?.media_type, length: source?.data?.length })),
    tools: request.tools,
  };
}
