import assert from "node:assert/strict";
import { chmodSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findStorage } from "../../../src/store/storageRegistry";
import { added, firstTurn, message, textPart } from "../../support/conversations";
import { openStore } from "../../support/openStore";
import { temporaryFolder } from "../../support/temporaryFolder";

describe("what is stored", function () {
  before(function () {
    // Windows has no such rights.
    if (process.platform === "win32") this.skip();
  });

  const base = temporaryFolder();
  let umask = 0;
  beforeEach(() => (umask = process.umask(0)));
  afterEach(() => process.umask(umask));

  const find = () =>
    findStorage({
      remembered: undefined,
      folders: ["file:///w"],
      own: join(base(), "workspaceStorage", "hash", "extension"),
      registry: join(base(), "globalStorage", "folders"),
    });

  /** The paths below a folder, itself included, that others than their user can do anything with. */
  function open(path: string): string[] {
    const stat = statSync(path);
    const below = stat.isDirectory()
      ? readdirSync(path).flatMap((name) => open(join(path, name)))
      : [];
    return (stat.mode & 0o077) === 0 ? below : [path, ...below];
  }

  it("is its user’s alone, whatever the umask, while it is written and when it rests", async () => {
    const { folder } = find();
    const store = await openStore(folder, [], 1);
    await store.append("t1", 0, firstTurn());
    const large = textPart("many words ".repeat(10_000));
    await store.append("t1", 2, [added(message("m", 2, "user", [large]))]);
    await store.saveDraft({ thread: "t1", text: "a draft", unstored: null });
    assert.deepEqual(open(folder), []);
    while (!readdirSync(folder).includes("threads.db")) await sleep(5);
    await store.append("t1", 3, [added(message("n", 3, "user", [large]))]);
    await store.close();
    assert.ok(readdirSync(folder).includes("threads.db.previous"));
    assert.deepEqual(open(join(base(), "workspaceStorage")), []);
    assert.deepEqual(open(join(base(), "globalStorage")), []);
  });

  it("is made so where an earlier version has left it open", async () => {
    const { folder } = find();
    const registry = join(base(), "globalStorage", "folders");
    const store = await openStore(folder);
    await store.append("t1", 0, firstTurn());
    await store.close();
    for (const place of [folder, registry]) {
      chmodSync(place, 0o755);
      for (const name of readdirSync(place)) chmodSync(join(place, name), 0o644);
    }
    assert.equal(find().folder, folder);
    await (await openStore(folder)).close();
    assert.deepEqual([...open(folder), ...open(registry)], []);
  });

  it("is left to who may still do what: rights are only ever taken away", async () => {
    const { folder } = find();
    const file = join(folder, "read-only");
    writeFileSync(file, "");
    chmodSync(file, 0o444);
    await (await openStore(folder)).close();
    assert.equal(statSync(file).mode & 0o777, 0o400);
  });
});
