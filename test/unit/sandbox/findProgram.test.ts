import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../../../src/sandbox/findProgram";
import { temporaryFolder } from "../../support/temporaryFolder";

describe("a program on this machine", function () {
  before(function () {
    if (process.platform === "win32") this.skip();
  });
  const folder = temporaryFolder();
  const path = process.env["PATH"];
  afterEach(() => (process.env["PATH"] = path));

  const make = (name: string, mode = 0o755): string => {
    const file = join(folder(), name);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, "", { mode });
    return file;
  };

  it("is the first of its name on the PATH that can be run", () => {
    make("a/tool", 0o644);
    mkdirSync(join(folder(), "b/tool"), { recursive: true });
    const tool = make("c/tool");
    make("d/tool");
    process.env["PATH"] = ["a", "b", "c", "d"].map((name) => join(folder(), name)).join(":");
    assert.equal(findProgram("tool"), tool);
    assert.equal(findProgram("other"), undefined);
    assert.equal(findProgram(""), undefined);
  });

  it("is what a whole path names, and nothing that one from here does", () => {
    const tool = make("tool");
    assert.equal(findProgram(tool), tool);
    assert.equal(findProgram(`${tool}s`), undefined);
    assert.equal(findProgram("test/../package.json"), undefined);
    assert.equal(findProgram("./node_modules/.bin/tsc"), undefined);
  });

  it("is nothing that Claude could have written, however the PATH leads there", () => {
    const workspace = join(folder(), "workspace");
    make("workspace/bin/tool");
    make("workspace-2/tool");
    symlinkSync(join(workspace, "bin"), join(folder(), "link"));
    symlinkSync(workspace, join(folder(), "opened"));
    process.env["PATH"] = [join(workspace, "bin"), join(folder(), "link")].join(":");
    for (const opened of [workspace, join(folder(), "opened")])
      assert.equal(findProgram("tool", opened), undefined, opened);
    assert.equal(findProgram(join(workspace, "bin/tool"), workspace), undefined);
    process.env["PATH"] += `:${join(folder(), "workspace-2")}`;
    assert.equal(findProgram("tool", workspace), join(folder(), "workspace-2/tool"));
  });
});
