/** One streamed message, as the server-sent events that the API sends. */
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export class MessageStream {
  #block = 0;
  #outputTokens = 0;
  #stopReason = "end_turn";

  /** `number` tells messages and tool calls apart. */
  constructor(
    private readonly response: ServerResponse,
    model: string,
    private readonly number: number,
  ) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    this.#send({ type: "message_start", message: message(number, model, []) });
  }

  /** A whole text block; `pause` is in milliseconds. */
  async text(pieces: readonly string[], pause = 0): Promise<void> {
    await this.openText(pieces, pause);
    this.#endBlock();
  }

  /** Begins a text block and leaves it open. */
  async openText(pieces: readonly string[], pause = 0): Promise<void> {
    this.#startBlock({ type: "text", text: "" });
    for (const text of pieces) await this.#delta({ type: "text_delta", text }, pause);
  }

  async thinking(pieces: readonly string[], pause: number): Promise<void> {
    this.#startBlock({ type: "thinking", thinking: "", signature: "" });
    for (const thinking of pieces) await this.#delta({ type: "thinking_delta", thinking }, pause);
    await this.#delta({ type: "signature_delta", signature: "c2lnbmF0dXJl" });
    this.#endBlock();
  }

  async tool(name: string, input: unknown): Promise<void> {
    const id = `toolu_${String(this.number).padStart(6, "0")}_${this.#block}`;
    this.#startBlock({ type: "tool_use", id, name, input: {} });
    const json = JSON.stringify(input);
    const size = Math.max(12, Math.ceil(json.length / 40));
    for (let i = 0; i < json.length; i += size) {
      await this.#delta({ type: "input_json_delta", partial_json: json.slice(i, i + size) }, 2);
    }
    this.#endBlock();
    this.#stopReason = "tool_use";
  }

  end(stopReason = this.#stopReason): void {
    const delta = { stop_reason: stopReason, stop_sequence: null };
    this.#send({ type: "message_delta", delta, usage: usage(this.#outputTokens) });
    this.#send({ type: "message_stop" });
    this.response.end();
  }

  /** Ends the stream with an error in place of the message's end. */
  fail(type: string, text: string): void {
    this.#send({ type: "error", error: { type, message: text } });
    this.response.end();
  }

  /** Breaks the connection. */
  cut(): void {
    this.response.destroy();
  }

  #startBlock(block: object): void {
    this.#send({ type: "content_block_start", index: this.#block, content_block: block });
  }

  async #delta(delta: object, pause = 0): Promise<void> {
    if (this.response.destroyed) return;
    this.#send({ type: "content_block_delta", index: this.#block, delta });
    this.#outputTokens++;
    if (pause > 0) await sleep(pause);
  }

  #endBlock(): void {
    this.#send({ type: "content_block_stop", index: this.#block++ });
  }

  #send(event: { readonly type: string; readonly [field: string]: unknown }): void {
    if (this.response.destroyed) return;
    this.response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
}

/** A message of the API: whole, or without content the one that a stream begins with. */
export function message(number: number, model: string, content: readonly object[]): object {
  return {
    id: `msg_${String(number).padStart(6, "0")}`,
    type: "message",
    role: "assistant",
    model,
    content,
    stop_reason: content.length > 0 ? "end_turn" : null,
    stop_sequence: null,
    usage: usage(1),
  };
}

const usage = (outputTokens: number) => ({
  input_tokens: 100,
  cache_creation_input_tokens: 20,
  cache_read_input_tokens: 3000,
  output_tokens: outputTokens,
  service_tier: "standard",
});
