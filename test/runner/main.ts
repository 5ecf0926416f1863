/**
 * Runs the project's checks and tests: `npm test`, or `npm test -- unit sandbox` for some of the suites.
 *
 *     --grep TEXT      only the tests whose titles match
 *     --shuffle        the tests in a random order, whose seed is told
 *     --seed N         the order of that seed again
 *     --repeat N       all of it so many times
 *     --load N         beside so many busy processes
 *     --cli VERSION    with this version of the real Claude Code
 *
 * It says what failed and what was skipped, and last of all "N passed, N failed, N skipped".
 */
import { parseArgs } from "node:util";
import { busyProcesses } from "./load";
import { Machine } from "./machine";
import { runPart } from "./program";
import { Progress } from "./progress";
import { type Part, partsOf, SUITES, type Suite } from "./suites";

/** How many programs run at a time. Tests wait more than they work, so three fill two cores. */
const LANES = 3;

interface Options {
  readonly suites: readonly Suite[];
  readonly grep: string | undefined;
  readonly seed: number | undefined;
  readonly repeat: number;
  readonly load: number;
  readonly cli: string | undefined;
}

/** @throws With a sentence, for what makes no sense. */
function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      grep: { type: "string" },
      shuffle: { type: "boolean" },
      seed: { type: "string" },
      repeat: { type: "string", default: "1" },
      load: { type: "string", default: "0" },
      cli: { type: "string" },
    },
  });
  const unknown = positionals.filter((name) => !isSuite(name));
  if (unknown.length > 0)
    throw new Error(`There is no ${unknown.join(", ")}. There are: ${SUITES.join(", ")}.`);
  if (values.cli !== undefined && !/^\d+\.\d+\.\d+$/.test(values.cli))
    throw new Error("--cli takes a whole version of Claude Code, such as 2.1.330.");
  const whole = (name: "seed" | "repeat" | "load") => {
    if (values[name] !== undefined && !/^\d{1,9}$/.test(values[name]))
      throw new Error(`--${name} takes a whole number.`);
    return Number(values[name]);
  };
  const seed = values.seed !== undefined ? whole("seed") : Math.floor(Math.random() * 1e9);
  const named = SUITES.filter((name) => positionals.includes(name));
  return {
    suites: named.length > 0 ? named : SUITES,
    grep: values.grep,
    seed: values.shuffle || values.seed !== undefined ? seed : undefined,
    repeat: whole("repeat"),
    load: whole("load"),
    cli: values.cli,
  };
}

const isSuite = (name: string): name is Suite => (SUITES as readonly string[]).includes(name);

async function main(): Promise<void> {
  const { suites, grep, seed, repeat, load, cli } = readOptions();
  const machine = new Machine();
  const env = {
    ...machine.environment,
    ...(seed !== undefined && { SANDBOX_CHAT_TEST_SEED: String(seed) }),
    ...(cli !== undefined && { CLAUDE_CLI_VERSION: cli }),
  };
  if (seed !== undefined) console.log(`The tests come in the order of --seed ${seed}.`);
  const progress = new Progress();
  const parts = (await Promise.all(suites.map((suite) => partsOf(suite, grep)))).flat();
  const build: Part = { suite: "build", args: ["esbuild.mjs"], reports: false };
  const run = async (part: Part) => {
    const following = progress.part(part.suite);
    await runPart(part, env, following);
    following.ends();
  };
  await run(build);
  const endLoad = busyProcesses(load);
  for (let round = 0; round < repeat; round++) await inLanes(parts, run);
  endLoad();
  for (const left of await machine.close()) progress.fails("left behind by the tests", left);
  const isWell = progress.end();
  process.exitCode = isWell ? 0 : 1;
}

async function inLanes(parts: readonly Part[], run: (part: Part) => Promise<void>): Promise<void> {
  const waiting = [...parts];
  const lane = async () => {
    for (let part = waiting.shift(); part; part = waiting.shift()) await run(part);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
