/**
 * Kills the real store at work, again and again on one folder, and looks after each time whether what
 * it promised is there.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { query } from "../support/chatPage";
import { findProgram } from "../support/findProgram";
import { runOrThrow } from "../support/run";
import type { Content, Found } from "./facts";
import { bundlePrograms, bundles, Program, programPath, readContent, wasm } from "./programs";
import { between, type Random, seeded } from "./random";

export interface Figures {
  rounds: number;
  /** Processes that were killed. */
  kills: number;
  /** Commits that the store has acknowledged, and commits that a kill came between. */
  acknowledged: number;
  unacknowledged: number;
  /** Of the unacknowledged ones, those that are there all the same. */
  saved: number;
  /** Records that were torn. */
  torn: number;
  /** Database files that were being written when their writer was killed. */
  interrupted: number;
  /** The oldest of the streamed text that was lost, in milliseconds before the kill. */
  lostText: number;
  /** The most files that were ever in a folder. */
  files: number;
}

export interface RoundsOptions {
  readonly rounds: number;
  readonly seed: number;
  /** Told after each round. */
  readonly onRound?: (figures: Figures) => void;
}

/** A round with a session that streams comes this often; it takes two seconds. */
const STREAM_EVERY = 20;
/** Streamed text that is older than this must not be lost, in milliseconds. */
const AT_RISK = 1000;
/** A folder is left for a new one when its database has grown to this many bytes. */
const FULL = 4 * 1024 * 1024;

/**
 * Runs rounds. The seed decides what is written and when who is killed, but not what the machine does
 * until then.
 * @throws With the round and the folder, which stays, where a promise was broken.
 */
export async function crashRounds({ rounds, seed, onRound }: RoundsOptions): Promise<Figures> {
  const random = seeded(seed);
  const figures: Figures = {
    rounds: 0,
    kills: 0,
    acknowledged: 0,
    unacknowledged: 0,
    saved: 0,
    torn: 0,
    interrupted: 0,
    lostText: 0,
    files: 0,
  };
  await bundlePrograms();
  try {
    let survivors = new Survivors(figures);
    for (let round = 1; round <= rounds; round++) {
      try {
        if (survivors.full) {
          await survivors.leave();
          survivors = new Survivors(figures);
        }
        const streams = round % STREAM_EVERY === 0;
        await survivors.check(await killAll(survivors.folder, round, streams, random), random);
        figures.rounds = round;
        if (round === rounds) await survivors.leave();
      } catch (error) {
        const where = `round ${round} of seed ${seed}, in ${survivors.folder}`;
        throw new Error(`${where}: ${String(error)}`, { cause: error });
      }
      onRound?.(figures);
    }
    return figures;
  } finally {
    rmSync(bundles, { recursive: true, force: true });
  }
}

/** Starts one to four programs on the folder, and kills each at a moment of its own. */
async function killAll(
  folder: string,
  round: number,
  streams: boolean,
  random: Random,
): Promise<Program[]> {
  const count = random() < 0.5 ? 1 : between(random, 2, 5);
  const programs = Array.from({ length: count }, (_, index) => {
    const name = `r${round}w${index}`;
    return new Program(name, "writer", [folder, wasm, name, String(between(random, 0, 2 ** 31))]);
  });
  if (streams) {
    const args = [folder, wasm, programPath("storeWorker"), programPath("demoClaude")];
    programs.push(new Program(`r${round}s`, "streamer", args));
  }
  await Promise.all(
    programs.map(async (program, index) => {
      const streamer = streams && index === count;
      // Some are killed while they still read what is there.
      const early = !streamer && random() < 0.15;
      const delay = streamer ? between(random, 1200, 2500) : between(random, 0, early ? 150 : 300);
      const pauses = count > 1 && random() < 0.5;
      const [after, pause] = [random() * delay, between(random, 10, 120)];
      if (!early) await program.spoke();
      if (pauses) {
        await sleep(after);
        await program.pause(pause);
        await sleep(delay - after);
      } else {
        await sleep(delay);
      }
      program.kill();
      await program.ended;
    }),
  );
  return programs;
}

/** What of a message is known to have been on its way to the disk. */
interface Expected {
  readonly thread: string;
  /** Its texts, one after another. */
  readonly hashes: string[];
  /** The index of the last of them that must not be lost any more; -1 when it may be missing. */
  safe: number;
}

/** A folder of threads, and what must be in it. */
class Survivors {
  readonly folder = mkdtempSync(path.join(realpathSync(tmpdir()), "sandbox-chat-crash-"));
  readonly #figures: Figures;
  readonly #messages = new Map<string, Expected>();
  /** The messages of each thread as they were last found. Threads only grow. */
  readonly #threads = new Map<string, readonly Found[]>();
  /** Threads of sessions, whose messages nobody announces. */
  readonly #sessions = new Set<string>();
  readonly #interrupted = new Set<string>();

  constructor(figures: Figures) {
    this.#figures = figures;
  }

  get full(): boolean {
    return this.#files().some((name) => this.#size(name) > FULL);
  }

