import assert from "node:assert/strict";
import { ClaudePool } from "../../../src/session/claudePool";

describe("the pool of Claude's processes", () => {
  const never = new AbortController().signal;
  const limits = { turns: 2, idle: 2 };
  const claude = (name: string, gone: string[]) => ({ retire: () => void gone.push(name) });

  it("lets turns in up to the limit, and tells the others their place", async () => {
    const pool = new ClaudePool(() => limits);
    const places: Record<string, number[]> = { c: [], d: [] };
    const leaveA = await pool.enter(() => assert.fail("nobody is ahead"), never);
    await pool.enter(() => assert.fail("nobody is ahead"), never);
    const c = pool.enter((ahead) => places["c"]?.push(ahead), never);
    const d = pool.enter((ahead) => places["d"]?.push(ahead), never);
    leaveA?.();
    // To leave twice lets nobody else in.
    leaveA?.();
    const leaveC = await c;
    assert.deepEqual(places, { c: [0, 0], d: [1, 0] });
    leaveC?.();
    assert.ok(await d);
  });

  it("lets go who gives up, and the others move up", async () => {
    const pool = new ClaudePool(() => ({ ...limits, turns: 1 }));
    const leave = await pool.enter(() => {}, never);
    const giving = new AbortController();
    const first = pool.enter(() => {}, giving.signal);
    const ahead: number[] = [];
    const second = pool.enter((count) => ahead.push(count), never);
    giving.abort();
    assert.equal(await first, undefined);
    assert.deepEqual(ahead, [1, 0]);
    leave?.();
    assert.ok(await second);
    assert.equal(await pool.enter(() => {}, AbortSignal.abort()), undefined);
  });

  it("lets in whom a raised limit has room for", async () => {
    let turns = 1;
    const pool = new ClaudePool(() => ({ ...limits, turns }));
    await pool.enter(() => {}, never);
    const ahead: number[] = [];
    const waiting = [1, 2, 3].map(() => pool.enter((count) => ahead.push(count), never));
    turns = 3;
    pool.limitsChanged();
    assert.ok((await Promise.all(waiting.slice(0, 2))).every((leave) => leave !== undefined));
    assert.equal(ahead.at(-1), 0, "the third is next");
  });

  it("retires those that were idle longest, beyond the limit", () => {
    const pool = new ClaudePool(() => limits);
    const gone: string[] = [];
    const [a, b, c] = ["a", "b", "c"].map((name) => claude(name, gone));
    assert.ok(a && b && c);
    pool.rests(a);
    pool.rests(b);
    pool.rests(a);
    pool.rests(c);
    assert.deepEqual(gone, ["b"]);
    pool.restsNoMore(b);
    pool.restsNoMore(a);
    pool.rests(b);
    assert.deepEqual(gone, ["b"]);
  });
});
