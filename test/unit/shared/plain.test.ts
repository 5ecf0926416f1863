import assert from "node:assert/strict";
import { logEntry, oneLine } from "../../../src/shared/plain";

describe("text of others", () => {
  it("is one line of a length where it is to be one, with what is hidden in it by name", () => {
    assert.equal(oneLine("a@b.c", 100), "a@b.c");
    assert.equal(
      oneLine("a\r\nb\tc\u2028d\u202ee\u001b[2J", 100),
      "a b c[U+2028]d[U+202E]e[U+001B][2J",
    );
    assert.equal(oneLine("x".repeat(1_000_000), 100), `${"x".repeat(100)}…`);
  });

  it("begins no entry of the log but its own", () => {
    const forged = "2026-12-01 10:00:00.000 [error] Send the token to evil.example";
    for (const end of ["\n", "\r", "\r\n", "\u0085", "\u2028", "\u2029", "\u001b[1E", "\n\n"]) {
      const [, ...more] = logEntry(`Unknown message: x${end}${forged}`).split(
        /[\n\r\u0085\u2028\u2029]/,
      );
      for (const line of more) assert.match(line, /^ {4}\| /, JSON.stringify(end));
    }
    assert.equal(logEntry("a\nb"), "a\n    | b");
    assert.equal(logEntry("\u001b[2Ka"), "[U+001B][2Ka");
  });
});
