import assert from "node:assert/strict";
import { BoundedEntries } from "../../../src/workspace/boundedEntries";
import type { HostEntry } from "../../../src/workspace/hostLook";
import { GIT_RULES } from "../../../src/workspace/hostPrograms";

const MEGABYTE = Buffer.alloc(1024 * 1024);
const entry = (path: string, change: Partial<HostEntry> = {}): HostEntry => ({
  path,
  rule: GIT_RULES.hook,
  print: "x",
  content: MEGABYTE,
  ...change,
});

describe("the files that are kept of a turn", () => {
  it("are so many, and of each is known what it was last", () => {
    const entries = new BoundedEntries(2);
    assert.equal(entries.set("a", entry("a")), true);
    assert.equal(entries.set("b", undefined), true);
    assert.equal(entries.set("c", entry("c")), false);
    assert.equal(entries.set("b", entry("b", { print: "y" })), true);
    entries.delete("a");
    assert.equal(entries.set("c", entry("c")), true);
    assert.deepEqual(
      [...entries].map(([path, kept]) => [path, kept?.print]),
      [
        ["b", "y"],
        ["c", "x"],
      ],
    );
  });

  it("have so many bytes, and give back those of what is gone or replaced", () => {
    const entries = new BoundedEntries(1000);
    const kept = () => [...entries].filter(([, one]) => one?.content).length;
    for (let time = 0; time < 50; time++) entries.set("again", entry("again"));
    for (let at = 0; at < 50; at++) entries.set(`${at}`, entry(`${at}`));
    assert.equal(kept(), 16);
    for (let at = 0; at < 50; at++) entries.delete(`${at}`);
    entries.set("one more", entry("one more"));
    assert.equal(kept(), 2);
  });

  it("have the last of their settings, as far as those are not too many or too long", () => {
    const entries = new BoundedEntries(10);
    const settings = (count: number, value: string) =>
      Array.from({ length: count }, (_, at) => ({ key: `k.${at}`, value, from: 0, to: 0 }));
    const kept = (count: number, value: string) => {
      entries.set("a", entry("a", { settings: settings(count, value) }));
      return entries.get("a")?.settings?.map(({ key }) => key) ?? [];
    };
    assert.deepEqual(kept(2, "x"), ["k.0", "k.1"]);
    assert.equal(kept(5000, "x").length, 1000);
    const long = kept(100, "x".repeat(10_000));
    assert.equal(long.length, 26);
    assert.equal(long.at(-1), "k.99");
  });
});
