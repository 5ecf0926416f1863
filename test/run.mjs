// Runs the project's checks and tests: `npm test`, or `npm test -- unit sandbox` for some of them;
// `--cli 2.1.330` has those with the real Claude Code run that version.
// It says what failed and what was skipped, and last of all "N passed, N failed, N skipped".
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

/**
 * @typedef {{ title: string, error: string }} Failure
 * @typedef {{ title: string, reason: string }} Skip
 * @typedef {{ passed: number, failed: Failure[], repeated: Failure[], skipped: Skip[] }} Result
 * @typedef {(text: string) => void} Say
 * @typedef {(say: Say) => Promise<Result>} Part
 */

const root = path.resolve(import.meta.dirname, "..");
const out = path.join(root, "test/.out");
const longestProgram = 30 * 60_000;

let reports = 0;

/** How many parts run at a time. Tests wait more than they work, so two fill two cores. */
const LANES = 2;

const bin = {
  eslint: "node_modules/eslint/bin/eslint.js",
  mocha: "node_modules/mocha/bin/mocha.js",
  prettier: "node_modules/prettier/bin/prettier.cjs",
  tsc: "node_modules/typescript/bin/tsc",
};

/** @type {Record<string, Part[]>} */
const suites = {
  lint: [check("lint", [bin.eslint, "."], [bin.prettier, "--check", "."])],
  types: [check("types", [bin.tsc, "-b"])],
  unit: await halves("test/unit"),
  claude: [tests([bin.mocha, "test/claude/**/*.test.ts"])],
  "workbench-host": [tests(["--import", "tsx", "test/support/mochaInHost.ts"])],
  "workbench-browser": await halves("test/workbench/browser"),
  sandbox: [tests([bin.mocha, "test/sandbox/**/*.test.ts"])],
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
const building = await node(["esbuild.mjs"], (text) => process.stdout.write(text));
if (building !== "") total.failed.push({ title: "build", error: building });
const results = await allAtWork(
  Object.entries(suites)
    .filter(([name]) => named.length === 0 || named.includes(name))
    .flatMap(([name, parts]) =>
      parts.map((run, at) => ({
        suite: name,
        title: parts.length > 1 ? `${name}, ${at + 1} of ${parts.length}` : name,
        run,
      })),
    ),
);
for (const { suite, result } of results) {
  total.passed += result.passed;
  total.failed.push(...result.failed.map(withSuite(suite)));
  total.repeated.push(...result.repeated.map(withSuite(suite)));
  total.skipped.push(...result.skipped.map(withSuite(suite)));
}
list("Failed", total.failed, (test) => test.error);
list("Passed only when tried once more", total.repeated, (test) => test.error);
list("Skipped", total.skipped, (test) => test.reason);
console.log(`\n${counts(total)}`);
process.exitCode = total.failed.length > 0 ? 1 : 0;

/**
 * Runs the parts, some at a time.
 * @param {{ suite: string, title: string, run: Part }[]} parts
 * @returns {Promise<{ suite: string, result: Result }[]>}
 */
async function allAtWork(parts) {
  const show = oneAfterAnother();
  const waiting = parts.map((part) => ({ ...part, shown: show() }));
  /** @type {{ suite: string, result: Result }[]} */
  const done = [];
  const lane = async () => {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      const { suite, title, run, shown } = part;
      shown.say(`\n== ${title}\n`);
      const start = Date.now();
      const result = await run(shown.say);
      const seconds = ((Date.now() - start) / 1000).toFixed(1);
      shown.say(`${counts(result)}, in ${seconds} s\n`);
      shown.end();
      done.push({ suite, result });
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return done;
}

/**
 * Shows what several say at once one after another: the first one's words as they come, and those of
 * each other when all before it have ended. Returns how the next one comes in.
 */
function oneAfterAnother() {
  /** @type {{ kept: string, ended: boolean }[]} */
  const speakers = [];
  let first = 0;
  const showFirst = () => {
    for (let speaker; (speaker = speakers[first]);) {
      process.stdout.write(speaker.kept);
      speaker.kept = "";
      if (!speaker.ended) return;
      first++;
    }
  };
  return () => {
    const speaker = { kept: "", ended: false };
    speakers.push(speaker);
    return {
      /** @type {Say} */
      say(text) {
        speaker.kept += text;
        showFirst();
      },
      end() {
        speaker.ended = true;
        showFirst();
      },
    };
  };
}

/**
 * One test: that every one of the programs ends well.
 * @param {string} title
 * @param {string[][]} programs
 * @returns {Part}
 */
function check(title, ...programs) {
  return async (say) => {
    const errors = [];
    for (const program of programs) {
      const error = await node(program, say);
      if (error !== "") errors.push(`${program.join(" ")} ${error}`);
    }
    const failed = errors.length > 0 ? [{ title, error: errors.join(", ") }] : [];
    return { passed: 1 - failed.length, failed, repeated: [], skipped: [] };
  };
}

/**
 * The tests of a folder in two parts, which take about as long.
 * @param {string} folder
 * @returns {Promise<Part[]>}
 */
async function halves(folder) {
  const all = await readdir(path.join(root, folder), { recursive: true });
  const files = all.filter((file) => /\.test\.tsx?$/.test(file)).sort();
  return [0, 1].map((half) =>
    tests([
      bin.mocha,
      ...files.filter((_, at) => at % 2 === half).map((file) => path.join(folder, file)),
    ]),
  );
}

/**
 * Tests whose reporter is ours. Where it tells of no test, or of no failure though the program failed,
 * that is a failure.
 * @param {string[]} args
 * @returns {Part}
 */
function tests(args) {
  return async (say) => {
    const report = path.join(out, `report-${++reports}.json`);
    await mkdir(out, { recursive: true });
    const error = await node(args, say, { SANDBOX_CHAT_TEST_REPORT: report });
    const text = await readFile(report, "utf8").catch(() => "");
    await rm(report, { force: true });
    /** @type {Result} */
    const result = text ? JSON.parse(text) : { passed: 0, failed: [], repeated: [], skipped: [] };
    const ran = result.passed + result.failed.length + result.skipped.length;
    if (result.failed.length === 0 && (error !== "" || ran === 0)) {
      result.failed.push({ title: "the suite itself", error: error || "no test ran" });
    }
    return result;
  };
}

/**
 * Runs Node.
 * @param {string[]} args
 * @param {Say} say Told what it prints.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} What went wrong, if anything did.
 */
async function node(args, say, env = {}) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: longestProgram,
    killSignal: "SIGINT", // Mocha hands this one on.
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", say);
  const closed = once(child, "close");
  const [code, signal] = await once(child, "exit");
  // What it has left running may hold its output open.
  await Promise.race([closed, sleep(2000, undefined, { ref: false })]);
  if (signal) return `was ended by ${signal} (it has ${longestProgram / 60_000} minutes)`;
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
