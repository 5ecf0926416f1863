/** Random schedules of two windows on one thread, and what must be true of each. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Message, textOf } from "../../src/shared/thread";
import { breakDisk, fillDisk, mendDisk } from "../support/brokenDisk";
import type { SqlThreadStore } from "../../src/store/sqlThreadStore";
import { openStore } from "../support/openStore";
import { between, type Random, seeded } from "../crash/random";
import { ModelWindow, THREAD, type World } from "./modelWindow";
import { type Behaviour, ScriptedSandbox } from "./scriptedSandbox";
import { VirtualClock } from "./virtualClock";

export type Step =
  | { readonly type: "wait"; readonly milliseconds: number }
  | { readonly type: "send"; readonly window: number; readonly behaviour: Behaviour }
  | { readonly type: "disk"; readonly fault: "full" | "half" | "unsynced" | "none" }
  | {
      readonly type:
        | "stop"
        | "again"
        | "open"
        | "reload"
        | "close"
        | "kill"
        | "suspend"
        | "resume"
        | "delete"
        | "restore"
        | "breakMask"
        | "mendMask";
      readonly window: number;
    };

export interface Schedule {
  readonly seed: number;
  readonly steps: readonly Step[];
}

const pick = <Item>(random: Random, items: readonly Item[]): Item =>
  items[between(random, 0, items.length)] as Item;

const WAITS = [1, 5, 20, 60, 200, 500, 1000, 3000, 6000, 17_000, 40_000];

const behaviour = (random: Random): Behaviour => ({
  after: pick(random, [1, 5, 30, 300, 2000, 20_000]),
  pieces: between(random, 0, 5),
  pace: pick(random, [1, 10, 100, 1500]),
  end: pick(random, ["whole", "whole", "whole", "dies", "hangs"] as const),
  deaf: random() < 0.2,
  ...(random() < 0.3 && { again: pick(random, [10, 500, 7000]) }),
});

/** The rare ones once, the frequent ones as often as they are more frequent. */
const TYPES = [
  ...Array<"send">(7).fill("send"),
  ...(["stop", "stop", "again", "open", "open", "reload", "reload", "close", "kill"] as const),
  ...(["suspend", "resume", "resume", "delete", "restore", "breakMask", "mendMask"] as const),
  ...(["disk", "disk"] as const),
];

const wait = (random: Random, ...choice: number[]): Step => ({
  type: "wait",
  milliseconds: pick(random, choice),
});

const SLOW = { after: 300, pieces: 4, pace: 1500, end: "whole", deaf: false } as const;

/** What seldom comes about by chance: a few steps that belong together. */
const MOTIFS: readonly ((random: Random, window: number) => Step[])[] = [
  // What the disk has refused, and has all the same, is sent once more.
  (random, window) => [
    { type: "disk", fault: pick(random, ["unsynced", "full", "half"]) },
    { type: "send", window, behaviour: behaviour(random) },
    wait(random, 60, 200, 3000),
    { type: "disk", fault: "none" },
    wait(random, 1, 60, 6000),
    { type: pick(random, ["again", "again", "delete", "reload"]), window },
  ],
  // The machine of one window sleeps while Claude answers, and the other goes on.
  (random, window) => [
    { type: "send", window, behaviour: pick(random, [SLOW, behaviour(random)]) },
    wait(random, 60, 500, 3000),
    { type: pick(random, ["suspend", "suspend", "kill"]), window },
    wait(random, 1000, 17_000, 17_000),
    { type: "open", window: 1 - window },
    wait(random, 1, 500, 6000),
    { type: "send", window: 1 - window, behaviour: behaviour(random) },
    wait(random, 1, 60, 3000),
    { type: "resume", window },
  ],
  // A window opens the thread just when an answer ends in the other.
  (random, window) => [
    { type: "send", window, behaviour: { ...SLOW, pace: pick(random, [1, 20, 60]) } },
    { type: "wait", milliseconds: between(random, 300, 500) },
    { type: "reload", window: 1 - window },
  ],
];

