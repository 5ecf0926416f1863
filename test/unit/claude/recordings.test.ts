import assert from "node:assert/strict";
import { safeValidateUIMessages } from "ai";
import { LineSplitter } from "../../../src/claude/lines";
import { parseLine } from "../../../src/claude/wire";
import { cutLong } from "../../../src/session/longOutput";
import { StreamedText } from "../../../src/session/streamedText";
import { apply, applyAll, isDurable, shownOf, type ThreadEvent } from "../../../src/shared/thread";
import { toUIMessages } from "../../../src/shared/uiMessages";
import { emptyConversation } from "../../support/conversations";
import { foldLines } from "../../support/foldRecording";
import { recordingBytes, recordingLines, recordingNames } from "../../support/recordings";

/** The same events, with every tool's output as long as this makes it. */
const lengthened = (events: readonly ThreadEvent[]): Promise<ThreadEvent[]> =>
  Promise.all(
    events.map(async (event) => {
      if (event.type !== "toolEnded") return event;
      const lines = (text: string) => `${text}\n`.repeat(Math.ceil(300_000 / (text.length + 1)));
      const outcome =
        "errorText" in event.outcome
          ? { errorText: lines(event.outcome.errorText) }
          : { output: lines(event.outcome.output) };
      return cutLong({ ...event, outcome });
    }),
  );

/** What is stored of events as they stream in: what is durable, and now and then what has grown. */
async function stored(events: readonly ThreadEvent[], every: number): Promise<ThreadEvent[]> {
  const streamed = new StreamedText();
  const kept: ThreadEvent[] = [];
  let live = emptyConversation("recording");
  for (const [index, event] of events.entries()) {
    if (event.type === "messageEnded") kept.push(...streamed.compact(streamed.whole(live)));
    else if (index % every === 0)
      kept.push(...(await streamed.growth(live, (text) => Promise.resolve(text))));
    kept.push(...streamed.compact([event].filter(isDurable)));
    live = apply(live, event);
    streamed.note(event);
  }
  return kept;
}

describe("every recording of the real CLI", () => {
  it("is there", () => assert.ok(recordingNames.length > 40));

  for (const name of recordingNames)
    describe(name, () => {
      const lines = recordingLines(name);
      const { conversation, events, skipped } = foldLines(lines);

      it("holds nothing unknown, and folds to messages that have ended", () => {
        assert.deepEqual(skipped, []);
        for (const message of conversation.messages) {
          assert.notEqual(message.status, "streaming");
          assert.equal(message.status === "failed", message.error !== null);
          for (const part of message.parts)
            assert.doesNotMatch("state" in part ? (part.state ?? "") : "", /^(streaming|input-)/);
        }
      });

      it("folds to valid UIMessages of the AI SDK", async () => {
        const messages = toUIMessages(conversation);
        if (messages.length === 0) return;
        const validated = await safeValidateUIMessages({ messages });
        assert.ok(validated.success, validated.success ? "" : validated.error.message);
      });

      it("gives the same thread from what is stored of it as from all that streamed", async () => {
        for (const every of [1, 7, Infinity])
          assert.deepEqual(
            applyAll(emptyConversation("recording"), await stored(events, every)),
            applyAll(emptyConversation("recording"), events),
          );
      });

      it("gives the same thread from stored and from shown events when its outputs are long", async () => {
        const long = await lengthened(events);
        if (!long.some(({ type }) => type === "toolEnded")) return;
        const shown = applyAll(emptyConversation("recording"), long.map(shownOf));
        assert.deepEqual(applyAll(emptyConversation("recording"), await stored(long, 7)), shown);
        const validated = await safeValidateUIMessages({ messages: toUIMessages(shown) });
        assert.ok(validated.success, validated.success ? "" : validated.error.message);
        assert.match(JSON.stringify(validated.data), /"sandboxChat":\{"omitted":\{"at":/);
      });

      it("may end anywhere, and is a valid thread up to there", () => {
        for (let end = 0; end < lines.length; end += Math.ceil(lines.length / 40)) {
          const cut = foldLines(lines.slice(0, end)).conversation;
          assert.ok(cut.messages.every(({ status }) => status !== "streaming"));
        }
      });

      it("gives the same lines in chunks of any size", () => {
        const bytes = recordingBytes(name);
        for (const size of [1009, 4096, 65_536]) {
          const splitter = new LineSplitter();
          const again: string[] = [];
          for (let at = 0; at < bytes.length; at += size)
            again.push(...splitter.push(bytes.subarray(at, at + size)));
          again.push(...splitter.end());
          assert.deepEqual(again, lines.at(-1) === "" ? lines.slice(0, -1) : lines);
        }
      });
    });
});

describe("a line that is not as it should be", () => {
  it("never throws, whatever has become of it", () => {
    // A small generator with a seed: the same lines every time, so that a failure can be seen again.
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    const lines = recordingNames
      .flatMap((name) => recordingLines(name))
      .filter((line) => line.length < 5000);
    for (let count = 0; count < 20_000; count++) {
      const line = lines[random(lines.length)] ?? "";
      const from = random(line.length + 1);
      const cut =
        line.slice(0, from) +
        (["", "null", '"', "{", "9", "\u0000"][random(6)] ?? "") +
        line.slice(from + random(20));
      const { message } = parseLine(cut);
      if (message) foldLines([cut]);
    }
  });

  it("costs only itself", () => {
    const whole = recordingLines("01-plain.ndjson");
    const spoilt = whole.flatMap((line) => [
      line,
      "{",
      '{"type":"martian"}',
      "null",
      line.slice(0, 30),
    ]);
    const { conversation, skipped } = foldLines(spoilt);
    assert.deepEqual(conversation, foldLines(whole).conversation);
    assert.ok(skipped.some((why) => why.includes("martian")));
  });
});
