import { t } from "@vscode/l10n";
import type { SandboxState } from "../shared/protocol";
import { nextStep, problemSentence } from "./problems";
import { probeSandbox, type ProbeOptions } from "./probe";
import type { Sandbox } from "./sandbox";
import { NoSandboxError } from "./sandboxes";
import { SettingError } from "./settingError";

export interface Target {
  readonly sandbox: Sandbox;
  readonly options: ProbeOptions;
  /** Whether `auto` chose it. */
  readonly auto: boolean;
}

/** How long to wait before the first look after one that found something wrong, in milliseconds. */
const FIRST_RETRY = 1000;
const LAST_RETRY = 30_000;

/**
 * Knows the sandbox's state as of the last look. It looks on need, and, while something is wrong and
 * somebody watches, again and again, ever more rarely. Never otherwise on a clock: a look would keep a
 * sleeping sandbox awake.
 */
export class SandboxMonitor {
  #state: SandboxState = { state: "unknown", label: t("The sandbox") };
  #looking: Promise<SandboxState> | undefined;
  #watched = false;
  #delay: number;
  #retry: NodeJS.Timeout | undefined;

  /** `target` finds out where to look. It may reject, with a sentence for people. */
  constructor(
    private readonly target: () => Promise<Target>,
    private readonly changed: (state: SandboxState) => void,
    private readonly firstRetry = FIRST_RETRY,
  ) {
    this.#delay = firstRetry;
  }

  get state(): SandboxState {
    return this.#state;
  }

  /** Looks, unless the last look found it ready. */
  ensure(): void {
    if (this.#state.state !== "ready") this.check().catch(neverRejects);
  }

  /** Looks anew. Whoever asks while a look is under way shares it. Never rejects. */
  check(): Promise<SandboxState> {
    this.#delay = this.firstRetry;
    return this.#check(true);
  }

  /** Looks again after something has changed, once a look under way is over. */
  async recheck(): Promise<SandboxState> {
    await this.#looking;
    return this.check();
  }

  /** Says whether somebody sees the state, so that it is worth to look again by itself. */
  watch(watched: boolean): void {
    if (watched === this.#watched) return;
    this.#watched = watched;
    this.#delay = this.firstRetry;
    this.#schedule();
  }

  dispose(): void {
    this.watch(false);
  }

  #check(visibly: boolean): Promise<SandboxState> {
    clearTimeout(this.#retry);
    this.#looking ??= this.#look(visibly).finally(() => {
      this.#looking = undefined;
      this.#schedule();
    });
    return this.#looking;
  }

  #schedule(): void {
    clearTimeout(this.#retry);
    if (!this.#watched || this.#looking || this.#state.state !== "offline") return;
    this.#retry = setTimeout(() => {
      this.#check(false).catch(neverRejects);
    }, this.#delay);
    this.#delay = Math.min(2 * this.#delay, LAST_RETRY);
  }

  async #look(visibly: boolean): Promise<SandboxState> {
    try {
      const { sandbox, options, auto } = await this.target();
      const { label, kind: runtime, reach, network, networkLog, cloneRemote } = sandbox;
      const where = {
        ...{ label, runtime, auto },
        ...(reach && reach.length > 0 && { reach }),
        ...(network !== undefined && { network }),
        ...(networkLog && { networkLog: true }),
        ...(cloneRemote !== undefined && { cloneRemote }),
      };
      // A look that changes nothing should not blink.
      if (visibly && (this.#state.state !== "ready" || this.#state.label !== label))
        this.#set({ state: "checking", ...where });
      const readiness = await probeSandbox(sandbox, options);
      if (readiness.state === "ready") return this.#set({ ...readiness, ...where });
      const { state: problem, detail } = readiness;
      return this.#set({
        state: "offline",
        ...where,
        message: problemSentence(problem, sandbox),
        next: nextStep(problem, sandbox),
        ...(detail && { detail }),
      });
    } catch (error) {
      return this.#set({ state: "offline", label: t("The sandbox"), ...withoutSandbox(error) });
    }
  }

  #set(state: SandboxState): SandboxState {
    this.#state = state;
    this.changed(state);
    return state;
  }
}

/** What to say where there is no sandbox to look at, since none was found or a setting is wrong. */
function withoutSandbox(error: unknown) {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof NoSandboxError)
    return { message, next: nextStep(error.problem), detail: error.detail };
  const { next } = error instanceof SettingError ? error : new SettingError(message);
  return { message, next };
}

/** A look says what is wrong by its state. */
const neverRejects = (): void => {};
