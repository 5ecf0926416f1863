import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { hasWorkspace, parseContainers, reachOf } from "../../../src/sandbox/isolation";
import { temporaryFolder } from "../../support/temporaryFolder";

describe("what a container has besides the workspace", function () {
  before(function () {
    if (process.platform === "win32") this.skip();
  });
  const folder = temporaryFolder();
  const workspace = () => join(folder(), "home/work/app");
  const home = () => join(folder(), "home");
  beforeEach(() => mkdirSync(workspace(), { recursive: true }));

  const bind = (Source: string, Destination = Source, RW = true) => ({
    ...{ Type: "bind", Source, Destination, RW, Name: "" },
  });
  const reach = (
    host: object,
    mounts: object[] = [],
    workspaceMount: object[] = [bind(workspace())],
  ) => {
    const HostConfig = { Privileged: false, ...host };
    const printed = [{ Id: "0123456789ab", HostConfig, Mounts: [...workspaceMount, ...mounts] }];
    const [container] = parseContainers(JSON.stringify(printed)) ?? [];
    assert.ok(container);
    const mount = { hostWorkspace: workspace(), workspace: workspace() };
    return reachOf(container, mount, home()).map(({ what, ask }) => `${ask ? "!" : ""}${what}`);
  };

  it("is nothing, as engines say it of a container that is closed off", () => {
    const docker = {
      ...{ PidMode: "", IpcMode: "private", UTSMode: "", NetworkMode: "default" },
      ...{ CapAdd: null, Devices: [], DeviceCgroupRules: null, SecurityOpt: null },
      MaskedPaths: ["/proc/kcore"],
    };
    const podman = {
      ...{ PidMode: "private", IpcMode: "shareable", UTSMode: "private", NetworkMode: "pasta" },
      ...{ CapAdd: [], Devices: [], SecurityOpt: [] },
    };
    for (const host of [docker, podman]) assert.deepEqual(reach(host), []);
  });

  it("is what of its machine it shares, the worst first", () => {
    const host = {
      ...{
        Privileged: true,
        PidMode: "host",
        IpcMode: "host",
        UTSMode: "host",
        NetworkMode: "host",
      },
      CapAdd: ["NET_ADMIN", "CAP_SYS_ADMIN"],
      Devices: [{ PathOnHost: "/dev/fuse" }, { PathOnHost: "/dev/sda1" }],
      DeviceCgroupRules: ["a *:* rwm"],
      MaskedPaths: [],
      SecurityOpt: ["seccomp=unconfined", "label:disable", "no-new-privileges"],
    };
    assert.deepEqual(reach(host), [
      "!all rights of your machine (privileged)",
      "!the processes of your machine",
      "!the capability SYS_ADMIN",
      "!the device /dev/sda1",
      "!devices by the rule a *:* rwm",
      "the shared memory of your machine",
      "the name of your machine",
      "the network of your machine, its own services included",
      "the capability NET_ADMIN",
      "the device /dev/fuse",
      "no protection by seccomp",
      "no protection by label",
      "no protection by systempaths",
    ]);
  });

  it("is each folder of the machine, and whoever gives one away that matters is asked", () => {
    const below = join(home(), ".ssh");
    const precious = [
      ...["/", "/etc", "/proc", "/var/lib/docker", home(), folder(), join(home(), "..")],
      ...["/var/run/docker.sock", "/run", "/var/run", "/run/podman/podman.sock"],
      ...[join(home(), ".colima/default/docker.sock"), "\\\\.\\pipe\\docker_engine"],
    ];
    for (const source of precious) {
      const [what = "", ...more] = reach({}, [bind(source, "/x")]);
      assert.match(what, /^!/, source);
      assert.deepEqual(more, []);
    }
    assert.deepEqual(reach({}, [bind(below, "/x", false), bind("/etc/localtime", "/x")]), [
      `${below} (read-only)`,
      "/etc/localtime",
    ]);
    symlinkSync("/", join(folder(), "link"));
    assert.match(reach({}, [bind(join(folder(), "link"), "/x")])[0] ?? "", /^!/);
    const others = [
      {
        Type: "volume",
        Name: "cache",
        Source: "/var/lib/docker/volumes/cache/_data",
        Destination: "/c",
      },
      { Type: "volume", Destination: "/anonymous" },
      { Type: "tmpfs", Source: "", Destination: "/tmp" },
    ];
    assert.deepEqual(reach({}, others), ["the volume cache", "the volume /anonymous"]);
  });

  it("is other files, where the workspace is not mounted, or elsewhere", () => {
    const wrong = /^!other files at /;
    for (const mounts of [
      [],
      [bind(home(), "/x")],
      [bind(workspace(), "/x")],
      [bind("/opt", workspace())],
    ])
      assert.match(reach({}, [], mounts)[0] ?? "", wrong);
    const [above] =
      parseContainers(
        JSON.stringify([
          {
            Id: "0123456789ab",
            HostConfig: { Privileged: false },
            Mounts: [bind(join(home(), "work"), "/w/")],
          },
        ]),
      ) ?? [];
    assert.ok(above);
    const has = (inside: string) =>
      hasWorkspace(above, { hostWorkspace: workspace(), workspace: inside });
    assert.deepEqual(["/w/app", "/w/app/", "/w", "/app", "/w/ap"].map(has), [
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it("is one line each, and no more than can be read", () => {
    const many = Array.from({ length: 1000 }, (_, i) =>
      bind(`/srv/${i}\n\u202e${"x".repeat(1000)}`),
    );
    const lines = reach({ Privileged: true }, many);
    assert.ok(lines.length <= 40);
    assert.equal(lines[0], "!all rights of your machine (privileged)");
    for (const line of lines) assert.ok(line.length < 300 && !/[\n\u202e]/.test(line));
  });

  it("is not known where an engine says it in another way", () => {
    const known = { Id: "0123456789ab", HostConfig: { Privileged: false }, Mounts: [] };
    const spoilt = [
      ...["", "{}", "null", "[{}]", "[null]"],
      JSON.stringify([{ ...known, HostConfig: {} }]),
      JSON.stringify([{ ...known, HostConfig: { Privileged: "no" } }]),
      JSON.stringify([{ ...known, HostConfig: { Privileged: false, CapAdd: "ALL" } }]),
      JSON.stringify([{ ...known, Mounts: "all" }]),
      JSON.stringify([{ ...known, Id: "--help" }]),
    ];
    for (const printed of spoilt) assert.equal(parseContainers(printed), undefined, printed);
    assert.equal(parseContainers(JSON.stringify([known]))?.length, 1);
  });
});
