import assert from "node:assert/strict";
import { defaultInside, pathInside } from "../../../src/sandbox/paths";

describe("a path inside the sandbox", () => {
  const cases: [file: string, hostWorkspace: string, inside: string | undefined][] = [
    ["/home/me/app/src/a.ts", "/home/me/app", "/w/src/a.ts"],
    ["/home/me/app/src/a.ts", "/home/me/app/", "/w/src/a.ts"],
    ["/home/me/app", "/home/me/app", "/w"],
    ["/home/me/app/./src/../b.ts", "/home/me/app", "/w/b.ts"],
    ["/home/me/app/..a.ts", "/home/me/app", "/w/..a.ts"],
    ["/home/me/app/a\\b.ts", "/home/me/app", "/w/a\\b.ts"],
    ["/home/me/app/世界 $x.ts", "/home/me/app", "/w/世界 $x.ts"],
    ["/home/me/apple/a.ts", "/home/me/app", undefined],
    ["/home/me/app/../secret", "/home/me/app", undefined],
    ["/home/me/App/a.ts", "/home/me/app", undefined],
    ["/etc/passwd", "/home/me/app", undefined],
    ["a.ts", "/home/me/app", undefined],
    ["", "/home/me/app", undefined],
    ["/etc/passwd", "/", "/w/etc/passwd"],
    ["C:\\Users\\me\\app\\src\\a.ts", "C:\\Users\\me\\app", "/w/src/a.ts"],
    ["c:\\Users\\me\\app\\src\\a.ts", "C:\\Users\\me\\app\\", "/w/src/a.ts"],
    ["C:/Users/me/app/src/a.ts", "c:\\Users\\Me\\app", "/w/src/a.ts"],
    ["\\\\?\\C:\\Users\\me\\app\\a.ts", "C:\\Users\\me\\app", "/w/a.ts"],
    ["C:\\Users\\me\\apple\\a.ts", "C:\\Users\\me\\app", undefined],
    ["C:\\Users\\me\\app\\..\\b.ts", "C:\\Users\\me\\app", undefined],
    ["D:\\Users\\me\\app\\a.ts", "C:\\Users\\me\\app", undefined],
    ["/Users/me/app/a.ts", "C:\\Users\\me\\app", undefined],
    ["C:\\Users\\me\\app\\a.ts", "/Users/me/app", undefined],
    ["\\\\server\\share\\app\\a.ts", "\\\\server\\share\\app", "/w/a.ts"],
    ["\\\\?\\UNC\\server\\share\\app\\a.ts", "\\\\server\\share\\app", "/w/a.ts"],
    ["\\\\other\\share\\app\\a.ts", "\\\\server\\share\\app", undefined],
    ["\\\\wsl$\\Ubuntu\\home\\me\\a.ts", "\\\\wsl.localhost\\ubuntu\\home\\me", "/w/a.ts"],
    ["\\\\wsl$\\Ubuntu\\home\\Me\\a.ts", "\\\\wsl$\\Ubuntu\\home\\me", undefined],
    ["\\\\wsl$\\Debian\\home\\me\\a.ts", "\\\\wsl$\\Ubuntu\\home\\me", undefined],
  ];
  for (const [file, hostWorkspace, inside] of cases)
    it(`of ${JSON.stringify(file)} in ${hostWorkspace} is ${String(inside)}`, () => {
      assert.equal(pathInside(file, hostWorkspace, "/w"), inside);
    });

  it("takes a workspace inside that ends with a slash, or is the root", () => {
    assert.equal(pathInside("/app/a.ts", "/app", "/w/"), "/w/a.ts");
    assert.equal(pathInside("/app/a.ts", "/app", "/"), "/a.ts");
  });
});

describe("the workspace's path inside, unless it is set", () => {
  it("is the same as outside", () => {
    for (const kind of ["docker-sandbox", "sbx", "docker", "custom", "demo"] as const)
      assert.equal(defaultInside(kind, "/home/me/app", false), "/home/me/app");
  });

  it("is where Docker mounts a folder of Windows or of WSL", () => {
    const windows = "C:\\Users\\me\\app";
    assert.equal(defaultInside("docker-sandbox", windows, false), "/home/agent/workspace");
    assert.equal(defaultInside("docker-sandbox", "/home/me/app", true), "/home/agent/workspace");
    assert.equal(defaultInside("sbx", windows, false), "/c/Users/me/app");
    assert.equal(defaultInside("sbx", "/home/me/app", true), "/home/me/app");
    assert.equal(defaultInside("docker", "\\\\wsl$\\Ubuntu\\home\\me\\", false), "/home/me");
    assert.equal(defaultInside("demo", windows, false), windows);
  });
});