export function makeSchedule(seed: number): Schedule {
  const random = seeded(seed);
  const steps: Step[] = [
    { type: "open", window: 0 },
    { type: "wait", milliseconds: pick(random, WAITS) },
  ];
  for (let n = between(random, 3, 16); n > 0; n--) {
    const window = between(random, 0, 2);
    if (random() < 0.1) steps.push(...pick(random, MOTIFS)(random, window));
    const type = pick(random, TYPES);
    if (type === "send") steps.push({ type, window, behaviour: behaviour(random) });
    else if (type === "disk")
      steps.push({ type, fault: pick(random, ["full", "half", "unsynced", "none", "none"]) });
    else steps.push({ type, window });
    if (random() < 0.8) steps.push({ type: "wait", milliseconds: pick(random, WAITS) });
  }
  return { seed, steps };
}

/** What was found wrong in a schedule, and what happened in it. */
export interface Outcome {
  readonly faults: readonly string[];
  readonly trace: readonly string[];
}

/** Runs a schedule on virtual time. */
export async function runSchedule(schedule: Schedule): Promise<Outcome> {
  const clock = new VirtualClock();
  const random = seeded(schedule.seed + 1);
  const world: World = {
    folder: mkdtempSync(join(tmpdir(), "turns-")),
    sandbox: new ScriptedSandbox(),
    random,
    windows: [],
    acknowledged: [],
    ends: new Map(),
    faults: [],
    diskBroke: false,
    trace: [],
    quiet: pick(random, [1000, 5000, 60_000]),
  };
  const onRejection = (error: unknown) =>
    world.faults.push(`unhandled: ${error instanceof Error ? error.stack : String(error)}`);
  process.on("unhandledRejection", onRejection);
  clock.install();
  try {
    await new Run(world, clock).run(schedule.steps);
  } catch (error) {
    world.faults.push(`threw: ${error instanceof Error ? error.stack : String(error)}`);
  } finally {
    mendDisk();
    clock.uninstall();
    process.off("unhandledRejection", onRejection);
    for (const window of world.windows) await window.discard();
    rmSync(world.folder, { recursive: true, force: true });
  }
  return world;
}

class Run {
  /** The window in each place, if one is open there. */
  readonly #places: (ModelWindow | undefined)[] = [];
  #sent = 0;
  #opened = 0;
  #maskBroke = false;
  #looking: SqlThreadStore | undefined;

