/** What a test needs of its machine: an engine, a browser, a workbench. */

/** It is not on this machine. The message says what is missing, and how to come by it. */
export class Unavailable extends Error {
  override name = "Unavailable";
}

/** A skipped test or suite as the reporter finds it. */
export interface Skipped {
  skipReason?: string;
}

/** Set where a test that cannot run is a test that failed. */
export const everythingMustRun = /^(1|true)$/i.test(process.env["CI"] ?? "");

/**
 * Skips the running test, or from a `before` hook all tests of its suite, and says why:
 * `requireOrSkip(this, "no Docker engine")`.
 * @throws With CI set, where a test that cannot run is a test that failed.
 */
export function requireOrSkip(context: Mocha.Context, reason: string): never {
  if (everythingMustRun) throw new Unavailable(reason);
  const running = context.test as Mocha.Hook | Mocha.Test;
  const skipped: Skipped = { skipReason: reason };
  Object.assign(running.type === "hook" ? (running.parent ?? running) : running, skipped);
  context.skip();
}

/** The promised value; where that is {@link Unavailable}, the running tests are skipped. */
export async function orSkip<T>(context: Mocha.Context, promised: Promise<T>): Promise<T> {
  try {
    return await promised;
  } catch (error) {
    if (error instanceof Unavailable) return requireOrSkip(context, error.message);
    throw error;
  }
}
