import { t } from "@vscode/l10n";
import { customSandbox } from "./customSandbox";
import { demo } from "./demo";
import { dockerContainer } from "./dockerContainer";
import { dockerSandbox } from "./dockerSandbox";
import { defaultInside } from "./paths";
import type { Seen } from "./detect";
import type { OfWorkspace, RuntimeKind, Sandbox } from "./sandbox";
import { sandboxName } from "./sandboxName";
import { sbx } from "./sbx";
import { SettingError } from "./settingError";

export interface SandboxSettings {
  /** `auto` is whatever sandbox there is; never the demo, and never this machine itself. */
  readonly runtime: "auto" | RuntimeKind;
  /** Empty: derived from the workspace. */
  readonly name: string;
  /** The workspace's path inside; empty: the same as outside, as far as that can be. */
  readonly workspace: string;
  readonly dockerPath: string;
  readonly sbxPath: string;
  /** The argv template of `custom`, unchecked. */
  readonly command: unknown;
  /** Which of these it is the workspace that says, and not its user. */
  readonly ofWorkspace: readonly OfWorkspace[];
}

export interface Workspace {
  /** The folder that Claude works on, on this machine. */
  readonly hostWorkspace: string;
  readonly demoScript: string;
}

/** Where the workspace is inside. Throws a `SettingError` for what is no path there. */
export function workspaceInside(
  kind: RuntimeKind,
  settings: Pick<SandboxSettings, "workspace">,
  hostWorkspace: string,
): string {
  const workspace = settings.workspace || defaultInside(kind, hostWorkspace);
  if (!workspace.startsWith("/"))
    throw new SettingError(
      t(
        "The setting “{0}” must be the whole path inside the sandbox, from “/”: “{1}” is not.",
        "sandbox.workspace",
        workspace,
      ),
    );
  return workspace;
}

/**
 * A sandbox of this kind, by the settings and by what was `seen` and is known of it. Throws a `SettingError` when
 * they make no sense.
 */
export function chooseSandbox(
  kind: RuntimeKind,
  settings: SandboxSettings,
  { hostWorkspace, demoScript }: Workspace,
  seen: Partial<Omit<Seen, "kind" | "reach">> & { readonly clone?: boolean } = {},
): Sandbox {
  if (kind === "demo") return demo(demoScript, hostWorkspace);
  const workspace = workspaceInside(kind, settings, hostWorkspace);
  const name = sandboxName(settings.name, hostWorkspace);
  const options = { ...settings, name, ...seen, workspace, hostWorkspace };
  switch (kind) {
    case "docker-sandbox":
      return dockerSandbox(options);
    case "sbx":
      return sbx(options);
    case "docker":
      return dockerContainer(options);
    case "custom":
      return customSandbox(options);
    default:
      throw new SettingError(
        t("“{0}” is none of the runtimes of “{1}”.", String(kind), "sandbox.runtime"),
      );
  }
}
