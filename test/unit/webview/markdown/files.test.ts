import assert from "node:assert/strict";
import { fileReference, withFiles } from "../../../../webview/markdown/files";

describe("the names of files", () => {
  const NAMES: [text: string, reference: string | undefined][] = [
    ["src/a.ts", "src/a.ts"],
    ["a.ts", "a.ts"],
    ["/w/src/a.ts:12", "/w/src/a.ts 12"],
    ["./a.ts:12:3", "./a.ts 12 3"],
    ["../a/.env", "../a/.env"],
    ["a.ts:12-20", "a.ts 12"],
    ["a.ts#L5-L9", "a.ts 5"],
    ["app/[id]/page.tsx", "app/[id]/page.tsx"],
    ["a.b()", undefined],
    ["console.log", "console.log"],
    ["user.name", undefined],
    ["and/or", undefined],
    ["src/", undefined],
    ["https://x.y/a.ts", undefined],
    ["a b.ts", undefined],
    ["a.ts:x", undefined],
    ["", undefined],
    [`${"a/".repeat(200)}a.ts`, undefined],
  ];
  for (const [text, reference] of NAMES)
    it(`${JSON.stringify(text.slice(0, 40))} is ${reference ?? "none"}`, () => {
      const file = fileReference(text);
      assert.equal(file && Object.values(file).join(" "), reference);
    });

  const TEXTS: [text: string, pieces: string][] = [
    ["see src/a.ts, and (lib/b.py:3).", "see |<src/a.ts>|, and (|<lib/b.py:3>|)."],
    ["a.ts:12: error", "<a.ts:12>|: error"],
    ["at src/a.ts:12:3:", "at |<src/a.ts:12:3>|:"],
    ["src/a.ts:12:let b;", "<src/a.ts:12>|:let b;"],
    ["node.js and a.ts are words", "node.js and a.ts are words"],
    ["either and/or 1/2", "either and/or 1/2"],
    ["", ""],
  ];
  for (const [text, pieces] of TEXTS)
    it(`are found in ${JSON.stringify(text)}`, () =>
      assert.equal(
        withFiles(text)
          .map((piece) => (typeof piece === "string" ? piece : `<${piece.text}>`))
          .join("|"),
        pieces,
      ));

  for (const unit of ["a", "a/", "a.", "./", "(", "a.ts:"])
    it(`are looked for in a megabyte of ${JSON.stringify(unit)}, to its end`, () => {
      withFiles(`/${unit.repeat(1_000_000 / unit.length)}`);
      withFiles(`${unit.repeat(40)} `.repeat(5000));
    });
});
