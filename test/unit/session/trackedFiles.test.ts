import assert from "node:assert/strict";
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { TrackedFiles } from "../../../src/session/trackedFiles";
import { temporaryFolder } from "../../support/temporaryFolder";

describe("the files that threads are about", () => {
  const folder = temporaryFolder();
  let at = "";
  let files: TrackedFiles;
  const path = (name: string) => join(at, name);
  const write = (name: string, text: string) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
  };
  const track = (...names: string[]) => files.track(new Set(names));
  const moves = (gone: string[], come: string[]) => files.moves(new Set(gone), come);

  beforeEach(() => {
    at = folder();
    files = new TrackedFiles((name) => ({ folder: at, path: name }));
  });

  it("are found where they were moved, with what is written to them meanwhile", async () => {
    write("src/a.ts", "let a;");
    await track("src/a.ts");
    mkdirSync(path("lib"));
    renameSync(path("src/a.ts"), path("lib/b.ts"));
    write("lib/b.ts", "let b;");
    write("lib/c.ts", "let a;");
    const found = await moves(["src/a.ts"], ["lib/c.ts", "lib/b.ts", "lib/none.ts"]);
    assert.deepEqual(found, [{ from: "src/a.ts", to: "lib/b.ts" }]);
  });

  it("are found with their folder, whether its files are named or not", async () => {
    write("src/x/a.ts", "let a;");
    write("src/b.ts", "let b;");
    await track("src/x/a.ts", "src/b.ts");
    renameSync(path("src"), path("lib"));
    const expected = [
      { from: "src/x/a.ts", to: "lib/x/a.ts" },
      { from: "src/b.ts", to: "lib/b.ts" },
    ];
    assert.deepEqual(await moves(["src"], ["lib"]), expected);
    const named = await moves(["src", "src/b.ts"], ["lib", "lib/b.ts", "lib/x", "lib/x/a.ts"]);
    assert.deepEqual(named, expected);
  });

  it("are found in a new folder that alone is named", async () => {
    write("a.ts", "let a;");
    await track("a.ts");
    mkdirSync(path("new/deep"), { recursive: true });
    renameSync(path("a.ts"), path("new/deep/b.ts"));
    assert.deepEqual(await moves(["a.ts"], ["new"]), [{ from: "a.ts", to: "new/deep/b.ts" }]);
  });

  it("are found by their content where git has written them anew", async () => {
    write("a.ts", "let a;");
    await track("a.ts");
    copyFileSync(path("a.ts"), path("b.ts"));
    unlinkSync(path("a.ts"));
    write("c.ts", "let c;");
    assert.deepEqual(await moves(["a.ts"], ["b.ts", "c.ts"]), [{ from: "a.ts", to: "b.ts" }]);
    // Of two copies none is the one, and empty files are all the same.
    copyFileSync(path("b.ts"), path("d.ts"));
    assert.deepEqual(await moves(["a.ts"], ["b.ts", "d.ts"]), []);
  });

  it("are not taken for an empty file, nor for one that was given their number", async () => {
    write("empty", "");
    write("a.ts", "let a;");
    await track("empty", "a.ts");
    rmSync(path("empty"));
    rmSync(path("a.ts"));
    for (let n = 0; n < 50; n++) write(`new${n}`, n % 2 ? "" : "let b;");
    const come = Array.from({ length: 50 }, (_, n) => `new${n}`);
    assert.deepEqual(await moves(["empty", "a.ts"], come), []);
  });

  it("stay where a file is again, as an editor leaves it that writes them anew", async () => {
    write("a.ts", "let a;");
    await track("a.ts");
    renameSync(path("a.ts"), path("a.ts~"));
    write("a.ts", "let b;");
    assert.deepEqual(await moves(["a.ts"], ["a.ts~", "a.ts"]), []);
  });

  it("stay where nobody says that they vanished", async () => {
    write("a.ts", "let a;");
    await track("a.ts");
    renameSync(path("a.ts"), path("b.ts"));
    assert.deepEqual(await moves([], ["b.ts"]), []);
    assert.deepEqual(await moves(["other"], ["b.ts"]), []);
  });

  it("are missing when they are gone, are still found then, and come back", async () => {
    write("src/a.ts", "let a;");
    await track("src/a.ts", "never.ts");
    assert.deepEqual([files.isMissing("src/a.ts"), files.isMissing("never.ts")], [false, true]);
    assert.equal(files.isMissing("untracked"), false);
    assert.deepEqual(files.missing, new Set(["never.ts"]));
    renameSync(path("src"), path("aside"));
    await files.look(new Set(["src"]));
    assert.equal(files.isMissing("src/a.ts"), true);
    assert.deepEqual(await moves(["src"], ["aside"]), [{ from: "src/a.ts", to: "aside/a.ts" }]);
    renameSync(path("aside"), path("src"));
    await files.look(new Set(["src"]));
    assert.equal(files.isMissing("src/a.ts"), false);
    assert.equal(readFileSync(path("src/a.ts"), "utf8"), "let a;");
  });

  it("are tracked at once where they were moved", async () => {
    write("src/a.ts", "let a;");
    await track("src/a.ts");
    renameSync(path("src"), path("lib"));
    files.follow([{ from: "src", to: "lib" }]);
    assert.ok(files.concerns("lib/a.ts") && !files.concerns("src"));
    renameSync(path("lib/a.ts"), path("b.ts"));
    assert.deepEqual(await moves(["lib/a.ts"], ["b.ts"]), [{ from: "lib/a.ts", to: "b.ts" }]);
  });

  it("concern a path of theirs, and of the folders that they are in", async () => {
    await track("../lib/src/a.ts", "b.ts");
    for (const concerned of ["../lib", "../lib/src", "../lib/src/a.ts", "b.ts"])
      assert.ok(files.concerns(concerned), concerned);
    for (const other of ["lib", "..", ".", "", "b", "src"])
      assert.ok(!files.concerns(other), other);
  });

  it("are looked for among many in those that have their name", async () => {
    write("src/a.ts", "let a;");
    await track("src/a.ts");
    mkdirSync(path("far"));
    renameSync(path("src/a.ts"), path("far/a.ts"));
    const come = Array.from({ length: 5000 }, (_, n) => `many/${n}.js`);
    const found = await moves(["src/a.ts"], [...come, "far/a.ts"]);
    assert.deepEqual(found, [{ from: "src/a.ts", to: "far/a.ts" }]);
  });
});
