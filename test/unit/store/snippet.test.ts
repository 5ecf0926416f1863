import assert from "node:assert/strict";
import { snippetOf } from "../../../src/store/snippet";
import { parseQuery } from "../../../src/store/words";

describe("a snippet", () => {
  /** A snippet with its marks in brackets. */
  const marked = (text: string, query: string): string => {
    const { snippet, ranges } = snippetOf(text, parseQuery(query));
    return ranges.reduceRight(
      (line, [start, end]) =>
        `${line.slice(0, start)}[${line.slice(start, end)}]${line.slice(end)}`,
      snippet,
    );
  };

  it("marks whole words, the beginning of the last, and pieces of runs without spaces", () => {
    assert.equal(marked("The Café\n  is a café bar", "cafe ba"), "The [Café] is a [café] [bar]");
    assert.equal(marked("在数据库里", "数据"), "在[数据]库里");
    assert.equal(marked("cafeteria", "cafe x"), "cafeteria");
  });

  it("is around the words, cut between words, on one line", () => {
    const filler = "some other words\n".repeat(100);
    const line = marked(`${filler}the needle here ${filler}`, "needle");
    assert.match(line, /^…\S.*the \[needle\] here .*\S…$/);
    assert.ok(line.length < 180, line);
    for (const word of line.replace(/[…[\]]/g, "").split(" "))
      assert.match(word, /^(some|other|words|the|needle|here)$/);
  });

  it("is where the different words are together", () => {
    const apart = `one ${"filler ".repeat(60)} two ${"filler ".repeat(60)} two one end`;
    assert.match(marked(apart, "one two"), /\[two\] \[one\] end$/);
  });

  it("is the beginning of a text where nothing is to be marked", () => {
    assert.deepEqual(snippetOf("Only this", []), { snippet: "Only this", ranges: [] });
    assert.deepEqual(snippetOf("", parseQuery("x")), { snippet: "", ranges: [] });
  });

  it("takes a megabyte without words", () => {
    assert.ok(snippetOf("x".repeat(1_000_000), parseQuery("y")).snippet.length <= 161);
  });
});
