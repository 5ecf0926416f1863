import assert from "node:assert/strict";
import { parseAnsi } from "../../../webview/ansi";

/** Spans as a short text: `plain{ansi-bold|strong}`. */
const sketch = (output: string): string =>
  parseAnsi(output)
    .map((span) =>
      span.class ? `{${span.class.replaceAll("ansi-", "")}|${span.text}}` : span.text,
    )
    .join("");

const E = "\u001b";

describe("a terminal's output", () => {
  const CASES: [output: string, sketch: string][] = [
    ["", ""],
    ["plain\n\ttext", "plain\n\ttext"],
    [`${E}[31mred${E}[0m rest`, "{fg-1|red} rest"],
    [`${E}[1;32;44mx${E}[22my${E}[39;49mz`, "{bold fg-2 bg-4|x}{fg-2 bg-4|y}z"],
    [`${E}[91mx${E}[103my${E}[m z`, "{fg-9|x}{fg-9 bg-11|y} z"],
    [`${E}[3;4;9mx${E}[23;24;29my`, "{italic strike underline|x}y"],
    [`${E}[38;5;1ma${E}[38;5;196mb${E}[48;5;250mc`, "{fg-1|a}{fg-9|b}{fg-9 bg-7|c}"],
    [`${E}[38;2;10;200;10mgreen${E}[38:2:0:0:0mblack`, "{fg-10|green}{fg-0|black}"],
    [`${E}[38mx${E}[38;5my${E}[999mz`, "x{fg-0|yz}"],
    // All that is not colour is left out.
    [
      `a${E}[2K${E}[1Gb${E}[?25lc${E}]0;title\u0007d${E}]8;;https://x.y${E}\\e${E}(Bf${E}cg`,
      "abcdefg",
    ],
    [`a\u0000b\u0008c\u007fd`, "abcd"],
    [`cut ${E}[3`, "cut 3"],
    [`cut ${E}`, "cut "],
    // Progress, line by line.
    ["10 %\r50 %\r100 %\ndone\r\n", "100 %\ndone\n"],
    [`<b>&amp;`, "<b>&amp;"],
  ];
  for (const [output, expected] of CASES)
    it(`${JSON.stringify(output)} is ${JSON.stringify(expected)}`, () =>
      assert.equal(sketch(output), expected));

  for (const unit of [E, `${E}[`, `${E}]`, `${E}[1;`, `${E}[31mx`, "\r", "x\r", `${E}[1m`, `${E} `])
    it(`comes to an end with a megabyte of ${JSON.stringify(unit)}`, () => {
      parseAnsi(unit.repeat(1_000_000 / unit.length));
    });
});
