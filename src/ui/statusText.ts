import { t } from "@vscode/l10n";
import { sandboxDetails } from "../shared/sandboxDetails";
import { withoutIcons } from "../shared/plain";
import type { SandboxState } from "../shared/protocol";

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  /** What a click does. */
  readonly command: string;
}

/** What the status bar shows. `working` is the number of threads that Claude works in. */
export function statusText(sandbox: SandboxState, working: number): StatusText {
  const open = "sandboxChat.open";
  const details = sandboxDetails(sandbox);
  switch (sandbox.state) {
    case "unknown":
      return shown("$(comment-discussion) Sandbox Chat", details, t("Open the chat"), open);
    case "checking":
      return shown(`$(sync~spin) ${t("Checking sandbox…")}`, details, t("Open the chat"), open);
    case "offline": {
      const { step, label } = sandbox.next;
      return shown(
        `$(circle-slash) ${t("Agent is offline")}`,
        details,
        label,
        `sandboxChat.${step}`,
      );
    }
    case "ready":
      return shown(ready(sandbox, working), details, t("Open the chat"), open);
  }
}

function ready({ label, runtime }: SandboxState, working: number): string {
  if (working === 1) return `$(loading~spin) ${t("Claude is working")}`;
  if (working > 1) return `$(loading~spin) ${t("Claude is working in {0} threads", working)}`;
  return `${runtime === "demo" ? "$(beaker)" : "$(comment-discussion)"} ${withoutIcons(label)}`;
}

const shown = (text: string, details: string[], click: string, command: string): StatusText => ({
  text,
  tooltip: [...details, t("Click: {0}", click)].join("\n"),
  command,
});
