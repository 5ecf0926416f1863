import assert from "node:assert/strict";
import { documents } from "./documents";
import { parse } from "../../../../webview/markdown/parse";
import type { Node } from "../../../../webview/markdown/tree";

/** A tree as a short text: `p(a em(b))`. */
function sketch(node: Node): string {
  if (typeof node === "string") return JSON.stringify(node);
  switch (node.type) {
    case "element":
      return `${node.tag}(${node.children.map(sketch).join(" ")})`;
    case "list":
      return `ol${node.start}(${node.children.map(sketch).join(" ")})`;
    case "cell":
      return `${node.tag}${node.align ? `-${node.align}` : ""}(${node.children.map(sketch).join(" ")})`;
    case "link":
      return `link<${node.href}>(${node.children.map(sketch).join(" ")})`;
    case "file":
      return `file<${Object.values(node.file).join(":")}>(${node.children.map(sketch).join(" ")})`;
    case "code":
      return `code[${node.language}](${JSON.stringify(node.text)})`;
    case "task":
      return node.done ? "[x]" : "[ ]";
    case "plain":
      return `plain(${node.text.length})`;
  }
}

const sketchOf = (text: string): string[] => parse(text).blocks.map(({ node }) => sketch(node));

const ORDINARY: [text: string, ...blocks: string[]][] = [
  [""],
  ["one\n\ntwo", 'p("one")', 'p("two")'],
  ["# A *b* **c** ~~d~~ `e`", 'h1("A " em("b") " " strong("c") " " s("d") " " code("e"))'],
  ["a\nb  \nc", 'p("a" "\\n" "b" br() "c")'],
  ["- a\n- b\n  - c", 'ul(li("a") li("b" ul(li("c"))))'],
  ["- a\n\n- b", 'ul(li(p("a")) li(p("b")))'],
  ["3. a\n4. b", 'ol3(li("a") li("b"))'],
  ["- [x] a\n- [ ] b", 'ul(li([x] "a") li([ ] "b"))'],
  ["- [x] a\n\n- [y] b", 'ul(li(p([x] "a")) li(p("[y] b")))'],
  ["> a\n> > b", 'blockquote(p("a") blockquote(p("b")))'],
  ["---", "hr()"],
  ["```ts title=x\nlet a;\n\n```", 'code[ts]("let a;\\n")'],
  ["```\nnot closed", 'code[]("not closed")'],
  ["    indented", 'code[]("indented")'],
  [
    "|a|b|c|\n|:-|:-:|-:|\n|1|2|3|",
    'table(thead(tr(th-left("a") th-center("b") th-right("c"))) tbody(tr(td-left("1") td-center("2") td-right("3"))))',
  ],
  ["[a](https://x.y)", 'p(link<https://x.y>("a"))'],
  ["see https://x.y/z.", 'p("see " link<https://x.y/z>("https://x.y/z") ".")'],
  ["<mailto:a@b.c>", 'p(link<mailto:a@b.c>("mailto:a@b.c"))'],
  ["readme.md main.rs www.x.y a@b.c", 'p("readme.md main.rs www.x.y a@b.c")'],
  ["see src/a.ts:12.", 'p("see " file<src/a.ts:12>("src/a.ts:12") ".")'],
  ["`a.ts` `a.b()`", 'p(file<a.ts>(code("a.ts")) " " code("a.b()"))'],
  ["[a](src/main.ts#L5)", 'p(file<src/main.ts:5>("a"))'],
  ["[src/a.ts](https://x.y)", 'p(link<https://x.y>("src/a.ts"))'],
  ["[a][r]\n\n[r]: https://x.y", 'p(link<https://x.y>("a"))'],
  ["![a](https://x.y/p.png)", 'p(link<https://x.y/p.png>("a"))'],
  ["![](https://x.y/p.png)", 'p(link<https://x.y/p.png>("https://x.y/p.png"))'],
  ["[![a](https://x.y/p.png)](https://x.y)", 'p(link<https://x.y>("a"))'],
  ["a &amp; b", 'p("a & b")'],
];

const HOSTILE: [text: string, ...blocks: string[]][] = [
  ["<script>alert(1)</script>", 'p("<script>alert(1)</script>")'],
  ["<img src=x onerror=alert(1)>", 'p("<img src=x onerror=alert(1)>")'],
  ["[a](javascript:alert(1))", 'p("[a](javascript:alert(1))")'],
  ["[a](JaVaScRiPt:alert(1))", 'p("[a](JaVaScRiPt:alert(1))")'],
  ["[a](&#106;avascript:alert(1))", 'p("[a](javascript:alert(1))")'],
  ["[a](vbscript:x)", 'p("[a](vbscript:x)")'],
  ["[a](data:text/html,x)", 'p("[a](data:text/html,x)")'],
  ["[a](file:///etc/passwd)", 'p("[a](file:///etc/passwd)")'],
  // What markdown-it would link, and we do not.
  ["[a](command:workbench.action.quit)", 'p("a")'],
  ["[a](vscode://x)", 'p("a")'],
  ["[a](//x.y/z.ts)", 'p("a")'],
  ["[a](%ff/z.ts)", 'p("a")'],
  ["[a](//x.y/z)", 'p("a")'],
  ["![a](data:image/png;base64,AA==)", 'p("a")'],
  ["ftp://x.y", 'p("ftp://x.y")'],
];

