import assert from "node:assert/strict";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createSandboxArgv,
  dockerSandbox,
  sandboxNameFor,
} from "../../../src/sandbox/dockerSandbox";
import { collect } from "../../../src/sandbox/childProcess";
import { chooseRuntime, sandboxName, SettingError } from "../../../src/sandbox/runtimes";
import { temporaryFolder } from "../../support/temporaryFolder";

const settings = { runtime: "auto", name: "", workspace: "", dockerPath: "docker" } as const;
const where = { hostWorkspace: "/home/me/My App!", demoScript: "/demo.js" };

describe("which runtime", () => {
  it("is Docker's sandbox, named after the workspace, unless the settings say otherwise", () => {
    const runtime = chooseRuntime(settings, where);
    assert.deepEqual(
      [runtime.label, runtime.workspace],
      ["Docker sandbox claude-My-App-", "/home/me/My App!"],
    );
    const named = chooseRuntime(
      { ...settings, runtime: "docker-sandbox", name: "app", workspace: "/w" },
      where,
    );
    assert.deepEqual([named.label, named.workspace], ["Docker sandbox app", "/w"]);
    assert.equal(chooseRuntime({ ...settings, runtime: "demo" }, where).label, "Demo");
  });

  it("takes no name that Docker would take for something else", () => {
    for (const name of [
      "-v",
      "--privileged",
      "a b",
      "a/b",
      "a;b",
      "$(x)",
      "a\n",
      "x".repeat(64),
      "../x",
    ])
      assert.throws(() => sandboxName({ ...settings, name }, "/w"), SettingError, name);
    assert.equal(sandboxName({ ...settings, name: "my-app_1.2" }, "/w"), "my-app_1.2");
  });

  it("derives a name that Docker takes from any folder", () => {
    const folders = [
      "/",
      "",
      "C:\\Users\\me\\proj",
      "/x/--help",
      "/x/世界",
      "/x/" + "y".repeat(200),
      "/x/.hidden/",
    ];
    for (const folder of folders) assert.doesNotThrow(() => sandboxName(settings, folder), folder);
    assert.equal(sandboxNameFor("C:\\Users\\me\\proj"), "claude-proj");
  });

  it("creates a sandbox by an argv", () => {
    assert.deepEqual(createSandboxArgv("docker", "app", "/w/a b"), [
      "docker",
      "sandbox",
      "create",
      "--name",
      "app",
      "claude",
      "/w/a b",
    ]);
  });
});

describe("docker sandbox exec", function () {
  const folder = temporaryFolder();

  /** A docker that writes down its arguments and its environment. */
  const recording = () => {
    const docker = join(folder(), "docker");
    writeFileSync(
      docker,
      `#!/bin/sh\nprintf '%s\\n' "$@" >"${folder()}/argv"\nenv >"${folder()}/env"\n`,
    );
    chmodSync(docker, 0o755);
    return dockerSandbox({ dockerPath: docker, name: "app", workspace: "/w" });
  };
  const written = (name: string) => readFileSync(join(folder(), name), "utf8");

  it("is an argv, in which nothing is read by a shell", async function () {
    if (process.platform === "win32") this.skip();
    await collect(recording().exec(["claude", "-p", "$(touch x); `y` 'z'"]), 10_000);
    assert.deepEqual(written("argv").trimEnd().split("\n"), [
      "sandbox",
      "exec",
      "-i",
      "-w",
      "/w",
      "app",
      "claude",
      "-p",
      "$(touch x); `y` 'z'",
    ]);
  });

  it("names variables on the command line, and hands over their values beside it", async function () {
    if (process.platform === "win32") this.skip();
    await collect(
      recording().exec(["claude"], {
        env: { CLAUDE_CODE_OAUTH_TOKEN: "secret", PATH: "/opt/bin" },
      }),
      10_000,
    );
    assert.match(written("argv"), /-e\nCLAUDE_CODE_OAUTH_TOKEN\n-e\nPATH=\/opt\/bin\n/);
    assert.ok(!written("argv").includes("secret"));
    assert.match(written("env"), /^CLAUDE_CODE_OAUTH_TOKEN=secret$/m);
    assert.doesNotMatch(written("env"), /^PATH=\/opt\/bin$/m);
  });
});