  constructor(
    private readonly world: World,
    private readonly clock: VirtualClock,
  ) {}

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      this.world.trace.push(
        `${String(Date.now() % 1_000_000).padStart(6)} ${JSON.stringify(step)}`,
      );
      await this.#take(step);
      this.#checkOnce();
    }
    await this.#end();
  }

  async #take(step: Step): Promise<void> {
    if (step.type === "wait") return this.clock.advance(step.milliseconds);
    if (step.type === "disk") {
      this.#breakDisk(step.fault);
      return;
    }
    const window = this.#places[step.window];
    switch (step.type) {
      case "open":
        if (!window) await this.#open(step.window);
        // A thread that was not there yet may be by now, or is in the trash no more.
        else if (!window.isSuspended && !window.session) void window.show().catch(() => {});
        return;
      case "reload":
        if (window && !window.isSuspended) await this.#close(step.window, window);
        if (!this.#places[step.window]) await this.#open(step.window);
        return;
      case "close":
        if (window && !window.isSuspended) await this.#close(step.window, window);
        return;
      case "kill":
        window?.kill();
        this.#places[step.window] = undefined;
        return;
      case "suspend":
        window?.suspend();
        return;
      case "resume":
        window?.resume();
        return;
      case "breakMask":
        this.#maskBroke = true;
        if (window) window.maskBreaks = true;
        return;
      case "mendMask":
        if (window) window.maskBreaks = false;
        return;
      default:
        if (window && !window.isSuspended) this.#use(step, window);
    }
  }

  #use(step: Step, window: ModelWindow): void {
    const ignore = () => {};
    switch (step.type) {
      case "send": {
        const text = `prompt ${++this.#sent}`;
        this.world.sandbox.behaviours.set(text, step.behaviour);
        void window.send(text);
        return;
      }
      case "again":
        // Who sees that it is there after all does not send it once more.
        if (window.refused !== undefined && !window.shows(window.refused))
          void window.send(window.refused);
        return;
      case "stop":
        window.session?.stop();
        return;
      case "delete":
        window.sessions.delete(THREAD).catch(ignore);
        return;
      case "restore":
        window.sessions.restore(THREAD).catch(ignore);
        return;
      default:
    }
  }

  async #open(place: number): Promise<void> {
    // A disk that is full keeps no window from opening, but this one.
    try {
      const window = await ModelWindow.open(this.world, `w${place}.${++this.#opened}`);
      this.#places[place] = window;
      this.world.windows.push(window);
      void window.show().catch((error: unknown) => this.world.trace.push(String(error)));
    } catch (error) {
      this.world.trace.push(`not opened: ${String(error)}`);
    }
  }

  async #close(place: number, window: ModelWindow): Promise<void> {
    this.#places[place] = undefined;
    // Its end goes on beside what comes next, as far as it has to wait.
    const closing = window.close().catch((error: unknown) => {
      this.world.trace.push(`${window.name} closes with: ${String(error)}`);
      window.isClosed = true;
    });
    await this.clock.until(closing, 30_000);
  }

  #breakDisk(fault: "full" | "half" | "unsynced" | "none"): void {
    mendDisk();
    this.world.diskBroke ||= fault !== "none";
    if (fault === "full") breakDisk("writeSync", "ENOSPC");
    if (fault === "half") fillDisk(40);
    if (fault === "unsynced") breakDisk("fdatasyncSync", "EIO");
  }

  #present(): ModelWindow[] {
    return this.#places.filter((window) => window !== undefined);
  }

  /** What is true at any time. */
  #checkOnce(): void {
    const working = this.#present().filter(
      ({ hasTurn, isSuspended, awakeSince }) =>
        hasTurn && !isSuspended && Date.now() - awakeSince > 6000,
    );
    this.#expect(working.length <= 1, "two windows have the turn");
    this.#expect(this.world.sandbox.mostAtOnce <= 1, "two turns at once in the sandbox");
  }

  #expect(isSo: boolean, what: string): void {
    if (!isSo && !this.world.faults.includes(what)) this.world.faults.push(what);
  }

  /** Puts everything right, has all come to its end, and looks at what is there. */
  async #end(): Promise<void> {
    mendDisk();
    for (const window of this.#present()) {
      window.resume();
      window.maskBreaks = false;
    }
    await this.clock.advance(30_000);
    for (const window of this.#present()) window.session?.stop();
    await this.clock.advance(40_000);
    this.#checkOnce();
    await this.#checkPanels();
    for (const [place, window] of this.#places.entries())
      if (window) await this.#close(place, window);
    await this.clock.advance(1000);
    const left = this.world.sandbox.alive.filter(({ window }) => !window.isGone);
    this.#expect(left.length === 0, `${left.length} processes are left`);
    await this.#checkLease();
    await this.#checkThread();
    await this.#looking?.close();
  }

  async #checkPanels(): Promise<void> {
    for (const { name, session, shown, everRefused } of this.#present()) {
      if (!session || !shown) continue;
      this.#expect(session.turn.phase === "idle", `${name} is ${session.turn.phase} at the end`);
      const stored = await this.#load();
      // What was not sent may be there all the same, which is seen to when somebody sends or closes.
      const [last] = stored?.messages.filter(({ role }) => role === "user").slice(-1) ?? [];
      if (last && everRefused.has(textOf(last))) continue;
      if (!stored) {
        this.#expect(shown.messages.length === 0, `${name} shows what is not stored`);
        continue;
      }
      this.#same(shown.messages.map(brief), stored.messages.map(brief), `${name} shows`);
      this.#same(session.view().conversation.messages.length, shown.messages.length, `${name} has`);
      if (this.#maskBroke) continue;
      this.#same(shown.messages, stored.messages, `${name} shows`);
      this.#same(shown.thread, stored.thread, `${name} shows the thread`);
    }
  }

  #same(found: unknown, expected: unknown, what: string): void {
    try {
      assert.deepEqual(found, expected);
    } catch (error) {
      this.#expect(false, `${what}: ${(error as Error).message}`);
    }
  }

  /** The thread as it is stored, seen by somebody who only looks. */
  async #load() {
    return (await this.#reader()).load(THREAD).catch(() => undefined);
  }

  async #reader(): Promise<SqlThreadStore> {
    const { folder, quiet } = this.world;
    this.#looking ??= await openStore(folder, [], quiet, undefined, undefined, Date.now);
    return this.#looking;
  }

  /** Whoever was closed has left no lease, and that of who was killed ends by itself. */
  async #checkLease(): Promise<void> {
    if (!(await this.#load())) return;
    const killed = this.world.windows.some(({ isGone }) => isGone);
    if (killed) await this.clock.advance(16_000);
    const reader = await this.#reader();
    this.#expect(await reader.claim(THREAD, 1000), "a lease is left");
    await reader.release(THREAD);
  }

  /** A window that opens now gives every answer its end; and what was acknowledged is there. */
  async #checkThread(): Promise<void> {
    if (!(await this.#load())) {
      this.#same(this.world.acknowledged, [], "acknowledged, and not there:");
      return;
    }
    const last = await ModelWindow.open(this.world, "last");
    this.world.windows.push(last);
    const opening = last.sessions.restore(THREAD).then(() => last.show());
    await this.clock.until(opening, 60_000);
    await this.clock.advance(30_000);
    await this.clock.until(last.close(), 30_000);
    const stored = await this.#load();
    const messages = stored?.messages ?? [];
    const asked = messages.filter(({ role }) => role === "user").map(textOf);
    this.#same(new Set(asked).size, asked.length, "of different messages there are");
    const { acknowledged, ends } = this.world;
    for (const { text, sentAt } of acknowledged) {
      this.#expect(asked.includes(text), `${text} is not there`);
      const earlier = acknowledged.filter(({ at }) => at < sentAt).map((before) => before.text);
      for (const before of earlier)
        this.#expect(asked.indexOf(before) < asked.indexOf(text), `${text} is before ${before}`);
    }
    for (const message of messages) {
      this.#expect(message.status !== "streaming", `${message.id} streams for ever`);
      const seen = ends.get(message.id);
      if (!seen) continue;
      this.#expect(
        seen.status === message.status,
        `${message.id} was ${seen.status}, then ${message.status}`,
      );
      if (seen.status === "complete" && !this.#maskBroke)
        // What Claude went on to do by itself may come behind it, from its own record.
        this.#expect(textOf(message).startsWith(textOf(seen)), `${message.id} has lost text`);
    }
    for (const id of ends.keys())
      this.#expect(
        messages.some((message) => message.id === id),
        `${id} is not there any more`,
      );
    this.#same(
      messages.map(({ seq }) => seq),
      messages.map((_, seq) => seq),
      "the order is",
    );
  }
}

const brief = ({ id, role, status, error }: Message) => [id, role, status, error?.code];

/** Leaves out of a schedule what is not needed for its fault. */
export async function shrink(schedule: Schedule): Promise<Schedule> {
  let { steps } = schedule;
  for (let at = steps.length - 1; at >= 0; at--) {
    const fewer = steps.filter((_, index) => index !== at);
    const { faults } = await runSchedule({ ...schedule, steps: fewer });
    if (faults.length > 0) steps = fewer;
  }
  return { ...schedule, steps };
}
