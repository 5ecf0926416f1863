/**
 * Mocha's spec reporter, which also writes what `npm test` counts to the file that
 * SANDBOX_CHAT_TEST_REPORT names.
 */
import { writeFileSync } from "node:fs";
import { reporters, Runner } from "mocha";
import type { Skipped } from "./requirement";

/** What became of a test, or of a hook that failed. */
export interface Outcome {
  outcome: "passed" | "failed" | "skipped";
  title: string;
  /** Its error, or the reason why it was skipped. */
  why: string;
  /** The file that it is in, unless it is a hook of all files. */
  file?: string | undefined;
  /** That it says `retries(0)`: a failure stands, whatever it would do the next time. */
  final: boolean;
}

const events = Runner.constants;

export default class SandboxChatReporter extends reporters.Spec {
  constructor(runner: Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const report: Outcome[] = [];
    const note = (outcome: Outcome["outcome"], test: Mocha.Test, why = "") =>
      report.push({
        outcome,
        title: test.fullTitle(),
        why,
        file: test.file,
        final: test.retries() === 0,
      });
    runner.on(events.EVENT_TEST_PASS, (test) => void note("passed", test));
    runner.on(events.EVENT_TEST_FAIL, (test, error: Error) => {
      note("failed", test, error.stack ?? error.message);
    });
    runner.on(events.EVENT_TEST_PENDING, (test) => {
      const reason = reasonOf(test);
      note("skipped", test, reason);
      if (reason) reporters.Base.consoleLog(`${"  ".repeat(depthOf(test))}  ${reason}`);
    });
    runner.once(events.EVENT_RUN_END, () => {
      const file = process.env["SANDBOX_CHAT_TEST_REPORT"];
      if (file) writeFileSync(file, JSON.stringify(report));
    });
  }
}

function depthOf(test: Mocha.Test): number {
  return test.titlePath().length;
}

/** A suite that was skipped as a whole has the reason of all its tests. */
function reasonOf({ skipReason, parent }: Skipped & { parent?: Mocha.Suite | undefined }): string {
  return skipReason ?? (parent ? reasonOf(parent) : "");
}