  /** Takes in what the programs said until they were killed, and holds the disk against it. */
  async check(programs: readonly Program[], random: Random): Promise<void> {
    const undecided = programs.flatMap((program) => this.#hear(program));
    const figures = this.#figures;
    figures.kills += programs.length;
    const files = this.#files();
    figures.files = Math.max(figures.files, files.length);
    for (const name of files.filter((name) => name.endsWith(".new"))) {
      if (!this.#interrupted.has(name)) figures.interrupted++;
      this.#interrupted.add(name);
    }
    const content = await readContent(this.folder, random() < 0.4);
    this.#compare(content);
    // A commit is there as a whole, or not at all.
    for (const messages of undecided) {
      const there = messages.filter((id) => (this.#messages.get(id)?.safe ?? -1) >= 0);
      if (there.length > 0) figures.saved++;
      assert.ok(there.length === 0 || there.length === messages.length, "half of a commit");
    }
    for (const program of programs) this.#compareShown(program, content);
    for (const problem of content.problems) {
      assert.match(
        problem,
        /^(A damaged entry|\d+ damaged entries) in the journal/,
        "only torn lines may be reported",
      );
      figures.torn++;
    }
    await this.#checkDatabase();
  }

  /** Writes all of it to the database file once more, and looks for what was left lying. */
  async leave(): Promise<void> {
    const name = "last";
    const last = new Program(name, "appender", [this.folder, wasm, name, "1"]);
    last.finish();
    assert.equal(await last.ended, null);
    this.#hear(last);
    this.#compare(await readContent(this.folder, true));
    await this.#checkDatabase();
    const files = this.#files();
    const journals = files.filter((file) => file.startsWith("threads.journal-"));
    const expected = ["threads.db", "threads.db.previous", ...journals];
    const leftovers = files.filter((file) => !expected.includes(file));
    assert.deepEqual(leftovers, []);
    // The database before this one is there with all the journal from there on; the first has none.
    const previous = path.join(this.folder, "threads.db.previous");
    const from = existsSync(previous)
      ? (await query(previous, "SELECT generation FROM journal"))[0]?.[0]
      : 0;
    const old = journals.filter((file) => Number(file.split("-")[1]) < Number(from));
    assert.deepEqual(old, [], "journals that nobody needs");
    rmSync(this.folder, { recursive: true });
  }

  /** Returns the messages of the commit that was neither acknowledged nor refused, if there is one. */
  #hear(program: Program): string[][] {
    const figures = this.#figures;
    let appending: string[] = [];
    for (const line of program.lines) {
      if (line.type === "appending") {
        for (const { thread, message, hash } of line.facts) {
          const expected = this.#messages.get(message) ?? { thread, hashes: [], safe: -1 };
          expected.hashes.push(hash);
          this.#messages.set(message, expected);
        }
        appending = line.facts.map(({ message }) => message);
      } else if (line.type === "appended") {
        figures.acknowledged++;
        for (const id of appending) {
          const expected = this.#messages.get(id);
          if (expected) expected.safe = expected.hashes.length - 1;
        }
        appending = [];
      } else if (line.type === "shown") {
        this.#sessions.add(line.thread);
      }
    }
    if (appending.length === 0) return [];
    figures.unacknowledged++;
    return [appending];
  }

  #compare({ threads }: Content): void {
    for (const [thread, before] of this.#threads)
      assert.deepEqual(
        threads[thread]?.slice(0, before.length).map(({ message }) => message),
        before.map(({ message }) => message),
        `what was in thread ${thread} before`,
      );
    const missing = new Set(this.#messages.keys());
    for (const [thread, messages] of Object.entries(threads)) {
      this.#threads.set(thread, messages);
      const lastOf = new Map<string, number>();
      for (const [index, { message, seq, hash }] of messages.entries()) {
        assert.equal(seq, index, `the seq of message ${message} in thread ${thread}`);
        const expected = this.#messages.get(message);
        if (!expected) {
          assert.ok(this.#sessions.has(thread), `nobody wrote message ${message}`);
          continue;
        }
        assert.equal(thread, expected.thread, `the thread of message ${message}`);
        const step = expected.hashes.lastIndexOf(hash);
        assert.ok(step >= Math.max(0, expected.safe), `the text of message ${message}`);
        expected.safe = step;
        missing.delete(message);
        // Who writes numbers what it writes.
        const [writer = "", number] = message.split("-");
        assert.ok(Number(number) >= (lastOf.get(writer) ?? 0), `the order in thread ${thread}`);
        lastOf.set(writer, Number(number));
      }
    }
    for (const message of missing)
      assert.equal(this.#messages.get(message)?.safe, -1, `message ${message} is missing`);
  }

  /** Text that a panel showed is there, but for the last of it. */
  #compareShown(program: Program, { threads }: Content): void {
    for (const line of program.lines) {
      if (line.type !== "shown") continue;
      const age = program.killedAt - line.at;
      const length = threads[line.thread]?.find(({ message }) => message === line.message)?.length;
      if ((length ?? -1) >= line.length) continue;
      // That a message is there at all is promised before it is shown.
      assert.ok(length !== undefined, `message ${line.message} was shown, and is missing`);
      assert.ok(age <= AT_RISK, `text of ${age} ms before the kill is missing`);
      this.#figures.lostText = Math.max(this.#figures.lostText, age);
    }
  }

  async #checkDatabase(): Promise<void> {
    const file = path.join(this.folder, "threads.db");
    if (!this.#files().includes("threads.db")) return;
    const sql = "PRAGMA integrity_check";
    const sqlite3 = findProgram("sqlite3");
    const said = sqlite3
      ? await runOrThrow(sqlite3, ["-readonly", file, sql])
      : String((await query(file, sql))[0]?.[0]);
    assert.equal(said.trim(), "ok", "the database file");
  }

  #files(): string[] {
    return readdirSync(this.folder);
  }

  #size(name: string): number {
    return statSync(path.join(this.folder, name)).size;
  }
}
