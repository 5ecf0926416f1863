import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { findStorage, type Storage } from "../../../src/store/storageRegistry";
import { temporaryFolder } from "../../support/temporaryFolder";

const [A, B] = ["file:///w/app", "file:///w/lib"] as const;

describe("the storage of a workspace’s threads", () => {
  const folder = temporaryFolder();
  const registry = () => join(folder(), "global", "folders");
  const storageOf = (workspace: string) => join(folder(), "workspaceStorage", workspace);

  /** What a window on these folders takes, and what it would remember. */
  const find = (workspace: string, folders: [string, ...string[]], remembered?: unknown) =>
    findStorage({ remembered, folders, own: storageOf(workspace), registry: registry() });
  const remembers = ({ folder, home }: Storage): Storage => ({ folder, home });

  it("is its own at first, and is there then", () => {
    assert.deepEqual(find("a", [A]), { folder: storageOf("a"), home: A });
    assert.ok(existsSync(storageOf("a")));
    assert.equal(readdirSync(registry()).length, 1);
  });

  it("stays the same when a folder comes beside it and goes, and the other has its own", () => {
    find("a", [A]);
    assert.deepEqual(find("both", [A, B]), { folder: storageOf("a"), home: A });
    assert.deepEqual(find("b", [B]), { folder: storageOf("b"), home: B });
    assert.deepEqual(find("a", [A]), { folder: storageOf("a"), home: A });
  });

  it("is found from a single folder that began in a workspace of several", () => {
    find("both", [A, B]);
    assert.deepEqual(find("a", [A]), { folder: storageOf("both"), home: A });
    assert.deepEqual(find("b", [B]), { folder: storageOf("b"), home: B });
  });

  it("is that of the first folder that has one, which gives the others none", () => {
    find("a", [A]);
    assert.deepEqual(find("both", [B, A]), { folder: storageOf("a"), home: A });
    assert.deepEqual(find("b", [B]), { folder: storageOf("b"), home: B });
  });

  it("is the one it had before, whatever its folders have by now", () => {
    const before = find("a", [A]);
    find("b", [B]);
    assert.deepEqual(find("both", [B], remembers(before)), before);
    const theirs = { folder: storageOf("theirs"), home: A };
    mkdirSync(theirs.folder);
    assert.deepEqual(find("theirs", [A], theirs), theirs);
    rmSync(registry(), { recursive: true });
    assert.deepEqual(find("both", [B], remembers(before)), before);
    assert.deepEqual(find("another", [A]), before);
  });

  it("is another one when it is gone, which is told once", () => {
    const before = find("a", [A]);
    rmSync(before.folder, { recursive: true });
    const after = find("both", [A, B], remembers(before));
    assert.deepEqual(after, { folder: storageOf("both"), home: A, lost: storageOf("a") });
    assert.deepEqual(find("both", [A, B], remembers(after)), remembers(after));
    assert.deepEqual(find("a", [A]), remembers(after));
  });

  it("begins anew in its own place when that was deleted", () => {
    rmSync(find("a", [A]).folder, { recursive: true });
    assert.deepEqual(find("a", [A]), { ...find("a", [A]), lost: storageOf("a") });
  });

  it("is not what makes no sense", () => {
    find("a", [A]);
    const [name = ""] = readdirSync(registry());
    for (const content of ["", "relative/path", "\0", "x".repeat(100_000)]) {
      writeFileSync(join(registry(), name), content);
      assert.equal(find("a", [A]).folder, storageOf("a"));
    }
    for (const remembered of [null, 7, "text", [], { folder: "relative", home: A }, { folder: 1 }])
      assert.deepEqual(find("a", [A], remembered), { folder: storageOf("a"), home: A });
  });

  it("is one for all windows that begin at once", async function () {
    const rounds = 100;
    const module = join(__dirname, "../../../src/store/storageRegistry.ts");
    const script = (window: number) => `
      const { findStorage } = require(${JSON.stringify(module)});
      const [registry, storage] = ${JSON.stringify([registry(), storageOf(`w${window}-`)])};
      process.stdout.write("ready\\n");
      process.stdin.once("data", (start) => {
        const found = [];
        for (let round = 0; round < ${rounds}; round++) {
          while (Date.now() < Number(start) + round * 5);
          const folders = ["file:///w/" + round];
          found.push(findStorage({ folders, own: storage + round, registry }).folder);
        }
        process.stdout.write(JSON.stringify(found), () => process.exit());
      });`;
    const windows = [1, 2, 3].map((window) =>
      spawn(process.execPath, ["--import", "tsx", "-e", script(window)], {
        cwd: join(__dirname, "../../.."),
        stdio: ["pipe", "pipe", "inherit"],
      }),
    );
    await Promise.all(windows.map(({ stdout }) => once(stdout, "data")));
    const start = Date.now() + 50;
    const found = windows.map(async ({ stdin, stdout }) => {
      stdin.write(`${start}\n`);
      return JSON.parse(await text(stdout)) as string[];
    });
    const [first = [], ...others] = await Promise.all(found);
    assert.equal(new Set(first).size, rounds);
    for (const other of others) assert.deepEqual(other, first);
    const left = readdirSync(registry()).filter((name) => name.includes("."));
    assert.deepEqual(left, []);
  });

  it("is its own where nothing can be registered", () => {
    mkdirSync(join(folder(), "global"));
    writeFileSync(registry(), "a file in the place of the folder");
    assert.deepEqual(find("a", [A]), { folder: storageOf("a"), home: A });
    chmodSync(registry(), 0o400);
    assert.deepEqual(find("a", [A]), { folder: storageOf("a"), home: A });
  });
});
