import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { detect } from "../../src/sandbox/detect";
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
  const choose = (kind: RuntimeKind, changes: Partial<SandboxSettings> = {}) =>
    chooseSandbox(
      kind,
      {
        runtime: kind,
        name: engine.name,
        workspace: "",
        dockerPath: engine.docker,
        sbxPath: engine.sbx,
        command: [engine.docker, "exec", "-i", "${name}"],
        ofWorkspace: [],
        ...changes,
      },
      { hostWorkspace: workspace, demoScript: "" },
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

  it("are found by auto: the plugin, else sbx, else a container of the name", async () => {
    const find = (sbxPath: string, name = engine.name) =>
      detect({ dockerPath: engine.docker, sbxPath, name });
    assert.deepEqual(await find(engine.sbx), { kind: "docker-sandbox" });
    const config = process.env["DOCKER_CONFIG"];
    process.env["DOCKER_CONFIG"] = workspace;
    try {
      assert.deepEqual(await find(engine.sbx), { kind: "sbx" });
      assert.deepEqual(await find("/no/sbx"), { kind: "docker" });
      const nothing = await find("/no/sbx", "nobody");
      assert.equal("problem" in nothing && nothing.problem, "pluginMissing");
    } finally {
      process.env["DOCKER_CONFIG"] = config;
    }
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

  it("have a terminal inside, in the workspace, with what Claude is given", async function () {
    const script = findProgram("script") ?? requireOrSkip(this, "there is no script on PATH");
    for (const kind of kinds) {
      const { argv = [], env } =
        choose(kind).terminal?.(["sh", "-c", 'test -t 0 && pwd && echo "[$TOKEN]"'], {
          TOKEN: "x",
        }) ?? {};
      const quoted = argv.map((arg) => `'${arg.replaceAll("'", `'\\''`)}'`).join(" ");
      const printed = await runOrThrow(script, ["-qec", quoted, "/dev/null"], {
        env: { ...process.env, ...env },
      });
      // A custom command has no way to hand over variables but on its command line.
      const token = kind === "custom" ? "[]" : "[x]";
      // The terminal shows the end of its input, as its first line or as its last.
      const lines = printed
        .replace(/\^@[\b]*/g, "")
        .trim()
        .split(/\r?\n/);
      assert.deepEqual(lines, [workspace, token], kind);
    }
  });

  const probe = (kind: RuntimeKind, name: string) =>
    probeSandbox(choose(kind, { name }), { claudePath: "claude", env: {}, allowApiKey: false });
});
