import { t } from "@vscode/l10n";
import { detect, lookAt, type NotFound, type Seen, type Wanted } from "./detect";
import { findProgram, usersProgram } from "./findProgram";
import type { Reach } from "./isolation";
import type { Problem } from "./problem";
import { problemSentence } from "./problems";
import { chooseSandbox, type SandboxSettings, type Workspace, workspaceInside } from "./runtimes";
import type { OfWorkspace, Place, RuntimeKind, Sandbox } from "./sandbox";
import { sandboxName } from "./sandboxName";
import { SettingError } from "./settingError";

/** There is nothing here that Claude could work in. */
export class NoSandboxError extends Error {
  override readonly name = "NoSandboxError";
  constructor(
    readonly problem: Problem,
    readonly detail: string,
    readonly place: Place,
  ) {
    super(problemSentence(problem, place));
  }
}

/** Whether Claude may work in a place that somebody else than its user has chosen, or that has too much. */
export interface Question {
  /** The folder that Claude works on, on this machine. */
  readonly hostWorkspace: string;
  readonly sandbox: Pick<Sandbox, "kind" | "label" | "workspace" | "network">;
  readonly name: string;
  readonly ofWorkspace: readonly OfWorkspace[];
  readonly reach: readonly Reach[];
}

/** What an answer is for: it holds for nothing that differs in any of this. */
export const questionKey = ({ hostWorkspace, sandbox, name, reach }: Question): string =>
  JSON.stringify([
    hostWorkspace,
    sandbox.kind,
    name,
    sandbox.workspace,
    ...reach.flatMap(({ what, ask }) => (ask ? [what] : [])).sort(),
  ]);

export interface SandboxesServices {
  readonly settings: () => SandboxSettings;
  /** Throws a `SettingError` where no folder is open. */
  readonly workspace: () => Workspace;
  /** Resolves with what the user has answered, now or earlier. */
  readonly allowed: (question: Question) => Promise<boolean>;
  /** Whether the sandbox of this id was made with a clone: no list of `sbx` says it. */
  readonly isClone: (id: string) => boolean;
  readonly log: { info(message: string): void };
}

/** `settled` is false where it is to be looked for again the next time. */
interface Chosen {
  readonly sandbox: Sandbox;
  readonly settled: boolean;
}

/** Knows which sandbox the settings mean, and what there is of it, until one of them is another. */
export class Sandboxes {
  readonly #services: SandboxesServices;
  #chosenFor = "";
  #chosen: Promise<Chosen> | undefined;
  #last: Place = { kind: "auto", label: t("The sandbox"), program: "docker" };
  #workspace: string | undefined;
  #told = "";

  constructor(services: SandboxesServices) {
    this.#services = services;
  }

  /** The sandbox that was chosen last, for sentences about it. */
  get last(): Place {
    return this.#last;
  }

  /** The workspace's path in the sandbox that was chosen last; undefined before one was. */
  get workspace(): string | undefined {
    return this.#workspace;
  }

