import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { collect } from "../../src/sandbox/childProcess";
import { detect, lookAt } from "../../src/sandbox/detect";
import { derivedName } from "../../src/sandbox/sandboxName";
import type { Problem } from "../../src/sandbox/problem";
import { probeSandbox } from "../../src/sandbox/probe";
import { chooseSandbox, type SandboxSettings } from "../../src/sandbox/runtimes";
import type { RuntimeKind } from "../../src/sandbox/sandbox";
import { installClaudeCli, type ClaudeCli } from "../support/claudeCli";
import { type SandboxEngine, startSandboxEngine } from "../support/dockerEngine";
import { findProgram } from "../support/findProgram";
import { orSkip, requireOrSkip } from "../support/requirement";
import { runOrThrow } from "../support/run";
import { sandboxRuntimeContract } from "../support/sandboxRuntimeContract";

/** Each way into a sandbox, on a real engine, a real container and the real Claude. */
describe("the ways into a sandbox", function () {
  let workspace: string;
  let claude: ClaudeCli;
  let engine: SandboxEngine;
  const environment = { ...process.env };

  before(async function () {
    workspace = await mkdtemp(path.join(tmpdir(), "sandbox-chat-workspace-"));
    claude = await orSkip(this, installClaudeCli());
    engine = await orSkip(this, startSandboxEngine({ workspace, claude: claude.path }));
    // The clients find the engine as a user's would: by the environment of the editor.
    Object.assign(process.env, engine.env);
  });
  after(async () => {
    for (const name of ["DOCKER_HOST", "DOCKER_CONFIG"]) {
      if (environment[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = environment[name];
    }
    await (engine as SandboxEngine | undefined)?.stop();
    await rm(workspace, { recursive: true });
  });

  const docker = (...args: string[]) => runOrThrow(engine.docker, args);
  const settings = (kind: RuntimeKind): SandboxSettings => ({
    runtime: kind,
    name: engine.name,
    workspace: "",
    dockerPath: engine.docker,
    sbxPath: engine.sbx,
    command: [engine.docker, "exec", "-i", "${name}"],
    ofWorkspace: [],
  });
  const choose = (kind: RuntimeKind, changes: Partial<SandboxSettings> = {}) =>
    chooseSandbox(
      kind,
      { ...settings(kind), ...changes },
      { hostWorkspace: workspace, demoScript: "" },
    );
  /** Makes a container of the engine's image, as people do, which is gone with the engine. */
  const container = (name: string, cwd: string, options: readonly string[]) =>
    docker(
      ...["create", "--name", name, "--label", engine.label, "--workdir", cwd],
      ...[...(options.some((one) => one.startsWith("--network")) ? [] : ["--network=none"])],
      ...[...options, engine.image, "sleep", "infinity"],
    );
  const kinds = ["docker-sandbox", "sbx", "docker", "custom"] as const;

  for (const kind of kinds) sandboxRuntimeContract(`${kind}, in a container`, () => choose(kind));

  describe("tell what keeps Claude from working", () => {
    const token = { CLAUDE_CODE_OAUTH_TOKEN: "dummy" };
    const probe = (
      kind: RuntimeKind,
      {
        claudePath = "claude",
        env = {},
        ...changes
      }: Partial<SandboxSettings> & {
        readonly claudePath?: string;
        readonly env?: Record<string, string>;
      } = {},
    ) => probeSandbox(choose(kind, changes), { claudePath, env, allowApiKey: false });

    for (const kind of kinds)
      it(`by ${kind}, from the client to the login`, async () => {
        const found = async (state: Problem, options: Parameters<typeof probe>[1] = {}) => {
          const readiness = await probe(kind, options);
          assert.equal(readiness.state, state, JSON.stringify(readiness));
        };
        await found("cliMissing", {
          dockerPath: "/no/docker",
          sbxPath: "/no/sbx",
          command: ["/no/client"],
        });
        const host = process.env["DOCKER_HOST"];
        process.env["DOCKER_HOST"] = `unix://${workspace}/no.sock`;
        await found("engineDown").finally(() => (process.env["DOCKER_HOST"] = host));
        await found("sandboxMissing", { name: "nobody" });
        await found("badWorkspace", { workspace: "/nowhere" });
        await found("claudeMissing", { claudePath: "no-claude" });
        await found("loggedOut");
        const version = claude.version;
        assert.deepEqual(await probe(kind, { env: token }), { state: "ready", version });
      });

    it("among them the sandbox that is stopped, which only sbx starts by itself", async () => {
      await docker("stop", "-t", "1", engine.name);
      for (const kind of ["docker-sandbox", "docker", "custom"] as const)
        assert.equal((await probe(kind, { env: token })).state, "sandboxStopped", kind);
      assert.equal((await probe("sbx", { env: token })).state, "ready");
      await docker("pause", engine.name);
      for (const kind of ["docker-sandbox", "docker", "custom"] as const)
        assert.equal((await probe(kind, { env: token })).state, "sandboxStopped", kind);
      await docker("unpause", engine.name);
    });

    it("among them an account at Docker that sbx needs", async () => {
      process.env["SBX_SIGNED_OUT"] = "1";
      const { state } = await probe("sbx").finally(() =>
        Reflect.deleteProperty(process.env, "SBX_SIGNED_OUT"),
      );
      assert.equal(state, "signedOut");
    });

    it("among them a key, a helper and a provider that would cost money", async () => {
      const state = async (env: Record<string, string>) => (await probe("docker", { env })).state;
      assert.equal(await state({ ANTHROPIC_API_KEY: "sk-ant-dummy" }), "apiKeyNotAllowed");
      assert.equal(await state({ ANTHROPIC_API_KEY: "proxy-managed" }), "ready");
      assert.equal(await state({ CLAUDE_CODE_USE_BEDROCK: "1" }), "wrongProvider");
      const settings = (helper: string) =>
        docker(
          ...["exec", engine.name, "sh", "-c"],
          `mkdir -p ~/.claude && printf '%s' '{"apiKeyHelper":"${helper}"}' >~/.claude/settings.json`,
        );
      await settings("echo proxy-managed");
      assert.equal(await state({}), "ready");
      await settings("cat /run/key");
      assert.equal(await state({}), "apiKeyNotAllowed");
      await docker("exec", engine.name, "rm", "-r", "/home/agent/.claude");
    });
  });

  it("are found by auto: what this folder's sandbox is in, and sbx before the plugin", async () => {
    const find = async (sbx: string | undefined, hostWorkspace = workspace, name = "") => {
      const seen = await detect({
        ...{ docker: engine.docker, sbx, name, hostWorkspace },
        inside: () => hostWorkspace,
      });
      return "kind" in seen ? [seen.kind, seen.name, seen.there] : seen.problem;
    };
    const other = await mkdtemp(path.join(tmpdir(), "sandbox-chat-workspace-"));
    assert.deepEqual(await find(engine.sbx), ["sbx", engine.name, true]);
    assert.deepEqual(await find(undefined), ["docker-sandbox", engine.name, true]);
    const made = derivedName(other);
    assert.deepEqual(await find(engine.sbx, other), ["sbx", made, false]);
    assert.deepEqual(await find(undefined, other), ["docker-sandbox", made, false]);
    const config = process.env["DOCKER_CONFIG"];
    process.env["DOCKER_CONFIG"] = workspace;
    try {
      assert.deepEqual(await find(undefined, workspace, engine.name), [
        "docker",
        engine.name,
        true,
      ]);
      assert.equal(await find(undefined, other), "pluginMissing");
      await container(made, other, ["-v", `${other}:${other}`]);
      assert.deepEqual(await find(undefined, other), ["docker", made, true]);
    } finally {
      process.env["DOCKER_CONFIG"] = config;
      await rm(other, { recursive: true });
    }
  });

  describe("say what a container has besides the workspace", () => {
    const marker = "made-inside";
    const look = async (name: string, ...options: string[]) => {
      await container(name, workspace, options);
      const seen = await lookAt("docker", {
        ...{ docker: engine.docker, sbx: undefined, name, hostWorkspace: workspace },
        inside: () => workspace,
      });
      assert.ok("kind" in seen, JSON.stringify(seen));
      return seen;
    };
    const says = async (name: string, ...options: string[]) =>
      (await look(name, "-v", `${workspace}:${workspace}`, ...options)).reach.map(
        ({ what, ask }) => `${ask ? "!" : ""}${what}`,
      );
    const socket = () => (process.env["DOCKER_HOST"] ?? "").replace("unix://", "");

    it("as this engine tells it", async () => {
      const cases: [name: string, options: string[], says: string[]][] = [
        ["closed", ["--network=none"], []],
        ["privileged", ["--privileged"], ["!all rights of your machine (privileged)"]],
        ["pid", ["--pid=host"], ["!the processes of your machine"]],
        ["ipc", ["--ipc=host"], ["the shared memory of your machine"]],
        ["uts", ["--uts=host"], ["the name of your machine"]],
        ["cap", ["--cap-add=SYS_ADMIN"], ["!the capability SYS_ADMIN"]],
        ["net-admin", ["--cap-add=NET_ADMIN"], ["the capability NET_ADMIN"]],
        ["device", ["--device=/dev/null:/dev/x"], ["the device /dev/null"]],
        ["seccomp", ["--security-opt=seccomp=unconfined"], ["no protection by seccomp"]],
        ["socket", ["-v", `${socket()}:/var/run/docker.sock`], [`!${socket()}`]],
        ["root", ["-v", "/:/host"], ["!/"]],
        ["home", ["-v", `${homedir()}:/h:ro`], [`!${homedir()} (read-only)`]],
        ["other", ["-v", "/opt:/opt:ro"], ["/opt (read-only)"]],
        ["volume", ["-v", "/cache"], ["the volume /cache"]],
      ];
      for (const [name, options, expected] of cases) {
        // Docker allows what an unconfined process would need besides, and tells it.
        const said = await says(`${engine.name}-${name}`, ...options);
        const confined = said.filter((what) => name === "seccomp" || !/^no protection/.test(what));
        assert.deepEqual(confined, expected, name);
      }
      const host = await says(`${engine.name}-net`, "--network=host");
      assert.deepEqual(host, ["the network of your machine, its own services included"]);
    });

    it("and a workspace that is another folder, or nowhere", async () => {
      for (const [name, mount] of [
        ["elsewhere", `${workspace}:/w`],
        ["another", `/opt:${workspace}`],
      ] as const) {
        const { reach } = await look(`${engine.name}-${name}`, "-v", mount);
        assert.match(reach[0]?.what ?? "", /^other files at /);
        assert.equal(reach[0]?.ask, true);
      }
    });

    it("and enter the one that was looked at, not another that has taken its name", async () => {
      const name = `${engine.name}-swapped`;
      const programs = ["-v", "/usr:/usr:ro"];
      const seen = await look(name, "-v", `${workspace}:${workspace}`, ...programs);
      await docker("start", name);
      const entered = chooseSandbox(
        "docker",
        { ...settings("docker"), name },
        { hostWorkspace: workspace, demoScript: "" },
        seen,
      );
      const touch = () => collect(entered.exec(["touch", marker]), 20_000);
      assert.equal((await touch()).code, 0);
      await rm(path.join(workspace, marker));
      await docker("rm", "--force", name);
      await container(name, workspace, [
        ...["-v", `${workspace}:${workspace}`, "--privileged"],
        ...programs,
      ]);
      await docker("start", name);
      const { code, stderr } = await touch();
      assert.equal(code, 1);
      assert.match(stderr, /No such container/);
      assert.equal(existsSync(path.join(workspace, marker)), false);
    });
  });

  it("make and start a sandbox by the commands that they offer", async () => {
    const run = ([program = "", ...args]: readonly string[] = []) => runOrThrow(program, args);
    for (const kind of ["docker-sandbox", "sbx"] as const) {
      const name = `${engine.name}-${kind}`;
      await run(choose(kind, { name }).create?.argv);
      assert.equal((await probe(kind, name)).state, "loggedOut");
      await docker("stop", "-t", "1", name);
      await run(choose("docker", { name }).start?.argv);
      assert.equal((await probe("docker", name)).state, "loggedOut");
      await docker("rm", "--force", name);
    }
  });

  it("have a terminal inside, in the workspace, with what Claude is given but for secrets", async function () {
    const script = findProgram("script") ?? requireOrSkip(this, "there is no script on PATH");
    for (const kind of kinds) {
      const { argv = [], env } =
        choose(kind).terminal?.(["sh", "-c", 'test -t 0 && pwd && echo "[$TOKEN$PLAIN]"'], {
          ...{ TOKEN: "x", PLAIN: "y" },
        }) ?? {};
      const quoted = argv.map((arg) => `'${arg.replaceAll("'", `'\\''`)}'`).join(" ");
      const printed = await runOrThrow(script, ["-qec", quoted, "/dev/null"], {
        env: { ...process.env, ...env },
      });
      // The terminal shows the end of its input, as its first line or as its last.
      const lines = printed
        .replace(/\^@[\b]*/g, "")
        .trim()
        .split(/\r?\n/);
      assert.deepEqual(lines, [workspace, "[y]"], kind);
    }
  });

  const probe = (kind: RuntimeKind, name: string) =>
    probeSandbox(choose(kind, { name }), { claudePath: "claude", env: {}, allowApiKey: false });
});
