import assert from "node:assert/strict";
import { chooseSandbox } from "../../../src/sandbox/runtimes";
import { startEngine } from "../../../src/sandbox/engine";
import { explainExit } from "../../../src/sandbox/explainExit";
import type { Problem } from "../../../src/sandbox/problem";
import { nextStep, problemSentence } from "../../../src/sandbox/problems";

const problems: Problem[] = [
  "cliMissing",
  "pluginMissing",
  "accessDenied",
  "engineDown",
  "signedOut",
  "sandboxMissing",
  "sandboxStopped",
  "badWorkspace",
  "claudeMissing",
  "loggedOut",
  "apiKeyNotAllowed",
  "wrongProvider",
  "timeout",
  "unknown",
];

const settings = {
  runtime: "auto",
  name: "app",
  workspace: "",
  dockerPath: "docker",
  sbxPath: "sbx",
  command: ["ssh", "box", "${command}"],
  ofWorkspace: [],
} as const;
const workspace = { hostWorkspace: "/home/me/app", demoScript: "/demo.js" };
const sandbox = (kind: Parameters<typeof chooseSandbox>[0]) =>
  chooseSandbox(kind, settings, workspace);

describe("what is wrong with a sandbox", () => {
  for (const kind of ["docker-sandbox", "sbx", "docker", "custom"] as const)
    it(`has a sentence of its own for each problem of ${kind}, and a step`, () => {
      const sentences = problems.map((problem) => problemSentence(problem, sandbox(kind)));
      assert.equal(new Set(sentences).size, problems.length);
      for (const sentence of sentences) assert.match(sentence, /^\S.*\.$/);
      for (const problem of problems) assert.ok(nextStep(problem, sandbox(kind)).label);
    });

  it("leads to what that sandbox can do, and to the settings where it cannot", () => {
    const step = (problem: Problem, kind: Parameters<typeof sandbox>[0]) =>
      nextStep(problem, sandbox(kind)).step;
    assert.equal(step("sandboxMissing", "docker-sandbox"), "createSandbox");
    assert.equal(step("sandboxMissing", "sbx"), "createSandbox");
    assert.equal(step("sandboxMissing", "docker"), "openSandboxSettings");
    assert.equal(step("sandboxMissing", "custom"), "openSandboxSettings");
    assert.equal(step("sandboxStopped", "docker"), "startSandbox");
    assert.equal(step("sandboxStopped", "custom"), "checkSandbox");
    assert.equal(step("signedOut", "sbx"), "signIn");
    assert.equal(step("cliMissing", "sbx"), "openSandboxSettings");
    assert.equal(nextStep("cliMissing").step, "useDemo");
    const down = { ...sandbox("docker"), startEngine: { argv: ["true"] } };
    assert.equal(nextStep("engineDown", down).step, "startDocker");
  });

  it("is told of a turn that it ended, from what was printed on either side", () => {
    const exit = { code: 126, signal: null, stderr: "" };
    const wrongFolder = 'OCI runtime exec failed: chdir to cwd ("/x"): no such file or directory';
    assert.equal(explainExit(exit, wrongFolder, sandbox("docker")).code, "sandbox");
    const unknown = explainExit({ ...exit, code: 1 }, "", sandbox("docker"));
    assert.deepEqual([unknown.code, unknown.detail], ["claude", "It ended with exit code 1."]);
  });
});

describe("the start of an engine", () => {
  const there = () => true;
  it("is Docker Desktop's own, on each platform that has it", () => {
    const argv = (platform: NodeJS.Platform, exists = there) =>
      startEngine("docker", platform, exists).startEngine?.argv;
    assert.deepEqual(argv("darwin"), ["/usr/bin/open", "-a", "Docker"]);
    assert.deepEqual(argv("linux"), ["/usr/bin/systemctl", "--user", "start", "docker-desktop"]);
    assert.deepEqual(argv("win32"), ["C:\\Program Files\\Docker\\Docker\\Docker Desktop.exe"]);
    assert.equal(argv("freebsd"), undefined);
  });

  it("is not offered where nothing would start", () => {
    for (const platform of ["darwin", "linux", "win32"] as const)
      assert.deepEqual(
        startEngine("docker", platform, () => false),
        {},
      );
  });

  it("is that of Podman's machine, which Linux does not need", () => {
    assert.deepEqual(startEngine("/opt/podman", "darwin", there).startEngine?.argv, [
      "/opt/podman",
      "machine",
      "start",
    ]);
    assert.deepEqual(startEngine("podman", "linux", there), {});
  });
});
