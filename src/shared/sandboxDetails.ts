import { t } from "@vscode/l10n";
import type { SandboxState } from "./protocol";

/** What it means that the sandbox is offline; its message says why. */
export const offlineSentence = (): string => t("Agent is offline. Check the Docker sandbox.");

/** What is known of the sandbox, in lines: where it is, who is logged in, what is wrong. */
export function sandboxDetails(sandbox: SandboxState): string[] {
  const { state, label, runtime, auto, cloneRemote, reach, network } = sandbox;
  return [
    ...(state === "offline" ? [offlineSentence(), sandbox.message] : []),
    auto && runtime ? t("{0} (chosen by “auto”)", label) : label,
    ...(cloneRemote !== undefined
      ? [
          t("Claude works on a clone of this folder, so your files stay as they are."),
          t("What it commits comes by “{0}”, while the sandbox runs.", `git fetch ${cloneRemote}`),
        ]
      : []),
    ...(reach && reach.length > 0 ? [t("Also has: {0}", someOf(reach))] : []),
    ...(network ? [t("Network: {0}", network)] : []),
    ...(state === "ready" && sandbox.account
      ? [t("Logged in as {0}, as the sandbox says", sandbox.account)]
      : []),
    ...(state === "ready" && sandbox.version ? [`Claude Code ${sandbox.version}`] : []),
    ...(state === "unknown" ? [t("Nobody has looked at it yet.")] : []),
  ];
}

/** As many as fit in a line or two. */
const SOME = 6;

const someOf = (reach: readonly string[]): string =>
  [
    ...reach.slice(0, SOME),
    ...(reach.length > SOME ? [t("and {0} more", reach.length - SOME)] : []),
  ].join(", ");
