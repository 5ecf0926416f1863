import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startProcess } from "../../../src/sandbox/childProcess";
import { probeSandbox } from "../../../src/sandbox/probe";
import type { SandboxRuntime } from "../../../src/sandbox/runtime";
import { temporaryFolder } from "../../support/temporaryFolder";

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
    [
      "docker's socket is not for this user",
      "accessDenied",
      "",
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.24/containers/json": dial unix /var/run/docker.sock: connect: permission denied',
      1,
    ],
    [
      "sbx, signed out",
      "signedOut",
      "",
      "ERROR: Not authenticated to Docker\nSign in with: sbx login",
      1,
    ],
    [
      "sbx, whose session has expired",
      "signedOut",
      "",
      "list runtimes: request failed: 401 Unauthorized: docker session has expired\nno valid user session found, please sign in to Docker to proceed",
      1,
    ],
    [
      "both the engine down and a login missing",
      "engineDown",
      "",
      "ERROR: Not authenticated to Docker\nCannot connect to the Docker daemon at unix:///x. Is the docker daemon running?",
      1,
    ],
    [
      "no plugin, Podman",
      "pluginMissing",
      "",
      "Error: unrecognized command `podman sandbox`\nTry 'podman --help' for more information",
      125,
    ],
    [
      "no container, Podman",
      "sandboxMissing",
      "",
      'Error: no container with name or ID "app" found: no such container',
      125,
    ],
    [
      "a stopped container, Podman",
      "sandboxStopped",
      "",
      "Error: can only create exec sessions on running containers: container state improper",
      255,
    ],
    [
      "no Claude inside, Podman with crun",
      "claudeMissing",
      "",
      "Error: crun: executable file `claude` not found in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found",
      127,
    ],
    [
      "no Claude inside, Podman with runc",
      "claudeMissing",
      "",
      'Error: runc: exec failed: unable to start container process: exec: "claude": executable file not found in $PATH: OCI runtime attempted to invoke a command that was not found',
      127,
    ],
    [
      "another workspace, Podman",
      "badWorkspace",
      "",
      "Error: crun: chdir to `/x`: No such file or directory: OCI runtime attempted to invoke a command that was not found",
      127,
    ],
    [
      "Podman's machine is down",
      "engineDown",
      "",
      "Cannot connect to Podman. Please verify your connection to the Linux system using `podman system connection list`, or try `podman machine init` and `podman machine start` to manage a new Linux VM",
      125,
    ],
    [
      "kubectl, no cluster",
      "engineDown",
      "",
      "The connection to the server localhost:8080 was refused - did you specify the right host or port?",
      1,
    ],
    [
      "kubectl, no pod",
      "sandboxMissing",
      "",
      'Error from server (NotFound): pods "app" not found',
      1,
    ],
    [
      "kubectl, a pod that has ended",
      "sandboxStopped",
      "",
      "error: cannot exec into a container in a completed pod; current phase is Succeeded",
      1,
    ],
    [
      "kubectl, signed out",
      "signedOut",
      "",
      "error: You must be logged in to the server (Unauthorized)",
      1,
    ],
    [
      "kubectl, not allowed",
      "accessDenied",
      "",
      'Error from server (Forbidden): pods "app" is forbidden: User "me" cannot create resource "pods/exec"',
      1,
    ],
    [
      "ssh, refused",
      "engineDown",
      "",
      "ssh: connect to host 127.0.0.1 port 1: Connection refused",
      255,
    ],
    [
      "ssh, no such host",
      "engineDown",
      "",
      "ssh: Could not resolve hostname box: Name or service not known",
      255,
    ],
    ["ssh, no key", "accessDenied", "", "me@box: Permission denied (publickey,password).", 255],
    ["ssh, another host key", "accessDenied", "", "Host key verification failed.", 255],
    ["a shell without Claude, dash", "claudeMissing", "", "sh: 1: exec: claude: not found", 127],
    ["a shell without Claude, bash", "claudeMissing", "", "bash: exec: claude: not found", 127],
    [
      "a shell without Claude, busybox",
      "claudeMissing",
      "",
      "sh: exec: line 0: claude: not found",
      127,
    ],
    ["a shell in another workspace, dash", "badWorkspace", "", "sh: 1: cd: can't cd to /x", 126],
    [
      "a shell in another workspace, bash",
      "badWorkspace",
      "",
      "sh: line 6: cd: /x: No such file or directory",
      126,
    ],
    [
      "a shell in another workspace, busybox",
      "badWorkspace",
      "",
      "sh: cd: line 0: can't cd to /x: No such file or directory",
      126,
    ],
    [
      "another provider",
      "wrongProvider",
      json({ loggedIn: true, authMethod: "third_party", apiProvider: "bedrock" }),
      "",
      0,
    ],
    [
      "a helper that gives out a key",
      "apiKeyNotAllowed",
      json({ loggedIn: true, authMethod: "api_key_helper" }),
      "",
      0,
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

  it("takes of what the sandbox says of itself a line, and no more", async () => {
    const email = "me@example.com\n\u202eLogged in as root\u001b[2J" + "x".repeat(60_000);
    const ready = await probeSandbox(saying(json({ loggedIn: true, email }), "", 0), options);
    assert.ok(ready.state === "ready");
    assert.match(
      ready.account ?? "",
      /^me@example\.com \[U\+202E\]Logged in as root\[U\+001B\]\[2Jx{9,}…$/,
    );
    assert.ok((ready.account ?? "").length < 200);
    const said = await probeSandbox(saying("x".repeat(100_000), "", 1), options);
    assert.ok(said.state === "unknown" && said.detail.length <= 16 * 1024);
    const reply = json({ loggedIn: false, more: "x".repeat(100_000) });
    const out = await probeSandbox(saying(reply, "", 1), options);
    assert.ok(out.state === "loggedOut" && out.detail.length <= 16 * 1024);
  });

  it("tells the account, and Claude’s version", async () => {
    const sandbox = saying("", "", 0);
    const runtime: SandboxRuntime = {
      ...sandbox,
      exec: ([, ...args]) =>
        startProcess([
          process.execPath,
          "-p",
          JSON.stringify(args[0] === "auth" ? account : "2.1.197 (Claude Code)"),
        ]),
    };
    assert.deepEqual(await probeSandbox(runtime, options), {
      state: "ready",
      account: "a@b.c",
      version: "2.1.197",
    });
  });

  it("allows an API key and another provider, where the settings do", async () => {
    for (const authMethod of ["api_key", "api_key_helper", "third_party"]) {
      const runtime = saying(json({ loggedIn: true, authMethod }), "", 0);
      const readiness = await probeSandbox(runtime, { ...options, allowApiKey: true });
      assert.equal(readiness.state, "ready", authMethod);
    }
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

describe("a look at an API key", function () {
  before(function () {
    if (process.platform === "win32") this.skip();
  });
  const folder = temporaryFolder();

  /** What Claude finds: its settings' files by name, and its environment. */
  async function look(
    source: string,
    files: Record<string, string>,
    environment: Record<string, string> = {},
  ): Promise<string> {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder(), name, ".."), { recursive: true });
      writeFileSync(join(folder(), name), text);
    }
    const status = { loggedIn: true, authMethod: "api_key_helper", apiKeySource: source };
    const runtime: SandboxRuntime = {
      label: "x",
      workspace: folder(),
      exec: (argv) =>
        argv[0] === "sh"
          ? startProcess(argv, {
              cwd: folder(),
              env: { PATH: process.env["PATH"], HOME: join(folder(), "home"), ...environment },
            })
          : startProcess([process.execPath, "-p", JSON.stringify(json(status))]),
    };
    return (await probeSandbox(runtime, options)).state;
  }
  const dockers = '{ "apiKeyHelper": "echo proxy-managed" }';
  const users = "home/.claude/settings.json";

  it("takes the helper of Docker’s template for what it is: no key", async () => {
    assert.equal(await look("apiKeyHelper", { [users]: dockers }), "ready");
    const elsewhere = { CLAUDE_CONFIG_DIR: join(folder(), "config") };
    assert.equal(
      await look("apiKeyHelper", { "config/settings.json": dockers }, elsewhere),
      "ready",
    );
  });

  it("takes any other helper for a key", async () => {
    const other = '{ "apiKeyHelper": "cat /run/key; echo proxy-managed" }';
    assert.equal(await look("apiKeyHelper", { [users]: other }), "apiKeyNotAllowed");
    assert.equal(await look("apiKeyHelper", {}), "apiKeyNotAllowed");
  });

  it("believes the project’s settings more than the user’s, as Claude does", async () => {
    const project = '{ "apiKeyHelper": "cat /run/key" }';
    const both = { ".claude/settings.json": project, [users]: dockers };
    assert.equal(await look("apiKeyHelper", both), "apiKeyNotAllowed");
  });

  it("passes over settings that are no JSON, or hold no helper", async () => {
    const files = { ".claude/settings.local.json": "{", ".claude/settings.json": "{}" };
    assert.equal(await look("apiKeyHelper", { ...files, [users]: dockers }), "ready");
  });

  it("tells a key in the environment from Docker’s placeholder for one", async () => {
    const files = { [users]: dockers };
    const key = (value: string) => look("ANTHROPIC_API_KEY", files, { ANTHROPIC_API_KEY: value });
    assert.equal(await key("sk-ant-real"), "apiKeyNotAllowed");
    assert.equal(await key("proxy-managed"), "ready");
  });
});
