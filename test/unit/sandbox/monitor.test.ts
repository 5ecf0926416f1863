import assert from "node:assert/strict";
import { mock } from "node:test";
import { startProcess } from "../../../src/sandbox/childProcess";
import { SandboxMonitor, type Target } from "../../../src/sandbox/monitor";
import { NoSandboxError } from "../../../src/sandbox/sandboxes";
import type { SandboxState } from "../../../src/shared/protocol";

const READY = '{ "loggedIn": true, "authMethod": "claude.ai", "email": "a@b.c" }';
const LOGGED_OUT = '{ "loggedIn": false }';

const A_DAY = 86_400_000;

/** A sandbox whose Claude says what `answer` is at the time; it counts the looks, as each begins. */
class Scripted {
  looks = 0;
  answer = READY;
  label = "Docker sandbox app";
  cloneRemote: string | undefined;
  readonly states: SandboxState[] = [];
  readonly target = (): Promise<Target> => {
    this.looks++;
    return Promise.resolve({
      sandbox: {
        kind: "docker-sandbox",
        label: this.label,
        ...(this.cloneRemote !== undefined && { cloneRemote: this.cloneRemote }),
        program: "docker",
        workspace: "/w",
        exec: () => startProcess([process.execPath, "-p", JSON.stringify(this.answer)]),
      },
      options: { claudePath: "claude", env: {}, allowApiKey: false },
      auto: false,
    });
  };
  /** Resolves when something more was found, and what follows from it was done. */
  async found(): Promise<void> {
    const before = this.states.length;
    while (this.states.length === before) await new Promise(setImmediate);
    await new Promise(setImmediate);
  }
  monitor(firstRetry?: number): SandboxMonitor {
    return new SandboxMonitor(this.target, (state) => this.states.push(state), firstRetry);
  }
}

describe("the sandbox's monitor", () => {
  afterEach(() => mock.timers.reset());

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

  it("tells by which remote a clone's commits come, as long as it is one", async () => {
    const scripted = new Scripted();
    const monitor = scripted.monitor();
    scripted.cloneRemote = "sandbox-app";
    assert.equal((await monitor.check()).cloneRemote, "sandbox-app");
    scripted.cloneRemote = undefined;
    assert.equal("cloneRemote" in (await monitor.check()), false);
  });

  it("does not look at what it knows to be ready, unless it is asked to", async () => {
    const scripted = new Scripted();
    const monitor = scripted.monitor();
    await monitor.check();
    mock.timers.enable({ apis: ["setTimeout"] });
    monitor.ensure();
    monitor.watch(true);
    mock.timers.tick(A_DAY);
    assert.equal(scripted.looks, 1);
    await monitor.check();
    assert.equal(scripted.looks, 2);
    monitor.dispose();
  });

  it("looks again, ever more rarely and without blinking, while it is offline and watched", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const scripted = new Scripted();
    scripted.answer = LOGGED_OUT;
    const monitor = scripted.monitor(1000);
    await monitor.check();
    mock.timers.tick(A_DAY);
    assert.equal(scripted.looks, 1, "nobody watches");
    monitor.watch(true);
    for (const [nth, delay] of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000].entries()) {
      if (nth === 6) scripted.answer = READY;
      mock.timers.tick(delay - 1);
      assert.equal(scripted.looks, nth + 1, `not before ${delay} ms`);
      mock.timers.tick(1);
      assert.equal(scripted.looks, nth + 2, `after ${delay} ms`);
      await scripted.found();
    }
    assert.equal(monitor.state.state, "ready");
    mock.timers.tick(A_DAY);
    assert.equal(scripted.looks, 8, "it is ready");
    assert.equal(
      scripted.states.filter(({ state }) => state === "checking").length,
      1,
      "only the first look was to be seen",
    );
    monitor.dispose();
  });

  it("stops looking when nobody watches any more, also when one look is under way", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const scripted = new Scripted();
    scripted.answer = LOGGED_OUT;
    const monitor = scripted.monitor(1000);
    monitor.watch(true);
    await monitor.check();
    mock.timers.tick(1000);
    assert.equal(scripted.looks, 2);
    monitor.watch(false);
    await scripted.found();
    mock.timers.tick(A_DAY);
    assert.equal(scripted.looks, 2);
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
