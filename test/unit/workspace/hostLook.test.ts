import assert from "node:assert/strict";
import type { BigIntStats } from "node:fs";
import { appendFile, rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { GitLook } from "../../../src/workspace/gitLook";
import { Look } from "../../../src/workspace/hostLook";
import { guardedFolder } from "../../support/guardedFolder";

const { folder, at, git, write } = guardedFolder();

/** A look in which a file is changed when its size is known, and before it is read. */
class Interrupted extends Look {
  #isDone = false;

  constructor(
    root: string,
    private readonly path: string,
    private readonly change: () => Promise<void>,
  ) {
    super(root, new Map());
  }

  override async stat(path: string): Promise<BigIntStats | undefined> {
    const stats = await super.stat(path);
    if (path === this.path && !this.#isDone) {
      this.#isDone = true;
      await this.change();
    }
    return stats;
  }
}

describe("a configuration that changes while it is looked at", () => {
  const CHANGES: readonly (readonly [how: string, change: () => Promise<void>])[] = [
    [
      "is another file",
      async () => {
        await writeFile(at("new"), "[core]\n\tpager = evil\n".padEnd(5000, "#"));
        await rename(at("new"), at(".git/config"));
      },
    ],
    ["has grown", () => appendFile(at(".git/config"), "[core]\n\tpager = evil\n")],
  ];
  for (const [how, change] of CHANGES)
    it(`is told by its settings where it ${how}`, async () => {
      git("init", "-q");
      write("new", "");
      const look = new Interrupted(folder(), ".git/config", change);
      await new GitLook(look, new Map()).repositoryIn("");
      const { settings, content } = look.entries.get(".git/config") ?? assert.fail();
      assert.deepEqual(
        settings?.map(({ key, value }) => [key, value]),
        [["core.pager", "evil"]],
      );
      const { size } = await stat(path.join(folder(), ".git/config"));
      assert.equal(content?.length, size);
    });
});
