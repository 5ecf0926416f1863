import assert from "node:assert/strict";
import { relativeTime } from "../../../src/shared/relativeTime";

describe("relative time", () => {
  const minutes = (count: number) => count * 60_000;
  const cases: [ago: number, words: string][] = [
    [-minutes(5), "now"],
    [0, "now"],
    [minutes(1), "1 min ago"],
    [minutes(59.9), "59 min ago"],
    [minutes(60), "1 h ago"],
    [minutes(60 * 24), "yesterday"],
    [minutes(60 * 24 * 2), "2 days ago"],
    [minutes(60 * 24 * 45), "1 mo ago"],
    [minutes(60 * 24 * 800), "2 y ago"],
  ];
  for (const [ago, words] of cases) it(words, () => assert.equal(relativeTime(0, ago), words));
});
