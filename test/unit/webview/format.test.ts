import assert from "node:assert/strict";
import {
  bytes,
  day,
  isSameDay,
  seconds,
  duration,
  fileName,
  short,
  usageDetails,
  usageLine,
} from "../../../webview/format";

describe("format", () => {
  const SHORT: [count: number, text: string][] = [
    [0, "0"],
    [999, "999"],
    [1000, "1k"],
    [12_345, "12.3k"],
    [99_960, "100k"],
    [999_499, "999k"],
    [999_500, "1M"],
    [1_234_567, "1.2M"],
  ];
  for (const [count, text] of SHORT)
    it(`${count} is ${text} in short`, () => assert.equal(short(count), text));

  const SIZES: [count: number, text: string][] = [
    [0, "0 bytes"],
    [999, "999 bytes"],
    [262_144, "262 kB"],
    [999_500, "1 MB"],
    [1_234_567, "1.2 MB"],
    [31_000_000, "31 MB"],
  ];
  for (const [count, text] of SIZES)
    it(`${count} bytes are ${text}`, () => assert.equal(bytes(count), text));

  const DURATIONS: [ms: number, text: string][] = [
    [0, "0.0 s"],
    [432, "0.4 s"],
    [9949, "9.9 s"],
    [9950, "10 s"],
    [59_400, "59 s"],
    [59_600, "1 min 0 s"],
    [185_000, "3 min 5 s"],
  ];
  for (const [ms, text] of DURATIONS)
    it(`${ms} ms last ${text}`, () => assert.equal(duration(ms), text));

  it("says times by whole seconds, and days in words", () => {
    assert.deepEqual([1999, 61_500].map(seconds), ["1 s", "1 min 1 s"]);
    const [evening, midnight] = [new Date(2026, 4, 3, 23, 59), new Date(2026, 4, 4)].map(Number);
    assert.ok(evening && midnight);
    assert.ok(isSameDay(evening, evening - 60_000) && !isSameDay(evening, midnight));
    assert.match(day(evening, midnight), /Sunday/);
    assert.doesNotMatch(day(evening, midnight), /2026/);
    assert.match(day(evening, Number(new Date(2027, 0, 1))), /2026/);
  });

  const USAGE = {
    inputTokens: 1000,
    outputTokens: 56,
    cacheReadTokens: 11_000,
    cacheWriteTokens: 300,
    costUsd: 0.01234,
    durationMs: 4200,
  };

  it("says what a turn used", () => {
    assert.equal(usageLine(USAGE), "12.3k in · 56 out · $0.0123 · 4.2 s");
    assert.equal(usageLine({ ...USAGE, costUsd: 0 }), "12.3k in · 56 out · 4.2 s");
    assert.match(usageDetails(USAGE), /^Input: 1,000 tokens\nRead from cache: 11,000 tokens/);
  });

  it("takes the last part of a path", () => {
    assert.equal(fileName("src/a/b.ts"), "b.ts");
    assert.equal(fileName("b.ts"), "b.ts");
  });
});
