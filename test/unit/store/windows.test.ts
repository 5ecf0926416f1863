import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { bundlePrograms, bundles, Program, readContent, wasm } from "../../crash/programs";
import { temporaryFolder } from "../../support/temporaryFolder";

const PROCESSES = 4;
const APPENDS = 80;

describe("the SQLite store, used by four windows at once", function () {
  const folder = temporaryFolder();
  before(bundlePrograms);
  after(() => rmSync(bundles, { recursive: true, force: true }));

  it("loses nothing, doubles nothing, and has one order for all", async () => {
    const programs = Array.from({ length: PROCESSES }, (_, index) => {
      const name = `w${index}`;
      return new Program(name, "appender", [folder(), wasm, name, String(APPENDS)]);
    });
    const appended = (program: Program) =>
      program.lines.filter(({ type }) => type === "appended").length;
    await Promise.all(programs.map((program) => program.says(() => appended(program) === APPENDS)));

    const seen = await Promise.all(programs.map((program) => program.read()));
    for (const threads of seen) assert.deepEqual(threads, seen[0], "all see the same");
    const threads = seen[0] ?? {};
    const found = Object.values(threads).flat();
    assert.equal(found.length, PROCESSES * APPENDS);
    assert.equal(new Set(found.map(({ message }) => message)).size, found.length);
    for (const messages of Object.values(threads))
      assert.deepEqual(
        messages.map(({ seq }) => seq),
        [...messages.keys()],
      );
    const texts = new Map(found.map(({ message, hash }) => [message, hash]));
    for (const program of programs) {
      const facts = program.lines.flatMap((line) => (line.type === "appending" ? line.facts : []));
      assert.equal(new Set(facts.map(({ message }) => message)).size, APPENDS);
      for (const { message, hash } of facts) assert.equal(texts.get(message), hash);
    }
    // What each added to a thread stands there in the order in which it was added.
    for (const messages of Object.values(threads))
      for (const { name } of programs) {
        const numbers = messages.flatMap(({ message }) =>
          message.startsWith(`${name}-`) ? [Number(message.slice(name.length + 1))] : [],
        );
        assert.deepEqual(
          numbers,
          numbers.toSorted((a, b) => a - b),
        );
      }

    for (const program of programs) program.finish();
    for (const program of programs) assert.equal(await program.ended, null);
    assert.deepEqual(await readContent(folder(), true), { threads, problems: [] });
  });
});
