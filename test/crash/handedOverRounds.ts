/** Hands folder after folder over to the real store in a process of its own, and looks what comes of it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import initSqlJs from "sql.js";
import { bytesOf, INNOCENT, makeReal, spoil } from "./handedOver";
import { Opener, type Opening } from "./opening";
import { bundlePrograms, bundles } from "./programs";
import { seeded } from "./random";

/** What the store may take for a folder: five seconds and a gigabyte. */
const LIMITS = { seconds: 5, memory: 1e9 };
/** A process that has more than this begins anew, in bytes: what is left of one folder is not the next one's. */
const FULL = 300e6;
/** So often what was opened is opened once more. */
const AGAIN = 4;
/** A store that is damaged through and through says so, and not more often than anybody reads. */
const MOST_PROBLEMS = 110;
/** Where nothing can be written, or not by this version, that is said in these words. */
const REASONS = /newer version|EISDIR|ELOOP|ENXIO|ESPIPE/;

export interface HandedOver {
  /** How many were opened, and how many of those said that something was damaged. */
  opened: number;
  damaged: number;
  /** How many could not be opened, or not be written to, and said why. */
  refused: number;
  /** The most memory that a process had, in bytes. */
  memory: number;
}

export interface HandedOverOptions {
  readonly count: number;
  readonly seed: number;
  /** Told of each folder, and what it took. */
  readonly onFolder?: (figures: HandedOver, what: string, seconds: number) => void;
}

/** @throws With what was done to a folder, which stays, where the store did not open it as it should. */
export async function handedOverRounds(options: HandedOverOptions): Promise<HandedOver> {
  const figures: HandedOver = { opened: 0, damaged: 0, refused: 0, memory: 0 };
  const all = mkdtempSync(path.join(realpathSync(tmpdir()), "sandbox-chat-handed-over-"));
  const real = path.join(all, "real");
  const opener = new Opener();
  await bundlePrograms();
  await makeReal(real);
  const sql = await initSqlJs();
  try {
    for (let number = 0; number < options.count; number++) {
      const seed = options.seed + number;
      const folder = path.join(all, String(seed));
      cpSync(real, folder, { recursive: true, preserveTimestamps: true });
      const what = spoil({ folder, random: seeded(seed), sql });
      const before = databaseIn(folder);
      const started = performance.now();
      const opening = await opener.open(folder, LIMITS);
      try {
        check(folder, what, before, opening, figures);
        if (number % AGAIN === 0) checkAgain(opening, await opener.open(folder, LIMITS));
      } catch (error) {
        const where = `seed ${seed} (${what}), in ${folder}`;
        throw new Error(`${where}: ${String(error)}`, { cause: error });
      }
      options.onFolder?.(figures, what, (performance.now() - started) / 1000);
      rmSync(folder, { recursive: true });
      if ("memory" in opening && opening.memory > FULL) await opener.close();
    }
    rmSync(all, { recursive: true });
    return figures;
  } finally {
    await opener.close();
    rmSync(bundles, { recursive: true, force: true });
  }
}

function check(
  folder: string,
  what: string,
  database: string | undefined,
  opening: Opening,
  figures: HandedOver,
): void {
  assert.ok("problems" in opening, `it ended ${"ended" in opening ? opening.ended : ""}`);
  const { titles, refused, problems, memory } = opening;
  figures.memory = Math.max(figures.memory, memory);
  if (titles) figures.opened++;
  if (titles && problems.length > 0) figures.damaged++;
  if (refused !== undefined) {
    figures.refused++;
    assert.match(refused, REASONS);
  }
  assert.ok(problems.length <= MOST_PROBLEMS, `${problems.length} problems`);
  const isSetAside = problems.some((text) => /could not be read|had more in it/.test(text));
  // What was not taken as it is has not gone.
  if (isSetAside && database !== undefined) {
    const kept = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => hashOf(path.join(folder, name)));
    assert.ok(kept.includes(database), "the database as it was is there");
  }
  // The file before, and the journal from there on, are whole.
  const isWhole = !/journal|rows|missing|forged|version/.test(what);
  if (isWhole && titles) assert.ok(titles.includes(INNOCENT), "what was stored is listed");
}

/** What was opened once and has been written since opens again, with what it had. */
function checkAgain(first: Opening, again: Opening): void {
  assert.ok(
    "problems" in again,
    `it ended ${"ended" in again ? again.ended : ""}, the second time`,
  );
  if (!("problems" in first) || !first.titles) return;
  for (const title of first.titles) assert.ok(again.titles?.includes(title), `${title} is gone`);
}

function databaseIn(folder: string): string | undefined {
  try {
    return hashOf(path.join(folder, "threads.db"));
  } catch {
    return undefined;
  }
}

const hashOf = (file: string): string => createHash("sha256").update(bytesOf(file)).digest("hex");
