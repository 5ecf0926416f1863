// Runs the project's checks and tests: `npm test`, or `npm test -- unit sandbox` for some of them;
// `--cli 2.1.330` has those with the real Claude Code run that version.
// It says what failed and what was skipped, and last of all "N passed, N failed, N skipped".
import { spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";

/**
 * @typedef {{ title: string, error: string }} Failure
 * @typedef {{ title: string, reason: string }} Skip
 * @typedef {{ passed: number, failed: Failure[], repeated: Failure[], skipped: Skip[] }} Result
 */

const root = path.resolve(import.meta.dirname, "..");
const report = path.join(root, "test/.out/report.json");
const longestSuite = 30 * 60_000;

const bin = {
  eslint: "node_modules/eslint/bin/eslint.js",
  mocha: "node_modules/mocha/bin/mocha.js",
  prettier: "node_modules/prettier/bin/prettier.cjs",
  tsc: "node_modules/typescript/bin/tsc",
};

/** @type {Record<string, () => Promise<Result>>} */
const suites = {
  lint: () => check("lint", [bin.eslint, "."], [bin.prettier, "--check", "."]),
  types: () => check("types", [bin.tsc, "-b"]),
  unit: () => tests([bin.mocha, "test/unit/**/*.test.{ts,tsx}"]),
  claude: () => tests([bin.mocha, "test/claude/**/*.test.ts"]),
  "workbench-host": () => tests(["--import", "tsx", "test/support/mochaInHost.ts"]),
  "workbench-browser": () => tests([bin.mocha, "test/workbench/browser/**/*.test.ts"]),
  sandbox: () => tests([bin.mocha, "test/sandbox/**/*.test.ts"]),
};

const { values: options, positionals: named } = parseArgs({
  allowPositionals: true,
  options: { cli: { type: "string" } },
});
if (options.cli !== undefined) {
  if (!/^\d+\.\d+\.\d+$/.test(options.cli)) {
    console.error(`--cli takes a whole version of Claude Code, such as 2.1.330.`);
    process.exit(1);
  }
  process.env.CLAUDE_CLI_VERSION = options.cli;
}
const unknown = named.filter((name) => !Object.hasOwn(suites, name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(", ")}. There are: ${Object.keys(suites).join(", ")}.`);
  process.exit(1);
}

/** @type {Result} */
const total = { passed: 0, failed: [], repeated: [], skipped: [] };
const building = await node(["esbuild.mjs"]);
if (building !== "") total.failed.push({ title: "build", error: building });
for (const [name, suite] of Object.entries(suites)) {
  if (named.length > 0 && !named.includes(name)) continue;
  console.log(`\n== ${name}`);
  const start = Date.now();
  const result = await suite();
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(`${counts(result)}, in ${seconds} s`);
  total.passed += result.passed;
  total.failed.push(...result.failed.map(withSuite(name)));
  total.repeated.push(...result.repeated.map(withSuite(name)));
  total.skipped.push(...result.skipped.map(withSuite(name)));
}
list("Failed", total.failed, (test) => test.error);
list("Passed only when tried once more", total.repeated, (test) => test.error);
list("Skipped", total.skipped, (test) => test.reason);
console.log(`\n${counts(total)}`);
process.exitCode = total.failed.length > 0 ? 1 : 0;

/**
 * One test: that every one of the programs ends well.
 * @param {string} title
 * @param {string[][]} programs
 * @returns {Promise<Result>}
 */
async function check(title, ...programs) {
  const errors = [];
  for (const program of programs) {
    const error = await node(program);
    if (error !== "") errors.push(`${program.join(" ")} ${error}`);
  }
  const failed = errors.length > 0 ? [{ title, error: errors.join(", ") }] : [];
  return { passed: 1 - failed.length, failed, repeated: [], skipped: [] };
}

/**
 * Runs tests whose reporter is ours. Where it tells of no test, or of no failure though the program
 * failed, that is a failure.
 * @param {string[]} args
 * @returns {Promise<Result>}
 */
async function tests(args) {
  await rm(report, { force: true });
  await mkdir(path.dirname(report), { recursive: true });
  const error = await node(args, { SANDBOX_CHAT_TEST_REPORT: report });
  const text = await readFile(report, "utf8").catch(() => "");
  /** @type {Result} */
  const result = text ? JSON.parse(text) : { passed: 0, failed: [], repeated: [], skipped: [] };
  const ran = result.passed + result.failed.length + result.skipped.length;
  if (result.failed.length === 0 && (error !== "" || ran === 0)) {
    result.failed.push({ title: "the suite itself", error: error || "no test ran" });
  }
  return result;
}

/**
 * Runs Node with its output shown.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} What went wrong, if anything did.
 */
async function node(args, env = {}) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit"],
    timeout: longestSuite,
    killSignal: "SIGINT", // Mocha hands this one on.
  });
  const [code, signal] = await new Promise((resolve, reject) => {
    child.on("error", reject).on("exit", (...end) => resolve(end));
  });
  if (signal) return `was ended by ${signal} (it has ${longestSuite / 60_000} minutes)`;
  return code === 0 ? "" : `ended with ${code}`;
}

/**
 * @template T
 * @param {string} heading
 * @param {(T & { title: string })[]} tests
 * @param {(test: T) => string} detail
 */
function list(heading, tests, detail) {
  if (tests.length > 0) console.log(`\n${heading}:`);
  for (const test of tests) console.log(`  ${test.title}\n    ${detail(test).split("\n")[0]}`);
}

/** @param {string} suite */
function withSuite(suite) {
  /**
   * @template {{ title: string }} T
   * @param {T} test
   */
  return (test) => ({ ...test, title: `${suite}: ${test.title}` });
}

/** @param {Result} result */
function counts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`;
}
