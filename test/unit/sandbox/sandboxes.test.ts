import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SandboxSettings } from "../../../src/sandbox/runtimes";
import {
  NoSandboxError,
  type Question,
  questionKey,
  Sandboxes,
} from "../../../src/sandbox/sandboxes";
import { SettingError } from "../../../src/sandbox/settingError";
import { temporaryFolder } from "../../support/temporaryFolder";

describe("the sandbox that the settings mean", function () {
  before(function () {
    if (process.platform === "win32") this.skip();
  });
  const folder = temporaryFolder();
  const workspace = () => join(folder(), "api");
  const asked: Question[] = [];
  const lines: string[] = [];
  let settings: SandboxSettings;
  let answer: boolean;
  let clones: string[];
  beforeEach(() => {
    mkdirSync(workspace());
    asked.length = lines.length = 0;
    answer = false;
    clones = [];
    settings = {
      ...{ runtime: "docker", name: "app", workspace: "", command: [], ofWorkspace: [] },
      ...{ dockerPath: join(folder(), "docker"), sbxPath: join(folder(), "sbx") },
    };
  });

  const sandboxes = () =>
    new Sandboxes({
      settings: () => settings,
      workspace: () => ({ hostWorkspace: workspace(), demoScript: "/demo.js" }),
      allowed: (question) => {
        asked.push(question);
        return Promise.resolve(answer);
      },
      isClone: (id) => clones.includes(id),
      log: { info: (line) => lines.push(line) },
    });

  /** A `docker` with such a container, and one with such a list of sandboxes; each is counted. */
  const script = (name: string, body: string): void => {
    const path = join(folder(), name);
    writeFileSync(path, `#!/bin/sh\necho >>"${folder()}/${name}-asked"\n${body}\n`);
    chmodSync(path, 0o755);
  };
  const container = (host: object = {}, id = "0123456789abcdef") =>
    script(
      "docker",
      `case "$*" in *" inspect "*) cat <<'END'\n${JSON.stringify([
        {
          Id: id,
          Name: "/app",
          HostConfig: { Privileged: false, NetworkMode: "none", ...host },
          Mounts: [{ Type: "bind", Source: workspace(), Destination: workspace() }],
        },
      ])}\nEND\n;; *) echo "$*" ;; esac`,
    );
  const printed = async (sandbox: Awaited<ReturnType<Sandboxes["current"]>>) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of sandbox.exec(["true"]).stdout) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };

  it("is looked at once for all who ask, and entered as it was looked at", async () => {
    container();
    const ours = sandboxes();
    const [one, other] = await Promise.all([ours.current(), ours.current()]);
    assert.equal(one, other);
    assert.equal(one.label, "Container app");
    assert.match(await printed(one), /exec -i -w \S+ 0123456789abcdef true/);
    assert.deepEqual([one.network, one.reach], ["nothing", []]);
    container({ Privileged: true }, "feedfeedfeedfeed");
    assert.equal(await ours.current(), one);
    await assert.rejects(ours.current(true), SettingError);
    assert.equal(ours.last.label, "Container app");
  });

  it("is looked for again while it is not there, so that none is entered that nobody looked at", async () => {
    script("docker", "echo '[]'; echo 'Error: No such container: app' >&2; exit 1");
    const ours = sandboxes();
    assert.equal((await ours.current()).label, "Container app");
    container({ Privileged: true });
    await assert.rejects(ours.current(), /not closed off/);
  });

  it("is not entered when nobody knows what it is", async () => {
    script("docker", "echo 'something else' >&2; exit 1");
    await assert.rejects(sandboxes().current(), NoSandboxError);
  });

  it("is asked about, with what it has, if that leads out of it; and the answer counts", async () => {
    container({ Privileged: true, PidMode: "host" });
    const ours = sandboxes();
    await assert.rejects(ours.current(), (error) => {
      assert.ok(error instanceof SettingError);
      assert.equal(error.next.step, "allowSandbox");
      assert.match(error.message, /Container app is not closed off.*all rights.*processes/);
      return true;
    });
    answer = true;
    assert.equal((await ours.current()).kind, "docker");
    assert.equal((await ours.current()).kind, "docker");
    assert.equal(asked.length, 2);
    assert.equal(new Set(asked.map(questionKey)).size, 1);
  });

  it("is asked about whenever a workspace says any of it, and each answer is for that place alone", async () => {
    const places: Partial<SandboxSettings>[] = [
      { ofWorkspace: ["runtime"] },
      { ofWorkspace: ["name"], name: "other" },
      { ofWorkspace: ["workspace"], workspace: "/other" },
      { ofWorkspace: ["runtime"], runtime: "sbx" },
      { ofWorkspace: ["runtime"], runtime: "docker-sandbox" },
      { ofWorkspace: ["workspace"], runtime: "custom", command: ["true"], workspace: "/x" },
    ];
    container();
    for (const place of places) {
      const before = settings;
      settings = { ...settings, ...place };
      await assert.rejects(
        sandboxes().current(),
        /have Claude work in .*, and you have not allowed/,
      );
      settings = before;
    }
    assert.equal(new Set(asked.map(questionKey)).size, places.length);
    assert.deepEqual(asked[1]?.ofWorkspace, ["name"]);
    settings = { ...settings, runtime: "custom", command: ["true"], ofWorkspace: ["runtime"] };
    await assert.rejects(sandboxes().current(), /counts only in your own settings/);
    settings = { ...settings, runtime: "demo", ofWorkspace: ["runtime", "name", "workspace"] };
    assert.equal((await sandboxes().current()).kind, "demo");
    assert.equal(asked.length, places.length);
  });

  it("is asked about for the settings as they were, and again when they are others by then", async () => {
    container();
    settings = { ...settings, ofWorkspace: ["name"], name: "first" };
    let say: (yes: boolean) => void = () => undefined;
    const ours = new Sandboxes({
      settings: () => settings,
      workspace: () => ({ hostWorkspace: workspace(), demoScript: "" }),
      allowed: (question) => {
        asked.push(question);
        return new Promise((resolve) => (say = resolve));
      },
      isClone: () => false,
      log: { info: () => undefined },
    });
    const first = ours.current();
    while (asked.length < 1) await new Promise(setImmediate);
    settings = { ...settings, name: "second" };
    say(true);
    assert.equal((await first).label, "Container first");
    const second = ours.current();
    while (asked.length < 2) await new Promise(setImmediate);
    say(false);
    await assert.rejects(second, SettingError);
  });

  it("follows the settings, and is never the demo, nor this machine", async () => {
    settings = { ...settings, runtime: "auto" };
    await assert.rejects(sandboxes().current(), (error) => {
      assert.ok(error instanceof NoSandboxError);
      return error.problem === "cliMissing";
    });
    container();
    const ours = sandboxes();
    assert.equal((await ours.current()).kind, "docker");
    assert.equal((await ours.current()).kind, "docker");
    settings = { ...settings, runtime: "custom" };
    await assert.rejects(ours.current(), /“sandbox.command” must be a list/);
    assert.deepEqual(lines.length, 2);
  });

  describe("of sbx, that is a clone", () => {
    const list = (...ids: (string | undefined)[]) =>
      script(
        "sbx",
        `echo '${JSON.stringify({
          sandboxes: ids.map((id) => ({
            name: "app",
            id,
            agent: "claude",
            workspaces: [workspace()],
          })),
        })}'`,
      );
    beforeEach(() => {
      settings = { ...settings, runtime: "sbx" };
      clones = ["one"];
    });

    it("is known by the id of the one that was made, and by no name", async () => {
      for (const [id, remote] of [
        ["one", "sandbox-app"],
        ["two", undefined],
        [undefined, undefined],
      ] as const) {
        list(id);
        const ours = sandboxes();
        assert.equal((await ours.current()).cloneRemote, remote, id);
        assert.equal(await ours.worksOnClone(), remote !== undefined, id);
      }
      list();
      assert.equal((await sandboxes().current()).cloneRemote, undefined);
    });

    it("is one no more as soon as another has its name, or it cannot be looked at", async () => {
      list("one");
      const ours = sandboxes();
      assert.ok((await ours.current()).cloneRemote);
      list("two");
      // What was chosen is not looked at by itself.
      assert.ok((await ours.current()).cloneRemote);
      assert.equal(await ours.worksOnClone(), false);
      assert.equal((await ours.current()).cloneRemote, undefined);
      list("one");
      assert.ok((await ours.current(true)).cloneRemote);
      script("sbx", "echo 'something else' >&2; exit 1");
      assert.equal(await ours.worksOnClone(), false);
    });

    it("is of sbx alone", async () => {
      clones = ["0123456789abcdef"];
      container();
      settings = { ...settings, runtime: "docker" };
      assert.equal((await sandboxes().current()).cloneRemote, undefined);
    });
  });

  it("is entered by no program that only the workspace has", async () => {
    const path = process.env["PATH"];
    mkdirSync(join(workspace(), "bin"));
    for (const name of ["docker-x", "sbx-x"])
      writeFileSync(join(workspace(), "bin", name), "#!/bin/sh\n", { mode: 0o755 });
    process.env["PATH"] = `${join(workspace(), "bin")}:${path ?? ""}`;
    try {
      settings = { ...settings, dockerPath: "docker-x", sbxPath: "sbx-x" };
      for (const runtime of ["docker", "docker-sandbox", "sbx"] as const) {
        settings = { ...settings, runtime };
        await assert.rejects(
          sandboxes().current(),
          /only “\w+-x” on the PATH is in this workspace/,
        );
      }
      settings = { ...settings, runtime: "custom", command: ["sbx-x"] };
      const custom = await sandboxes().current();
      assert.throws(() => custom.exec(["true"]), /only “sbx-x” on the PATH/);
      settings = { ...settings, runtime: "auto" };
      await assert.rejects(sandboxes().current(), NoSandboxError);
    } finally {
      process.env["PATH"] = path;
    }
  });
});
