/**
 * Mocha's spec reporter, which also tells the runner what becomes of each test: a line of JSON each, in
 * the file that SANDBOX_CHAT_TEST_REPORT names. With SANDBOX_CHAT_TEST_SEED, a number, the tests come
 * in a random order, the same for the same number.
 */
import { appendFileSync } from "node:fs";
import { reporters, Runner } from "mocha";
import { between, seeded, type Random } from "../crash/random";
import type { Skipped } from "./requirement";

/** What became of a test, or of a hook that failed. */
export interface Outcome {
  readonly outcome: "passed" | "failed" | "skipped";
  /** The outermost `describe` that it is in. */
  readonly group: string;
  readonly title: string;
  /** Its error, or the reason why it was skipped. */
  readonly why: string;
  /** In milliseconds. */
  readonly duration: number;
}

export type Report =
  | { readonly type: "begins"; readonly tests: number }
  | ({ readonly type: "test" } & Outcome)
  /** The picture of what a test that failed had on the screen. */
  | { readonly type: "picture"; readonly title: string; readonly file: string };

const events = Runner.constants;

/** Tells the runner, where one listens. */
export function report(line: Report): void {
  const file = process.env["SANDBOX_CHAT_TEST_REPORT"];
  if (file) appendFileSync(file, `${JSON.stringify(line)}\n`);
}

export default class SandboxChatReporter extends reporters.Spec {
  constructor(runner: Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const seed = process.env["SANDBOX_CHAT_TEST_SEED"];
    if (seed) shuffle(runner.suite, seeded(Number(seed)));
    const tell = (outcome: Outcome["outcome"], test: Mocha.Runnable, why = "") =>
      report({
        type: "test",
        outcome,
        group: groupOf(test),
        title: test.fullTitle(),
        why,
        duration: test.duration ?? 0,
      });
    runner.once(events.EVENT_RUN_BEGIN, () => report({ type: "begins", tests: runner.total }));
    runner.on(events.EVENT_TEST_PASS, (test) => tell("passed", test));
    runner.on(events.EVENT_TEST_FAIL, (test, error: Error) => {
      tell("failed", test, error.stack ?? error.message);
    });
    runner.on(events.EVENT_TEST_PENDING, (test) => {
      const reason = reasonOf(test);
      tell("skipped", test, reason);
      if (reason) reporters.Base.consoleLog(`${"  ".repeat(test.titlePath().length)}  ${reason}`);
    });
  }
}

/** Mixes the tests of each suite, and the suites of each. */
function shuffle(suite: Mocha.Suite, random: Random): void {
  mix(suite.tests, random);
  mix(suite.suites, random);
  for (const inner of suite.suites) shuffle(inner, random);
}

function mix(list: unknown[], random: Random): void {
  for (let last = list.length - 1; last > 0; last--) {
    const other = between(random, 0, last + 1);
    [list[last], list[other]] = [list[other], list[last]];
  }
}

function groupOf(test: Mocha.Runnable): string {
  return test.titlePath()[0] ?? "";
}

/** A suite that was skipped as a whole has the reason of all its tests. */
function reasonOf({ skipReason, parent }: Skipped & { parent?: Mocha.Suite | undefined }): string {
  return skipReason ?? (parent ? reasonOf(parent) : "");
}
