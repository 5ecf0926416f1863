import type { NextStep, SandboxState } from "../shared/protocol";
import { problemText } from "./problems";
import { probeSandbox, type ProbeOptions } from "./probe";
import type { SandboxRuntime } from "./runtime";

/** Where to probe, or why that cannot be told. */
export type Target =
  { runtime: SandboxRuntime; options: ProbeOptions } | { setting: string; next?: NextStep };

/**
 * Knows the sandbox's state as of the last look. It looks when asked, never on a clock: a look would
 * keep a sleeping sandbox awake.
 */
export class SandboxMonitor {
  #state: SandboxState = { state: "checking", label: "Docker sandbox" };
  #looking: Promise<SandboxState> | undefined;

  constructor(
    private readonly target: () => Promise<Target>,
    private readonly changed: (state: SandboxState) => void,
  ) {}

  get state(): SandboxState {
    return this.#state;
  }

  /** Looks anew. Whoever asks while a look is under way shares it. Never rejects. */
  check(): Promise<SandboxState> {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  /** Looks again after the settings have changed, once a look under way is over. */
  async recheck(): Promise<SandboxState> {
    await this.#looking;
    return this.check();
  }

  async #look(): Promise<SandboxState> {
    const target = await this.target();
    if ("setting" in target) {
      const { setting, next = { step: "openSandboxSettings", label: "Open Settings" } } = target;
      return this.#set({ state: "offline", label: "No sandbox", message: setting, next });
    }
    const { label } = target.runtime;
    // A look that changes nothing should not blink.
    if (this.#state.state !== "ready" || this.#state.label !== label)
      this.#set({ state: "checking", label });
    const readiness = await probeSandbox(target.runtime, target.options);
    if (readiness.state === "ready") return this.#set({ ...readiness, label });
    const { state: problem, detail } = readiness;
    return this.#set({
      state: "offline",
      label,
      ...problemText(problem, label),
      ...(detail && { detail }),
    });
  }

  #set(state: SandboxState): SandboxState {
    this.#state = state;
    this.changed(state);
    return state;
  }
}
