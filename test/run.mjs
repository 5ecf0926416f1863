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
 * @typedef {import("./support/reporter.ts").Outcome} Outcome
 * @typedef {{ outcomes: Outcome[], repeated: Outcome[] }} Result `repeated` are those that had failed
 *   before their file was run once more.
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
  claude: [tests([bin.mocha], ["test/claude/**/*.test.ts"])],
  "workbench-host": [tests(["--import", "tsx", "test/support/mochaInHost.ts"])],
  "workbench-browser": await halves("test/workbench/browser"),
  sandbox: [tests([bin.mocha], ["test/sandbox/**/*.test.ts"])],
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

const building = await node(["esbuild.mjs"], (text) => process.stdout.write(text));
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
if (building !== "") results.push({ outcomes: [failure("build", building)], repeated: [] });
const all = results.flatMap(({ outcomes }) => outcomes);
list("Failed", all.filter(is("failed")));
const repeated = results.flatMap((result) => result.repeated);
list("Failed, and passed when their file was run once more", repeated);
list("Skipped", all.filter(is("skipped")));
console.log(`\n${counts(all)}`);
process.exitCode = all.some(is("failed")) ? 1 : 0;

/**
 * Runs the parts, some at a time.
 * @param {{ suite: string, title: string, run: Part }[]} parts
 * @returns {Promise<Result[]>} With the suite in each title.
 */
async function allAtWork(parts) {
  const show = oneAfterAnother();
  const waiting = parts.map((part) => ({ ...part, shown: show() }));
  /** @type {Result[]} */
  const done = [];
  const lane = async () => {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      const { suite, title, run, shown } = part;
      shown.say(`\n== ${title}\n`);
      const start = Date.now();
      const { outcomes, repeated } = await run(shown.say);
      const seconds = ((Date.now() - start) / 1000).toFixed(1);
      shown.say(`${counts(outcomes)}, in ${seconds} s\n`);
      shown.end();
      /** @param {Outcome} test */
      const inSuite = (test) => ({ ...test, title: `${suite}: ${test.title}` });
      done.push({ outcomes: outcomes.map(inSuite), repeated: repeated.map(inSuite) });
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
    if (errors.length > 0) return { outcomes: [failure(title, errors.join(", "))], repeated: [] };
    return { outcomes: [{ outcome: "passed", title, why: "", final: false }], repeated: [] };
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
    tests(
      [bin.mocha],
      files.filter((_, at) => at % 2 === half).map((file) => path.join(folder, file)),
    ),
  );
}

/**
 * Tests by a program that takes their files. VS Code and Chromium are not ours: where all must pass, the
 * files in which something failed are run once more by a program of their own, and what that says counts.
 * Not so where a test that failed says `retries(0)`.
 * @param {string[]} program
 * @param {string[]} files
 * @returns {Part}
 */
function tests(program, files = []) {
  return async (say) => {
    const outcomes = await reported([...program, ...files], say);
    const failed = outcomes.filter(is("failed"));
    if (!process.env.CI || failed.length === 0 || failed.some(({ final }) => final))
      return { outcomes, repeated: [] };
    const theirs = new Set(failed.flatMap(({ file }) => file ?? []));
    const allAgain = files.length === 0 || failed.some(({ file }) => file === undefined);
    say(
      `\n== once more${allAgain ? "" : `: ${[...theirs].map((file) => path.relative(root, file)).join(", ")}`}\n`,
    );
    const again = await reported([...program, ...(allAgain ? files : theirs)], say);
    const stillFailed = new Set(again.filter(is("failed")).map(({ title }) => title));
    return {
      outcomes: [
        ...(allAgain ? [] : outcomes.filter(({ file }) => !theirs.has(file ?? ""))),
        ...again,
      ],
      repeated: failed.filter(({ title }) => !stillFailed.has(title)),
    };
  };
}

/**
 * What our reporter tells. Where it tells of no test, or of no failure though the program failed, that
 * is a failure.
 * @param {string[]} args
 * @param {Say} say
 * @returns {Promise<Outcome[]>}
 */
async function reported(args, say) {
  const report = path.join(out, `report-${++reports}.json`);
  await mkdir(out, { recursive: true });
  const error = await node(args, say, { SANDBOX_CHAT_TEST_REPORT: report });
  const text = await readFile(report, "utf8").catch(() => "");
  await rm(report, { force: true });
  /** @type {Outcome[]} */
  const outcomes = text ? JSON.parse(text) : [];
  if (!outcomes.some(is("failed")) && (error !== "" || outcomes.length === 0))
    outcomes.push(failure("the suite itself", error || "no test ran"));
  return outcomes;
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
 * @param {string} heading
 * @param {Outcome[]} tests
 */
function list(heading, tests) {
  if (tests.length > 0) console.log(`\n${heading}:`);
  for (const { title, why } of tests) {
    const lines = why.split("\n").slice(0, 20);
    console.log([`  ${title}`, ...lines.map((line) => `    ${line}`)].join("\n"));
  }
}

/**
 * @param {string} title
 * @param {string} why
 * @returns {Outcome}
 */
function failure(title, why) {
  return { outcome: "failed", title, why, final: false };
}

/** @param {Outcome["outcome"]} outcome */
function is(outcome) {
  return (/** @type {Outcome} */ test) => test.outcome === outcome;
}

/** @param {Outcome[]} outcomes */
function counts(outcomes) {
  const count = (/** @type {Outcome["outcome"]} */ outcome) => outcomes.filter(is(outcome)).length;
  return `${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`;
}