describe("markdown", () => {
  for (const [text, ...blocks] of ORDINARY)
    it(`parses ${JSON.stringify(text)}`, () => assert.deepEqual(sketchOf(text), blocks));

  for (const [text, ...blocks] of HOSTILE)
    it(`disarms ${JSON.stringify(text)}`, () => assert.deepEqual(sketchOf(text), blocks));

  describe("limits", () => {
    const LARGE: [name: string, text: string, plain: boolean][] = [
      ["10,000 quotes in one another", `${">".repeat(10_000)} a`, true],
      ["10,000 lists in one another", `${"- ".repeat(10_000)}a`, true],
      ["a line of a megabyte", "x".repeat(1_000_000), true],
      ["20 quotes in one another", `${"> ".repeat(20)}a`, false],
      ["many brackets", "[".repeat(50_000), false],
      ["many pictures begun", "![".repeat(50_000), false],
      ["many stars", "*a ".repeat(30_000), false],
      ["many backticks", "`a``".repeat(20_000), false],
      ["many list items", "- a\n".repeat(25_000), false],
      ["many addresses", "https://example.com/a?b=c ".repeat(3_800), false],
      ["many paragraphs", "Some *text*, [a](https://x.y).\n\n".repeat(8_000), false],
      [
        "a long code block",
        `\`\`\`ts\n${"const a = 1;\n".repeat(7_000)}\`\`\`\n\n`.repeat(4),
        false,
      ],
      ["more paragraphs than can be laid out", "Some *text*.\n\n".repeat(30_000), true],
      ["a paragraph that is too long behind others", `a\n\n${"*b ".repeat(40_000)}`, true],
      ["references in a long text", `[a]: https://x.y\n\n${"[a]\n\n".repeat(30_000)}`, true],
      ["a reference at the end of one", `${"[a]\n\n".repeat(30_000)}[a]: https://x.y`, true],
    ];
    for (const [name, text, plain] of LARGE)
      it(`takes ${name}`, () => {
        const { blocks } = parse(text);
        const [first] = blocks;
        assert.equal(typeof first?.node === "object" && first.node.type === "plain", plain);
        if (plain) assert.equal(first?.source, text);
      });
  });

  describe("while a text grows", () => {
    const TEXT =
      "# Title\n\nSome *text* with [a][r] reference.\n\n- one\n- two\n\n  ```ts\n  code\n  ```\n\n" +
      "| a |\n|---|\n| b |\n\n1. x\n\n2. y\n\n> quote\n\n[r]: https://x.y\n\nThe end.";

    // What was a table for a moment turns out to be of the paragraph, and a heading too.
    const MERGING = "text\n| a | b |\n|---|---|x\n\nmore\n#\n#x\n\nlast";

    it("gives the same as when it is parsed at once", () => {
      for (const text of [
        TEXT,
        TEXT.replace("\n\n[r]: https://x.y", ""),
        MERGING,
        ...documents(20),
      ])
        for (const growing of [false, true]) {
          let document = parse("", undefined, growing);
          for (let length = 1; length <= text.length; length++) {
            const prefix = text.slice(0, length);
            document = parse(prefix, document, growing);
            assert.deepEqual(document, parse(prefix, undefined, growing), prefix);
          }
        }
    });

    it("parses only the end again, however long the text is", () => {
      const pieces = Array.from(
        { length: 900 },
        (_, at) => `Some *text* number ${at}.\n\n- a\n- b\n\n`,
      );
      for (const from of [1, 800]) {
        let text = pieces.slice(0, from).join("");
        let document = parse(text, undefined, true);
        for (const piece of pieces.slice(from, from + 100)) {
          const before = document.blocks;
          document = parse((text += piece), document, true);
          const made = document.blocks.filter((block, at) => block !== before[at]);
          assert.ok(made.length <= 4, `${made.length} blocks`);
        }
        assert.deepEqual(document, parse(text, undefined, true));
      }
    });

    it("gives the same of a long text, in pieces or at once", () => {
      const plain = documents(40).filter((one) => !/^\[/m.test(one));
      const text = `${plain.join("\n\n")}\n\n`.repeat(200).slice(0, 250_000);
      assert.ok(text.length > 200_000, `${text.length} characters`);
      for (const growing of [false, true])
        for (const step of [9_973, 130_000]) {
          let document = parse("", undefined, growing);
          for (let length = step; length < text.length + step; length += step)
            document = parse(text.slice(0, length), document, growing);
          assert.deepEqual(document, parse(text, undefined, growing));
          assert.ok(document.blocks.length > 1000);
        }
    });

    it("keeps the blocks that did not change", () => {
      const before = parse("# Title\n\nSome text.\n\nThe la");
      const after = parse("# Title\n\nSome text.\n\nThe last.", before);
      assert.equal(after.blocks[0], before.blocks[0]);
      assert.equal(after.blocks[1], before.blocks[1]);
      assert.notEqual(after.blocks[2], before.blocks[2]);
    });

    it("makes the blocks anew when what they refer to changes", () => {
      const before = parse("[a][r]");
      const after = parse("[a][r]\n\n[r]: https://x.y", before);
      assert.notEqual(after.blocks[0], before.blocks[0]);
    });
  });
});
