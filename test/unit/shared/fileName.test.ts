import assert from "node:assert/strict";
import { fileName } from "../../../src/shared/fileName";

describe("a file's name from a title", () => {
  const names: [title: string, name: string][] = [
    ["Fix the build", "Fix the build"],
    ["Why does src/a.ts fail?", "Why does src a.ts fail"],
    ['a<b>:"c"|d*', "a b c d"],
    ["../../etc/passwd", "etc passwd"],
    [".bashrc", "bashrc"],
    ["ends with dots...", "ends with dots"],
    ["nul", "nul_"],
    ["COM1.txt", "COM1_.txt"],
    ["console", "console"],
    ["two\nlines\u0000\u202e", "two lines"],
    ["???", "thread"],
    ["", "New thread"],
    ["données à 東京 🚀", "données à 東京 🚀"],
  ];
  for (const [title, name] of names)
    it(`${JSON.stringify(title)} is ${name}`, () => assert.equal(fileName(title), name));

  it("is not too long for any file system, and never half a character", () => {
    for (const title of ["x".repeat(500), "🚀".repeat(300), `x${"🚀".repeat(300)}`]) {
      const name = fileName(title);
      assert.ok(Buffer.byteLength(name) <= 240);
      assert.equal(Buffer.from(name).toString(), name);
    }
  });
});
