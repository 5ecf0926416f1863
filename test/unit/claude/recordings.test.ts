import assert from "node:assert/strict";
import { safeValidateUIMessages } from "ai";
import { toUIMessages } from "../../../src/shared/uiMessages";
import { emptyConversation } from "../../support/conversations";
import { foldLines } from "../../support/foldRecording";
import { recordingLines, recordingNames } from "../../support/recordings";
import { storedAsStreamed, wellFormed } from "../../support/wellFormed";

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
