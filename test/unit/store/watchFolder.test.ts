import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import fs from "node:fs";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { mock } from "node:test";
import { watchFolder } from "../../../src/store/watchFolder";
import { temporaryFolder } from "../../support/temporaryFolder";
import { until } from "../../support/until";

describe("a folder that is watched", () => {
  const folder = temporaryFolder();
  const { watch } = fs;
  afterEach(() => {
    Object.assign(fs, { watch });
    mock.timers.reset();
  });

  it("tells of what is written there", async () => {
    let looks = 0;
    watchFolder(folder(), () => looks++);
    writeFileSync(join(folder(), "file"), "new");
    await until(
      () => looks,
      (count) => count > 0,
      "looks",
    );
  });

  it("is asked when it tells of nothing, from the beginning or from an error on", () => {
    mock.timers.enable({ apis: ["setInterval"] });
    let looks = 0;
    const failing = () => {
      throw new Error("ENOSYS: not supported");
    };
    Object.assign(fs, { watch: failing });
    watchFolder(folder(), () => looks++);
    mock.timers.tick(1000);
    assert.equal(looks, 1);

    mock.timers.reset();
    mock.timers.enable({ apis: ["setInterval"] });
    const watcher = Object.assign(new EventEmitter(), { unref: () => watcher, close: () => {} });
    Object.assign(fs, { watch: () => watcher });
    watchFolder(folder(), () => looks++);
    mock.timers.tick(1000);
    assert.equal(looks, 1, "it tells by itself");
    // As on Windows, when the folder is removed. Unheard, it would end the worker.
    watcher.emit("error", new Error("EPERM: operation not permitted, watch"));
    mock.timers.tick(1000);
    assert.equal(looks, 2);
  });
});
