import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { startProcess } from "../../../src/sandbox/childProcess";
import { SandboxMonitor, type Target } from "../../../src/sandbox/monitor";
import { NoSandboxError } from "../../../src/sandbox/sandboxes";
import type { SandboxState } from "../../../src/shared/protocol";
import { until } from "../../support/scriptedSession";

const READY = '{ "loggedIn": true, "authMethod": "claude.ai", "email": "a@b.c" }';
const LOGGED_OUT = '{ "loggedIn": false }';

/** A sandbox whose Claude says what `answer` is at the time; it counts the looks. */
class Scripted {
  looks = 0;
  answer = READY;
  label = "Docker sandbox app";
  readonly states: SandboxState[] = [];
  readonly target = (): Promise<Target> =>
    Promise.resolve({
      sandbox: {
        kind: "docker-sandbox",
        label: this.label,
        program: "docker",
        workspace: "/w",
        exec: (argv) => {
          if (argv[1] === "auth") this.looks++;
          return startProcess([process.execPath, "-p", JSON.stringify(this.answer)]);
        },
      },
      options: { claudePath: "claude", env: {}, allowApiKey: false },
      auto: false,
    });
  monitor(firstRetry?: number): SandboxMonitor {
    return new SandboxMonitor(this.target, (state) => this.states.push(state), firstRetry);
  }
}

describe("the sandbox's monitor", () => {
  it("looks once for all who ask at once, and tells what it finds", async () => {
    const scripted = new Scripted();
    const monitor = scripted.monitor();
    assert.equal(monitor.state.state, "unknown");
    await Promise.all([monitor.check(), monitor.check(), monitor.check()]);
    assert.equal(scripted.looks, 1);
    assert.deepEqual(
      scripted.states.map(({ state }) => state),
      ["checking", "ready"],
    );
    await monitor.check();
    assert.deepEqual(
      scripted.states.map(({ state }) => state),
      ["checking", "ready", "ready"],
    );
  });

  it("does not look at what it knows to be ready, unless it is asked to", async () => {
    const scripted = new Scripted();
    const monitor = scripted.monitor();
    await monitor.check();
    monitor.ensure();
    monitor.watch(true);
    await sleep(100);
    assert.equal(scripted.looks, 1);
    await monitor.check();
    assert.equal(scripted.looks, 2);
    monitor.dispose();
  });

  it("looks again, ever more rarely and without blinking, while it is offline and watched", async () => {
    const scripted = new Scripted();
    scripted.answer = LOGGED_OUT;
    const monitor = scripted.monitor(20);
    await monitor.check();
    await sleep(150);
    assert.equal(scripted.looks, 1, "nobody watches");
    monitor.watch(true);
    await until(() => scripted.looks >= 3);
    scripted.answer = READY;
    await until(() => monitor.state.state === "ready");
    const looks = scripted.looks;
    await sleep(200);
    assert.equal(scripted.looks, looks, "it is ready");
    assert.deepEqual(
      scripted.states.filter(({ state }) => state === "checking").length,
      1,
      "only the first look was to be seen",
    );
    monitor.dispose();
  });

  it("stops looking when nobody watches any more", async () => {
    const scripted = new Scripted();
    scripted.answer = LOGGED_OUT;
    const monitor = scripted.monitor(20);
    monitor.watch(true);
    await monitor.check();
    await until(() => scripted.looks >= 2);
    monitor.watch(false);
    // One may be under way.
    await sleep(150);
    const looks = scripted.looks;
    await sleep(200);
    assert.equal(scripted.looks, looks);
  });

  it("says what a setting does wrong, and what auto did not find", async () => {
    const failing = async (error: Error) => {
      const monitor = new SandboxMonitor(
        () => Promise.reject(error),
        () => {},
      );
      const state = await monitor.check();
      assert.ok(state.state === "offline");
      return state;
    };
    const setting = await failing(new Error("Open a folder first."));
    assert.deepEqual(
      [setting.message, setting.next.step],
      ["Open a folder first.", "openSandboxSettings"],
    );
    const place = { kind: "auto", label: "app", program: "docker" } as const;
    const none = await failing(new NoSandboxError("pluginMissing", "unknown command", place));
    assert.match(none.message, /This Docker has no sandboxes/);
    assert.deepEqual([none.next.step, none.detail], ["useDemo", "unknown command"]);
  });
});
