import assert from "node:assert/strict";
import { maskText } from "../../../src/session/secrets";
import { StreamedText } from "../../../src/session/streamedText";
import { apply, applyAll } from "../../../src/shared/reducer";
import type { ThreadEvent } from "../../../src/shared/thread";
import { veils, veilsAlone } from "../../fixtures/secrets/veils";
import { emptyConversation, firstTurn } from "../../support/conversations";

const unmasked = (text: string) => Promise.resolve(text);

describe("streamed text", () => {
  /** What has been told of a text, and the conversation that it is in. */
  function streamed(...texts: string[]) {
    const text = new StreamedText();
    let conversation = applyAll(emptyConversation(), firstTurn());
    const hear = (event: ThreadEvent) => {
      conversation = apply(conversation, event);
      text.note(event);
    };
    hear({
      type: "partSet",
      message: "t1-answer",
      part: { type: "text", id: "1", text: "", state: "streaming" },
    });
    for (const piece of texts)
      hear({ type: "partGrew", message: "t1-answer", part: "1", text: piece });
    return { text, conversation: () => conversation };
  }

  it("is stored to its last character when nothing more of it comes", async () => {
    const { text, conversation } = streamed("Hello wor");
    // What may be the first half of a secret waits for its second half.
    const [grown] = await text.growth(conversation(), unmasked);
    assert.ok(grown?.type === "partGrew");
    assert.equal(grown.text, "Hello ");
    const [ended] = text.compact(text.whole(conversation()));
    assert.ok(ended?.type === "partSet" && ended.part.type === "text");
    assert.equal(ended.part.text, "Hello wor");
  });

  it("waits for the rest of a secret that has a colour or a character without width inside", async () => {
    for (const veil of ["\u001b[0m", "\u200b", "\u001b["]) {
      const { text, conversation } = streamed(`Use ghp${veil}`, "_");
      const [grown] = await text.growth(conversation(), unmasked);
      assert.ok(grown?.type === "partGrew");
      assert.equal(grown.text, "Use ");
    }
  });

  it("is not stored again when all of it is", async () => {
    const { text, conversation } = streamed("Hello ");
    assert.equal((await text.growth(conversation(), unmasked)).length, 1);
    assert.deepEqual(await text.growth(conversation(), unmasked), []);
    assert.deepEqual(text.whole(conversation()), []);
  });

  for (const [name, veil] of Object.entries({ ...veils, ...veilsAlone }))
    it(`is stored without a part of a secret, wherever it is cut: ${name}`, async () => {
      for (const [before, secret] of [
        ["Use ", ["ghp", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].join("_")],
        // The first half by itself is a word.
        ["PASSWORD=", ["Sunshine", "Dragon1987x"].join("")],
      ] as const) {
        const written = Array.from(secret, (character, at) =>
          at === 9 ? veil(character) : character,
        );
        const all = `${before}${written.join("")} please. `;
        for (let cut = before.length; cut < all.length - 9; cut++) {
          const { text, conversation } = streamed(all.slice(0, cut));
          const stored = JSON.stringify(await text.growth(conversation(), maskText));
          for (let at = 0; at + 8 <= written.length; at++) {
            const part = JSON.stringify(written.slice(at, at + 8).join("")).slice(1, -1);
            assert.ok(!stored.includes(part), `${cut}: ${stored}`);
          }
        }
      }
    });
});
