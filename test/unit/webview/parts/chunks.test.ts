import assert from "node:assert/strict";
import { chunksOf } from "../../../../webview/parts/chunks";
import { numberedLines } from "../../../support/longTexts";

describe("the chunks of a text", () => {
  const texts: [name: string, text: string][] = [
    ["nothing", ""],
    ["a line", "a line"],
    ["many lines", numberedLines(1_000_000)],
    ["many lines with an end", `${numberedLines(100_000)}\n`],
    ["empty lines", "\n".repeat(100_000)],
    ["one line", "x".repeat(1_000_000)],
    ["one line of wide characters", `x${"🚀".repeat(100_000)}`],
    ["long lines", `${"x".repeat(50_000)}\n`.repeat(20)],
  ];
  for (const [name, text] of texts)
    it(`are the text again, and of one size: ${name}`, () => {
      const chunks = chunksOf(text);
      assert.equal(chunks.join(""), text);
      for (const [index, chunk] of chunks.entries()) {
        assert.ok(chunk.length > 0 && chunk.length <= 16_001, `${chunk.length}`);
        if (index < chunks.length - 1) assert.ok(chunk.length >= 8_000, `${chunk.length}`);
        assert.doesNotThrow(() => encodeURI(chunk), "no character is divided");
      }
    });

  it("end where lines end", () => {
    for (const chunk of chunksOf(`${numberedLines(1_000_000)}\n`)) assert.ok(chunk.endsWith("\n"));
  });
});
