import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ThreadEvent } from "../../../src/shared/thread";
import { Journal, journalPath } from "../../../src/store/journal";
import { BrokenRecordError } from "../../../src/store/threadStore";
import { Opener, type Opening } from "../../crash/opening";
import { bundlePrograms, bundles } from "../../crash/programs";
import { added, firstTurn, message, textPart } from "../../support/conversations";
import { openStore } from "../../support/openStore";
import { openWorkerStore } from "../../support/openWorkerStore";
import { temporaryFolder } from "../../support/temporaryFolder";

const LIMITS = { seconds: 30, memory: 1e9 };

describe("a record that ends whoever reads it", function () {
  const folder = temporaryFolder();
  let opener: Opener;
  before(bundlePrograms);
  after(() => rmSync(bundles, { recursive: true, force: true }));
  beforeEach(() => (opener = new Opener()));
  afterEach(() => opener.close());

  const titlesOf = (opening: Opening) => ("titles" in opening ? opening.titles : opening);
  const problemsOf = (opening: Opening) =>
    "problems" in opening ? opening.problems.join("\n") : "";
  const names = (beginning: string) =>
    readdirSync(folder()).filter((name) => name.startsWith(beginning));

  /** A message with that text, which has ended. */
  const said = (id: string, seq: number, text: string): ThreadEvent =>
    added({ ...message(id, seq, "assistant", [textPart(text)]), status: "complete" });

  /** A journal with an innocent thread, and another one in which that text was said between others. */
  function journalWith(text: string): void {
    const journal = Journal.open(folder(), 0);
    journal.append({ id: "c0", thread: "t0", expected: 0, events: firstTurn("t0", "Innocent") });
    journal.append({ id: "c1", thread: "t1", expected: 0, events: firstTurn("t1", "Other") });
    const events = [said("large", 2, text)];
    journal.append({ id: "c2", thread: "t1", expected: 2, events });
    journal.append({ id: "c3", thread: "t1", expected: 3, events: [said("behind", 3, "Behind")] });
    journal.close();
  }

  /** Opens the folder, and ends that process when it is at a step of a large line. */
  async function killedAt(step: string): Promise<void> {
    const opening = opener.open(folder(), LIMITS);
    const { pid } = opener;
    assert.ok(pid !== undefined);
    const isAtIt = () =>
      names(`threads.applying-`)
        .filter((name) => name.includes(`-${pid}-`))
        .some((name) => readFileSync(join(folder(), name), "latin1").startsWith(step));
    for (;;) {
      if (isAtIt()) process.kill(pid, "SIGKILL");
      const over = await Promise.race([opening, sleep(1)]);
      if (!over) continue;
      assert.ok("ended" in over, "it was through before it was killed");
      return;
    }
  }

  /** Leaves the file of a process that has ended. */
  function leaveMark(step: string, sum: string, count: number): void {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const name = `threads.applying-${encodeURIComponent(hostname())}-${pid}-0-0`;
    writeFileSync(join(folder(), name), `${step} ${sum} ${count}`);
  }

  it("is none for its length in words: it is kept aside, and the list opens", async () => {
    // As an earlier version has written it: V8 ends the process for an array of so many words.
    journalWith("short");
    const event = JSON.stringify(said("poison", 4, "TEXT"));
    const [head = "", tail = ""] =
      `{"id":"c4","thread":"t1","expected":4,"events":[${event}]}`.split("TEXT");
    const words = Buffer.from("a ".repeat(5_000_000));
    const hash = createHash("sha256").update(head);
    for (let count = 0; count < 29; count++) hash.update(words);
    const sum = hash.update(tail).digest("hex").slice(0, 16);
    const file = openSync(journalPath(folder(), 0), "a");
    writeSync(file, `\n${sum} ${head}`);
    for (let count = 0; count < 29; count++) writeSync(file, words);
    writeSync(file, `${tail}\n`);
    closeSync(file);

    const opening = await opener.open(folder(), LIMITS);
    assert.deepEqual(titlesOf(opening), ["Other", "Innocent"]);
    assert.match(problemsOf(opening), /could not be applied: It is too long\. It is kept in/);
    const kept = join(folder(), `threads.broken-${sum}.json`);
    assert.equal(statSync(kept).size, head.length + 290_000_000 + tail.length);
  });

  it("is not written where it could not be read", async () => {
    const store = await openWorkerStore(folder());
    await store.append("t1", 0, firstTurn());
    const text = "a ".repeat(70_000_000);
    await assert.rejects(store.append("t1", 2, [said("m", 2, text)]), BrokenRecordError);
    let deep: unknown = "deep";
    for (let depth = 0; depth < 20_000; depth++) deep = [deep];
    const changes = { metadata: { deep } };
    await assert.rejects(
      store.append("t1", null, [{ type: "threadChanged", at: 1, changes }]),
      // Already the way to the worker refuses it.
      /Maximum call stack|could not be applied/,
    );
    for (const name of names("threads.journal-"))
      assert.ok(statSync(join(folder(), name)).size < 2000, name);
    assert.equal((await store.load("t1")).messages.length, 2);
    await store.close();
  });

  it("is not indexed any more after two have ended at that, and is told of", async () => {
    journalWith("many different words ".repeat(400_000));
    await killedAt("index");
    await killedAt("index");
    const opening = await opener.open(folder(), LIMITS);
    assert.deepEqual(titlesOf(opening), ["Other", "Innocent"]);
    assert.match(problemsOf(opening), /will not be found by search: It has ended/);
    const store = await openStore(folder());
    const { messages } = await store.load("t1");
    assert.deepEqual(
      messages.map(({ id }) => id),
      ["t1-ask", "t1-answer", "large", "behind"],
    );
    assert.deepEqual(messages[2]?.parts, [textPart("many different words ".repeat(400_000))]);
    assert.deepEqual(await store.search("different", 9), []);
    assert.equal((await store.search("behind", 9)).length, 1);
    await store.close();
    assert.deepEqual(names("threads.applying-"), []);
  });

  it("is applied without its contents after two have ended at that, and kept aside", async () => {
    journalWith("x".repeat(100_000_000));
    await killedAt("apply");
    await killedAt("apply");
    const opening = await opener.open(folder(), LIMITS);
    assert.deepEqual(titlesOf(opening), ["Other", "Innocent"]);
    assert.match(problemsOf(opening), /It has ended the processes that read it\. It is kept in/);
    const [kept, ...more] = names("threads.broken-");
    assert.deepEqual(more, []);
    assert.ok(statSync(join(folder(), kept ?? "")).size > 100_000_000);
    const store = await openStore(folder());
    const { messages } = await store.load("t1");
    assert.deepEqual(
      messages.map(({ id }) => id),
      ["t1-ask", "t1-answer", "large", "behind"],
    );
    assert.match(JSON.stringify(messages[2]?.parts), /was set aside/);
    await store.close();
    assert.deepEqual(names("threads.applying-"), []);
  });

  it("is passed over when not even that could be survived", async () => {
    journalWith("x".repeat(20_000));
    const line = readFileSync(journalPath(folder(), 0), "latin1")
      .split("\n")
      .find((text) => text.includes('"large"'));
    const sum = line?.slice(0, 16) ?? "";
    leaveMark("apply", sum, 3);
    const problems: string[] = [];
    const store = await openStore(folder(), problems);
    assert.deepEqual((await store.load("t1")).messages.length, 2);
    assert.equal((await store.list()).length, 2);
    assert.match(problems.join(), /It has ended the processes that read it/);
    assert.ok(existsSync(join(folder(), `threads.broken-${sum}.json`)));
    await store.close();
  });

  it("may be made of anything", async () => {
    journalWith("x".repeat(20_000));
    const events = [null, 5, "text", [], said("large", 4, "y".repeat(20_000))] as ThreadEvent[];
    const record = JSON.stringify({ id: "c4", thread: "t1", expected: 4, events });
    const sum = createHash("sha256").update(record).digest("hex").slice(0, 16);
    appendFileSync(journalPath(folder(), 0), `\n${sum} ${record}\n`);
    leaveMark("apply", sum, 2);
    const problems: string[] = [];
    const store = await openStore(folder(), problems);
    assert.match(problems.join(), /is kept in/);
    assert.equal((await store.load("t1")).messages.length, 4);
    assert.equal((await store.list()).length, 2);
    await store.close();
  });

  it("is none when its process was ended by chance, once or by several windows at once", async () => {
    journalWith("many different words ".repeat(400_000));
    await killedAt("index");
    const [mark = ""] = names("threads.applying-");
    const content = readFileSync(join(folder(), mark), "latin1");
    for (let window = 0; window < 3; window++) leaveMark("index", content.split(" ")[1] ?? "", 1);
    const opening = await opener.open(folder(), LIMITS);
    assert.deepEqual(titlesOf(opening), ["Other", "Innocent"]);
    assert.equal(problemsOf(opening), "");
    assert.deepEqual(names("threads.applying-"), []);
    const store = await openStore(folder());
    assert.equal((await store.search("different", 9))[0]?.message, "large");
    await store.close();
  });
});
