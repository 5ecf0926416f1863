import { cutLong } from "../../src/session/longOutput";
import type { ThreadEvent } from "../../src/shared/thread";
import { harmless } from "./harmless";

/** Numbered lines, so many bytes of them at least: no two are the same, and each tells its place. */
export function numberedLines(bytes: number): string {
  const lines: string[] = [];
  for (let size = 0, number = 1; size < bytes; number++) {
    const line = `line ${number} of a long output, with checksum ${(number * 7919) % 65_537}`;
    size += line.length + 1;
    lines.push(line);
  }
  return lines.join("\n");
}

/** The begin of a tool call. */
export const toolBegun = (part: string, message = "t1-answer"): ThreadEvent => ({
  type: "partSet",
  message,
  part: {
    type: "dynamic-tool",
    id: part,
    toolCallId: part,
    toolName: "Bash",
    state: "input-available",
    input: { command: "cat log" },
  },
});

/** The end of a tool call, as it is stored. */
export const toolEnded = (
  part: string,
  output: string,
  message = "t1-answer",
): Promise<ThreadEvent> =>
  cutLong(harmless({ type: "toolEnded", message, part, outcome: { output } }));
