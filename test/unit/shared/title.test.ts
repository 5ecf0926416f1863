import assert from "node:assert/strict";
import { quoted, titleFrom } from "../../../src/shared/title";
import { harmless } from "../../support/harmless";

describe("a thread's title", () => {
  const sixty = "a".repeat(60);
  const cases: [name: string, text: string, title: string][] = [
    ["a short message as it is", "Fix the bug", "Fix the bug"],
    ["one line of several", "  Fix\n\n the\tbug ", "Fix the bug"],
    ["nothing to go by", " \n ", "New thread"],
    ["exactly 60 characters", sixty, sixty],
    ["cut at a word", `${"word ".repeat(11)}extraordinarily long`, `${"word ".repeat(11).trim()}…`],
    ["one endless word", "b".repeat(80), `${"b".repeat(59)}…`],
    [
      "a word that ends at the cut",
      `${"c".repeat(59)} d`,
      `${"c".repeat(59)} d`.slice(0, 59) + "…",
    ],
    ["characters as people count them", "👩‍👩‍👧".repeat(60), "👩‍👩‍👧".repeat(60)],
    ["a pasted log", "x ".repeat(500_000), `${"x ".repeat(30).trim().slice(0, 59)}…`],
  ];
  for (const [name, text, title] of cases)
    it(name, () => assert.equal(titleFrom(harmless(text)), title));

  it("stands in quotes in a sentence, and is no link there", () => {
    assert.equal(quoted("Fix (all) of [it]"), "“Fix (all) of [it]”");
    assert.equal(quoted("[a](command:b) [c](https://d)"), "“[a] (command:b) [c] (https://d)”");
  });
});
