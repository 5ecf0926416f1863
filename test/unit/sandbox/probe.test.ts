import assert from "node:assert/strict";
import { explainExit } from "../../../src/sandbox/explainExit";
import { SandboxMonitor } from "../../../src/sandbox/monitor";
import { type Problem, probeSandbox } from "../../../src/sandbox/probe";
import { problemText } from "../../../src/sandbox/problems";
import { startProcess } from "../../../src/sandbox/childProcess";
import type { SandboxRuntime } from "../../../src/sandbox/runtime";
import type { SandboxState } from "../../../src/shared/protocol";

/** A runtime in which every command prints these, and exits with this. */
const saying = (stdout: string, stderr: string, code: number): SandboxRuntime => ({
  label: "Docker sandbox app",
  workspace: "/w",
  exec: () =>
    startProcess([
      process.execPath,
      "-e",
      "const [o, e, c] = process.argv.slice(1); process.stdout.write(o); process.stderr.write(e); process.exitCode = +c",
      stdout,
      stderr,
      String(code),
    ]),
});

const options = { claudePath: "claude", env: {}, allowApiKey: false };

const account = '{\n "loggedIn": true,\n "authMethod": "claude.ai",\n "email": "a@b.c"\n}\n';
const json = (fields: object) => JSON.stringify({ apiProvider: "firstParty", ...fields });

describe("a look at the sandbox", () => {
  const cases: [what: string, state: string, stdout: string, stderr: string, code: number][] = [
    ["an account", "ready", account, "", 0],
    ["a token", "ready", json({ loggedIn: true, authMethod: "oauth_token" }), "", 0],
    ["a warning beside the answer", "ready", account, "WARNING: something", 0],
    [
      "no login, with exit code 1",
      "loggedOut",
      json({ loggedIn: false, authMethod: "none" }),
      "",
      1,
    ],
    ["an API key", "apiKeyNotAllowed", json({ loggedIn: true, authMethod: "api_key" }), "", 0],
    [
      "no plugin, docker 28",
      "pluginMissing",
      "",
      "docker: unknown command: docker sandbox\n\nRun 'docker --help' for more information\n",
      1,
    ],
    [
      "no plugin, docker 20",
      "pluginMissing",
      "",
      "docker: 'sandbox' is not a docker command.\nSee 'docker --help'\n",
      1,
    ],
    [
      "the feature is off",
      "pluginMissing",
      "",
      "check feature is enabled: sorry, this feature is not available yet",
      1,
    ],
    [
      "the engine is down",
      "engineDown",
      "",
      "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
      1,
    ],
    [
      "the VM cannot start",
      "engineDown",
      "",
      "failed to create sandbox: create runtime: create/start VM: x",
      1,
    ],
    ["the VM has no socket", "engineDown", "", "failed to start VM: x: socket path is empty", 1],
    ["no sandbox", "sandboxMissing", "", "sandbox 'app' does not exist", 1],
    ["no container", "sandboxMissing", "", "Error response from daemon: No such container: app", 1],
    [
      "a stopped container",
      "sandboxStopped",
      "",
      "Error response from daemon: container abc is not running",
      1,
    ],
    [
      "a paused container",
      "sandboxStopped",
      "",
      "Error response from daemon: container abc is paused, unpause the container before exec",
      1,
    ],
    [
      "another workspace",
      "badWorkspace",
      'OCI runtime exec failed: exec failed: unable to start container process: chdir to cwd ("/x") set in config.json failed: no such file or directory: unknown',
      "",
      126,
    ],
    [
      "no Claude inside",
      "claudeMissing",
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "claude": executable file not found in $PATH: unknown',
      "",
      126,
    ],
    ["something else", "unknown", "", "segmentation fault", 139],
    ["nothing at all", "unknown", "", "", 0],
    ["JSON of another kind", "unknown", "[1, 2]", "", 0],
    ["null", "unknown", "null", "", 0],
  ];
  for (const [what, state, stdout, stderr, code] of cases)
    it(`finds ${state}: ${what}`, async () => {
      const readiness = await probeSandbox(saying(stdout, stderr, code), options);
      assert.equal(readiness.state, state);
      if ("detail" in readiness) assert.equal(readiness.detail, (stderr + stdout).trim());
    });

  it("tells the account", async () => {
    const readiness = await probeSandbox(saying(account, "", 0), options);
    assert.deepEqual(readiness, { state: "ready", account: "a@b.c" });
  });

  it("finds cliMissing when there is no docker", async () => {
    const runtime = { ...saying("", "", 0), exec: () => startProcess(["/no/docker"]) };
    assert.equal((await probeSandbox(runtime, options)).state, "cliMissing");
  });

  it("does not wait for ever", async () => {
    const runtime = {
      ...saying("", "", 0),
      exec: () => startProcess([process.execPath, "-e", "setInterval(() => {}, 1000)"]),
    };
    assert.equal((await probeSandbox(runtime, { ...options, timeout: 300 })).state, "timeout");
  });
});

describe("what is wrong with the sandbox", () => {
  const problems: Problem[] = [
    "cliMissing",
    "pluginMissing",
    "engineDown",
    "sandboxMissing",
    "sandboxStopped",
    "badWorkspace",
    "claudeMissing",
    "loggedOut",
    "apiKeyNotAllowed",
    "timeout",
    "unknown",
  ];
  it("has a sentence of its own for each problem, and a step", () => {
    const texts = problems.map((problem) => problemText(problem, "Docker sandbox app"));
    assert.equal(new Set(texts.map(({ message }) => message)).size, problems.length);
    for (const { message, next } of texts) {
      assert.match(message, /\.$/);
      assert.ok(next.label);
    }
  });

  it("is told of a turn that it ended, from what was printed on either side", () => {
    const exit = { code: 126, signal: null, stderr: "" };
    const wrongFolder = 'OCI runtime exec failed: chdir to cwd ("/x"): no such file or directory';
    assert.equal(explainExit(exit, wrongFolder, "App").code, "sandbox");
    const unknown = explainExit({ ...exit, code: 1 }, "", "App");
    assert.deepEqual([unknown.code, unknown.detail], ["claude", "It ended with exit code 1."]);
  });
});

describe("the sandbox's monitor", () => {
  it("looks once for all who ask at once, and tells what it finds", async () => {
    let looks = 0;
    const states: SandboxState[] = [];
    const runtime = saying(account, "", 0);
    const counting = { ...runtime, exec: () => (looks++, runtime.exec([])) };
    const monitor = new SandboxMonitor(
      () => Promise.resolve({ runtime: counting, options }),
      (state) => states.push(state),
    );
    await Promise.all([monitor.check(), monitor.check(), monitor.check()]);
    assert.equal(looks, 1);
    assert.deepEqual(
      states.map(({ state }) => state),
      ["checking", "ready"],
    );
    await monitor.check();
    assert.deepEqual(
      states.map(({ state }) => state),
      ["checking", "ready", "ready"],
    );
  });

  it("says what a setting does wrong", async () => {
    const monitor = new SandboxMonitor(
      () => Promise.resolve({ setting: "Open a folder first." }),
      () => {},
    );
    const state = await monitor.check();
    assert.equal(state.state === "offline" && state.message, "Open a folder first.");
  });
});
