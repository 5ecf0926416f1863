import assert from "node:assert/strict";
import { chooseSandbox, type SandboxSettings } from "../../../src/sandbox/runtimes";
import { sandboxName } from "../../../src/sandbox/sandboxName";
import { SettingError } from "../../../src/sandbox/settingError";
import { checkVariables } from "../../../src/sandbox/variables";

const settings: SandboxSettings = {
  runtime: "auto",
  name: "app",
  workspace: "",
  dockerPath: "docker",
  sbxPath: "sbx",
  command: ["kubectl", "exec", "-i", "${name}", "--"],
  ofWorkspace: [],
};
const workspace = { hostWorkspace: "/home/me/My App!", demoScript: "/demo.js" };
const choose = (
  kind: Parameters<typeof chooseSandbox>[0],
  changes: Partial<SandboxSettings> = {},
) => chooseSandbox(kind, { ...settings, ...changes }, workspace);

describe("a sandbox of each kind", () => {
  it("is named, and has the workspace at its own path unless the settings say otherwise", () => {
    const labels = (["docker-sandbox", "sbx", "docker", "custom", "demo"] as const).map(
      (kind) => choose(kind).label,
    );
    assert.deepEqual(labels, [
      "Docker sandbox app",
      "sbx sandbox app",
      "Container app",
      "kubectl exec -i app",
      "Demo",
    ]);
    assert.match(choose("docker", { name: "" }).label, /^Container claude-My-App-[0-9a-f]{8}$/);
    assert.equal(choose("docker").workspace, "/home/me/My App!");
    assert.equal(choose("docker", { workspace: "/w" }).workspace, "/w");
    assert.throws(() => choose("docker", { workspace: "w" }), SettingError);
    assert.throws(() => choose("host" as "demo"), SettingError);
  });

  it("is made, started and entered by an argv of its own", () => {
    const docker = choose("docker-sandbox");
    const sbx = choose("sbx", { sbxPath: "/opt/sbx" });
    const container = choose("docker", { dockerPath: "podman" });
    const folder = "/home/me/My App!";
    assert.deepEqual(docker.create?.argv, [
      ...["docker", "sandbox", "create", "--name", "app", "claude", folder],
    ]);
    assert.deepEqual(sbx.create?.argv, ["/opt/sbx", "create", "--name", "app", "claude", folder]);
    assert.equal(container.create, undefined);
    assert.deepEqual(container.start?.argv, ["podman", "start", "app"]);
    const login = ["claude", "/login"];
    assert.deepEqual(container.terminal?.(login, { TERM: "x" }), {
      argv: ["podman", "exec", "-it", "-e", "TERM", "-w", folder, "app", ...login],
      env: { TERM: "x" },
    });
    assert.equal(choose("demo").terminal, undefined);
  });

  it("keeps what the client reads as it is", () => {
    const variables = { PATH: "/opt/bin", DOCKER_HOST: "x" };
    const { argv = [], env } = choose("docker").terminal?.(["claude"], variables) ?? {};
    assert.deepEqual(argv.slice(3, 7), ["-e", "PATH=/opt/bin", "-e", "DOCKER_HOST=x"]);
    assert.deepEqual(env, {});
  });

  it("gives a terminal no secret, since VS Code writes its environment to the disk", () => {
    const secrets = {
      CLAUDE_CODE_OAUTH_TOKEN: "s3cr3t",
      ANTHROPIC_CUSTOM_HEADERS: "Authorization: s3cr3t",
      DOCKER_AUTH_CONFIG: "s3cr3t",
      HTTPS_PROXY: "http://me:s3cr3t@proxy:3128",
    };
    const variables = { ...secrets, HTTP_PROXY: "http://proxy:3128/?q=a@b" };
    for (const kind of ["docker-sandbox", "sbx", "docker", "custom"] as const) {
      const terminal = JSON.stringify(choose(kind).terminal?.(["claude"], variables));
      assert.doesNotMatch(terminal, /s3cr3t|CLAUDE_CODE|HEADERS|DOCKER_AUTH|HTTPS/, kind);
      assert.match(terminal, /HTTP_PROXY/, kind);
    }
  });
});

describe("a sandbox's name", () => {
  it("is none that a command line would take for something else", () => {
    const odd = ["-v", "--privileged", "a b", "a/b", "a;b", "$(x)", "a\n", "x".repeat(64), "../x"];
    for (const name of odd) assert.throws(() => sandboxName(name, "/w"), SettingError, name);
    for (const kind of ["docker-sandbox", "sbx", "docker", "custom"] as const)
      assert.throws(() => choose(kind, { name: "-v" }), SettingError, kind);
    assert.equal(sandboxName("my-app_1.2", "/w"), "my-app_1.2");
  });

  it("can be derived from any folder, and is that folder's alone", () => {
    const folders = ["/", "", "/x/--help", "/x/世界", "/x/" + "y".repeat(200), "/x/.hidden/"];
    // Neither sbx nor Docker Desktop would take another character.
    for (const folder of folders)
      assert.match(sandboxName("", folder), /^claude-[a-zA-Z0-9-]{1,50}$/);
    const apis = [
      "/work/api",
      "/downloads/api",
      "/work/Api",
      "/work/api2",
      "C:\\work\\api",
      "D:\\api",
    ];
    assert.equal(new Set(apis.map((folder) => sandboxName("", folder))).size, apis.length);
    assert.equal(sandboxName("", "/work/api/"), sandboxName("", "/work/api"));
  });
});

describe("the variables for Claude", () => {
  it("must have a name and a text that every way into a sandbox carries", () => {
    const variables = { A_1: "", B: "two\nlines", c: "$x 'y'" };
    assert.deepEqual(checkVariables(variables), variables);
    for (const bad of [{ "": "x" }, { "A=B": "x" }, { "-v": "x" }, { "A B": "x" }, { "1A": "x" }])
      assert.throws(() => checkVariables(bad), SettingError);
    for (const value of [8080, null, undefined, ["x"], "a\0b"])
      assert.throws(() => checkVariables({ PORT: value }), SettingError);
  });

  it("are not shown when they cannot be", () => {
    assert.throws(
      () => checkVariables({ TOKEN: { secret: "hunter2" } }),
      (error: Error) => error.message.includes("TOKEN") && !error.message.includes("hunter2"),
    );
  });
});
