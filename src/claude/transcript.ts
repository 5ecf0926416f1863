/**
 * Claude Code's own record of a session: lines of JSON in a file inside the sandbox. What people and
 * Claude said is in it in the shape of the wire's messages; the rest is the CLI's own business.
 */
import * as v from "valibot";
import { OUTPUT_LIMIT } from "../shared/limits";
import { parseLine, type WireMessage } from "./wire";

/**
 * The command that prints the record of the session `id`: the lines that say something, and of a very
 * long one its end. The folder's name says where Claude was started, which is of no interest here.
 */
export const transcriptArgv = (id: string): string[] => [
  "sh",
  "-c",
  `cat "\${CLAUDE_CONFIG_DIR:-$HOME/.claude}"/projects/*/"$1".jsonl |
   grep -e '"type":"user"' -e '"type":"assistant"' |
   tail -n 5000 | tail -c ${OUTPUT_LIMIT}`,
  "sh",
  id,
];

const record = v.object({
  type: v.picklist(["user", "assistant"]),
  isSidechain: v.optional(v.boolean(), false),
  isMeta: v.optional(v.boolean(), false),
  message: v.object({ stop_reason: v.nullish(v.string()) }),
  /** What the wire calls `tool_use_result`. */
  toolUseResult: v.optional(v.unknown()),
});

/** What was said in a turn. */
export interface RecordedTurn {
  /** The text of its prompt, without what was sent along with it. */
  readonly prompt: string;
  readonly answer: readonly WireMessage[];
  /** Whether Claude came to the end of it. */
  readonly complete: boolean;
}

/** The turns of a record, in their order. What cannot be read is left out. */
export function recordedTurns(transcript: string): RecordedTurn[] {
  const turns: { prompt: string; answer: WireMessage[]; complete: boolean }[] = [];
  for (const line of transcript.split("\n")) {
    const { message } = parseLine(line);
    if (message?.type !== "user" && message?.type !== "assistant") continue;
    const { output, success } = v.safeParse(record, JSON.parse(line));
    if (!success || output.isSidechain || output.isMeta) continue;
    const last = turns.at(-1);
    const prompt = message.type === "user" ? promptOf(message) : undefined;
    if (prompt !== undefined) turns.push({ prompt, answer: [], complete: false });
    else if (last) {
      last.answer.push(
        message.type === "user" ? { ...message, tool_use_result: output.toolUseResult } : message,
      );
      if (message.type === "assistant") last.complete = output.message.stop_reason === "end_turn";
    }
  }
  return turns;
}

/** What the CLI writes for the user who has stopped Claude. */
const INTERRUPTED = /^\[Request interrupted by user/;

/** The last text, unless the message is a tool's answer: what is sent along with a prompt precedes it. */
function promptOf({ message }: Extract<WireMessage, { type: "user" }>): string | undefined {
  const last = message.content.at(-1);
  return last?.type === "text" && !INTERRUPTED.test(last.text) ? last.text : undefined;
}