  /**
   * The sandbox that Claude works in: looked at, and allowed where it is not its user who has chosen
   * it, or where it has more than a sandbox should. All who ask at once share the look; `anew` looks
   * again. Rejects with a `SettingError` or a `NoSandboxError`.
   */
  async current(anew = false): Promise<Sandbox> {
    const settings = this.#services.settings();
    const workspace = this.#services.workspace();
    const chosenFor = JSON.stringify([settings, workspace]);
    if (anew || this.#chosenFor !== chosenFor) this.#chosen = undefined;
    this.#chosenFor = chosenFor;
    const chosen = (this.#chosen ??= this.#choose(settings, workspace));
    // What was missing may be there the next time, and has not been looked at then.
    const forget = () => {
      if (this.#chosen === chosen) this.#chosen = undefined;
    };
    try {
      const { sandbox, settled } = await chosen;
      if (!settled) forget();
      this.#last = sandbox;
      this.#workspace = sandbox.workspace;
      return sandbox;
    } catch (error) {
      forget();
      throw error;
    }
  }

  /**
   * Whether Claude works on a clone, and cannot write to the folder. Where it did at the last look, that
   * is looked at anew: another sandbox may have taken the name. Never rejects.
   */
  async worksOnClone(): Promise<boolean> {
    try {
      const { cloneRemote } = await this.current();
      return cloneRemote !== undefined && (await this.current(true)).cloneRemote !== undefined;
    } catch {
      // Whoever needs the sandbox is told of it.
      return false;
    }
  }

  async #choose(settings: SandboxSettings, workspace: Workspace): Promise<Chosen> {
    const { runtime, ofWorkspace } = settings;
    const { hostWorkspace } = workspace;
    if (runtime === "demo")
      return { sandbox: chooseSandbox(runtime, settings, workspace), settled: true };
    const found = await this.#look(settings, workspace);
    const seen = found && "kind" in found ? found : undefined;
    const missing = found && "problem" in found ? found : undefined;
    const kind = seen?.kind ?? runtime;
    const name = seen?.name ?? sandboxName(settings.name, hostWorkspace);
    if (kind === "auto" || (missing && mayHideMore(kind, missing))) {
      const { problem, detail }: NotFound = missing ?? { problem: "unknown", detail: "" };
      throw new NoSandboxError(problem, detail, {
        kind,
        label: name,
        program: settings.dockerPath,
      });
    }
    const programs = withPrograms(kind, settings, workspace);
    const clone =
      kind === "sbx" && seen?.id !== undefined ? this.#services.isClone(seen.id) : false;
    const sandbox = chooseSandbox(kind, programs, workspace, { ...seen, clone });
    const reach = seen?.reach ?? [];
    await this.#mustBeAllowed({ hostWorkspace, sandbox, name, ofWorkspace, reach });
    return {
      sandbox: { ...sandbox, reach: reach.map(({ what }) => what) },
      settled: missing === undefined && seen?.there !== false,
    };
  }

  /** What there is of the sandbox, of the kinds that can be looked at. */
  async #look(
    settings: SandboxSettings,
    { hostWorkspace }: Workspace,
  ): Promise<Seen | NotFound | undefined> {
    const { runtime, name } = settings;
    if (runtime === "custom" || runtime === "demo") return undefined;
    const wanted: Wanted = {
      docker: findProgram(settings.dockerPath, hostWorkspace),
      sbx: findProgram(settings.sbxPath, hostWorkspace),
      name: name && sandboxName(name, hostWorkspace),
      hostWorkspace,
      inside: (kind) => workspaceInside(kind, settings, hostWorkspace),
    };
    if (runtime !== "auto") return lookAt(runtime, wanted);
    const found = await detect(wanted);
    this.#tell(found);
    return found;
  }

  async #mustBeAllowed(question: Question): Promise<void> {
    const { sandbox, ofWorkspace, reach } = question;
    const asked = reach.filter(({ ask }) => ask);
    if (ofWorkspace.length === 0 && asked.length === 0) return;
    if (await this.#services.allowed(question)) return;
    throw new SettingError(
      ofWorkspace.length > 0
        ? t(
            "This workspace’s settings have Claude work in {0}, and you have not allowed it. Allow it, or remove these settings: {1}.",
            sandbox.label,
            ofWorkspace.map((setting) => `sandbox.${setting}`).join(", "),
          )
        : t(
            "{0} is not closed off, and you have not allowed it. It has {1}.",
            sandbox.label,
            asked.map(({ what }) => what).join(", "),
          ),
      { step: "allowSandbox", label: t("Allow…") },
    );
  }

  /** Once for each thing found, since one looks again and again for what is missing. */
  #tell(found: Seen | NotFound): void {
    const told =
      "kind" in found
        ? chose(found.kind, found.there ? HAS_IT : HAS_NONE)
        : `The runtime “auto” found no sandbox: ${found.problem}.`;
    if (told !== this.#told) this.#services.log.info(told);
    this.#told = told;
  }
}

const chose = (kind: RuntimeKind, why: string) => `The runtime “auto” chose “${kind}”: ${why}.`;
const HAS_IT = "this folder’s sandbox is in it";
const HAS_NONE = "this folder has no sandbox yet";

/** A container that could not be looked at, and could perhaps be entered all the same. */
const mayHideMore = (kind: RuntimeKind, { problem }: NotFound): boolean =>
  kind === "docker" && (problem === "unknown" || problem === "timeout");

/** The settings with the programs by their whole paths. */
function withPrograms(
  kind: RuntimeKind,
  settings: SandboxSettings,
  { hostWorkspace }: Workspace,
): SandboxSettings {
  switch (kind) {
    case "sbx":
      return { ...settings, sbxPath: usersProgram(settings.sbxPath, hostWorkspace) };
    case "docker-sandbox":
    case "docker":
      return { ...settings, dockerPath: usersProgram(settings.dockerPath, hostWorkspace) };
    default:
      return settings;
  }
}
