/** What a run of the tests shows while it runs, and in the end. */
import path from "node:path";
import { root } from "../support/paths";
import type { Outcome, Report } from "../support/reporter";

/** So long nothing is shown at the most, in milliseconds. */
const QUIET = 15_000;

interface Counted {
  tests: number;
  done: number;
  running: string;
}

interface Group {
  passed: number;
  skipped: number;
  duration: number;
}

/** An outcome with the suite that it is of. */
type Told = Outcome & { readonly suite: string };

export class Progress {
  readonly #suites = new Map<string, Counted>();
  readonly #outcomes: Told[] = [];
  readonly #pictures = new Map<string, string>();
  #shownAt = Date.now();
  readonly #timer = setInterval(() => this.#showWhere(), 1000);

  constructor() {
    this.#timer.unref();
  }

  /** Follows one program of a suite. */
  part(suite: string): { report(report: Report): void; says(text: string): void; ends(): void } {
    const counted = this.#suites.get(suite) ?? { tests: 0, done: 0, running: "" };
    this.#suites.set(suite, counted);
    let name: string | undefined;
    let group: Group = { passed: 0, skipped: 0, duration: 0 };
    const endGroup = () => {
      if (name !== undefined && group.passed + group.skipped > 0)
        this.#show(suite, counted, `${name} (${summaryOf(group)})`);
      group = { passed: 0, skipped: 0, duration: 0 };
    };
    return {
      report: (report) => {
        switch (report.type) {
          case "begins":
            counted.tests += report.tests;
            return;
          case "picture":
            this.#pictures.set(report.title, path.relative(root, report.file));
            return;
          case "test":
            counted.done++;
            counted.running = report.title;
            this.#outcomes.push({ ...report, suite });
            if (report.group !== name) endGroup();
            name = report.group;
            group.duration += report.duration;
            if (report.outcome === "failed")
              this.#show(suite, counted, `FAILED ${report.title}\n${indented(report.why, 8)}`);
            else group[report.outcome]++;
        }
      },
      says: (text) => process.stderr.write(text),
      ends: endGroup,
    };
  }

  /** A failure that is no test's. */
  fails(title: string, why: string): void {
    const outcome = {
      outcome: "failed",
      group: title,
      title,
      why,
      duration: 0,
      suite: "",
    } as const;
    this.#outcomes.push(outcome);
  }

  /** Shows what failed and what was skipped, and last of all the counts. Returns whether all is well. */
  end(): boolean {
    clearInterval(this.#timer);
    const failed = this.#outcomes.filter(is("failed"));
    if (failed.length > 0) console.log("\nFailed:");
    for (const { suite, title, why } of failed) {
      const picture = this.#pictures.get(title);
      console.log(`  ${suite ? `${suite}: ` : ""}${title}\n${indented(why, 20)}`);
      if (picture !== undefined) console.log(`    Picture: ${picture}`);
    }
    const skipped = this.#outcomes.filter(is("skipped"));
    const reasons = skipped.map(({ suite, why }) => (why ? `${suite}: ${why}` : suite));
    if (skipped.length > 0) console.log("\nSkipped:");
    for (const reason of new Set(reasons))
      console.log(`  ${reason} (${reasons.filter((other) => other === reason).length})`);
    const count = (outcome: Outcome["outcome"]) => this.#outcomes.filter(is(outcome)).length;
    console.log(
      `\n${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`,
    );
    return failed.length === 0;
  }

  #show(suite: string, { done, tests }: Counted, text: string): void {
    this.#shownAt = Date.now();
    console.log(`${suite.padEnd(17)} ${`${done}/${tests}`.padStart(9)}  ${text}`);
  }

  /** So that a slow test is seen to be at work. */
  #showWhere(): void {
    if (Date.now() - this.#shownAt < QUIET) return;
    for (const [suite, counted] of this.#suites)
      if (counted.done < counted.tests)
        this.#show(suite, counted, `… after: ${counted.running || "the start"}`);
  }
}

const summaryOf = ({ passed, skipped, duration }: Group): string =>
  [
    ...(passed > 0 ? [`${passed} passed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    `${(duration / 1000).toFixed(1)} s`,
  ].join(", ");

const indented = (text: string, lines: number): string =>
  text
    .split("\n")
    .slice(0, lines)
    .map((line) => `    ${line}`)
    .join("\n");

function is(outcome: Outcome["outcome"]) {
  return (test: Told): boolean => test.outcome === outcome;
}
