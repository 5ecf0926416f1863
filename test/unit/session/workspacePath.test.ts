import assert from "node:assert/strict";
import { workspacePath } from "../../../src/session/workspacePath";

describe("a path that Claude names", () => {
  const ROOTS = ["/home/me/app", "/home/agent/workspace/"];
  const CASES: [path: string, relative: string | undefined][] = [
    ["src/a.ts", "src/a.ts"],
    ["./src//a.ts", "src/a.ts"],
    ["/home/agent/workspace/src/a.ts", "src/a.ts"],
    ["/home/me/app/a.ts", "a.ts"],
    ["src/../b.ts", "b.ts"],
    ["src\\a.ts", "src/a.ts"],
    // Out of the workspace, or nowhere in it.
    ["../b.ts", undefined],
    ["src/../../b.ts", undefined],
    ["/home/agent/workspace/../secret", undefined],
    ["/home/agent/workspace-2/a.ts", undefined],
    ["/etc/passwd", undefined],
    ["~/.ssh/id_rsa", undefined],
    ["C:\\Windows\\a.txt", undefined],
    ["c:/a.txt", undefined],
    ["a\0b", undefined],
    ["/home/agent/workspace", undefined],
    [".", undefined],
    ["", undefined],
  ];
  for (const [path, relative] of CASES)
    it(`${JSON.stringify(path)} is ${relative ?? "nothing in the workspace"}`, () =>
      assert.equal(workspacePath(path, ROOTS), relative));

  it("is known on Windows by the workspace's path there", () =>
    assert.equal(workspacePath("C:\\app\\src\\a.ts", ["C:\\app"]), "src/a.ts"));
});
