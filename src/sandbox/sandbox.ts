import type { SandboxRuntime } from "./runtime";

/** The ways into a sandbox, as the setting `sandbox.runtime` names them. */
export type RuntimeKind = "docker-sandbox" | "sbx" | "docker" | "custom" | "demo";

/** A setting that says where Claude works, when it is the workspace that says it and not its user. */
export type OfWorkspace = "runtime" | "name" | "workspace";

/** What sentences about a sandbox need to know of it. */
export interface Place {
  /** `auto` where nothing was found to choose from. */
  readonly kind: RuntimeKind | "auto";
  readonly label: string;
  /** The program on this machine that leads inside, as the settings name it. */
  readonly program: string;
}

/** A command on this machine, with what it needs beyond the environment of this process. */
export interface HostCommand {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Makes a sandbox that has a clone of the repository in the folder's place. */
export interface CloneCommand extends HostCommand {
  /** The git remote on this machine by which the clone's commits will come. */
  readonly remote: string;
  /** Resolves with the id of what was made; undefined where its program does not tell it. */
  readonly madeId: () => Promise<string | undefined>;
}

/** A runtime with what people can do about it. What is missing cannot be done from here. */
export interface Sandbox extends SandboxRuntime, Place {
  readonly kind: RuntimeKind;
  /** Makes the sandbox. */
  readonly create?: HostCommand;
  /**
   * Makes it with a clone of the repository, so that Claude cannot write to the folder. Resolves with
   * undefined where the program knows no clones, or the folder is not one to be cloned.
   */
  readonly createClone?: () => Promise<CloneCommand | undefined>;
  /** The git remote on this machine by which Claude's commits come, where it works on a clone. */
  readonly cloneRemote?: string;
  /** Starts a sandbox that is stopped, in a terminal. */
  readonly start?: HostCommand;
  /** Starts the engine that it needs. */
  readonly startEngine?: HostCommand;
  /** Signs in to what holds the sandboxes, in a terminal. */
  readonly signIn?: HostCommand;
  /** What it has besides the workspace, each in words for people. */
  readonly reach?: readonly string[];
  /** What it reaches on the network, in words for people. */
  readonly network?: string;
  /** Prints what the sandbox has asked for on the network. */
  readonly networkLog?: HostCommand;
  /** An interactive command inside, for a terminal. It is given none of the variables that may be secret. */
  readonly terminal?: (
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
  ) => HostCommand;
}
