/** Runs one program of the tests, and follows what it reports. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { out, root } from "../support/paths";
import type { Outcome, Report } from "../support/reporter";
import type { Part } from "./suites";

/** A program that takes longer is ended, in milliseconds. */
const LONGEST = 30 * 60_000;
/** How often the file of reports is read, in milliseconds. */
const LOOK_EVERY = 200;

let count = 0;

export interface Listener {
  report(report: Report): void;
  /** Told what the program says on stderr, such as that it installs something. */
  says(text: string): void;
}

/**
 * Runs a part to its end. What its tests come to is reported; a failure that no test tells of is
 * reported as one of the program's own. All that it prints is in `test/.out/logs`.
 */
export async function runPart(
  { suite, args, reports }: Part,
  env: NodeJS.ProcessEnv,
  listener: Listener,
): Promise<void> {
  const number = ++count;
  const reportFile = path.join(out, `report-${number}.jsonl`);
  const logFile = path.join(out, "logs", `${suite}-${number}.log`);
  await rm(reportFile, { force: true });
  const told = { tests: 0, failed: false };
  const reporting = follow(reportFile, (report) => {
    if (report.type === "test") {
      told.tests++;
      told.failed ||= report.outcome === "failed";
    }
    listener.report(report);
  });
  if (!reports) listener.report({ type: "begins", tests: 1 });
  const start = Date.now();
  const problem = await runNode(args, { ...env, SANDBOX_CHAT_TEST_REPORT: reportFile }, logFile, {
    says: (text) => listener.says(text),
  });
  await reporting.end();
  await rm(reportFile, { force: true });
  const itself = (outcome: Outcome["outcome"], why: string) =>
    listener.report({
      type: "test",
      outcome,
      group: nameOf(args),
      title: nameOf(args),
      why,
      duration: Date.now() - start,
    });
  if (!reports && problem === "") itself("passed", "");
  else if (!told.failed && (problem !== "" || told.tests === 0))
    itself("failed", `${problem || "no test ran"}\n${await endOf(logFile)}`);
}

const nameOf = (args: readonly string[]): string =>
  path.parse(args.find((arg) => /\.[cm]?[jt]s$|\/bin\//.test(arg)) ?? "").name;

/** @returns What went wrong, if anything did. */
async function runNode(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  logFile: string,
  { says }: Pick<Listener, "says">,
): Promise<string> {
  const log = await open(logFile, "w");
  const child = spawn(process.execPath, args, {
    cwd: root,
    env,
    stdio: ["ignore", log.fd, "pipe"],
    timeout: LONGEST,
    killSignal: "SIGINT", // Mocha hands this one on.
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    says(text);
    log.appendFile(text).catch(() => undefined);
  });
  const closed = once(child, "close");
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  // What it has left running may hold its output open.
  await Promise.race([closed, sleep(2000, undefined, { ref: false })]);
  child.stderr?.removeAllListeners("data");
  await log.close();
  if (signal) return `was ended by ${signal} (it has ${LONGEST / 60_000} minutes)`;
  return code === 0 ? "" : `ended with ${code}`;
}

/** Reads the lines of a file as they are appended, until `end` has read the last. */
function follow(file: string, tell: (report: Report) => void): { end(): Promise<void> } {
  let told = 0;
  const look = async (): Promise<void> => {
    const text = await readFile(file, "utf8").catch(() => ""); // It may not be there yet.
    // What is behind the last newline is not written whole.
    const lines = text.split("\n").slice(0, -1);
    for (const line of lines.slice(told)) tell(JSON.parse(line) as Report);
    told = lines.length;
  };
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, LOOK_EVERY);
  return {
    async end() {
      clearInterval(timer);
      await looking;
      await look();
    },
  };
}

async function endOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const text = await handle.readFile("utf8");
    return text.trimEnd().split("\n").slice(-30).join("\n");
  } finally {
    await handle.close();
  }
}
