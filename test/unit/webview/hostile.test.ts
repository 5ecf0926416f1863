import assert from "node:assert/strict";
import { piecesOf, spelledOut, withoutInvisible } from "../../../src/shared/invisible";
import { unlinked, withoutIcons } from "../../../src/shared/plain";
import { quoted, shownTitle, titleFrom } from "../../../src/shared/title";
import { parseAnsi, plainText } from "../../../webview/ansi";
import { calm } from "../../../webview/markdown/calm";
import { withFiles } from "../../../webview/markdown/files";
import { highlight } from "../../../webview/markdown/highlight";
import { parse } from "../../../webview/markdown/parse";
import type { Node } from "../../../webview/markdown/tree";
import { chunksOf } from "../../../webview/parts/chunks";
import { asText, toolFields, toolSummary, toolTitle } from "../../../webview/parts/toolSummary";
import { HOSTILE } from "../../fixtures/hostile";
import { deceive, TERMINAL, UNSEEN } from "../../fixtures/hostile/characters";
import { DEEP, repeated, UNITS } from "../../fixtures/hostile/size";
import { harmless } from "../../support/harmless";

/** What is made of a text, by each part of the panel that makes something of texts. */
const RENDERERS: Readonly<Record<string, (text: string) => unknown>> = {
  markdown: (text) => parse(text),
  "growing markdown": (text) => parse(text, undefined, true),
  "half-open marks": (text) => (text.length > 100_000 ? "" : calm(text)),
  terminal: parseAnsi,
  "file names": withFiles,
  chunks: chunksOf,
  "invisible characters": piecesOf,
  "tool summary": (text) => [toolSummary({ command: text }), toolSummary(text), toolTitle(text)],
  "tool fields": (text) => toolFields({ [text]: text, __proto__: text }),
  "title from a message": (text) => titleFrom(harmless(text)),
  "stored title": (text) => [shownTitle(text), quoted(text)],
  notification: (text) => [unlinked(text), withoutIcons(text), spelledOut(text)],
  "tool output": (text) => asText([{ type: "text", text }]),
};

const LANGUAGES =
  "bash c cpp csharp css diff dockerfile go ini java javascript json markdown php python ruby rust sql typescript xml yaml";

describe("hostile texts", function () {
  it("are many, and no two are the same", () => {
    const different = new Set(HOSTILE).size;
    assert.ok(different >= 600, `${different} texts`);
  });

  for (const [name, render] of Object.entries(RENDERERS))
    it(`break nothing in the ${name}`, () => {
      for (const text of HOSTILE)
        assert.doesNotThrow(() => render(text), JSON.stringify(text.slice(0, 80)));
    });

  it("lead only to the web, to mails and to files", () => {
    for (const text of HOSTILE)
      for (const growing of [false, true])
        for (const { node } of parse(text, undefined, growing).blocks)
          for (const found of nodesOf(node)) {
            if (found.type === "link") assert.match(found.href, /^(?:https?|mailto):/i, text);
            if (found.type === "file")
              assert.doesNotMatch(found.file.path, /^\w{2,}:|^\/\/|\\/, text);
          }
  });

  it("lose nothing of what a program put out but what steers a terminal", () => {
    for (const text of TERMINAL) {
      assert.doesNotMatch(
        plainText(text),
        // eslint-disable-next-line no-control-regex
        /[\u0000-\u0008\u000b-\u001f\u007f]/,
        JSON.stringify(text),
      );
      for (const { class: name } of parseAnsi(text)) assert.match(name, /^[a-z0-9 -]*$/);
    }
  });

  it("cannot hide a character in code, in a command or in a name", () => {
    for (const character of UNSEEN) {
      const hidden = piecesOf(deceive(character)).filter((piece) => typeof piece !== "string");
      assert.equal(hidden.map(({ text }) => text).join(""), character, spelledOut(character));
      assert.match(hidden[0]?.name ?? "", /^U\+[0-9A-F]{4,6}(?: ×\d+)?$/);
      assert.equal(withoutInvisible(deceive(character)), "abcdef.exe");
      // Of these, one is a space to some.
      assert.match(shownTitle(deceive(character)), /^abc ?def\.exe$/);
      assert.match(titleFrom(harmless(deceive(character))), /^abc ?def\.exe$/);
    }
  });

  it("leave the joiners in words and pictures that need them", () => {
    for (const text of ["👩‍👩‍👧‍👦🏳️‍🌈👍🏽", "می‌خواهم", "क्‍ष", "שלום", "a\tb\r\nc"])
      assert.deepEqual(piecesOf(text), [text]);
  });

  it("neither break the line of a title nor become a link or an icon", () => {
    assert.equal(shownTitle("a\n\u2028\u0085b\u202e\t c"), "a b c");
    assert.equal(shownTitle("\u202e \u200b"), "New thread");
    assert.equal(shownTitle("x".repeat(10_000)).length, 200);
    assert.equal(quoted("[a](command:b)\n\u202ec"), "“[a] (command:b) c”");
    assert.doesNotMatch(withoutIcons("$(trash~spin) $$(zap)"), /\$\(/);
  });

  // What took more than its share of a long text would take hours here.
  for (const [name, render] of Object.entries(RENDERERS))
    it(`come to an end in the ${name}, however long and deep they are`, () => {
      for (const unit of UNITS)
        for (const text of [`${repeated(unit, 29_998)}a`, repeated(unit, 120_000)]) render(text);
      for (const text of DEEP) render(text);
    });

  it("do not hold up the colours of code", () => {
    for (const language of LANGUAGES.split(" "))
      for (const unit of ["[](", "_", "é", '"', "1. ", "\n", "a\n", "$("])
        for (const code of [repeated(unit, 8000), lines(unit, 80, 100)]) highlight(code, language);
  });
});

const lines = (unit: string, width: number, count: number): string =>
  Array.from({ length: count }, () => repeated(unit, width - 1)).join("\n");

type Branch = Exclude<Node, string>;

function nodesOf(node: Node): readonly Branch[] {
  if (typeof node === "string") return [];
  return [node, ...("children" in node ? node.children.flatMap(nodesOf) : [])];
}
