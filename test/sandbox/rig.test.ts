import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { apiEnvironment, installClaudeCli } from "../support/claudeCli";
import { startSandboxEngine, type SandboxEngine } from "../support/dockerEngine";
import { startMessagesApi, type MessagesApi } from "../support/messagesApi";
import { orSkip } from "../support/requirement";
import { run } from "../support/run";

describe("The rig for sandboxes", function () {
  let workspace: string;
  let api: MessagesApi;
  let engine: SandboxEngine;

  before(async function () {
    workspace = await mkdtemp(path.join(tmpdir(), "sandbox-chat-workspace-"));
    api = await startMessagesApi();
    const claude = await orSkip(this, installClaudeCli());
    engine = await orSkip(this, startSandboxEngine({ workspace, claude: claude.path }));
  });

  after(async () => {
    await (engine as SandboxEngine | undefined)?.stop();
    await api.close();
    await rm(workspace, { recursive: true });
  });

  const docker = (...args: string[]) =>
    run(engine.docker, args, { env: { ...process.env, ...engine.env } });

  it("has the real CLI work in a sandbox, in the workspace's own path", async () => {
    const file = path.join(workspace, "made.txt");
    const env = Object.entries(apiEnvironment(api)).map(([name, value]) => `${name}=${value}`);
    const { code, stdout, stderr } = await docker(
      ...["sandbox", "exec", "-i"],
      ...env.flatMap((variable) => ["-e", variable]),
      ...[engine.name, "claude", "-p", "--permission-mode", "bypassPermissions"],
      `Please [[write:${file}:made inside|say:It is there.]]`,
    );
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "It is there.\n", stderr: "" });
    assert.equal(await readFile(file, "utf8"), "made inside");
  });

  it("shows what runs in a sandbox", async () => {
    const sleeping = engine.exec(engine.name, ["sleep", "1"]);
    while (!(await engine.processes(engine.name)).some(({ args }) => args === "sleep 1"))
      await sleep(100);
    assert.equal((await sleeping).code, 0);
    const left = await engine.processes(engine.name);
    assert.deepEqual(
      left.map(({ args }) => args),
      ["/sbin/docker-init -- sleep infinity", "sleep infinity"],
    );
  });

  it("lists sandboxes, and starts a stopped one only with run", async () => {
    const name = `${engine.name}-second`;
    await engine.create(name, workspace);
    const listed = async () => {
      const { vms } = JSON.parse((await docker("sandbox", "ls", "--json")).stdout) as {
        vms: { name: string }[];
      };
      return vms.find((vm) => vm.name === name);
    };
    const running = { name, agent: "claude", status: "running", workspaces: [workspace] };
    assert.deepEqual(await listed(), running);

    assert.equal((await docker("sandbox", "stop", name)).stdout, `${name}\n`);
    assert.deepEqual(await listed(), { ...running, status: "stopped" });
    const stopped = await engine.exec(name, ["true"]);
    assert.equal(stopped.code, 1);
    assert.match(stopped.stderr, /is not running/);

    assert.match((await docker("sandbox", "run", name, "--", "--version")).stdout, /Claude Code/);
    assert.equal((await engine.exec(name, ["true"])).code, 0);
    await docker("sandbox", "rm", name);
    assert.equal(await listed(), undefined);
  });

  it("says that a sandbox is missing in the plugin's words", async () => {
    for (const args of [
      ["exec", "-i", "-w", "/", "nobody", "true"],
      ["stop", "nobody"],
      ["run", "nobody"],
    ]) {
      assert.deepEqual(await docker("sandbox", ...args), {
        code: 1,
        stdout: "",
        stderr: "sandbox 'nobody' does not exist\n",
      });
    }
  });

  it("tells an engine that is down from a sandbox that is missing", async () => {
    const env = { ...process.env, ...engine.env, DOCKER_HOST: `unix://${workspace}/no.sock` };
    const { code, stderr } = await run(engine.docker, ["sandbox", "exec", "nobody", "true"], {
      env,
    });
    assert.equal(code, 1);
    assert.match(stderr, /Cannot connect to the Docker daemon/);
  });
});
