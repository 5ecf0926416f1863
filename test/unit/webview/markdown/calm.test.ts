import assert from "node:assert/strict";
import { calm } from "../../../../webview/markdown/calm";
import { parse } from "../../../../webview/markdown/parse";
import type { Node } from "../../../../webview/markdown/tree";
import { documents } from "./documents";

/** What is to be read as running text, without code. */
function running(node: Node): string {
  if (typeof node === "string") return node;
  switch (node.type) {
    case "code":
    case "task":
      return "";
    case "plain":
      return node.text;
    case "element":
      return node.tag === "code" ? "" : node.children.map(running).join("");
    default:
      return node.children.map(running).join("");
  }
}

const shown = (text: string): string =>
  parse(text, undefined, true)
    .blocks.map(({ node }) => running(node))
    .join("\n");

describe("Markdown that is being written", () => {
  const CASES: [half: string, whole: string][] = [
    ["", ""],
    ["a **bold", "a **bold**"],
    ["a **bold ", "a **bold** "],
    ["a **bold*", "a **bold**"],
    ["a **", "a "],
    ["a *", "a "],
    ["a ***both** one", "a ***both** one*"],
    ["a `code", "a `code`"],
    ["a `", "a "],
    ["a ``co`d", "a ``co`d``"],
    ["a ~~gone", "a ~~gone~~"],
    ["[link", "link"],
    ["[link]", "link"],
    ["[link](http://", "link"],
    ["see ![alt](http", "see alt"],
    ["**[link](http", "**link**"],
    ["[a](https://x.y) and [b", "[a](https://x.y) and b"],
    ["an array[0] of [1] and 2", "an array[0] of [1] and 2"],
    ["2 * 3 is snake_case_name", "2 * 3 is snake_case_name"],
    ["text\n-", "text"],
    ["text\n- [", "text"],
    ["text\n1", "text"],
    ["# ", ""],
    ["a\n\n| a | b", "a\n"],
    ["a\n\n| a | b |\n|--", "a\n"],
    ["| a | b |\n|--|--|", "| a | b |\n|--|--|"],
    ["| a | b |\n|--|--|\n| **x", "| a | b |\n|--|--|\n| **x**"],
    ["``", ""],
    ["```ty", "```"],
    ["```ts\na **b", "```ts\na **b"],
    ["```ts\na\n``", "```ts\na"],
    ["```ts\na\n```\n**b", "```ts\na\n```\n**b**"],
  ];
  for (const [half, whole] of CASES)
    it(`takes ${JSON.stringify(half)} for ${JSON.stringify(whole)}`, () =>
      assert.equal(calm(half), whole));

  it("never shows a half-open mark, wherever a document is cut", () => {
    let cuts = 0;
    for (const document of documents(150))
      for (let length = 1; length <= document.length; length++, cuts++) {
        const half = document.slice(0, length);
        const text = shown(half);
        assert.doesNotMatch(text, /[*_~`|[\]<>#]|\]\(/, `${JSON.stringify(half)} shows ${text}`);
        assert.doesNotMatch(text, /^(?:[-+]|\d+[.)])(?:\s|$)/m, JSON.stringify(half));
      }
    assert.ok(cuts > 10_000);
  });

  it("shows a complete document as it is", () => {
    for (const document of documents(100))
      assert.deepEqual(
        parse(`${document}\n\n`, undefined, true).blocks.map(({ node }) => node),
        parse(`${document}\n\n`).blocks.map(({ node }) => node),
      );
  });

  for (const unit of ["[", "![", "**a", "`a``", "| a ", "> ", "- ", "<", "\\", "*a ", "_"])
    it(`comes to an end with 200,000 characters of ${JSON.stringify(unit)}`, () => {
      calm(unit.repeat(200_000 / unit.length));
    });
});
