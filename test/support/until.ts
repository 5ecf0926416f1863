import assert from "node:assert/strict";

/** Longer than anything takes on a machine that has much else to do, in milliseconds. */
const LIMIT = 60_000;

/** Looks again and again until what is seen is as it should be. Returns it. */
export async function until<Value>(
  look: () => Value | Promise<Value>,
  holds: (value: Value) => boolean,
  what: string,
): Promise<Value> {
  const deadline = Date.now() + LIMIT;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    assert.ok(Date.now() < deadline, `${what}: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
