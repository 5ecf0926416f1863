import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { between, seeded } from "../../crash/random";
import { emptyConversation } from "../../support/conversations";
import { type Folded, foldLines, foldProcesses, foldRecording } from "../../support/foldRecording";
import { mutated, pick } from "../../support/mutations";
import { recordingBytes, recordingLines, recordingNames } from "../../support/recordings";
import { storedAsStreamed, wellFormed } from "../../support/wellFormed";

const recordings = recordingNames.map((name) => ({
  name,
  lines: recordingLines(name).filter((line) => line !== ""),
  bytes: recordingBytes(name),
}));

/** Long lines hold what the short ones do, and would take all the time. */
const short = recordings.map(({ lines }) => lines.filter((line) => line.length < 5000));

async function valid({ conversation, events }: Folded, every: number): Promise<void> {
  wellFormed(conversation);
  await storedAsStreamed(emptyConversation("recording"), events, every);
}

/** The bytes in chunks of so many. */
const cut = (bytes: Buffer, size: () => number): Readable =>
  Readable.from(
    (function* () {
      for (let rest = bytes; rest.length > 0;) {
        const length = size();
        yield rest.subarray(0, length);
        rest = rest.subarray(length);
      }
    })(),
  );

describe("Claude's protocol, whatever comes", function () {
  it("gives the same events however its bytes are cut", async () => {
    const random = seeded(1);
    for (const { name, bytes } of recordings) {
      const whole = (await foldRecording(cut(bytes, () => bytes.length))).events;
      const sizes = [() => between(random, 1, 100), () => between(random, 1, 10_000)];
      // One byte at a time, and so inside each character.
      if (bytes.length < 20_000) sizes.push(() => 1);
      for (const size of sizes)
        assert.deepEqual((await foldRecording(cut(bytes, size))).events, whole, name);
    }
  });

  it("is a thread up to wherever it ends", async () => {
    const random = seeded(2);
    for (const { lines, bytes } of recordings) {
      for (let end = 0; end <= lines.length; end++)
        await valid(foldLines(lines.slice(0, end)), between(random, 1, 10));
      for (let count = 0; count < 10; count++) {
        const end = between(random, 0, bytes.length);
        await valid(await foldRecording(cut(bytes.subarray(0, end), () => end)), 3);
      }
    }
  });

  it("is a thread when one process after the other ends anywhere", async () => {
    const random = seeded(3);
    for (let count = 0; count < 150; count++) {
      const processes = Array.from({ length: between(random, 2, 5) }, () => {
        const lines = pick(short, random);
        return lines.slice(0, between(random, 0, lines.length + 1));
      });
      await valid(foldProcesses(processes), between(random, 1, 10));
    }
  });

  it("is a thread when lines are spoilt, doubled, lost and out of order", async () => {
    const random = seeded(4);
    const all = short.flat();
    for (let count = 0; count < 40_000;) {
      const lines = pick(short, random);
      const from = between(random, 0, all.length - 50);
      const spoilt = mutated(lines, all.slice(from, from + 50), random);
      count += spoilt.filter((line) => !lines.includes(line)).length;
      await valid(foldLines(spoilt), between(random, 1, 10));
    }
  });
});
