import { demo } from "./demo";
import { dockerSandbox, isSandboxName, sandboxNameFor } from "./dockerSandbox";
import type { SandboxRuntime } from "./runtime";

export interface SandboxSettings {
  /** `auto` is Docker's sandbox; never the demo, and never this machine itself. */
  readonly runtime: "auto" | "docker-sandbox" | "demo";
  /** Empty: derived from the workspace. */
  readonly name: string;
  /** The workspace's path inside; empty: the same as outside. */
  readonly workspace: string;
  readonly dockerPath: string;
}

/** A setting that cannot be used as it is; the message says which and why. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

/** The name of the workspace's sandbox. Throws a `SettingError` for one that Docker would not take. */
export function sandboxName(settings: SandboxSettings, hostWorkspace: string): string {
  const name = settings.name || sandboxNameFor(hostWorkspace);
  if (isSandboxName(name)) return name;
  throw new SettingError(
    `“${name}” cannot be a sandbox’s name: use letters, digits, “-”, “_” and “.”, at most 63 of them.`,
  );
}

/** Where Claude works, by the settings. Throws a `SettingError` when they make no sense. */
export function chooseRuntime(
  settings: SandboxSettings,
  { hostWorkspace, demoScript }: { readonly hostWorkspace: string; readonly demoScript: string },
): SandboxRuntime {
  if (settings.runtime === "demo") return demo(demoScript, hostWorkspace);
  return dockerSandbox({
    dockerPath: settings.dockerPath,
    name: sandboxName(settings, hostWorkspace),
    workspace: settings.workspace || hostWorkspace,
  });
}
