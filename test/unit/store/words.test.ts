import assert from "node:assert/strict";
import { fold, ftsQuery, indexable, matches, parseQuery, wordsOf } from "../../../src/store/words";

describe("the words of the search", () => {
  const folded: [string, string][] = [
    ["Café", "cafe"],
    ["CAFE\u0301", "cafe"],
    ["Straße", "strasse"],
    ["ΣΊΣΥΦΟΣ", "σισυφοσ"],
    ["İstanbul", "istanbul"],
    ["ﬁne", "fine"],
    ["ＡＢＣ", "abc"],
    ["ｶﾞ", "ガ"],
    ["が", "が"],
    ["한국", "한국"],
  ];
  for (const [text, expected] of folded)
    it(`folds ${text}`, () => assert.equal(fold(text), expected));

  it("splits at punctuation, at white space and where a script without spaces begins", () => {
    assert.deepEqual(wordsOf("foo_bar(a.b)\0c\u2028d — e\u00a0f"), [
      ..."foo bar a b c d e f".split(" "),
    ]);
    assert.deepEqual(wordsOf("Use数据库now、カタカナー"), ["use", "数据库", "now", "カタカナー"]);
    assert.deepEqual(wordsOf("🚀 !? \ud800 -- \"'*"), []);
  });

  it("cuts a word that is none", () => {
    assert.equal(wordsOf("a".repeat(1_000_000))[0]?.length, 64);
  });

  it("indexes a run without spaces as pairs and its last character", () => {
    assert.equal(indexable("in 数据库!"), "in 数据 据库 库");
    assert.equal(indexable("水 𠮷野家"), "水 𠮷野 野家 家");
  });

  const queries: [string, string][] = [
    ["", ""],
    ['-*" \0 🚀', ""],
    ["hello", '"hello*"'],
    ["hello world", '"hello" "world*"'],
    ['"hello world"', '"hello world"'],
    ['"hello wor', '"hello wor*"'],
    ['x"y z"w', '"x" "y z" "w*"'],
    ["foo_bar.ts", '"foo bar ts*"'],
    ["a OR b AND NOT NEAR/2 text:c*", '"a" "or" "b" "and" "not" "near 2" "text c*"'],
    ["数据库", '"数据 据库"'],
    ["库", '"库*"'],
    ["数据 now", '"数据" "now*"'],
    ["在Rust里", '"在 rust 里*"'],
  ];
  for (const [query, expected] of queries)
    it(`asks for ${JSON.stringify(query)}`, () =>
      assert.equal(ftsQuery(parseQuery(query)), expected));

  it("matches a text that has every phrase", () => {
    const text = "The café’s database, 数据库搜索, is postgresql.";
    const has = (query: string) => matches(text, parseQuery(query));
    for (const query of [
      "cafe",
      "post",
      "database the",
      '"cafe s database"',
      "据库",
      "索",
      "搜索 is",
    ])
      assert.ok(has(query), query);
    for (const query of ["caf the", '"post"', '"database cafe"', "库数", "mysql the"])
      assert.ok(!has(query), query);
  });
});
