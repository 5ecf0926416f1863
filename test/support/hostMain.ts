/** What the extension host runs: mocha, over the tests that were bundled beside it. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { format } from "node:util";
import Mocha from "mocha";
import Reporter from "./reporter";

/** Tells the lines of the reporter from what else the extension host says on the console. */
export const reporterLine = "│ ";

/** @throws When a test failed, which makes VS Code end with a status of 1. */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => {
    for (const line of format(...args).split("\n")) console.log(reporterLine + line);
  };
  const mocha = new Mocha({ timeout: 30_000, color: false, reporter: Reporter });
  for (const name of readdirSync(__dirname).sort()) {
    if (name.endsWith(".test.js")) mocha.addFile(path.join(__dirname, name));
  }
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}
