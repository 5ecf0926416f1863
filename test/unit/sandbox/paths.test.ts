import assert from "node:assert/strict";
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  defaultInside,
  holds,
  hostFolder,
  type HostSystem,
  pathInside,
} from "../../../src/sandbox/paths";

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

describe("a folder of this machine", () => {
  const linux: HostSystem = { platform: "linux", distribution: undefined };
  const mac: HostSystem = { platform: "darwin", distribution: undefined };
  const windows: HostSystem = { platform: "win32", distribution: undefined };
  const wsl: HostSystem = { platform: "linux", distribution: "Ubuntu" };
  const same: [system: HostSystem, spelled: string, ...others: string[]][] = [
    [linux, "/no/app", "/no/app/"],
    [linux, "/"],
    [mac, "/Users/me/app", "/host_mnt/Users/me/app", "/Users/me/app/"],
    [
      windows,
      "c:/work/app",
      ...["C:\\work\\app", "c:\\Work\\App\\", "C:/work/app", "\\\\?\\C:\\work\\app"],
      ...[
        "/c/work/app",
        "/host_mnt/c/work/app",
        "/run/desktop/mnt/host/c/work/app",
        "/mnt/c/work/app",
      ],
    ],
    [windows, "//server/share/app", "\\\\Server\\share\\app", "\\\\?\\UNC\\server\\share\\app"],
    [
      windows,
      "//wsl.localhost/ubuntu/home/me",
      "\\\\wsl$\\Ubuntu\\home\\me",
      "\\\\wsl.localhost\\Ubuntu\\home\\me",
    ],
    [
      wsl,
      "/home/me/app",
      "\\\\wsl$\\Ubuntu\\home\\me\\app",
      "\\\\wsl.localhost\\ubuntu\\home\\me\\app",
    ],
    [wsl, "c:/work/app", "/mnt/c/work/app", "C:\\work\\app", "/run/desktop/mnt/host/c/work/app"],
  ];
  for (const [system, spelled, ...others] of same)
    it(`is ${spelled}, however ${system.distribution ?? system.platform} or an engine names it`, () => {
      for (const other of [spelled, ...others])
        assert.equal(hostFolder(other, system), spelled, other);
    });

  it("is told from any other", () => {
    assert.notEqual(hostFolder("/no/App", linux), hostFolder("/no/app", linux));
    assert.notEqual(hostFolder("/c/work", linux), hostFolder("/mnt/c/work", linux));
    assert.notEqual(
      hostFolder("\\\\wsl$\\U\\App", windows),
      hostFolder("\\\\wsl$\\U\\app", windows),
    );
    assert.notEqual(hostFolder("\\\\wsl$\\Debian\\app", wsl), hostFolder("/app", wsl));
    assert.notEqual(hostFolder("D:\\app", windows), hostFolder("C:\\app", windows));
  });

  it("is the one that a link leads to", function () {
    if (process.platform === "win32") this.skip();
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "sandbox-chat-")));
    symlinkSync(folder, `${folder}-link`);
    assert.equal(hostFolder(`${folder}-link`, linux), folder);
    rmSync(`${folder}-link`);
    rmSync(folder, { recursive: true });
  });

  it("holds itself, and what is below it", () => {
    for (const [folder, other] of [
      ["/", "/a"],
      ["/a", "/a"],
      ["/a", "/a/b"],
    ] as const)
      assert.ok(holds(folder, other));
    for (const [folder, other] of [
      ["/a/b", "/a"],
      ["/a", "/ab"],
      ["/a", "/"],
    ] as const)
      assert.ok(!holds(folder, other));
  });
});
