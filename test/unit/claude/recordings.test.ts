import assert from "node:assert/strict";
import { safeValidateUIMessages } from "ai";
import { cutLong } from "../../../src/session/longOutput";
import { applyAll } from "../../../src/shared/reducer";
import { shownOf, type ThreadEvent } from "../../../src/shared/thread";
import { toUIMessages } from "../../../src/shared/uiMessages";
import { emptyConversation } from "../../support/conversations";
import { foldLines } from "../../support/foldRecording";
import { recordingLines, recordingNames } from "../../support/recordings";
import { harmless } from "../../support/harmless";
import { stored, storedAsStreamed, wellFormed } from "../../support/wellFormed";

/** The same events, with every tool's output as long as this makes it. */
const lengthened = (events: readonly ThreadEvent[]): Promise<ThreadEvent[]> =>
  Promise.all(
    events.map(async (event) => {
      if (event.type !== "toolEnded") return event;
      const lines = (text: string) => `${text}\n`.repeat(Math.ceil(300_000 / (text.length + 1)));
      const outcome =
        "errorText" in event.outcome
          ? { ...event.outcome, errorText: lines(event.outcome.errorText) }
          : { ...event.outcome, output: lines(event.outcome.output) };
      return cutLong(harmless({ ...event, outcome }));
    }),
  );

describe("every recording of the real CLI", () => {
  it("is there", () => assert.ok(recordingNames.length > 40));

  for (const name of recordingNames)
    describe(name, () => {
      const lines = recordingLines(name);
      const { conversation, events, skipped } = foldLines(lines);

      it("holds nothing unknown, and folds to a well-formed thread", () => {
        assert.deepEqual(skipped, []);
        wellFormed(conversation);
      });

      it("folds to valid UIMessages of the AI SDK", async () => {
        const messages = toUIMessages(conversation);
        if (messages.length === 0) return;
        const validated = await safeValidateUIMessages({ messages });
        assert.ok(validated.success, validated.success ? "" : validated.error.message);
      });

      it("gives the same thread from what is stored of it as from all that streamed", async () => {
        for (const every of [1, 7, Infinity])
          await storedAsStreamed(emptyConversation("recording"), events, every);
      });

      it("gives the same thread from stored and from shown events when its outputs are long", async () => {
        const long = await lengthened(events);
        if (!long.some(({ type }) => type === "toolEnded")) return;
        const shown = applyAll(emptyConversation("recording"), long.map(shownOf));
        assert.deepEqual(
          applyAll(
            emptyConversation("recording"),
            await stored(emptyConversation("recording"), long, 7),
          ),
          shown,
        );
        const validated = await safeValidateUIMessages({ messages: toUIMessages(shown) });
        assert.ok(validated.success, validated.success ? "" : validated.error.message);
        assert.match(JSON.stringify(validated.data), /"sandboxChat":\{"omitted":\{"at":/);
        // A long output costs a part nothing else that it has.
        const patches = ({ messages }: typeof conversation) =>
          messages.flatMap(({ parts }) => parts.map((part) => "patch" in part && part.patch));
        assert.deepEqual(patches(shown), patches(conversation));
      });
    });
});

describe("a line that is not as it should be", () => {
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
