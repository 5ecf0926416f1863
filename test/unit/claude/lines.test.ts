import assert from "node:assert/strict";
import { LineSplitter } from "../../../src/claude/lines";
import { LimitError, LINE_LIMIT } from "../../../src/shared/limits";

const split = (chunks: readonly Uint8Array[]): string[] => {
  const splitter = new LineSplitter();
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
};

describe("lines from bytes", () => {
  const text = 'héllo 世界 🚀\n\n{"a":1}\nlast';
  const lines = ["héllo 世界 🚀", "", '{"a":1}', "last"];

  it("are the same however the bytes are cut, inside characters too", () => {
    const bytes = Buffer.from(text);
    for (let size = 1; size <= bytes.length; size++) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      assert.deepEqual(split(chunks), lines, `chunks of ${size} bytes`);
    }
  });

  it("end with what came behind the last newline, if anything did", () => {
    assert.deepEqual(split([Buffer.from("a\n")]), ["a"]);
    assert.deepEqual(split([]), []);
  });

  it("are held up to a limit, however their bytes come", () => {
    const chunk = Buffer.alloc(1024 * 1024, "x");
    const splitter = new LineSplitter();
    for (let held = 0; held < LINE_LIMIT; held += chunk.length) splitter.push(chunk);
    assert.throws(() => splitter.push(Buffer.from("x")), LimitError);
    const [line] = new LineSplitter().push(Buffer.from("short\n"));
    assert.equal(line, "short");
  });

  it("may be 32 MB long", () => {
    const chunk = Buffer.alloc(64 * 1024, "x");
    const chunks = Array.from({ length: 512 }, () => chunk);
    const [line, next] = split([...chunks, Buffer.from("\nnext")]);
    assert.equal(line?.length, 32 * 1024 * 1024);
    assert.equal(next, "next");
  });
});
