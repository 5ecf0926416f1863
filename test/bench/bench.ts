/**
 * Measures what users feel: `npm run bench`, or `npm run bench -- translate` for some of it. It
 * prints the figures, writes them to test/.out/bench.json, and ends with 0 whatever they are.
 */
import { mkdir, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { out, root } from "../support/paths";
import { everythingMustRun, Unavailable } from "../support/requirement";
import { activation } from "./activation";
import { isMet, print, type Findings } from "./figures";
import { comingBack } from "./comingBack";
import { firstText } from "./firstText";
import { guard } from "./guard";
import { masking } from "./masking";
import { packageSize } from "./packageSize";
import { storeAppend } from "./storeAppend";
import { storeHost } from "./storeHost";
import { storeOpen } from "./storeOpen";
import { storeSearch } from "./storeSearch";
import { transcript } from "./transcript";
import { translate } from "./translate";
import { turns } from "./turns";

const benches: Record<string, () => Promise<Findings>> = {
  package: packageSize,
  activation,
  firstText,
  transcript,
  comingBack,
  translate,
  turns,
  masking,
  guard,
  storeAppend,
  storeOpen,
  storeSearch,
  storeHost,
};

async function main(named: readonly string[]): Promise<void> {
  const unknown = named.filter((name) => !Object.hasOwn(benches, name));
  if (unknown.length > 0) {
    throw new Error(
      `There is no ${unknown.join(", ")}. There are: ${Object.keys(benches).join(", ")}.`,
    );
  }
  const results: Record<string, object> = {};
  for (const [name, bench] of Object.entries(benches)) {
    if (named.length > 0 && !named.includes(name)) continue;
    console.log(`\n${name}`);
    try {
      const findings = await bench();
      print(findings);
      const figures = findings.figures.map((figure) => ({ ...figure, met: isMet(figure) }));
      results[name] = { ...findings, figures };
    } catch (error) {
      if (error instanceof Unavailable && !everythingMustRun) {
        console.log(`  skipped: ${error.message}`);
        results[name] = { skipped: error.message };
        continue;
      }
      console.error(error);
      results[name] = { broke: String(error) };
      process.exitCode = 1;
    }
  }
  const file = path.join(out, "bench.json");
  const machine = { cpu: os.cpus()[0]?.model, cores: os.cpus().length, node: process.version };
  const report = { at: new Date().toISOString(), machine, results };
  await mkdir(out, { recursive: true });
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\nWritten to ${path.relative(root, file)}.`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
