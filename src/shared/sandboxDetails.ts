import { OFFLINE, type SandboxState } from "./protocol";

/** What is known of the sandbox, in lines: where it is, who is logged in, what is wrong. */
export function sandboxDetails(sandbox: SandboxState): string[] {
  const { state, label, runtime, auto } = sandbox;
  return [
    ...(state === "offline" ? [OFFLINE, sandbox.message] : []),
    auto && runtime ? `${label} (chosen by “auto”)` : label,
    ...(state === "ready" && sandbox.account ? [`Logged in as ${sandbox.account}`] : []),
    ...(state === "ready" && sandbox.version ? [`Claude Code ${sandbox.version}`] : []),
    ...(state === "unknown" ? ["Nobody has looked at it yet."] : []),
  ];
}
