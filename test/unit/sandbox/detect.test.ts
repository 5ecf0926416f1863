import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { detect, lookAt } from "../../../src/sandbox/detect";
import { derivedName, sharedName } from "../../../src/sandbox/sandboxName";
import { temporaryFolder } from "../../support/temporaryFolder";

const NO_PLUGIN = "echo 'docker: unknown command: docker sandbox' >&2; exit 1";
const NO_CONTAINER =
  "echo '[]'; echo 'Error response from daemon: No such container: app' >&2; exit 1";
const DOWN = "echo 'Cannot connect to the Docker daemon at unix:///x.' >&2; exit 1";
const OLDER = "echo 'unknown flag: --no-input' >&2; exit 1";
const NOTHING = `echo '{"sandboxes":[]}'`;

describe("what there is of a folder's sandbox", function () {
  before(function () {
    if (process.platform === "win32") this.skip();
  });
  const folder = temporaryFolder();
  const workspace = () => join(folder(), "api");
  beforeEach(() => mkdirSync(workspace()));

  /** A program of this name that writes down what it is asked, and answers by the first case that fits. */
  const program = (name: string, cases: Record<string, string>): string => {
    const path = join(folder(), name);
    const answers = Object.entries(cases).map(([asked, answer]) => `"${asked}"*) ${answer} ;;`);
    writeFileSync(
      path,
      `#!/bin/sh\necho "${name} $*" >>"${folder()}/asked"\ncase "$*" in\n${answers.join("\n")}\n*) exit 64 ;;\nesac\n`,
    );
    chmodSync(path, 0o755);
    return path;
  };
  const docker = (sandboxes: string, containers = NO_CONTAINER, version = sandboxes) =>
    program("docker", {
      "sandbox ls --json": sandboxes,
      "sandbox version": version,
      "container inspect": containers,
    });
  const sbx = (list: string) =>
    program("sbx", { "--no-input ls --json": list, "--no-input version": list });
  const asked = () => readFileSync(join(folder(), "asked"), "utf8").trimEnd().split("\n");
  const sandbox = (name: string, ...workspaces: string[]) => ({
    name,
    agent: "claude",
    workspaces,
  });
  const list = (...sandboxes: object[]) => `echo '${JSON.stringify({ vms: sandboxes })}'`;
  const container = (name: string, from = workspace(), to = from, host: object = {}) => ({
    Id: "0123456789abcdef",
    Name: `/${name}`,
    HostConfig: { Privileged: false, NetworkMode: "bridge", ...host },
    Mounts: [{ Type: "bind", Source: from, Destination: to, RW: true }],
  });
  const containers = (...those: object[]) => `echo '${JSON.stringify(those)}'`;
  const there = (name: string) => {
    const path = join(folder(), name);
    return existsSync(path) ? path : undefined;
  };
  const wanted = (name = "") => ({
    ...{ docker: there("docker"), sbx: there("sbx"), name, timeout: 5000 },
    ...{ hostWorkspace: workspace(), inside: workspace },
  });
  const found = async (name = "") => {
    const look = await detect(wanted(name));
    return "kind" in look ? [look.kind, look.name, look.there] : look.problem;
  };

  describe("by auto", () => {
    it("is what this folder's sandbox is in", async () => {
      sbx(NOTHING);
      docker(list(sandbox("mine", workspace())));
      assert.deepEqual(await found(), ["docker-sandbox", "mine", true]);
      docker(NOTHING, containers(container("claude-api")));
      assert.deepEqual(await found(), ["docker", "claude-api", true]);
      sbx(list(sandbox("newer", workspace())));
      assert.deepEqual(await found(), ["sbx", "newer", true]);
    });

    it("is sbx before docker sandbox, where there is none yet", async () => {
      const name = derivedName(workspace());
      docker(NOTHING);
      assert.deepEqual(await found(), ["docker-sandbox", name, false]);
      sbx(NOTHING);
      assert.deepEqual(await found(), ["sbx", name, false]);
      sbx("echo 'ERROR: Not authenticated to Docker' >&2; exit 1");
      assert.deepEqual(await found(), ["sbx", name, false]);
      rmSync(join(folder(), "docker"));
      assert.deepEqual(await found(), ["sbx", name, false]);
    });

    it("is docker sandbox too, when the plugin finds no engine, or cannot list", async () => {
      docker(DOWN);
      assert.deepEqual(await found(), ["docker-sandbox", derivedName(workspace()), false]);
      docker("echo 'unknown flag: --json' >&2; exit 1", NO_CONTAINER, "echo v0.0.1");
      assert.deepEqual(await found(), ["docker-sandbox", derivedName(workspace()), false]);
      docker("echo 'removed; use sbx' >&2; exit 1");
      assert.equal(await found(), "pluginMissing");
    });

    it("asks no sbx that is older to be silent, and what it is then asked is the same", async () => {
      program("sbx", { "--no-input": OLDER, "ls --json": list(sandbox("app", workspace())) });
      assert.deepEqual(await found(), ["sbx", "app", true]);
      assert.deepEqual(asked(), ["sbx --no-input ls --json", "sbx ls --json"]);
      const older = await lookAt("sbx", wanted());
      assert.ok("kind" in older && !older.noInput);
      sbx(list(sandbox("app", workspace())));
      const newer = await lookAt("sbx", wanted());
      assert.ok("kind" in newer && newer.noInput);
    });

    it("is nothing, and says what is missing, where there is no sandbox", async () => {
      assert.equal(await found(), "cliMissing");
      docker(NO_PLUGIN, NO_CONTAINER);
      assert.equal(await found(), "pluginMissing");
      docker(NO_PLUGIN, DOWN);
      assert.equal(await found(), "engineDown");
      docker(NO_PLUGIN, "echo garbage; exit 3");
      assert.equal(await found(), "pluginMissing");
      docker(NO_PLUGIN, containers(container("claude-api", "/another/api")));
      assert.equal(await found(), "pluginMissing");
    });

    it("does not wait for ever for a client that hangs", async () => {
      docker("sleep 60", "sleep 60");
      const nothing = await detect({ ...wanted(), timeout: 200 });
      assert.equal("problem" in nothing && nothing.problem, "timeout");
    });
  });

  describe("among those of the same name", () => {
    const other = () => join(folder(), "downloads/api");

    it("is the one that has this folder, whatever its name, and never another folder's", async () => {
      mkdirSync(other(), { recursive: true });
      const shared = sharedName(workspace());
      assert.equal(shared, sharedName(other()));
      docker(list(sandbox(shared, other())), containers(container(shared, other())));
      assert.deepEqual(await found(), ["docker-sandbox", derivedName(workspace()), false]);
      assert.notEqual(derivedName(workspace()), derivedName(other()));
      docker(list(sandbox(shared, other()), sandbox("mine", workspace())));
      assert.deepEqual(await found(), ["docker-sandbox", "mine", true]);
      docker(list(sandbox("mine", workspace()), sandbox(shared, workspace())));
      assert.deepEqual(await found(), ["docker-sandbox", shared, true]);
      const ours = sandbox(derivedName(workspace()), workspace());
      docker(list(sandbox(shared, workspace()), ours));
      assert.deepEqual(await found(), ["docker-sandbox", ours.name, true]);
    });

    it("is none of another agent, none that has the folder on the side, and no odd name", async () => {
      docker(
        list(
          { ...sandbox("codex", workspace()), agent: "codex" },
          sandbox("aside", other(), workspace()),
          sandbox("--privileged", workspace()),
        ),
      );
      assert.deepEqual(await found(), ["docker-sandbox", derivedName(workspace()), false]);
    });

    it("is the container that has the folder where it should be", async () => {
      const shared = sharedName(workspace());
      const ours = derivedName(workspace());
      const look = async (...those: object[]) => {
        docker(NO_PLUGIN, containers(...those));
        const seen = await lookAt("docker", wanted());
        return "kind" in seen && [seen.name, seen.there, seen.reach.map(({ ask }) => ask)];
      };
      assert.deepEqual(await look(container(shared)), [shared, true, []]);
      assert.deepEqual(await look(container(ours, other()), container(shared)), [shared, true, []]);
      assert.deepEqual(await look(container(shared, other())), [ours, false, []]);
      assert.deepEqual(await look(container(shared, workspace(), "/w")), [ours, false, []]);
      // A folder around it may be around another one of that name.
      assert.deepEqual(await look(container(shared, folder())), [ours, false, []]);
      assert.deepEqual(await look(container(ours, other())), [ours, true, [true, false]]);
    });
  });

  it("is not taken for known, where one of two names has a container that nothing is said of", async () => {
    docker(
      NO_PLUGIN,
      `echo '[{"Id":"0123456789ab"}]'; ${NO_CONTAINER.slice("echo '[]'; ".length)}`,
    );
    const unclear = await lookAt("docker", wanted());
    assert.ok("kind" in unclear && unclear.there === undefined && unclear.reach[0]?.ask);
  });

  describe("by the name that is set", () => {
    const reach = async (kind: "docker" | "sbx" | "docker-sandbox") => {
      const seen = await lookAt(kind, wanted("app"));
      assert.ok("kind" in seen);
      return seen.reach.map(({ what, ask }) => `${ask ? "!" : ""}${what}`);
    };

    it("has what the list says besides the folder", async () => {
      const extra = ["/opt/docs:ro", "/srv/data"];
      for (const kind of ["sbx", "docker-sandbox"] as const) {
        const say = (...workspaces: string[]) => {
          sbx(list(sandbox("app", ...workspaces)));
          docker(list(sandbox("app", ...workspaces)));
        };
        say(workspace(), ...extra);
        assert.deepEqual(await reach(kind), ["/opt/docs (read-only)", "/srv/data"]);
        say("/another/folder");
        const [wrong, ...others] = await reach(kind);
        assert.match(wrong ?? "", /^!other files than this folder’s/);
        assert.deepEqual(others, ["/another/folder"]);
        say("/");
        assert.deepEqual(await reach(kind), ["!/"]);
        say();
        assert.deepEqual(await reach(kind), []);
      }
    });

    it("has what the container of Docker's first plugin has, and not another one's of the name", async () => {
      const labels = { Config: { Labels: { "com.docker.sandbox.agent": "claude" } } };
      const privileged = container("app", workspace(), workspace(), { Privileged: true });
      docker(list(sandbox("app", workspace())), containers({ ...privileged, ...labels }));
      assert.match((await reach("docker-sandbox")).join(), /^!all rights/);
      docker(list(sandbox("app", workspace())), containers(privileged));
      assert.deepEqual(await reach("docker-sandbox"), []);
    });

    it("is entered by the container's id, and is not known where too little is said of it", async () => {
      docker(NO_PLUGIN, containers(container("app")));
      const seen = await lookAt("docker", wanted("app"));
      assert.ok("kind" in seen);
      assert.deepEqual([seen.id, seen.networkMode], ["0123456789abcdef", "bridge"]);
      const silent = { ...container("app"), HostConfig: undefined };
      for (const little of ["[{}]", "{}", "ok", JSON.stringify([silent]), '[{"Id":"--help"}]']) {
        docker(NO_PLUGIN, `echo '${little}'`);
        const unclear = await lookAt("docker", wanted("app"));
        assert.ok("kind" in unclear, little);
        assert.equal(unclear.reach[0]?.ask, true, little);
        assert.ok(!unclear.there, little);
      }
    });
  });
});
