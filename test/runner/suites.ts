/** What `npm test` runs: its suites, and the programs that each consists of. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { root } from "../support/paths";

/** A program of a suite. One that runs tests reports each; any other is itself a test. */
export interface Part {
  readonly suite: string;
  /** What Node is given. */
  readonly args: readonly string[];
  readonly reports: boolean;
}

const MOCHA = "node_modules/mocha/bin/mocha.js";

/** The names of the suites, those that take longest in front of the short ones that fill the gaps. */
export const SUITES = [
  "workbench-browser",
  "sandbox",
  "panel",
  "unit",
  "claude",
  "lint",
  "types",
  "workbench-host",
] as const;
export type Suite = (typeof SUITES)[number];

/**
 * Into so many programs the tests of a folder are dealt out; 1 unless said. Few long ones would leave a
 * core idle for minutes at the end, and each more costs two seconds to start.
 */
const PROGRAMS: Readonly<Partial<Record<Suite, number>>> = {
  "workbench-browser": 2,
  panel: 2,
  unit: 4,
};

/** The parts of a suite; with `grep`, of its tests alone whose titles match that. */
export async function partsOf(suite: Suite, grep: string | undefined): Promise<Part[]> {
  switch (suite) {
    case "lint":
      return [
        check(suite, "node_modules/eslint/bin/eslint.js", "."),
        check(suite, "node_modules/prettier/bin/prettier.cjs", "--check", "."),
      ];
    case "types":
      // Seven checks in a sixth of six's time, and six has the API that ESLint needs.
      return [check(suite, "node_modules/typescript-7/bin/tsc", "-b")];
    case "workbench-host":
      return [{ suite, args: ["--import", "tsx", "test/support/mochaInHost.ts"], reports: true }];
    case "workbench-browser":
      return mocha(suite, "test/workbench/browser", grep);
    default:
      return mocha(suite, `test/${suite}`, grep);
  }
}

const check = (suite: Suite, ...args: string[]): Part => ({ suite, args, reports: false });

async function mocha(suite: Suite, folder: string, grep: string | undefined): Promise<Part[]> {
  const all = await readdir(path.join(root, folder), { recursive: true });
  const files = all.filter((file) => /\.test\.tsx?$/.test(file)).sort();
  const programs = grep === undefined ? (PROGRAMS[suite] ?? 1) : 1;
  return Array.from({ length: programs }, (_, nth) => ({
    suite,
    args: [
      MOCHA,
      ...(grep === undefined ? [] : ["--grep", grep]),
      ...files.filter((_, at) => at % programs === nth).map((file) => path.join(folder, file)),
    ],
    reports: true,
  }));
}
