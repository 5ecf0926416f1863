import assert from "node:assert/strict";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { detect } from "../../../src/sandbox/detect";
import { NoSandboxError, Sandboxes } from "../../../src/sandbox/sandboxes";
import type { SandboxSettings } from "../../../src/sandbox/runtimes";
import { temporaryFolder } from "../../support/temporaryFolder";

const NO_PLUGIN = "echo 'docker: unknown command: docker sandbox' >&2; exit 1";
const NO_CONTAINER = "echo 'Error response from daemon: No such container: app' >&2; exit 1";
const DOWN = "echo 'Cannot connect to the Docker daemon at unix:///x.' >&2; exit 1";

describe("what auto finds", function () {
  before(function () {
    if (process.platform === "win32") this.skip();
  });
  const folder = temporaryFolder();

  /** A program of this name that writes down what it is asked, and answers by the case of it. */
  const program = (name: string, cases: Record<string, string>): void => {
    const path = join(folder(), name);
    const answers = Object.entries(cases).map(([asked, answer]) => `"${asked}"*) ${answer} ;;`);
    writeFileSync(
      path,
      `#!/bin/sh\necho "${name} $*" >>"${folder()}/asked"\ncase "$*" in\n${answers.join("\n")}\n*) exit 64 ;;\nesac\n`,
    );
    chmodSync(path, 0o755);
  };
  const docker = (sandbox: string, container = "exit 64") =>
    program("docker", { "sandbox version": sandbox, "container inspect app": container });
  const sbx = (answer: string) => program("sbx", { version: answer });
  const asked = () => readFileSync(join(folder(), "asked"), "utf8").trimEnd().split("\n");
  const paths = () => ({
    dockerPath: join(folder(), "docker"),
    sbxPath: join(folder(), "sbx"),
    name: "app",
  });
  const found = () => detect({ ...paths(), timeout: 5000 });

  it("is docker sandbox, if its plugin answers, and then nothing else is asked", async () => {
    docker("echo v0.7.1", "echo '[]'");
    sbx("echo v0.42.1");
    assert.deepEqual(await found(), { kind: "docker-sandbox" });
    assert.deepEqual(asked(), ["docker sandbox version"]);
  });

  it("is docker sandbox too, when the plugin finds no engine", async () => {
    docker(DOWN);
    assert.deepEqual(await found(), { kind: "docker-sandbox" });
  });

  it("is sbx, if there is no plugin, or a plugin that only says that it is gone", async () => {
    sbx("echo v0.42.1");
    for (const gone of [NO_PLUGIN, "echo 'removed; use sbx' >&2; exit 1"]) {
      docker(gone, "echo '[]'");
      assert.deepEqual(await found(), { kind: "sbx" });
    }
    rmSync(join(folder(), "docker"));
    assert.deepEqual(await found(), { kind: "sbx" });
  });

  it("is a container of the name, if there are no sandboxes", async () => {
    docker(NO_PLUGIN, "echo '[{}]'");
    assert.deepEqual(await found(), { kind: "docker" });
    sbx("echo 'unknown command' >&2; exit 1");
    assert.deepEqual(await found(), { kind: "docker" });
  });

  it("is nothing, and says what is missing, where there is no sandbox", async () => {
    const problem = async () => {
      const nothing = await found();
      return "problem" in nothing && nothing.problem;
    };
    assert.equal(await problem(), "cliMissing");
    docker(NO_PLUGIN, NO_CONTAINER);
    assert.equal(await problem(), "pluginMissing");
    docker(NO_PLUGIN, DOWN);
    assert.equal(await problem(), "engineDown");
    docker(NO_PLUGIN, "echo garbage; exit 3");
    assert.equal(await problem(), "pluginMissing");
  });

  it("does not wait for ever for a client that hangs", async () => {
    docker("sleep 60", "sleep 60");
    const nothing = await detect({ ...paths(), timeout: 200 });
    assert.equal("problem" in nothing && nothing.problem, "timeout");
  });

  describe("and what is made of it", () => {
    const lines: string[] = [];
    let settings: SandboxSettings;
    const sandboxes = () =>
      new Sandboxes({
        settings: () => settings,
        workspace: () => ({ hostWorkspace: "/home/me/app", demoScript: "/demo.js" }),
        log: { info: (line) => lines.push(line) },
      });
    beforeEach(() => {
      lines.length = 0;
      settings = { ...paths(), runtime: "auto", workspace: "", command: [], ofWorkspace: [] };
    });

    it("is shared by all who ask, and kept until it is asked for anew", async () => {
      docker("echo v0.7.1");
      const ours = sandboxes();
      const [one, other] = await Promise.all([ours.current(), ours.current()]);
      assert.equal(one, other);
      assert.equal(one.kind, "docker-sandbox");
      assert.equal(await ours.current(), one);
      assert.equal(asked().length, 1);
      assert.equal(ours.last.label, "Docker sandbox app");
      docker(NO_PLUGIN);
      sbx("echo v0.42.1");
      assert.equal((await ours.current()).kind, "docker-sandbox");
      assert.equal((await ours.current(true)).kind, "sbx");
      assert.equal((await ours.current()).kind, "sbx");
      assert.deepEqual(lines, [
        "The runtime “auto” chose “docker-sandbox”: the command “docker sandbox” is there.",
        "The runtime “auto” chose “sbx”: there is no “docker sandbox”, and “sbx” is there.",
      ]);
    });

    it("follows the settings", async () => {
      docker("echo v0.7.1");
      const ours = sandboxes();
      await ours.current();
      settings = { ...settings, name: "other" };
      assert.equal((await ours.current()).label, "Docker sandbox other");
      settings = { ...settings, runtime: "docker" };
      assert.equal((await ours.current()).label, "Container other");
      settings = { ...settings, runtime: "custom" };
      await assert.rejects(ours.current(), /“sandbox.command” must be a list/);
    });

    it("is never the demo, nor this machine; what was missing is found when it is there", async () => {
      const ours = sandboxes();
      await assert.rejects(ours.current(), (error) => {
        assert.ok(error instanceof NoSandboxError);
        return error.problem === "cliMissing";
      });
      docker("echo v0.7.1");
      assert.equal((await ours.current()).kind, "docker-sandbox");
    });
  });
});
