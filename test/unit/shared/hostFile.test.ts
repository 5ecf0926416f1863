import assert from "node:assert/strict";
import { hostFileName, type HostFile } from "../../../src/shared/hostFile";

const file: HostFile = { path: ".envrc", change: "added", program: "direnv", moment: "enter" };

describe("the name of a file that this machine runs", () => {
  it("is its path, and the settings in it", () => {
    assert.equal(hostFileName(file), "“.envrc”");
    const keys = ["core.editor", "core.pager"];
    assert.equal(hostFileName({ ...file, keys }), "“.envrc” (core.editor, core.pager)");
  });

  it("is no link, no second line, and hides nothing, whatever it is made of", () => {
    const path = "a\n[b](command:x)\u202ec";
    assert.equal(hostFileName({ ...file, path }), "“a [b] (command:x)[U+202E]c”");
    assert.ok(hostFileName({ ...file, path: "x".repeat(4000) }).length < 130);
  });
});
