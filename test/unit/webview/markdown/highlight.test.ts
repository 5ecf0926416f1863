import assert from "node:assert/strict";
import { highlight, type Token } from "../../../../webview/markdown/highlight";

const textOf = (token: Token): string =>
  typeof token === "string" ? token : token.children.map(textOf).join("");

const scopesOf = (tokens: readonly Token[]): string[] =>
  tokens.flatMap((token) =>
    typeof token === "string" ? [] : [token.scope, ...scopesOf(token.children)],
  );

describe("the colours of code", () => {
  const CODE: [language: string, code: string, scope: string][] = [
    ["ts", "export const a: string = `x ${b}`; // c", "keyword"],
    ["tsx", "const a = <b>{c}</b>;", "tag"],
    ["py", "def f(): return 1", "title.function"],
    ["sh", 'if true; then echo "a"; fi', "string"],
    ["json", '{"a": [1, null]}', "attr"],
    ["html", "<p class='a'>&amp;<script>let a</script></p>", "tag"],
    ["yml", "a: 1", "attr"],
    ["rs", "fn main() {}", "keyword"],
    ["diff", "-a\n+b", "deletion"],
    ["jsonc", "{}", "punctuation"],
  ];
  for (const [language, code, scope] of CODE)
    it(`name the pieces of ${language}, and lose no character`, () => {
      const tokens = highlight(code, language);
      assert.equal(tokens.map(textOf).join(""), code);
      assert.ok(scopesOf(tokens).includes(scope), scopesOf(tokens).join(" "));
    });

  it("leave alone what is unknown, none or long", () => {
    const long = "let a; ".repeat(10_000);
    assert.deepEqual(highlight("a", "martian"), ["a"]);
    assert.deepEqual(highlight("a", ""), ["a"]);
    assert.deepEqual(highlight("a", "constructor"), ["a"]);
    assert.deepEqual(highlight(long, "ts"), [long]);
    assert.deepEqual(highlight("", "ts"), []);
  });
});
