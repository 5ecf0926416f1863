import { t } from "@vscode/l10n";
import { type Detected, detect } from "./detect";
import type { Problem } from "./problem";
import { problemSentence } from "./problems";
import { chooseSandbox, type SandboxSettings, type Workspace } from "./runtimes";
import type { Place, RuntimeKind, Sandbox } from "./sandbox";
import { sandboxName } from "./sandboxName";

/** There is nothing here that `auto` could choose. */
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

export interface SandboxesServices {
  readonly settings: () => SandboxSettings;
  /** Throws a `SettingError` where no folder is open. */
  readonly workspace: () => Workspace;
  readonly log: { info(message: string): void };
}

/** Knows which sandbox the settings mean, and what `auto` found, until one of them is another. */
export class Sandboxes {
  readonly #services: SandboxesServices;
  #chosenFor = "";
  #chosen: Promise<Sandbox> | undefined;
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
   * The sandbox that Claude works in. All who ask at once share the search of `auto`; `anew` searches
   * again. Rejects with a `SettingError` or a `NoSandboxError`.
   */
  async current(anew = false): Promise<Sandbox> {
    const settings = this.#services.settings();
    const workspace = this.#services.workspace();
    const chosenFor = JSON.stringify([settings, workspace]);
    if (anew || this.#chosenFor !== chosenFor) this.#chosen = undefined;
    this.#chosenFor = chosenFor;
    const chosen = (this.#chosen ??= this.#choose(settings, workspace));
    try {
      const sandbox = await chosen;
      this.#last = sandbox;
      this.#workspace = sandbox.workspace;
      return sandbox;
    } catch (error) {
      // What was missing may be there the next time.
      if (this.#chosen === chosen) this.#chosen = undefined;
      throw error;
    }
  }

  async #choose(settings: SandboxSettings, workspace: Workspace): Promise<Sandbox> {
    if (settings.runtime !== "auto") return chooseSandbox(settings.runtime, settings, workspace);
    const name = sandboxName(settings.name, workspace.hostWorkspace);
    const found = await detect({ ...settings, name });
    this.#tell(found);
    if ("kind" in found) return chooseSandbox(found.kind, settings, workspace);
    const place = { kind: "auto", label: name, program: settings.dockerPath } as const;
    throw new NoSandboxError(found.problem, found.detail, place);
  }

  /** Once for each thing found, since one looks again and again for what is missing. */
  #tell(found: Detected): void {
    const told =
      "kind" in found
        ? CHOSE[found.kind]
        : `The runtime “auto” found no sandbox: ${found.problem}.`;
    if (told !== this.#told) this.#services.log.info(told);
    this.#told = told;
  }
}

const chose = (kind: RuntimeKind, why: string) => `The runtime “auto” chose “${kind}”: ${why}.`;
const CHOSE = {
  "docker-sandbox": chose("docker-sandbox", "the command “docker sandbox” is there"),
  sbx: chose("sbx", "there is no “docker sandbox”, and “sbx” is there"),
  docker: chose(
    "docker",
    "there is no “docker sandbox” and no “sbx”, but a container of that name",
  ),
};
