/** How fast Claude's stdout becomes a thread: bytes → lines → parse → translate → fold. */
import { foldRecording } from "../support/foldRecording";
import { recordingBytes, recordingNames } from "../support/recordings";
import { median, type Findings } from "./figures";

const ROUNDS = 25;

/** As large as what a pipe hands over at once. */
const CHUNK = 65_536;

export async function translate(): Promise<Findings> {
  const recordings = await compare(recordingNames.map(recordingBytes), 4);
  const longLine = await compare([withLineOf(5_000_000)], 1);
  return {
    figures: [
      { name: "the recordings", value: recordings.speed, unit: "MB/s" },
      {
        name: "the recordings, against JSON.parse of their lines",
        value: recordings.ratio,
        unit: "×",
        atMost: 5,
      },
      { name: "a line of 5 MB", value: longLine.speed, unit: "MB/s" },
      {
        name: "a line of 5 MB, against JSON.parse of it",
        value: longLine.ratio,
        unit: "×",
        atMost: 5,
      },
    ],
  };
}

/** Folds the streams and parses their lines, by turns, so that both have the same machine. */
async function compare(
  streams: readonly Buffer[],
  repeat: number,
): Promise<{ speed: number; ratio: number }> {
  const bytes = streams.reduce((sum, stream) => sum + stream.length, 0) * repeat;
  const lines = streams.flatMap((stream) => stream.toString("utf8").split("\n")).filter(Boolean);
  const times: number[] = [];
  const ratios: number[] = [];
  // The first rounds, in which the engine compiles, do not count.
  for (let round = -3; round < ROUNDS; round++) {
    const start = performance.now();
    for (let time = 0; time < repeat; time++) {
      for (const stream of streams) await foldRecording(chunksOf(stream));
    }
    const folded = performance.now();
    for (let time = 0; time < repeat; time++) for (const line of lines) JSON.parse(line);
    const parsed = performance.now();
    if (round < 0) continue;
    times.push(folded - start);
    ratios.push((folded - start) / (parsed - folded));
  }
  return { speed: bytes / 1000 / median(times), ratio: median(ratios) };
}

// A stream is what is asked for, however little there is to wait for.
// eslint-disable-next-line @typescript-eslint/require-await
async function* chunksOf(stream: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < stream.length; at += CHUNK) yield stream.subarray(at, at + CHUNK);
}

/** A turn with a tool call whose output is so long, in bytes. */
function withLineOf(bytes: number): Buffer {
  const session_id = "bench";
  const call = { type: "tool_use", id: "toolu_1", name: "Bash", input: { command: "cat log" } };
  const output = 'It said: "Grüße", and then nothing more.\n';
  const content = output.repeat(Math.ceil(bytes / Buffer.byteLength(JSON.stringify(output))));
  const messages = [
    { type: "system", subtype: "init", session_id },
    { type: "assistant", session_id, message: { id: "msg_1", content: [call] } },
    {
      type: "user",
      session_id,
      message: { content: [{ type: "tool_result", tool_use_id: call.id, content }] },
    },
    { type: "result", subtype: "success", is_error: false, session_id },
  ];
  return Buffer.from(messages.map((message) => `${JSON.stringify(message)}\n`).join(""));
}
