/**
 * Mocha's spec reporter, which also writes what `npm test` counts to the file that
 * SANDBOX_CHAT_TEST_REPORT names.
 */
import { writeFileSync } from "node:fs";
import { reporters, Runner } from "mocha";
import type { Skipped } from "./requirement";

export interface Report {
  passed: number;
  failed: { title: string; error: string }[];
  /** Those among the passed that had failed before, and how. */
  repeated: { title: string; error: string }[];
  skipped: { title: string; reason: string }[];
}

const events = Runner.constants;

export default class SandboxChatReporter extends reporters.Spec {
  constructor(runner: Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const report: Report = { passed: 0, failed: [], repeated: [], skipped: [] };
    const failures = new Map<string, string>();
    runner.on(events.EVENT_TEST_RETRY, (test: Mocha.Test, error: Error) => {
      failures.set(test.fullTitle(), said(error));
      reporters.Base.consoleLog(`${"  ".repeat(depthOf(test))}  once more: ${said(error)}`);
    });
    runner.on(events.EVENT_TEST_PASS, (test) => {
      const title = test.fullTitle();
      const error = failures.get(title);
      report.passed += 1;
      if (error !== undefined) report.repeated.push({ title, error });
    });
    runner.on(events.EVENT_TEST_FAIL, (test, error: Error) => {
      report.failed.push({ title: test.fullTitle(), error: said(error) });
    });
    runner.on(events.EVENT_TEST_PENDING, (test) => {
      const reason = reasonOf(test);
      report.skipped.push({ title: test.fullTitle(), reason });
      if (reason) reporters.Base.consoleLog(`${"  ".repeat(depthOf(test))}  ${reason}`);
    });
    runner.once(events.EVENT_RUN_END, () => {
      const file = process.env["SANDBOX_CHAT_TEST_REPORT"];
      if (file) writeFileSync(file, JSON.stringify(report));
    });
  }
}

const said = (error: Error): string => error.stack ?? error.message;

function depthOf(test: Mocha.Test): number {
  return test.titlePath().length;
}

/** A suite that was skipped as a whole has the reason of all its tests. */
function reasonOf({ skipReason, parent }: Skipped & { parent?: Mocha.Suite | undefined }): string {
  return skipReason ?? (parent ? reasonOf(parent) : "");
}
